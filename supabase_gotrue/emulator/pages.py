"""Pages of lists: by number, and by cursor.

What may live here: pure functions between a query, a page and the headers that link the
others.

https://github.com/supabase/auth/blob/master/internal/api/pagination.go
"""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from urllib.parse import urlencode

import msgspec

from supabase_gotrue.emulator import gojson
from supabase_gotrue.emulator.checks import invalid
from supabase_gotrue.emulator.clock import read_stamp, stamp
from supabase_gotrue.emulator.context import Call
from supabase_gotrue.emulator.faults import Refusal, crash
from supabase_gotrue.emulator.rows import NO_UUID
from supabase_gotrue.emulator.uuids import parse_uuid
from supabase_gotrue.json_types import is_object

DEFAULT: Final = 50
MOST_BY_CURSOR: Final = 1000
_UINT64: Final = 2**64
_INT64: Final = 2**63
_BASE64: Final = re.compile(r"[A-Za-z0-9_-]*")


class Page(msgspec.Struct, frozen=True):
    """A page by its number.

    Args:
        number: from 1; 0 is the first page too, but is followed by the first.
        size: how many at most.
    """

    number: int
    size: int

    @classmethod
    def of(cls, call: Call) -> "Page":
        """The page that a query asks for, or a refusal."""
        return cls(_uint(call.param("page"), 1), _uint(call.param("per_page"), DEFAULT))

    @property
    def limit(self) -> int:
        return self.size if 0 < self.size < _INT64 else 20

    @property
    def offset(self) -> int:
        number = self.number if 0 < self.number < _INT64 else 1
        return min((number - 1) * self.limit, _INT64 - 1)

    def headers(self, call: Call, total: int) -> dict[str, str]:
        """The total, and where the next and the last page are."""
        if not self.size:
            raise crash()
        last = -(-total // self.size)
        following = f'<{_at(call, page=self.number + 1)}>; rel="next", '
        link = f'<{_at(call, page=last)}>; rel="last"'
        return {
            "link": (following if last > self.number else "") + link,
            "x_total_count": str(total),
        }


class Cursor(msgspec.Struct, frozen=True):
    """A place in a list: after which row the next page begins."""

    created_at: int
    id: str

    def encode(self) -> str:
        text = gojson.dumps({"created_at": stamp(self.created_at), "id": self.id})
        return urlsafe_b64encode(text).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Read a cursor, or refuse it."""
        try:
            raw = gojson.loads(_from_base64(text))
        except gojson.Malformed as fault:
            raise _bad(f"invalid cursor: {fault}") from None
        given = raw if is_object(raw) else {}
        place = {str(key).lower(): value for key, value in given.items()}
        user_id = parse_uuid(str(place.get("id", NO_UUID)))
        moment = read_stamp(str(place.get("created_at", "")))
        if user_id in (None, NO_UUID):
            raise _bad("invalid cursor: missing id")
        if moment is None:
            raise _bad("invalid cursor: missing created_at")
        return cls(moment, str(user_id))


def after(call: Call) -> Cursor | None:
    """The cursor that a query has, if it has one."""
    text = call.param("cursor")
    return Cursor.decode(text) if text else None


def limit(call: Call) -> int:
    """How many a page by cursor has."""
    wanted = _uint(call.param("limit"), DEFAULT)
    if not wanted:
        raise _bad("limit must be greater than 0")
    return min(wanted, MOST_BY_CURSOR)


def cursor_link(call: Call, cursor: Cursor) -> dict[str, str]:
    """Where the page after the cursor is."""
    return {"link": f'<{_at(call, page=None, cursor=cursor.encode())}>; rel="next"'}


def _from_base64(text: str) -> bytes:
    good = _BASE64.match(text)
    end = good.end() if good else 0
    if end < len(text) or len(text) % 4 == 1:
        raise _bad(f"invalid cursor encoding: illegal base64 data at input byte {end}")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _at(call: Call, **changes: object) -> str:
    query = call.query | {
        name: [] if value is None else [str(value)] for name, value in changes.items()
    }
    pairs = [(name, value) for name in sorted(query) for value in query[name]]
    return f"{call.path}?{urlencode(pairs)}"


def _uint(text: str, default: int) -> int:
    if not text:
        return default
    fault = "invalid syntax" if not (text.isascii() and text.isdigit()) else "value out of range"
    if fault == "invalid syntax" or len(text.lstrip("0")) > 20 or int(text) >= _UINT64:
        raise _bad(f"strconv.ParseUint: parsing {json.dumps(text, ensure_ascii=False)}: {fault}")
    return int(text)


def _bad(fault: str) -> Refusal:
    return invalid(f"Bad Pagination Parameters: {fault}")
