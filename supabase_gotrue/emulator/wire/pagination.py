"""Pagination by page number and by cursor.

https://github.com/supabase/auth/blob/master/internal/api/pagination.go
"""

from typing import Final
from urllib.parse import urlencode

import msgspec

from supabase_gotrue.emulator.go import base64url, gojson, rfc3339, strconv
from supabase_gotrue.emulator.go.clock import format_time
from supabase_gotrue.emulator.go.uuids import parse_uuid, uuid_problem
from supabase_gotrue.emulator.store.database import DatabaseError
from supabase_gotrue.emulator.store.rows import NIL_UUID
from supabase_gotrue.emulator.wire.errors import APIError, internal_server_error, validation_failed
from supabase_gotrue.emulator.wire.request import ServerRequest
from supabase_gotrue.json_types import is_object

DEFAULT_PAGE_SIZE: Final = 50
MAX_CURSOR_LIMIT: Final = 1000
_UINT64: Final = 2**64
_INT64: Final = 2**63


class Page(msgspec.Struct, frozen=True):
    """A page by number.

    Args:
        number: From 1. Page 0 equals page 1, but its next page is 1.
        size: The maximum number of rows.
    """

    number: int
    size: int

    @classmethod
    def from_request(cls, request: ServerRequest) -> "Page":
        """Parse `page` and `per_page`, or raise."""
        return cls(
            _parse_uint(request.query_param("page"), 1),
            _parse_uint(request.query_param("per_page"), DEFAULT_PAGE_SIZE),
        )

    @property
    def limit(self) -> int:
        return self.size if 0 < self.size < _INT64 else 20

    @property
    def offset(self) -> int:
        """The offset, as Go computes it: it wraps around at 64 bits."""
        number = self.number if 0 < self.number < _INT64 else 1
        offset = (number - 1) * self.limit % _UINT64
        if offset >= _INT64:
            raise DatabaseError("OFFSET must not be negative")
        return offset

    def headers(self, request: ServerRequest, total: int) -> dict[str, str]:
        """Return the headers with the total and the links to the next and last page."""
        if not self.size:
            raise internal_server_error()
        last = -(-total // self.size)
        next_link = f'<{_page_url(request, page=self.number + 1)}>; rel="next", '
        last_link = f'<{_page_url(request, page=last)}>; rel="last"'
        return {
            "link": (next_link if last > self.number else "") + last_link,
            "x-total-count": str(total),
        }


class Cursor(msgspec.Struct, frozen=True):
    """The last row of a page, after which the next page begins."""

    created_at: int
    id: str

    def encode(self) -> str:
        text = gojson.dumps({"created_at": format_time(self.created_at), "id": self.id})
        return base64url.encode(text)

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Decode a cursor, or raise."""
        try:
            value = gojson.loads(base64url.decode(text))
        except base64url.CorruptInputError as error:
            raise _pagination_error(f"invalid cursor encoding: {error}") from None
        except gojson.JSONError as error:
            raise _pagination_error(f"invalid cursor: {error}") from None
        if value is not None and not is_object(value):
            raise _type_error(value, "value of type models.KeysetCursor")
        user_id, created_at = NIL_UUID, rfc3339.ZERO
        # In the order of the text: the first problem counts.
        for name, member in (value or {}).items():
            if name.lower() == "id" and member is not None:
                user_id = _read_id(member)
            elif name.lower() == "created_at" and member is not None:
                created_at = _read_time(member)
        if user_id == NIL_UUID:
            raise _pagination_error("invalid cursor: missing id")
        if created_at == rfc3339.ZERO:
            raise _pagination_error("invalid cursor: missing created_at")
        return cls(created_at, user_id)


def _read_id(value: object) -> str:
    if not isinstance(value, str):
        raise _type_error(value, "struct field KeysetCursor.id of type uuid.UUID")
    user_id = parse_uuid(value)
    if user_id is None:
        raise _pagination_error(f"invalid cursor: {uuid_problem(value)}")
    return user_id


def _read_time(value: object) -> int:
    if not isinstance(value, str):
        raise _pagination_error("invalid cursor: Time.UnmarshalJSON: input is not a JSON string")
    try:
        return rfc3339.parse_time(value)
    except rfc3339.ParseError as error:
        raise _pagination_error(f"invalid cursor: {error}") from None


def _type_error(value: object, target: str) -> APIError:
    return _pagination_error(f"invalid cursor: {gojson.unmarshal_error(value, target)}")


def cursor_param(request: ServerRequest) -> Cursor | None:
    """Parse `cursor`, or return None without one."""
    text = request.query_param("cursor")
    return Cursor.decode(text) if text else None


def limit_param(request: ServerRequest) -> int:
    """Parse `limit`, the size of a page by cursor."""
    limit = _parse_uint(request.query_param("limit"), DEFAULT_PAGE_SIZE)
    if not limit:
        raise _pagination_error("limit must be greater than 0")
    return min(limit, MAX_CURSOR_LIMIT)


def cursor_link(request: ServerRequest, cursor: Cursor) -> dict[str, str]:
    """Return the header with the link to the page after a cursor."""
    return {"link": f'<{_page_url(request, page=None, cursor=cursor.encode())}>; rel="next"'}


def _page_url(request: ServerRequest, **changes: object) -> str:
    query = request.query | {
        name: [] if value is None else [str(value)] for name, value in changes.items()
    }
    pairs = [(name, value) for name in sorted(query) for value in query[name]]
    return f"{request.path}?{urlencode(pairs)}"


def _parse_uint(text: str, default: int) -> int:
    if not text:
        return default
    try:
        return strconv.parse_uint(text)
    except strconv.NumError as error:
        raise _pagination_error(str(error)) from None


def _pagination_error(message: str) -> APIError:
    return validation_failed(f"Bad Pagination Parameters: {message}")
