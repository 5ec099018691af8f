"""`Emulator`: sessions and failures for tests."""

from returns.result import Success

from supabase_gotrue import admin
from supabase_gotrue.emulator import Emulator
from tests.emulator.helpers import EMAIL, server


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
