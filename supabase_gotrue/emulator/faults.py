"""What the server refuses, in both of its formats: `Refusal`.

What may live here: the error value and how it looks on the wire. Nothing here knows a
route, a user or the database.

https://github.com/supabase/auth/blob/master/internal/api/errors.go
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import uuid4

import msgspec

from supabase_gotrue.emulator import gojson
from supabase_gotrue.response import Response

JSON_HEADERS: Final[Mapping[str, str]] = {"content-type": "application/json"}
VERSION: Final = "2024-01-01"
_FIRST: Final = date(2024, 1, 1)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Taken(msgspec.Struct, frozen=True):
    """Which unique key of the database a row would have violated.

    Args:
        key: the index, as PostgreSQL names it.
        detail: the column and its value.
    """

    key: str
    detail: str


class Refusal(Exception):
    """An answer that is an error. Raised, it undoes its transaction; returned, it does not.

    Args:
        status: of HTTP.
        code: GoTrue's, `""` where the server crashed.
        message: the server's words.
        reasons: of a weak password.
        taken: the database's own complaint, shown to callers without an API version.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        reasons: tuple[str, ...] = (),
        taken: Taken | None = None,
    ) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message
        self.reasons = reasons
        self.taken = taken


def crash() -> Refusal:
    """What the server answers where its own code panics."""
    return Refusal(500, "", "Internal Server Error")


def failed(message: str, taken: Taken | None = None) -> Refusal:
    """What the server answers where its database refuses."""
    return Refusal(500, "unexpected_failure", message, taken=taken)


def answer(refusal: Refusal, version: str) -> Response:
    """The refusal on the wire, in the format that the caller's API version asks for.

    >>> answer(Refusal(404, "user_not_found", "User not found"), "2024-01-01").body
    b'{"code":"user_not_found","message":"User not found"}'
    >>> answer(Refusal(404, "user_not_found", "User not found"), "").body
    b'{"code":404,"error_code":"user_not_found","msg":"User not found"}'
    """
    new = _is_new(version)
    body = _new_body(refusal) if new else _old_body(refusal)
    named = bool(refusal.code) and not (refusal.reasons and new)
    headers = {
        **JSON_HEADERS,
        **({"x-sb-error-code": refusal.code} if named else {}),
        **({"x-supabase-api-version": VERSION} if new else {}),
    }
    return Response(refusal.status, headers, gojson.dumps(body))


def _new_body(refusal: Refusal) -> dict[str, object]:
    body: dict[str, object] = {
        "code": refusal.code or "unexpected_failure",
        "message": refusal.message,
    }
    return body | _weak(refusal)


def _old_body(refusal: Refusal) -> dict[str, object]:
    if refusal.taken:
        message = f'duplicate key value violates unique constraint "{refusal.taken.key}"'
        return {"code": "23505", "message": message, "detail": refusal.taken.detail}
    body: dict[str, object] = {
        "code": refusal.status,
        "error_code": refusal.code or "unexpected_failure",
        "msg": refusal.message,
    }
    traced = {"error_id": str(uuid4())} if refusal.status >= 500 and refusal.code else {}
    return body | traced | _weak(refusal)


def _weak(refusal: Refusal) -> dict[str, object]:
    return {"weak_password": {"reasons": list(refusal.reasons)}} if refusal.reasons else {}


def _is_new(version: str) -> bool:
    if not _DATE.fullmatch(version):
        return False
    try:
        return date.fromisoformat(version) >= _FIRST
    except ValueError:  # the thirtieth of February
        return False
