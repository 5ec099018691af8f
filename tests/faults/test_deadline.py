"""`timeout` bounds the whole call, whatever holds it up."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from returns.result import Failure, Result

from supabase_gotrue import Error, Request, RequestsTransport, admin
from supabase_gotrue.error import ErrorCode
from tests.faults.wire import Script, Wire, answer, dripping, keeping, receive, serving, silent

TIMEOUT = 0.4
HEAD = b"HTTP/1.1 200 OK\r\n"


def late(call: Callable[[], Result[Any, Error]], status: int | None = None) -> Error:
    """The Error of a call that takes its time and no more."""
    start = time.monotonic()
    result = call()
    assert time.monotonic() - start < TIMEOUT + 0.3
    match result:
        case Failure(Error("timeout") as error):
            assert error.status == status
            return error
        case other:
            pytest.fail(f"not late: {other}")


SLOW: dict[str, tuple[Script, int | None]] = {
    "never answers": (silent, None),
    "drips the status": (dripping(b"", b"H"), None),
    "drips a header": (dripping(HEAD + b"X: ", b"x"), None),
    "drips headers": (dripping(HEAD, b"X: x\r\n"), None),
    "drips early hints": (dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), None),
    "hurries early hints": (dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99, 0), None),
    "drips a body": (dripping(HEAD + b"Content-Length: 9999\r\n\r\n", b"x"), 200),
    "drips without an end": (dripping(HEAD + b"\r\n", b"x"), 200),
    "drips a chunk": (dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9999\r\n", b"x"), 200),
    "drips a chunk's line": (dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"), 200),
    "hurries small chunks": (
        dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 9, 0),
        200,
    ),
    "drips trailers": (
        dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: x\r\n"),
        200,
    ),
    "stops in the body": (dripping(HEAD + b"Content-Length: 9\r\n\r\n{", b""), 200),
}


@pytest.mark.parametrize("name", SLOW)
def test_slow_server(name: str) -> None:
    script, status = SLOW[name]
    with serving(script) as wire:
        client = wire.client(timeout=TIMEOUT)
        late(lambda: admin.get_user_by_id(client, "1"), status)


def test_slow_server_of_a_session_of_ones_own() -> None:
    with serving(dripping(HEAD + b"X: ", b"x")) as wire, requests.Session() as session:
        transport = RequestsTransport(session=session, timeout=TIMEOUT)
        late(lambda: transport(Request("GET", wire.url, {})))


def test_reader_that_stops() -> None:
    with serving(silent) as wire:
        client = wire.client(timeout=TIMEOUT)
        data: Any = {"email": "a", "user_metadata": {"a": "x" * 2**24}}
        late(lambda: admin.create_user(client, data))


def sipping(conn: socket.socket, wire: Wire) -> None:
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    while not wire.ended.wait(0.02):
        conn.recv(16384)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_reader_that_sips(scheme: str, tls: tuple[ssl.SSLContext, str]) -> None:
    context, path = tls
    with serving(sipping, tls=context if scheme == "https" else None) as wire:
        client = wire.client(timeout=TIMEOUT, verify=path)
        data: Any = {"email": "a", "user_metadata": {"a": "x" * 2**23}}
        late(lambda: admin.create_user(client, data))


def test_handshake_that_never_comes() -> None:
    with serving(silent) as wire:
        transport = RequestsTransport(timeout=TIMEOUT)
        url = wire.url.replace("http:", "https:")
        late(lambda: transport(Request("GET", url, {})))


def test_handshake_that_drips() -> None:
    with serving(dripping(b"\x16\x03\x03\x20\x00", b"x")) as wire:
        transport = RequestsTransport(timeout=TIMEOUT)
        url = wire.url.replace("http:", "https:")
        late(lambda: transport(Request("GET", url, {})))


@pytest.mark.parametrize("drop", [b"", b"X: x\r\n"])
def test_proxy_that_never_connects(drop: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(dripping(b"HTTP/1.1 200 OK\r\n", drop)) as wire:
        monkeypatch.setenv("HTTPS_PROXY", wire.url)
        monkeypatch.setenv("NO_PROXY", "")
        transport = RequestsTransport(timeout=TIMEOUT)
        late(lambda: transport(Request("GET", "https://project.example/", {})))


def test_proxy_that_takes_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(conn: socket.socket, wire: Wire) -> None:
        receive(conn, wire)
        wire.ended.wait(TIMEOUT * 0.7)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        wire.ended.wait(30)

    with serving(slowly) as wire:
        monkeypatch.setenv("HTTPS_PROXY", wire.url)
        monkeypatch.setenv("NO_PROXY", "")
        transport = RequestsTransport(timeout=TIMEOUT)
        late(lambda: transport(Request("GET", "https://project.example/", {})))


@pytest.fixture
def full() -> Iterator[tuple[str, int]]:
    """A port that lets nobody in: whoever connects waits."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        yield listener.getsockname()
        for each in waiting:
            each.close()


