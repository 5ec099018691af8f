"""Where one response ends and the next begins."""

import socket
import ssl
from functools import partialmethod
from threading import Event
from typing import Any

import pytest
from returns.result import Success

from supabase_gotrue import Client, Request, admin
from tests.in_event_loop import InEventLoop
from tests.programs import PATIENCE
from tests.transports.wire import (
    USER,
    MakeClient,
    MakeTransport,
    Script,
    Server,
    drip,
    http_response,
    receive_request,
    serve,
)

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
OTHER = USER.replace(b'"1"', b'"2"')


def is_async(client: Client) -> bool:
    """Whether aiohttp reads the header block: it says less, and refuses more."""
    return isinstance(client.transport, InEventLoop)


def respond_and_wait(*responses: bytes) -> Script:
    """Respond to each request in turn, and never close the connection."""

    def script(conn: socket.socket, server: Server) -> None:
        for response in responses:
            receive_request(conn, server)
            conn.sendall(response)
        server.stopped.wait(PATIENCE)

    return script


@pytest.mark.parametrize("status", ["100 Continue", "102 Processing", "103 Early Hints"])
def test_skips_interim_responses(make_client: MakeClient, status: str) -> None:
    interim = f"HTTP/1.1 {status}\r\nX: x\r\n\r\n".encode()
    with serve(respond_and_wait(*[interim * 2 + http_response()] * 2)) as server:
        client = make_client(server.url)
        for _ in range(2):
            assert admin.get_user_by_id(client, "1").unwrap().id == "1"
        # What follows interim responses is not accounted for with aiohttp.
        assert server.connections == (2 if is_async(client) else 1)


def test_endless_interim_responses_are_a_failure(make_client: MakeClient) -> None:
    script = drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99, 0)
    with serve(script) as server:
        client = make_client(server.url, timeout=1.0, max_retries=0)
        assert admin.get_user_by_id(client, "1").failure().code in ("timeout", "invalid_response")


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: x",
        b"Content-Length: -5",
        b"Content-Length: +5",
        b"Content-Length: 0x5",
        b"Content-Length: 5_0",
        b"Content-Length: 5, 6",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 5\r\nContent-Length: x",
        b"Content-Length: " + b"9" * 19,
        b"Content-Length: " + b"9" * 5000,
        b"Transfer-Encoding: identity\r\nContent-Length: 5",
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding: chunked, gzip",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    ],
)
def test_rejects_invalid_framing(make_client: MakeClient, framing: bytes) -> None:
    with serve(respond_and_wait(HEAD + framing + b"\r\n\r\n" + USER)) as server:
        client = make_client(server.url)
        error = admin.get_user_by_id(client, "1").failure()
        assert error.code == "invalid_response"
        assert error.status in ({200, None} if is_async(client) else {200})
        assert error.metadata.get("resp_status") == error.status


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: %d, %d\r\n\r\n%s" % (len(USER), len(USER), USER),
        b"Content-Length: %d\r\nContent-Length: %d\r\n\r\n%s" % (len(USER), len(USER), USER),
        b"Content-Length: 3\r\n%s\r\n%x;a=b\r\n%s\r\n0\r\nX: x\r\n\r\n"
        % (CHUNKED, len(USER), USER),
        b"Content-Length: x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (CHUNKED, len(USER), USER),
    ],
)
def test_accepts_redundant_framing(make_client: MakeClient, framing: bytes) -> None:
    with serve(respond_and_wait(HEAD + framing, http_response(OTHER))) as server:
        client = make_client(server.url)
        if is_async(client):
            assert admin.get_user_by_id(client, "1").failure().code == "invalid_response"
            return
        assert admin.get_user_by_id(client, "1").unwrap().id == "1"
        assert admin.get_user_by_id(client, "2").unwrap().id == "2"
        assert server.connections == 1


def test_rejects_a_negative_chunk_size(make_client: MakeClient) -> None:
    script = drip(HEAD + CHUNKED + b"\r\n-1\r\n", b" " * 65536, 0)
    with serve(script) as server:
        client = make_client(server.url, max_response_bytes=9, max_retries=0)
        error = admin.get_user_by_id(client, "1").failure()
        assert (error.code, error.status) == ("connection_error", 200)


@pytest.mark.parametrize(
    "response",
    [
        b"HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 204 X\r\n" + CHUNKED + b"\r\n",
        b"HTTP/1.1 304 X\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
        b"HTTP/1.1 101 X\r\n\r\n",
    ],
)
def test_closes_a_connection_that_may_send_more(
    make_transport: MakeTransport, response: bytes
) -> None:
    with serve(respond_and_wait(response), respond_and_wait(http_response())) as server:
        transport = make_transport()
        received = transport(Request("GET", server.url, {})).unwrap()
        assert (received.status, received.body) == (int(response[9:12]), b"")
        assert transport(Request("GET", server.url, {})).unwrap().status == 200


@pytest.mark.parametrize("status", [204, 304])
def test_reuses_the_connection_after_an_empty_response(
    make_transport: MakeTransport, status: int
) -> None:
    response = f"HTTP/1.1 {status} X\r\n\r\n".encode()
    with serve(respond_and_wait(response, response, http_response())) as server:
        transport = make_transport()
        for expected in (status, status, 200):
            assert transport(Request("GET", server.url, {})).unwrap().status == expected
        assert server.connections == 1


