"""Where one answer ends and the next begins, whatever a server says of it."""

import socket
import ssl
from collections.abc import Callable
from typing import Any

import pytest
from returns.result import Success

from supabase_gotrue import Request, admin
from tests.faults.wire import USER, Script, Wire, answer, dripping, receive, serving

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
OTHER = USER.replace(b'"1"', b'"2"')


def keeping_open(*answers: bytes) -> Script:
    """Answer each request in turn, and never close."""

    def script(conn: socket.socket, wire: Wire) -> None:
        for said in answers:
            receive(conn, wire)
            conn.sendall(said)
        wire.ended.wait(30)

    return script


@pytest.mark.parametrize("status", ["100 Continue", "102 Processing", "103 Early Hints"])
def test_interim_answer_is_no_answer(status: str) -> None:
    interim = f"HTTP/1.1 {status}\r\nX: x\r\n\r\n".encode()
    with serving(keeping_open(interim * 2 + answer(), answer(OTHER))) as wire:
        client = wire.client()
        assert admin.get_user_by_id(client, "1").unwrap().id == "1"
        assert admin.get_user_by_id(client, "2").unwrap().id == "2"
        assert wire.connections == 1


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
def test_length_that_is_none(framing: bytes) -> None:
    with serving(keeping_open(HEAD + framing + b"\r\n\r\n" + USER)) as wire:
        error = admin.get_user_by_id(wire.client(), "1").failure()
        assert (error.code, error.status) == ("invalid_response", 200)
        assert error.metadata["resp_status"] == 200


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
def test_length_that_is_told_twice(framing: bytes) -> None:
    with serving(keeping_open(HEAD + framing, answer(OTHER))) as wire:
        client = wire.client()
        assert admin.get_user_by_id(client, "1").unwrap().id == "1"
        assert admin.get_user_by_id(client, "2").unwrap().id == "2"
        assert wire.connections == 1


def test_chunk_of_less_than_nothing() -> None:
    script = dripping(HEAD + CHUNKED + b"\r\n-1\r\n", b" " * 65536, 0)
    with serving(script) as wire:
        client = wire.client(max_response_bytes=9, max_retries=0)
        error = admin.get_user_by_id(client, "1").failure()
        assert (error.code, error.status) == ("connection_error", 200)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 204 X\r\nContent-Length: 5\r\n\r\n",
        b"HTTP/1.1 204 X\r\n" + CHUNKED + b"\r\n",
        b"HTTP/1.1 304 X\r\n" + CHUNKED + b"\r\n0\r\n\r\n",
        b"HTTP/1.1 101 X\r\n\r\n",
    ],
)
def test_connection_that_may_say_more_is_not_kept(said: bytes) -> None:
    with serving(keeping_open(said), keeping_open(answer())) as wire:
        transport = wire.transport()
        response = transport(Request("GET", wire.url, {})).unwrap()
        assert (response.status, response.body) == (int(said[9:12]), b"")
        assert transport(Request("GET", wire.url, {})).unwrap().status == 200


@pytest.mark.parametrize("status", [204, 304])
def test_connection_that_says_no_more_is_kept(status: int) -> None:
    said = f"HTTP/1.1 {status} X\r\n\r\n".encode()
    with serving(keeping_open(said, said, answer())) as wire:
        transport = wire.transport()
        for expected in (status, status, 200):
            assert transport(Request("GET", wire.url, {})).unwrap().status == expected
        assert wire.connections == 1


def test_what_follows_an_answer_is_no_answer(tls: tuple[ssl.SSLContext, str]) -> None:
    """In one record of TLS, whose rest is not seen at the socket."""
    first = answer()
    more = first.ljust(8192) + answer(OTHER)
    with serving(keeping_open(more), keeping_open(answer()), tls=tls[0]) as wire:
        client = wire.client(verify=tls[1])
        for _ in range(2):
            assert admin.get_user_by_id(client, "1").unwrap().id == "1"


def leaving(conn: socket.socket, wire: Wire) -> None:
    """Close."""


def resetting(conn: socket.socket, wire: Wire) -> None:
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def staying(conn: socket.socket, wire: Wire) -> None:
    wire.ended.wait(30)


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("then", [leaving, resetting, staying])
def test_answer_before_all_is_sent(
    scheme: str, then: Callable[..., None], tls: tuple[ssl.SSLContext, str]
) -> None:
    def early(conn: socket.socket, wire: Wire) -> None:
        conn.recv(1000)
        conn.sendall(answer(b'{"msg": "too much"}', "413 X"))
        then(conn, wire)

    context = tls[0] if scheme == "https" else None
    data: Any = {"email": "a", "user_metadata": {"a": "x" * 2**23}}
    with serving(early, keeping_open(answer()), tls=context) as wire:
        client = wire.client(verify=tls[1], timeout=2.0 if then is staying else 5.0)
        error = admin.create_user(client, data).failure()
        # TLS does not read what came before a reset.
        lost = then is resetting and error.code == "connection_error"
        assert lost or (error.status, error.message) == (413, "too much")
        assert isinstance(admin.get_user_by_id(client, "1"), Success)
        assert wire.connections == 2
