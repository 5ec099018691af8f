"""JSON Lines: what `export_users` writes, or attributes as `create_user` takes them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from math import ceil
from typing import Final

import msgspec

from supabase_gotrue.bulk.readers.json_text import decode_object
from supabase_gotrue.bulk.readers.rows import Lines, Row, UserRows, numbered_lines, problem
from supabase_gotrue.json_types import is_array, is_object

COPIED: Final = (
    "id",
    "aud",
    "role",
    "email",
    "phone",
    "app_metadata",
    "user_metadata",
    "password_hash",
)
OWN_PROVIDERS: Final = frozenset({"email", "phone"})


def jsonl(lines: Lines, *, now: datetime | None = None) -> UserRows:
    """Read JSON Lines: exported users, or attributes of new ones.

    A line with `created_at` is an exported user; a `password_hash` may have been added to it.
    Its id, addresses and their confirmation, role, aud, metadata and ban are read. Users
    that were softly deleted or came by SSO cannot be created, and are Failures.

    Args:
        lines: An open text file, or any iterable of lines.
        now: The time from which the rest of a ban is counted; defaults to the clock.

    Returns:
        The users; an Error with code `validation` names the line.

    >>> rows = jsonl(['{"email": "ada@example.com", "email_confirm": true}', "oops"])
    >>> [row.value_or(None) for row in rows]
    [AdminUserParams(email='ada@example.com', email_confirm=True), None]
    """
    return UserRows(_rows(lines, datetime.now(UTC) if now is None else now))


def _rows(lines: object, now: datetime) -> Iterator[Row]:
    for number, text in numbered_lines(lines):
        if not text.strip():
            continue
        fields = decode_object(text)
        if fields is None:
            yield problem(number, "line", "is not a JSON object")._replace(text=text)
        elif "created_at" in fields:
            yield _exported(number, fields, now)._replace(text=text)
        else:
            yield Row(number, fields, text=text)


def _exported(number: int, fields: Mapping[str, object], now: datetime) -> Row:
    if fields.get("deleted_at"):
        return problem(number, "deleted_at", "is set", "a softly deleted user cannot be created")
    providers = _providers(fields)
    if any(name.startswith("sso:") for name in providers):
        return problem(number, "provider", "is SSO", "an SSO user cannot be created")
    attrs = {name: fields[name] for name in COPIED if fields.get(name) is not None}
    for name in ("email", "phone"):
        if fields.get(f"{name}_confirmed_at"):
            attrs[f"{name}_confirm"] = True
    banned_until = fields.get("banned_until")
    if banned_until:
        try:
            end = msgspec.convert(banned_until, datetime)
            seconds = ceil((end - now).total_seconds())
        except (msgspec.ValidationError, TypeError):
            return problem(number, "banned_until", "is invalid")
        if seconds > 0:
            attrs["ban_duration"] = f"{seconds}s"
    return Row(number, attrs, tuple(name for name in providers if name not in OWN_PROVIDERS))


def _providers(fields: Mapping[str, object]) -> tuple[str, ...]:
    metadata = fields.get("app_metadata")
    names = metadata.get("providers") if is_object(metadata) else None
    first = [metadata.get("provider")] if is_object(metadata) else []
    listed = names if is_array(names) else []
    return tuple(dict.fromkeys(name for name in [*first, *listed] if isinstance(name, str)))
