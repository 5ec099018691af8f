"""A request that may have reached the server is repeated only where that is harmless."""

from collections.abc import Callable
from socket import gaierror
from typing import Any

import pytest
from returns.result import Failure, Result, Success
from urllib3.exceptions import ConnectTimeoutError

from supabase_gotrue import Client, Error, admin, init_client
from tests.faults.wire import KEY, Script, answer, keeping, receive, resetting, saying, serving

EMAIL: Any = {"email": "ada@example.com"}
LINK: Any = {"type": "recovery", "email": "ada@example.com"}
CHANGING: dict[str, Callable[[Client], Result[Any, Error]]] = {
    "POST": lambda client: admin.create_user(client, EMAIL),
    "POST link": lambda client: admin.generate_link(client, LINK),
    "POST invite": lambda client: admin.invite_user_by_email(client, "ada@example.com"),
    "POST logout": lambda client: admin.sign_out(client, "a.b.c"),
    "PUT": lambda client: admin.update_user_by_id(client, "1", {"role": "editor"}),
    "DELETE": lambda client: admin.delete_user(client, "1"),
}
READING: dict[str, Callable[[Client], Result[Any, Error]]] = {
    "GET": lambda client: admin.get_user_by_id(client, "1"),
}
BREAKS: dict[str, Script] = {
    "closes": saying(),
    "resets": resetting,
    "closes in the headers": saying(b"HTTP/1.1 200 OK\r\nContent-"),
    "closes in the body": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
}


@pytest.mark.parametrize("call", CHANGING.values(), ids=CHANGING)
@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_change_is_never_repeated(
    call: Callable[[Client], Result[Any, Error]], broken: Script
) -> None:
    with serving(broken) as wire:
        assert call(wire.client()).failure().code == "connection_error"
        assert (wire.connections, len(wire.requests)) == (1, 1)


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_reading_comes_through_dead_connections(broken: Script) -> None:
    with serving(broken, broken, keeping(answer())) as wire:
        assert isinstance(READING["GET"](wire.client()), Success)
        assert len(wire.requests) == 3


def test_reading_is_repeated_no_more_than_said() -> None:
    for retries in (0, 1, 2, 5):
        with serving(resetting) as wire:
            result = READING["GET"](wire.client(max_retries=retries))
            assert result.failure().code == "connection_error"
            assert len(wire.requests) == retries + 1


def once_then_close(conn: Any, wire: Any) -> None:
    """Answer, keep the connection, and drop it when the next request is there."""
    receive(conn, wire)
    conn.sendall(answer())
    receive(conn, wire)


@pytest.mark.parametrize("call", CHANGING.values(), ids=CHANGING)
def test_change_on_a_stale_connection(call: Callable[[Client], Result[Any, Error]]) -> None:
    with serving(once_then_close, keeping(answer())) as wire:
        client = wire.client()
        READING["GET"](client).unwrap()
        assert call(client).failure().code == "connection_error"
        assert (wire.connections, len(wire.requests)) == (1, 2)


def test_reading_on_a_stale_connection() -> None:
    with serving(once_then_close, keeping(answer())) as wire:
        client = wire.client()
        for _ in range(2):
            READING["GET"](client).unwrap()
        assert (wire.connections, len(wire.requests)) == (2, 3)


@pytest.mark.parametrize("call", [*CHANGING.values(), *READING.values()])
def test_nobody_there_is_tried_again(call: Callable[[Client], Result[Any, Error]]) -> None:
    with serving(keeping(answer())) as wire:
        pass
    error = call(wire.client()).failure()
    assert (error.code, error.message) == (
        "connection_error",
        "no connection to the server could be made",
    )


def busy(status: int, *headers: str) -> bytes:
    return answer(b'{"code": "over_request_rate_limit"}', f"{status} Busy", *headers)


@pytest.mark.parametrize("call", [*CHANGING.values(), *READING.values()])
def test_too_many_requests_waits(call: Callable[[Client], Result[Any, Error]]) -> None:
    later = busy(429, "Retry-After: 0")
    with serving(keeping(later, later, answer())) as wire:
        call(wire.client())
        assert len(wire.requests) == 3
        assert len(set(wire.requests)) == 1


def test_unavailable_waits_only_for_reading() -> None:
    later = busy(503, "Retry-After: 0")
    with serving(keeping(later, answer())) as wire:
        assert isinstance(READING["GET"](wire.client()), Success)
        assert len(wire.requests) == 2
    for call in CHANGING.values():
        with serving(keeping(later, answer())) as wire:
            error = call(wire.client()).failure()
            assert (error.status, error.retry_after, len(wire.requests)) == (503, 0, 1)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("headers", [(), ("Retry-After: soon",), ("Retry-After: -1",)])
def test_busy_without_a_time_fails_at_once(status: int, headers: tuple[str, ...]) -> None:
    with serving(keeping(busy(status, *headers), answer())) as wire:
        match READING["GET"](wire.client()):
            case Failure(Error() as error):
                assert (error.status, error.retry_after, len(wire.requests)) == (status, None, 1)
            case other:
                pytest.fail(f"{other}")


@pytest.mark.parametrize("status", [408, 425, 500, 502, 504])
def test_other_errors_are_never_repeated(status: int) -> None:
    with serving(keeping(busy(status, "Retry-After: 0"), answer())) as wire:
        assert READING["GET"](wire.client()).failure().status == status
        assert len(wire.requests) == 1


def test_waiting_ends_with_the_retries() -> None:
    with serving(keeping(busy(429, "Retry-After: 0"))) as wire:
        error = READING["GET"](wire.client(max_retries=3)).failure()
        assert (error.code, error.retry_after, len(wire.requests)) == ("too_many_requests", 0, 4)


def test_waits_as_long_as_asked() -> None:
    with serving(keeping(busy(429, "Retry-After: 1"), answer())) as wire:
        assert isinstance(READING["GET"](wire.client(timeout=30.0)), Success)
        assert len(wire.requests) == 2


@pytest.mark.parametrize("handled", [TimeoutError(), ConnectTimeoutError(""), gaierror()])
def test_what_the_caller_handles_is_not_what_happened(handled: Exception) -> None:
    with serving(resetting) as wire:
        try:
            raise handled
        except type(handled):
            error = CHANGING["POST"](wire.client()).failure()
        assert error.message == "the connection broke before the response was complete"
        assert len(wire.requests) == 1


@pytest.mark.parametrize("broken", BREAKS.values(), ids=BREAKS)
def test_reading_comes_through_a_proxys_dead_connections(
    broken: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(broken, keeping(answer())) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        client = init_client("http://project.example", KEY).unwrap()
        assert isinstance(READING["GET"](client), Success)
        assert len(proxy.requests) == 2
