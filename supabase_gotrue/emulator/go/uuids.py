"""UUIDs in every form that the server accepts."""

import re
from typing import Final
from uuid import UUID

from supabase_gotrue.emulator.go.strconv import quote

_FORMS: Final = re.compile(
    r"(?:urn:uuid:)?(?:"
    r"[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r")|\{[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}|\{[0-9a-f]{32}\}",
    re.IGNORECASE,
)


def parse_uuid(text: str) -> str | None:
    """Return a UUID in its canonical form, or None if it is invalid.

    >>> parse_uuid("13B6D1EC89634B7C95285439AD3042CB")
    '13b6d1ec-8963-4b7c-9528-5439ad3042cb'
    >>> parse_uuid("123") is None
    True
    """
    return str(UUID(text.lower())) if _FORMS.fullmatch(text) else None


def uuid_problem(text: str) -> str:
    """Return Go's message for an invalid UUID.

    >>> uuid_problem("x")
    'uuid: incorrect UUID length 1 in string "x"'
    """
    has_known_length = len(text) in (32, 36, 38, 45)
    problem = "format" if has_known_length else f"length {len(text)}"
    return f"uuid: incorrect UUID {problem} in string {quote(text)}"
