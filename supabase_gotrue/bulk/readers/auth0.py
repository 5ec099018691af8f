"""Users of Auth0: an export of users, and one of password hashes.

https://auth0.com/docs/manage-users/user-migration/bulk-user-exports
"""

from collections.abc import Iterator, Mapping
from typing import Final

from supabase_gotrue.bulk.readers.json_text import decode_object
from supabase_gotrue.bulk.readers.rows import (
    PERMANENT_BAN,
    Lines,
    Row,
    UserRows,
    numbered_lines,
    problem,
)
from supabase_gotrue.json_types import is_array, is_object

DATABASE: Final = "auth0"
PASSWORDLESS: Final = frozenset({"email", "sms"})
PROFILE: Final = ("name", "given_name", "family_name", "nickname", "picture")
HASHES: Final = ("passwordHash", "password_hash")


def auth0(lines: Lines, password_lines: Lines = ()) -> UserRows:
    """Read an Auth0 export (newline-delimited JSON), with its export of password hashes.

    `email_verified` and `phone_verified` become confirmations, `blocked` a ban of a hundred
    years; `app_metadata` and `user_metadata` stay, and name and picture join the latter.
    Ids are made from the addresses: a `user_id` is no UUID.

    Args:
        lines: The export job's file, open, or its lines.
        password_lines: The file of hashes that Auth0's support sends (`_id`, `email`,
            `passwordHash`). It is held in memory.

    Returns:
        The users; an Error with code `validation` names the line.

    >>> user = '{"user_id": "auth0|5f7c", "email": "ada@example.com", "email_verified": true}'
    >>> hashed = '{"_id": {"$oid": "5f7c"}, "passwordHash": "$2b$10$..."}'
    >>> next(auth0([user], [hashed])).unwrap().email_confirm
    True
    """
    return UserRows(_rows(lines, password_lines))


def _rows(lines: object, password_lines: object) -> Iterator[Row]:
    hashes: dict[str, str] = {}
    for line, text in numbered_lines(password_lines):
        fields = decode_object(text) if text.strip() else {}
        if fields is None or (fields and not _keep_hash(hashes, fields)):
            yield problem(line, "password_lines", "is not a hash of a user")
    for line, text in numbered_lines(lines):
        if text.strip():
            user = decode_object(text)
            wrong = problem(line, "line", "is not a JSON object")
            yield (wrong if user is None else _row(line, user, hashes))._replace(text=text)


def _keep_hash(hashes: dict[str, str], fields: Mapping[str, object]) -> bool:
    hashed = _first_text(fields, *HASHES)
    own_id = fields.get("_id")
    user_id = own_id.get("$oid") if is_object(own_id) else own_id
    email = fields.get("email")
    keys = [
        f"{DATABASE}|{user_id}" if isinstance(user_id, str) else None,
        email.lower() if isinstance(email, str) else None,
    ]
    known = [key for key in keys if key]
    if hashed is not None:
        hashes.update(dict.fromkeys(known, hashed))
    return hashed is not None and bool(known)


def _row(line: int, user: Mapping[str, object], hashes: Mapping[str, str]) -> Row:
    user_id, email = user.get("user_id"), user.get("email")
    from_database = not isinstance(user_id, str) or user_id.startswith(f"{DATABASE}|")
    hashed = _first_text(user, *HASHES)
    if hashed is None and isinstance(user_id, str):
        hashed = hashes.get(user_id)
    if hashed is None and from_database and isinstance(email, str):
        hashed = hashes.get(email.lower())
    metadata = user.get("user_metadata")
    profile = {name: user[name] for name in PROFILE if user.get(name) and user[name] != email}
    attrs: dict[str, object] = {
        "email": email,
        "email_confirm": user.get("email_verified") or None,
        "phone": user.get("phone_number"),
        "phone_confirm": user.get("phone_verified") or None,
        "app_metadata": user.get("app_metadata"),
        "user_metadata": profile | metadata if is_object(metadata) else metadata or profile,
        "ban_duration": PERMANENT_BAN if user.get("blocked") is True else None,
        "password_hash": hashed,
    }
    given = {name: value for name, value in attrs.items() if value}
    return Row(line, given, _providers(user, user_id))


def _providers(user: Mapping[str, object], user_id: object) -> tuple[str, ...]:
    listed = user.get("identities")
    identities = filter(is_object, listed if is_array(listed) else [])
    names = [identity.get("provider") for identity in identities]
    if not names and isinstance(user_id, str):
        names = [user_id.partition("|")[0]]
    own = {DATABASE, *PASSWORDLESS}
    return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name not in own))


def _first_text(fields: Mapping[str, object], *names: str) -> str | None:
    found = (fields.get(name) for name in names)
    return next((value for value in found if isinstance(value, str) and value), None)
