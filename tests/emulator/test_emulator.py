"""`Emulator`: sessions and failures for tests."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

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


def sign_in(emulator: Emulator, _user_id: str, value: Any) -> Result[Any, Error]:
    return emulator.sign_in(value)


def add_to_user(emulator: Emulator, _user_id: str, value: Any) -> Result[Any, Error]:
    return emulator.add_passkey(value)


def add_named(emulator: Emulator, user_id: str, value: Any) -> Result[Any, Error]:
    return emulator.add_passkey(user_id, value)


def add_used(emulator: Emulator, user_id: str, value: Any) -> Result[Any, Error]:
    return emulator.add_passkey(user_id, last_used_at=value)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        (sign_in, "email"),
        (add_to_user, "user_id"),
        (add_named, "friendly_name"),
        (add_used, "last_used_at"),
    ],
)
def test_no_argument_raises(
    call: Callable[[Emulator, str, Any], Result[Any, Error]], field: str
) -> None:
    emulator = Emulator()
    user = admin.create_user(emulator.client(), {"email": EMAIL}).unwrap()
    for value in objects():
        assert isinstance(call(emulator, user.id, value), Success | Failure)
    for value in ("a\0b", "\ud800", 5, datetime(2026, 1, 1)):
        assert list(call(emulator, user.id, value).failure().errors) == [field]
    assert isinstance(admin.list_users(emulator.client()), Success)
