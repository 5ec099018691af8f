"""Users of Auth0: an export of users, and one of password hashes.

https://auth0.com/docs/manage-users/user-migration/bulk-user-exports
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from supabase_gotrue.bulk.readers.auth0_hashes import (
    Auth0Hashes,
    bare_id,
    put_custom_hash,
    read_hashes,
)
from supabase_gotrue.bulk.readers.casts import is_absent
from supabase_gotrue.bulk.readers.fields import (
    SECOND_FACTORS,
    Draft,
    Fields,
    ban_if_true,
    carry_address,
    carry_object,
    confirm,
    leave_out,
    leave_out_as,
    leave_out_providers,
    metadata,
    nest,
    objects,
    read_fields,
    read_later,
)
from supabase_gotrue.bulk.readers.own_fields import METADATA
from supabase_gotrue.bulk.readers.rows import Row, UserRows, left_out_row
from supabase_gotrue.bulk.readers.sources import (
    AUTH0,
    Errors,
    UnsupportedPasswords,
    check_kind,
    check_unsupported_passwords,
    read_rows,
    records_of,
    titles_of,
)
from supabase_gotrue.bulk.readers.text import File, TextPieces

# The provider of users who have a password.
DATABASE: Final = "auth0"
# Identities of these providers are an email, a phone or a password, which are carried over.
OWN_PROVIDERS: Final = frozenset({DATABASE, "email", "sms"})
FIELDS: Final[Fields] = MappingProxyType(
    {
        "app_metadata": carry_object("app_metadata"),
        "user_metadata": carry_object("user_metadata"),
        "email": carry_address("email"),
        "email_verified": confirm("email_confirm"),
        "phone_number": carry_address("phone"),
        "phone_verified": confirm("phone_confirm"),
        "blocked": ban_if_true,
        "username": metadata("user_metadata"),
        "given_name": metadata("user_metadata"),
        "family_name": metadata("user_metadata"),
        "nickname": metadata("user_metadata"),
        "name": metadata("user_metadata"),
        "picture": metadata("user_metadata"),
        "identities": leave_out_providers("provider", own=OWN_PROVIDERS),
        "multifactor": leave_out_as(SECOND_FACTORS),
        "guardian_authenticators": leave_out_as(SECOND_FACTORS),
        "user_id": leave_out,
        "passwordHash": read_later,
        "password_hash": read_later,
        "custom_password_hash": read_later,
    }
)
# The columns of the extension *User Import / Export*, in lower case.
TITLES: Final = titles_of(
    FIELDS,
    **{
        "id": "user_id",
        "given name": "given_name",
        "family name": "family_name",
        "email verified": "email_verified",
        "phone number": "phone_number",
        "phone verified": "phone_verified",
        "created at": "created_at",
        "updated at": "updated_at",
        "last login": "last_login",
        "last ip": "last_ip",
        "logins count": "logins_count",
    },
)


def auth0(
    file: File,
    password_lines: File = (),
    *,
    unsupported_passwords: UnsupportedPasswords = "fail",
) -> UserRows:
    """Read users of Auth0, with its export of password hashes.

    `email_verified` and `phone_verified` become confirmations, `blocked` a ban of a hundred
    years; `app_metadata` and `user_metadata` stay, and name and picture join the latter.
    `user_id` is left out, because it is not a UUID.

    A hash belongs to the user with its `_id`, also as the linked identity of another; by
    its email only if it has no `_id` and no other hash has that address. Two hashes for one
    user fail it.

    Args:
        file: The users as JSON Lines, a JSON array, or CSV: an open file, or an iterable of
            lines, or of pieces of an array.
        password_lines: The file of hashes that Auth0's support sends (`_id`, `email`,
            `passwordHash`). It is held in memory.
        unsupported_passwords: What happens to users whose hash the server cannot verify:
            `fail`, the default, or `leave_out`, which imports them without a password.

    Returns:
        `UserRows`: a `Result` for each user. Errors have the code `validation` and name the
        line; one about the whole file or an argument is the last item.

    >>> user = '{"user_id": "auth0|5f7c", "email": "ada@example.com", "email_verified": true}'
    >>> hashed = '{"_id": {"$oid": "5f7c"}, "passwordHash": "$2b$10$%s"}' % ("a" * 53)
    >>> next(auth0([user], [hashed])).unwrap().email_confirm
    True
    """
    pieces = TextPieces(file)
    return UserRows(_rows(pieces, password_lines, unsupported_passwords), pieces)


def _rows(
    pieces: TextPieces, password_lines: object, unsupported_passwords: object
) -> Iterator[Row]:
    leaves_out = check_unsupported_passwords(unsupported_passwords)
    hashes = read_hashes(password_lines)

    def read(draft: Draft, record: dict[str, object]) -> None:
        nested = nest(_by_name(record), METADATA)
        if isinstance(nested, str):
            draft.fail(nested, "is given twice")
        else:
            _read(draft, nested, hashes)

    records = records_of(pieces, _check, TITLES)
    yield from read_rows(records, _check, read, leaves_out_passwords=leaves_out)
    yield left_out_row(hashes.unused())


def _check(names: Mapping[str, object]) -> Errors:
    return check_kind(AUTH0, _by_name(names))


def _by_name(record: Mapping[str, object]) -> dict[str, object]:
    """Return a record with names in place of the extension's titles.

    A title stays if the record has its name as well.
    """
    renamed: dict[str, object] = {}
    for title, value in record.items():
        name = TITLES.get(title.lower(), title)
        renamed[title if name in record else name] = value
    return renamed


def _read(draft: Draft, record: dict[str, object], hashes: Auth0Hashes) -> None:
    email = record.get("email")
    if record.get("name") == email:  # what Auth0 fills in where there is no name
        record.pop("name", None)
    read_fields(draft, record, FIELDS)
    user_id = record.get("user_id")
    provider = _provider_of(user_id)
    if provider and provider not in OWN_PROVIDERS:
        draft.leave_out(provider)
    _put_own_hashes(draft, record)
    ids = {
        bare_id(identity.get("user_id"))
        for identity in objects(record.get("identities"))
        if identity.get("provider") == DATABASE
    }
    if provider == DATABASE:
        ids.add(bare_id(user_id))
    # An account without a password of its own must not get that of another with its address.
    has_password = bool(ids) or not provider
    for found in hashes.find(ids, email if has_password else None):
        draft.put_password_hash("password_lines", found)


def _provider_of(user_id: object) -> str:
    """Return the provider before the `|`, "" without an ID; an ID alone is of the database."""
    if not isinstance(user_id, str) or not user_id:
        return ""
    provider, separator, _ = user_id.partition("|")
    return provider if separator else DATABASE


def _put_own_hashes(draft: Draft, record: Mapping[str, object]) -> None:
    """Take over the hashes that stand in the record of the user itself."""
    for name in ("passwordHash", "password_hash"):
        if not is_absent(record.get(name)):
            draft.put_password_hash(name, record[name])
    if not is_absent(record.get("custom_password_hash")):
        put_custom_hash(draft, record["custom_password_hash"])
