"""`Emulator`: sessions and failures for tests."""

from collections.abc import Callable
from datetime import datetime

import pytest
from returns.result import Failure, Result, Success

from supabase_gotrue import Error, admin
from supabase_gotrue.emulator import Emulator
from tests.emulator.helpers import EMAIL, server
from tests.hostile import objects


def test_fail_next_queues_failures() -> None:
    emulator = Emulator()
    client = emulator.client()
    emulator.fail_next(429, {"code": "over_request_rate_limit"}, {"retry-after": "7"})
    emulator.fail_next(times=2)
    first, second, third = (admin.list_users(client).failure() for _ in range(3))
    assert (first.error_code, first.retry_after) == ("over_request_rate_limit", 7)
    assert (second.status, third.status, second.message) == (500, 500, "Injected failure")
    assert isinstance(admin.list_users(client), Success)


def test_sign_in_returns_session_of_user() -> None:
    emulator = Emulator()
    client = emulator.client()
    user = admin.create_user(client, {"email": EMAIL}).unwrap()
    session = emulator.sign_in("Ada@example.com").unwrap()
    assert (session.user and session.user.id) == user.id
    assert server(emulator).is_signed_in(session)
    assert admin.sign_out(client, session) == Success(None)
    assert not server(emulator).is_signed_in(session)


def test_sign_in_of_unknown_user_fails() -> None:
    error = Emulator().sign_in(EMAIL).failure()
    assert (error.code, error.error_code, error.status) == ("not_found", "user_not_found", 404)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        pytest.param(lambda e, _, value: e.sign_in(value), "email", id="sign_in"),
        pytest.param(lambda e, _, value: e.add_passkey(value), "user_id", id="user"),
        pytest.param(lambda e, i, value: e.add_passkey(i, value), "friendly_name", id="name"),
        pytest.param(
            lambda e, i, value: e.add_passkey(i, last_used_at=value), "last_used_at", id="time"
        ),
    ],
)
def test_no_argument_raises(call: Callable[..., Result[object, Error]], field: str) -> None:
    emulator = Emulator()
    user = admin.create_user(emulator.client(), {"email": EMAIL}).unwrap()
    for value in objects():
        assert isinstance(call(emulator, user.id, value), Success | Failure)
    for value in ("a\0b", "\ud800", 5, datetime(2026, 1, 1)):
        assert list(call(emulator, user.id, value).failure().errors) == [field]
    assert isinstance(admin.list_users(emulator.client()), Success)