def test_ignores_bytes_after_a_tls_response(
    make_client: MakeClient, tls: tuple[ssl.SSLContext, str]
) -> None:
    """Polling the socket does not show the rest of a TLS record."""
    first = http_response()
    more = first.ljust(8192) + http_response(OTHER)
    with serve(respond_and_wait(more), respond_and_wait(http_response()), tls=tls[0]) as server:
        client = make_client(server.url, verify=tls[1])
        for _ in range(2):
            assert admin.get_user_by_id(client, "1").unwrap().id == "1"


def close_connection(conn: socket.socket, server: Server) -> None:
    """Close."""


def reset_connection(conn: socket.socket, server: Server) -> None:
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def stay_open(conn: socket.socket, server: Server) -> None:
    server.stopped.wait(PATIENCE)


@pytest.mark.parametrize(
    ("scheme", "then"),
    [
        pytest.param("http", close_connection, id="closes"),
        pytest.param("http", reset_connection, id="resets"),
        pytest.param("http", stay_open, id="stays open"),
        pytest.param("https", close_connection, id="TLS closes"),
        pytest.param("https", stay_open, id="TLS stays open"),
    ],
)
def test_reads_a_response_sent_before_the_request_was_read(
    make_client: MakeClient,
    tls: tuple[ssl.SSLContext, str],
    scheme: str,
    then: Script,
) -> None:
    def early(conn: socket.socket, server: Server) -> None:
        conn.recv(1000)
        conn.sendall(http_response(b'{"msg": "too much"}', "413 X"))
        then(conn, server)

    context = tls[0] if scheme == "https" else None
    data: Any = {"email": "a", "user_metadata": {"a": "x" * 2**23}}
    with serve(early, respond_and_wait(http_response()), tls=context) as server:
        client = make_client(server.url, verify=tls[1], timeout=2.0 if then is stay_open else 60.0)
        error = admin.create_user(client, data).failure()
        # asyncio loses what arrives before sending fails.
        is_lost = is_async(client) and error.outcome_unknown
        assert is_lost or error.status == 413
        assert isinstance(admin.get_user_by_id(client, "1"), Success)
        assert server.connections == 2


def test_reset_of_tls_before_the_request_was_read_is_a_failure(
    make_client: MakeClient, tls: tuple[ssl.SSLContext, str]
) -> None:
    """OpenSSL may or may not read what arrived before the reset."""

    def early(conn: socket.socket, server: Server) -> None:
        conn.recv(1000)
        conn.sendall(http_response(b'{"msg": "too much"}', "413 X"))
        reset_connection(conn, server)

    data: Any = {"email": "a", "user_metadata": {"a": "x" * 2**23}}
    with serve(early, respond_and_wait(http_response()), tls=tls[0]) as server:
        client = make_client(server.url, verify=tls[1])
        assert not isinstance(admin.create_user(client, data), Success)
        assert isinstance(admin.get_user_by_id(client, "1"), Success)
        assert server.connections == 2


# uvloop sends without the methods of sockets.
@pytest.mark.parametrize("make_transport", ["requests", "aiohttp, asyncio"], indirect=True)
def test_reads_a_response_that_arrived_before_sending_fails(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock = {name: getattr(socket.socket, name) for name in ("send", "sendall")}
    is_sending, is_closed = Event(), Event()

    def respond_and_reset(conn: socket.socket, server: Server) -> None:
        is_sending.wait(PATIENCE)
        stock["sendall"](conn, http_response(b'{"msg": "too much"}', "413 X"))
        reset_connection(conn, server)
        conn.close()
        is_closed.set()

    def send_late(sock: socket.socket, name: str, *args: Any) -> Any:
        if sock.family == socket.AF_INET and sock.getpeername()[1] == port:
            is_sending.set()
            is_closed.wait(PATIENCE)
        return stock[name](sock, *args)

    with serve(respond_and_reset) as server:
        port = int(server.url.rpartition(":")[2])
        for name in stock:
            monkeypatch.setattr(socket.socket, name, partialmethod(send_late, name))
        client = make_client(server.url)
        error = admin.delete_user(client, "1").failure()
        is_lost = is_async(client) and error.outcome_unknown
        assert is_lost or error.status == 413


def test_connection_on_which_something_arrived_is_not_reused(make_client: MakeClient) -> None:
    may_continue, has_sent = Event(), Event()

    def respond_twice(conn: socket.socket, server: Server) -> None:
        receive_request(conn, server)
        conn.sendall(http_response())
        may_continue.wait(PATIENCE)
        conn.sendall(http_response(OTHER))
        has_sent.set()
        server.stopped.wait(PATIENCE)

    with serve(respond_twice, respond_and_wait(http_response())) as server:
        client = make_client(server.url)
        assert admin.get_user_by_id(client, "1").unwrap().id == "1"
        may_continue.set()
        has_sent.wait(PATIENCE)
        assert admin.get_user_by_id(client, "1").unwrap().id == "1"
        assert server.connections == 2


@pytest.mark.parametrize("size", [1, 9000])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_does_not_reuse_a_connection_with_bytes_after_the_response(
    make_client: MakeClient, tls: tuple[ssl.SSLContext, str], scheme: str, size: int
) -> None:
    context = tls[0] if scheme == "https" else None
    surplus = respond_and_wait(http_response() + b"x" * size, http_response(OTHER))
    with serve(surplus, respond_and_wait(http_response()), tls=context) as server:
        client = make_client(server.url, verify=tls[1])
        for _ in range(2):
            assert admin.get_user_by_id(client, "1").unwrap().id == "1"
        assert server.connections == 2
