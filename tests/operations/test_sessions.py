"""Sessions: which responses mean that the session has ended."""

import json
from typing import Any

import pytest
from returns.result import Success

from supabase_gotrue import admin
from tests.canned import Canned

SESSION_NOT_FOUND = {"code": "session_not_found", "message": "Session not found"}
USER_NOT_FOUND = {"code": "user_not_found", "message": "User not found"}
BAD_JWT = {"code": "bad_jwt", "message": "expired"}


@pytest.mark.parametrize(
    ("status", "body", "scope", "succeeds"),
    [
        (204, None, "global", True),
        (200, {}, "others", True),
        (403, SESSION_NOT_FOUND, "local", True),
        (403, SESSION_NOT_FOUND, "global", False),
        (403, SESSION_NOT_FOUND, "others", False),
        (403, USER_NOT_FOUND, "global", True),
        (403, USER_NOT_FOUND, "local", True),
        (403, BAD_JWT, "local", False),
        (401, {"code": "no_authorization", "message": "m"}, "local", False),
        (401, None, "global", False),
        (404, None, "local", False),
        (500, None, "local", False),
    ],
)
def test_sign_out(status: int, body: object, scope: Any, succeeds: bool) -> None:
    text = b"" if body is None else json.dumps(body).encode()
    result = admin.sign_out(Canned(status, text).client(), "a.b.c", scope)
    assert isinstance(result, Success) == succeeds
    assert not succeeds or result == Success(None)
    if body is SESSION_NOT_FOUND and not succeeds:
        assert result.failure().message == (
            "Session not found; other sessions of this user may still exist"
        )