def test_several_addresses(full: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", full)] * 5

    def resolved(*_args: object, **_named: object) -> object:
        return addresses

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    transport = RequestsTransport(timeout=TIMEOUT)
    late(lambda: transport(Request("GET", "http://many.example/", {})))


def test_name_that_nobody_resolves_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(silent) as wire:

        def slowly(*_args: object, **_named: object) -> None:
            wire.ended.wait(30)

        monkeypatch.setattr(socket, "getaddrinfo", slowly)
        transport = RequestsTransport(timeout=TIMEOUT)
        late(lambda: transport(Request("GET", "http://slow.example/", {})))


def test_full_pool() -> None:
    freed = Event()

    class Held(HTTPAdapter):
        def send(self, *_args: Any, **_named: Any) -> requests.Response:
            freed.wait(30)
            raise requests.ConnectionError

    with requests.Session() as session:
        session.mount("http://", Held())
        transport = RequestsTransport(session=session, timeout=TIMEOUT, pool_size=1)
        request = Request("GET", "http://localhost", {})
        first = late(lambda: transport(request))
        second = late(lambda: transport(request))
        freed.set()
    assert first.message == "no complete response arrived in time"
    assert second.message == "no connection of the pool became free in time"


def test_full_pool_that_empties() -> None:
    with serving(keeping(answer())) as wire:
        client = wire.client(pool_size=1)
        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(partial(admin.get_user_by_id, client), ["1"] * 40))
        assert all(result.unwrap().id == "1" for result in results)
        assert wire.most_open == 1


@pytest.mark.parametrize(
    ("status", "code"), [(429, "too_many_requests"), (503, "service_unavailable")]
)
def test_pause_that_is_too_long(status: int, code: ErrorCode) -> None:
    with serving(keeping(answer(b"", f"{status} X", "Retry-After: 60"))) as wire:
        start = time.monotonic()
        error = admin.get_user_by_id(wire.client(timeout=TIMEOUT), "1").failure()
        assert time.monotonic() - start < TIMEOUT
        assert (error.code, error.retry_after, len(wire.requests)) == (code, 60, 1)


def test_tls_that_stops(tls: tuple[ssl.SSLContext, str]) -> None:
    script = dripping(HEAD + b"Content-Length: 9999\r\n\r\n", b"x")
    with serving(script, tls=tls[0]) as wire:
        client = wire.client(timeout=TIMEOUT, verify=tls[1])
        late(lambda: admin.get_user_by_id(client, "1"), 200)


def test_tls_that_drips_within_a_proxys(
    tls: tuple[ssl.SSLContext, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nested(conn: socket.socket, wire: Wire) -> None:
        receive(conn, wire)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        taken, given = ssl.MemoryBIO(), ssl.MemoryBIO()
        inner = tls[0].wrap_bio(taken, given, server_side=True)
        for step in (inner.do_handshake, inner.read):
            while True:
                try:
                    step()
                    break
                except ssl.SSLWantReadError:
                    conn.sendall(given.read())
                    taken.write(conn.recv(65536))
        inner.write(answer(b"x" * 9999))
        for byte in given.read():
            if wire.ended.wait(0.002):
                break
            conn.sendall(bytes([byte]))

    with serving(nested, tls=tls[0]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        transport = RequestsTransport(timeout=TIMEOUT, verify=tls[1])
        late(lambda: transport(Request("GET", "https://localhost/", {})))
