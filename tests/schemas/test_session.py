"""Sessions as arguments: a `Session` or its token, of the user that is meant."""

import base64
import json
from typing import Any
from uuid import UUID

import pytest
from returns.result import Success

from supabase_gotrue import Session, User, admin
from tests.canned import Canned
from tests.validation import BLANK, INVALID, errors

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
USER = {"id": ID, "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}


@pytest.mark.parametrize(
    ("session", "expected_errors"),
    [
        ("", BLANK),
        (" ", BLANK),
        (None, BLANK),
        (Session(access_token=" "), BLANK),
        ("a b", INVALID),
        ("a\nb", INVALID),
        ("ü", INVALID),
        (1, INVALID),
        ({"access_token": "a"}, INVALID),
        (Session(access_token="a b"), INVALID),
    ],
)
def test_rejects_an_invalid_session(session: Any, expected_errors: tuple[str, ...]) -> None:
    canned = Canned()
    assert errors(admin.sign_out(canned.client(), session)) == {"session": expected_errors}
    if session is not None:
        result = admin.delete_identity(canned.client(), ID, ID, session=session)
        assert errors(result) == {"session": expected_errors}
    assert canned.sent == []


def token(**claims: object) -> str:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2ln"


@pytest.mark.parametrize(
    "session",
    [
        token(sub=ID),
        token(sub=ID.upper()),
        token(sub=ID.replace("-", "")),
        token(note="ü" * 7, sub=ID),
        token(sub=None),
        token(),
        "opaque",
        "a.b.c",
        "a.%%%.c",
        token(sub=5),
        Session(access_token=token(sub=ID), user=User.parse(USER).unwrap()),
    ],
)
def test_accepts_a_session_of_the_user_or_of_unknown_user(session: Any) -> None:
    canned = Canned()
    assert admin.delete_identity(canned.client(), UUID(ID), "i-1", session=session) == Success(None)
    [request] = canned.sent
    assert (request.method, request.path) == ("DELETE", "/auth/v1/user/identities/i-1")


@pytest.mark.parametrize(
    "session",
    [
        token(sub="another"),
        Session(access_token="opaque", user=User.parse({**USER, "id": "another"}).unwrap()),
        Session(access_token=token(sub="another"), user=User.parse(USER).unwrap()),
    ],
)
def test_rejects_a_session_of_another_user(session: Any) -> None:
    canned = Canned()
    result = admin.delete_identity(canned.client(), ID, "i-1", session=session)
    assert errors(result) == {"session": ("belongs to another user",)}
    assert canned.sent == []
