"""`timeout` limits the whole call, whatever is slow."""

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

from supabase_gotrue import Error, Request, RequestsTransport, admin, init_client
from supabase_gotrue.error import ErrorCode
from tests.programs import PATIENCE, run_program
from tests.transports.wire import (
    GROWING_TIMEOUTS,
    KEY,
    USER,
    MakeClient,
    MakeTransport,
    Script,
    Server,
    drip,
    http_response,
    keep_alive,
    never_respond,
    receive_over_tls,
    receive_request,
    serve,
)

TIMEOUT = 0.4
HEAD = b"HTTP/1.1 200 OK\r\n"


def assert_timeout(call: Callable[[], Result[Any, Error]]) -> Error:
    """Call, and return the Error: the servers never end, so that only the deadline does."""
    result = call()
    assert isinstance(result, Failure), result
    error: Error = result.failure()
    assert error.code == "timeout", error
    return error


def assert_timeout_after(
    happened: Callable[[Error], bool], call: Callable[[float], Result[Any, Error]]
) -> None:
    """Call with a timeout, and with a longer one if a busy machine did not get so far in it."""
    assert any(happened(assert_timeout(partial(call, timeout))) for timeout in GROWING_TIMEOUTS)


SLOW = [
    pytest.param(never_respond, None, id="never answers"),
    pytest.param(drip(b"HTTP/1.1 200 ", b"O"), None, id="drips the status"),
    pytest.param(drip(HEAD + b"X: ", b"x"), None, id="drips a header"),
    pytest.param(drip(HEAD, b"X: x\r\n"), None, id="drips headers"),
    pytest.param(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), None, id="drips early hints"),
    pytest.param(drip(HEAD + b"Content-Length: 9999\r\n\r\n", b"x"), 200, id="drips a body"),
    pytest.param(drip(HEAD + b"\r\n", b"x"), 200, id="drips without an end"),
    pytest.param(
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9999\r\n", b"x"), 200, id="drips a chunk"
    ),
    pytest.param(
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"), 200, id="drips a chunk's line"
    ),
    pytest.param(
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 9, 0),
        200,
        id="hurries small chunks",
    ),
    pytest.param(
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: x\r\n"),
        200,
        id="drips trailers",
    ),
    pytest.param(drip(HEAD + b"Content-Length: 9\r\n\r\n{", b""), 200, id="stops in the body"),
]


@pytest.mark.parametrize(("script", "status"), SLOW)
def test_slow_server_times_out(make_client: MakeClient, script: Script, status: int | None) -> None:
    with serve(script) as server:
        assert_timeout_after(
            lambda error: error.status == status,
            lambda timeout: admin.get_user_by_id(make_client(server.url, timeout=timeout), "1"),
        )


def test_slow_server_with_a_custom_session() -> None:
    with serve(drip(HEAD + b"X: ", b"x")) as server, requests.Session() as session:
        transport = RequestsTransport(session=session, timeout=TIMEOUT)
        assert_timeout(lambda: transport(Request("GET", server.url, {})))


def test_endless_body_with_a_custom_session_is_not_read_on() -> None:
    with serve(drip(HEAD + b"\r\n", b"x" * 2**18)) as server, requests.Session() as session:
        transport = RequestsTransport(session=session, timeout=TIMEOUT, max_response_bytes=2**30)
        assert_timeout(lambda: transport(Request("GET", server.url, {})))
        while server.open:
            server.stopped.wait(0.01)


def test_server_that_stops_reading_times_out(make_transport: MakeTransport) -> None:
    with serve(never_respond) as server:
        transport = make_transport(timeout=TIMEOUT)
        request = Request("POST", server.url, {}, b"x" * 2**24)
        assert_timeout(lambda: transport(request))


def read_slowly(conn: socket.socket, server: Server) -> None:
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    while not server.stopped.wait(0.02):
        conn.recv(16384)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_server_that_reads_slowly_times_out(
    make_transport: MakeTransport, scheme: str, tls: tuple[ssl.SSLContext, str]
) -> None:
    context, path = tls
    with serve(read_slowly, tls=context if scheme == "https" else None) as server:
        transport = make_transport(timeout=TIMEOUT, verify=path)
        request = Request("POST", server.url, {}, b"x" * 2**23)
        assert_timeout(lambda: transport(request))


