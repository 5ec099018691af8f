"""A request that may have reached the server is only repeated if that is harmless."""

from collections.abc import Callable
from socket import gaierror
from typing import Any

import pytest
from returns.result import Failure, Result, Success
from urllib3.exceptions import ConnectTimeoutError

from supabase_gotrue import Client, Error, User, admin
from tests.transports.wire import (
    MakeClient,
    Script,
    http_response,
    keep_alive,
    receive_request,
    reset_connection,
    respond_and_close,
    serve,
)

EMAIL: Any = {"email": "ada@example.com"}
LINK: Any = {"type": "recovery", "email": "ada@example.com"}
Call = Callable[[Client], Result[Any, Error]]


def read_user(client: Client) -> Result[User, Error]:
    return admin.get_user_by_id(client, "1")


def create_user(client: Client) -> Result[User, Error]:
    return admin.create_user(client, EMAIL)


CHANGES: dict[str, Call] = {
    "POST": create_user,
    "POST link": lambda client: admin.generate_link(client, LINK),
    "POST invite": lambda client: admin.invite_user_by_email(client, "ada@example.com"),
    "POST logout": lambda client: admin.sign_out(client, "a.b.c"),
    "PUT": lambda client: admin.update_user_by_id(client, "1", {"role": "editor"}),
    "DELETE": lambda client: admin.delete_user(client, "1"),
}
CALLS: dict[str, Call] = {**CHANGES, "GET": read_user}
BREAKS = [
    pytest.param(respond_and_close(), id="closes"),
    pytest.param(reset_connection, id="resets"),
    pytest.param(respond_and_close(b"HTTP/1.1 200 OK\r\nContent-"), id="closes in the headers"),
    pytest.param(
        respond_and_close(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"),
        id="closes in the body",
    ),
]


@pytest.mark.parametrize("call", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("broken", BREAKS)
def test_change_is_never_repeated(make_client: MakeClient, call: Call, broken: Script) -> None:
    with serve(broken) as server:
        assert call(make_client(server.url)).failure().code == "connection_error"
        assert (server.connections, len(server.requests)) == (1, 1)


@pytest.mark.parametrize("broken", BREAKS)
def test_get_is_repeated_after_broken_connections(make_client: MakeClient, broken: Script) -> None:
    with serve(broken, broken, keep_alive(http_response())) as server:
        assert isinstance(read_user(make_client(server.url)), Success)
        assert len(server.requests) == 3


def test_get_is_repeated_max_retries_times(make_client: MakeClient) -> None:
    for retries in (0, 1, 2, 5):
        with serve(reset_connection) as server:
            result = read_user(make_client(server.url, max_retries=retries))
            assert result.failure().code == "connection_error"
            assert len(server.requests) == retries + 1


def respond_once_then_close(conn: Any, server: Any) -> None:
    """Respond, keep the connection open, and close it after the next request."""
    receive_request(conn, server)
    conn.sendall(http_response())
    receive_request(conn, server)


@pytest.mark.parametrize("call", CHANGES.values(), ids=CHANGES)
def test_change_on_a_stale_connection_is_not_repeated(make_client: MakeClient, call: Call) -> None:
    with serve(respond_once_then_close, keep_alive(http_response())) as server:
        client = make_client(server.url)
        read_user(client).unwrap()
        assert call(client).failure().code == "connection_error"
        assert (server.connections, len(server.requests)) == (1, 2)


def test_get_on_a_stale_connection_is_repeated(make_client: MakeClient) -> None:
    with serve(respond_once_then_close, keep_alive(http_response())) as server:
        client = make_client(server.url)
        for _ in range(2):
            read_user(client).unwrap()
        assert (server.connections, len(server.requests)) == (2, 3)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_refused_connection_is_a_connection_error(make_client: MakeClient, call: Call) -> None:
    with serve(keep_alive(http_response())) as server:
        pass
    error = call(make_client(server.url)).failure()
    assert error.code == "connection_error"
    assert error.message.startswith(f"no connection to {server.url[7:]} could be made")


def busy_response(status: int, *headers: str) -> bytes:
    return http_response(b'{"code": "over_request_rate_limit"}', f"{status} Busy", *headers)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_429_with_retry_after_is_repeated(make_client: MakeClient, call: Call) -> None:
    later = busy_response(429, "Retry-After: 0")
    with serve(keep_alive(later, later, http_response())) as server:
        call(make_client(server.url))
        assert len(server.requests) == 3
        assert len(set(server.requests)) == 1


def test_503_with_retry_after_is_repeated_for_get(make_client: MakeClient) -> None:
    later = busy_response(503, "Retry-After: 0")
    with serve(keep_alive(later, http_response())) as server:
        assert isinstance(read_user(make_client(server.url)), Success)
        assert len(server.requests) == 2


@pytest.mark.parametrize("call", CHANGES.values(), ids=CHANGES)
def test_503_with_retry_after_is_not_repeated_for_changes(
    make_client: MakeClient, call: Call
) -> None:
    later = busy_response(503, "Retry-After: 0")
    with serve(keep_alive(later, http_response())) as server:
        error = call(make_client(server.url)).failure()
        assert (error.status, error.retry_after, len(server.requests)) == (503, 0, 1)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("headers", [(), ("Retry-After: soon",), ("Retry-After: -1",)])
def test_429_and_503_without_a_valid_retry_after_fail_at_once(
    make_client: MakeClient, status: int, headers: tuple[str, ...]
) -> None:
    with serve(keep_alive(busy_response(status, *headers), http_response())) as server:
        match read_user(make_client(server.url)):
            case Failure(Error() as error):
                assert (error.status, error.retry_after, len(server.requests)) == (status, None, 1)
            case other:
                pytest.fail(f"{other}")


@pytest.mark.parametrize("status", [408, 425, 500, 502, 504])
def test_other_statuses_are_never_repeated(make_client: MakeClient, status: int) -> None:
    with serve(keep_alive(busy_response(status, "Retry-After: 0"), http_response())) as server:
        assert read_user(make_client(server.url)).failure().status == status
        assert len(server.requests) == 1


def test_stops_after_max_retries(make_client: MakeClient) -> None:
    with serve(keep_alive(busy_response(429, "Retry-After: 0"))) as server:
        error = read_user(make_client(server.url, max_retries=3)).failure()
        assert (error.code, error.retry_after, len(server.requests)) == ("too_many_requests", 0, 4)


def test_waits_for_retry_after_seconds(make_client: MakeClient) -> None:
    with serve(keep_alive(busy_response(429, "Retry-After: 1"), http_response())) as server:
        assert isinstance(read_user(make_client(server.url, timeout=30.0)), Success)
        assert len(server.requests) == 2


@pytest.mark.parametrize("handled", [TimeoutError(), ConnectTimeoutError(""), gaierror()])
def test_exception_that_the_caller_handles_does_not_matter(
    make_client: MakeClient, handled: Exception
) -> None:
    with serve(reset_connection) as server:
        try:
            raise handled
        except type(handled):
            error = create_user(make_client(server.url)).failure()
        assert error.message == "the connection broke before the response was complete"
        assert len(server.requests) == 1


@pytest.mark.parametrize("broken", BREAKS)
def test_get_is_repeated_after_broken_proxy_connections(
    make_client: MakeClient, broken: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(broken, keep_alive(http_response())) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        client = make_client("http://project.example/auth/v1")
        assert isinstance(read_user(client), Success)
        assert len(proxy.requests) == 2
