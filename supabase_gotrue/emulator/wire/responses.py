"""Responses: JSON bodies, and errors in the format of the caller's API version.

https://github.com/supabase/auth/blob/master/internal/api/errors.go
"""

import re
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import uuid4

from supabase_gotrue.emulator.go import gojson
from supabase_gotrue.emulator.wire.errors import APIError
from supabase_gotrue.response import Response

JSON_HEADERS: Final[Mapping[str, str]] = {"content-type": "application/json"}
VERSION: Final = "2024-01-01"
_VERSION_DATE: Final = date(2024, 1, 1)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def json_response(
    body: object, status: int = 200, headers: Mapping[str, str] = MappingProxyType({})
) -> Response:
    """Encode a JSON response."""
    return Response(status, {**JSON_HEADERS, **headers}, gojson.dumps(body))


def error_response(error: APIError, version: str) -> Response:
    """Encode an error in the format of the caller's API version.

    >>> error_response(APIError(404, "user_not_found", "User not found"), "2024-01-01").body
    b'{"code":"user_not_found","message":"User not found"}'
    >>> error_response(APIError(404, "user_not_found", "User not found"), "").body
    b'{"code":404,"error_code":"user_not_found","msg":"User not found"}'
    """
    versioned = _is_versioned(version)
    body = _versioned_body(error) if versioned else _legacy_body(error)
    shows_violation = error.violation is not None and not versioned
    code = error.code or ("unexpected_failure" if shows_violation else "")
    has_code_header = code and not (error.reasons and versioned)
    headers = {
        **JSON_HEADERS,
        **({"x-sb-error-code": code} if has_code_header else {}),
        **version_headers(version),
    }
    status = 500 if shows_violation else error.status
    return Response(status, headers, gojson.dumps(body))


def version_headers(version: str) -> dict[str, str]:
    """Return the header that repeats the caller's API version in an error response."""
    return {"x-supabase-api-version": VERSION} if _is_versioned(version) else {}


def _versioned_body(error: APIError) -> dict[str, object]:
    body: dict[str, object] = {
        "code": error.code or "unexpected_failure",
        "message": error.message,
    }
    return body | _weak_password(error)


def _legacy_body(error: APIError) -> dict[str, object]:
    if error.violation:
        message = f'duplicate key value violates unique constraint "{error.violation.constraint}"'
        return {"code": "23505", "message": message, "detail": error.violation.detail}
    body: dict[str, object] = {
        "code": error.status,
        "error_code": error.code or "unexpected_failure",
        "msg": error.message,
    }
    error_id = {"error_id": str(uuid4())} if error.status >= 500 and error.code else {}
    return body | error_id | _weak_password(error)


def _weak_password(error: APIError) -> dict[str, object]:
    return {"weak_password": {"reasons": list(error.reasons)}} if error.reasons else {}


def _is_versioned(version: str) -> bool:
    if not _DATE.fullmatch(version):
        return False
    try:
        return date.fromisoformat(version) >= _VERSION_DATE
    except ValueError:  # no such day
        return False