def test_missing_tls_handshake_times_out(make_transport: MakeTransport) -> None:
    with serve(never_respond) as server:
        transport = make_transport(timeout=TIMEOUT)
        url = server.url.replace("http:", "https:")
        assert_timeout(lambda: transport(Request("GET", url, {})))


def test_slow_tls_handshake_times_out(make_transport: MakeTransport) -> None:
    with serve(drip(b"\x16\x03\x03\x20\x00", b"x")) as server:
        transport = make_transport(timeout=TIMEOUT)
        url = server.url.replace("http:", "https:")
        assert_timeout(lambda: transport(Request("GET", url, {})))


@pytest.mark.parametrize("drop", [b"", b"X: x\r\n"])
def test_proxy_that_never_connects_times_out(
    make_transport: MakeTransport, drop: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(drip(b"HTTP/1.1 200 OK\r\n", drop)) as server:
        monkeypatch.setenv("HTTPS_PROXY", server.url)
        monkeypatch.setenv("NO_PROXY", "")
        transport = make_transport(timeout=TIMEOUT)
        assert_timeout(lambda: transport(Request("GET", "https://project.example/", {})))


def test_slow_proxy_and_slow_server_share_one_deadline(
    make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "")

    def timeouts_taken(timeout: float) -> float:
        def slowly(conn: socket.socket, server: Server) -> None:
            receive_request(conn, server)
            server.stopped.wait(timeout * 0.7)
            conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            server.stopped.wait(PATIENCE)

        with serve(slowly) as server:
            monkeypatch.setenv("HTTPS_PROXY", server.url)
            transport = make_transport(timeout=timeout)
            start = time.monotonic()
            assert_timeout(lambda: transport(Request("GET", "https://project.example/", {})))
            return (time.monotonic() - start) / timeout

    # A busy machine delays short calls; two deadlines, one after the other, would delay all.
    assert any(timeouts_taken(timeout) < 1.6 for timeout in GROWING_TIMEOUTS)


@pytest.fixture
def unreachable_port() -> Iterator[tuple[str, int]]:
    """A port whose backlog is full, so that connecting to it never ends."""
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


def test_several_addresses_share_one_deadline(
    make_transport: MakeTransport,
    unreachable_port: tuple[str, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", unreachable_port)] * 200

    def resolved(*_args: object, **_named: object) -> object:
        return addresses

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    transport = make_transport(timeout=TIMEOUT)
    start = time.monotonic()
    assert_timeout(lambda: transport(Request("GET", "http://many.example/", {})))
    assert time.monotonic() - start < TIMEOUT * 100  # half of what one deadline for each takes


def test_slow_name_resolution_times_out(
    make_transport: MakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(never_respond) as server:

        def slowly(*_args: object, **_named: object) -> None:
            server.stopped.wait(PATIENCE)

        monkeypatch.setattr(socket, "getaddrinfo", slowly)
        transport = make_transport(timeout=TIMEOUT)
        assert_timeout(lambda: transport(Request("GET", "http://slow.example/", {})))


def test_full_pool_times_out() -> None:
    freed = Event()

    class Held(HTTPAdapter):
        def send(self, *_args: Any, **_named: Any) -> requests.Response:
            freed.wait(PATIENCE)
            raise requests.ConnectionError

    with requests.Session() as session:
        session.mount("http://", Held())
        transport = RequestsTransport(session=session, timeout=TIMEOUT, pool_size=1)
        request = Request("GET", "http://localhost", {})
        first = assert_timeout(lambda: transport(request))
        second = assert_timeout(lambda: transport(request))
        freed.set()
    assert first.message == "no complete response arrived in time"
    assert second.message == "no connection of the pool became free in time"


def test_waits_for_a_free_connection(make_client: MakeClient) -> None:
    with serve(keep_alive(http_response())) as server:
        client = make_client(server.url, pool_size=1)
        with ThreadPoolExecutor(8) as threads:
            results = list(threads.map(partial(admin.get_user_by_id, client), ["1"] * 40))
        assert all(result.unwrap().id == "1" for result in results)
        assert server.max_open == 1


@pytest.mark.parametrize(
    ("status", "code"), [(429, "too_many_requests"), (503, "service_unavailable")]
)
def test_does_not_begin_a_pause_beyond_the_deadline(
    make_client: MakeClient, status: int, code: ErrorCode
) -> None:
    with serve(keep_alive(http_response(b"", f"{status} X", "Retry-After: 60"))) as server:
        start = time.monotonic()
        error = admin.get_user_by_id(make_client(server.url, timeout=59.0), "1").failure()
        assert time.monotonic() - start < 30  # it ends at once, not at the deadline
        assert (error.code, error.retry_after, len(server.requests)) == (code, 60, 1)


def test_slow_tls_body_times_out(make_client: MakeClient, tls: tuple[ssl.SSLContext, str]) -> None:
    script = drip(HEAD + b"Content-Length: 9999\r\n\r\n", b"x")
    with serve(script, tls=tls[0]) as server:
        assert_timeout_after(
            lambda error: error.status == 200,
            lambda timeout: admin.get_user_by_id(
                make_client(server.url, timeout=timeout, verify=tls[1]), "1"
            ),
        )


def test_slow_tls_within_the_tls_of_a_proxy_times_out(
    make_transport: MakeTransport, tls: tuple[ssl.SSLContext, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nested(conn: socket.socket, server: Server) -> None:
        receive_request(conn, server)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        inner, outgoing = receive_over_tls(conn, tls[0])
        inner.write(http_response(b"x" * 9999))
        for byte in outgoing.read():
            if server.stopped.wait(0.002):
                break
            conn.sendall(bytes([byte]))

    with serve(nested, tls=tls[0]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        transport = make_transport(timeout=TIMEOUT, verify=tls[1])
        assert_timeout(lambda: transport(Request("GET", "https://localhost/", {})))


def test_all_requests_of_a_call_share_one_deadline(make_client: MakeClient) -> None:
    next_page = 'link: </admin/users?page=%d&per_page=1000>; rel="next"'

    def endless(conn: socket.socket, server: Server) -> None:
        while receive_request(conn, server):
            server.stopped.wait(TIMEOUT / 4)
            users = b'{"users": [{"id": "%d"' % len(server.requests) + USER[9:] + b"]}"
            page = next_page % (len(server.requests) + 1)
            conn.sendall(http_response(users, "200 OK", page, "x-total-count: 100000"))

    with serve(endless) as server:
        assert_timeout_after(
            lambda _error: len(server.requests) > 1,
            lambda timeout: admin.get_user_by_email(
                make_client(server.url, timeout=timeout), "ada@example.com"
            ),
        )


def test_transport_that_wraps_another_keeps_the_deadline(make_transport: MakeTransport) -> None:
    inner = make_transport(timeout=TIMEOUT)
    with serve(never_respond) as server:
        client = init_client(server.url, KEY, transport=lambda r: inner(r).lash(lambda _: inner(r)))
        assert_timeout(lambda: admin.get_user_by_id(client.unwrap(), "1"))
        assert inner(Request("GET", server.url, {})).failure().code == "timeout"


# To find a module of requests takes an hour of this program's clock.
FIRST_CALL = """
import sys, time
from supabase_gotrue import Request, RequestsTransport

hours, monotonic = [], time.monotonic
time.monotonic = lambda: monotonic() + 3600 * len(hours)

class SlowFinder:
    def find_spec(self, name, path=None, target=None):
        if name == "requests":
            hours.append(1)

sys.meta_path.insert(0, SlowFinder())
result = RequestsTransport(timeout=60)(Request("GET", sys.argv[1], {}))
print(len(hours), result.unwrap().status)
"""


def test_imports_of_the_first_call_do_not_count() -> None:
    with serve(keep_alive(http_response())) as server:
        assert run_program(FIRST_CALL, server.url).stdout == "1 200\n"
