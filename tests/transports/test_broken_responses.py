"""Broken responses over a real socket: the code and status of each failure, in bounded memory."""

import gzip
import tracemalloc
import zlib
from secrets import token_hex

import pytest
from returns.result import Failure, Success

from supabase_gotrue import Error, ErrorCode, admin, init_client
from tests.in_event_loop import InEventLoop
from tests.transports.wire import (
    USER,
    MakeClient,
    Script,
    drip,
    http_response,
    keep_alive,
    never_respond,
    reset_connection,
    respond_and_close,
    serve,
)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CASES = [
    pytest.param(respond_and_close(), "connection_error", None, id="closes at once"),
    pytest.param(reset_connection, "connection_error", None, id="resets"),
    pytest.param(
        respond_and_close(b"HTTP/1.1 20"), "invalid_response", None, id="closes in the status line"
    ),
    pytest.param(respond_and_close(HEAD), "connection_error", None, id="closes in the headers"),
    pytest.param(
        respond_and_close(HEAD + b"Content-Le"), "connection_error", None, id="closes in a header"
    ),
    pytest.param(
        respond_and_close(HEAD + b"Content-Length: 100\r\n\r\n{"),
        "connection_error",
        200,
        id="closes in the body",
    ),
    pytest.param(
        respond_and_close(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{"),
        "connection_error",
        200,
        id="closes in a chunk",
    ),
    pytest.param(
        respond_and_close(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"),
        "connection_error",
        200,
        id="closes between chunks",
    ),
    pytest.param(
        respond_and_close(b"\x00\x01garbage\r\n\r\n"), "invalid_response", None, id="garbage"
    ),
    pytest.param(
        respond_and_close(b"SSH-2.0-OpenSSH_9.6\r\n"),
        "invalid_response",
        None,
        id="another protocol",
    ),
    pytest.param(
        respond_and_close(b"HTTP/2.0 200 OK\r\n\r\n"),
        "invalid_response",
        None,
        id="another version",
    ),
    pytest.param(
        respond_and_close(HEAD + b"X: a\r\n b\r\n\r\n"),
        "invalid_response",
        None,
        id="a folded header",
    ),
    pytest.param(respond_and_close(b"HTTP/1.1\r\n\r\n"), "invalid_response", None, id="no status"),
    pytest.param(
        respond_and_close(b"HTTP/1.1 abc OK\r\n\r\n"),
        "invalid_response",
        None,
        id="status of letters",
    ),
    pytest.param(
        respond_and_close(b"HTTP/1.1 99 X\r\n\r\n"), "invalid_response", None, id="status too small"
    ),
    pytest.param(
        respond_and_close(b"HTTP/1.1 1000 X\r\n\r\n"),
        "invalid_response",
        None,
        id="status too large",
    ),
    pytest.param(
        respond_and_close(http_response(b"", "999 Odd")), "unexpected", 999, id="odd status"
    ),
    pytest.param(
        respond_and_close(b"HTTP/1.1 103 Early\r\n\r\n"),
        "connection_error",
        None,
        id="early hints alone",
    ),
    pytest.param(
        respond_and_close(HEAD + b"nonsense\r\nContent-Length: 0\r\n\r\n"),
        "invalid_response",
        None,
        id="a header without a colon",
    ),
    pytest.param(
        respond_and_close(HEAD + b"X: " + b"x" * 2**20 + b"\r\n\r\n"),
        "invalid_response",
        None,
        id="a header of a megabyte",
    ),
    pytest.param(
        respond_and_close(HEAD + b"X: x\r\n" * 300 + b"\r\n"),
        "invalid_response",
        None,
        id="hundreds of headers",
    ),
    pytest.param(
        respond_and_close(HEAD + b"Content-Length: x\r\n\r\n{"),
        "invalid_response",
        200,
        id="bad length",
    ),
    pytest.param(
        respond_and_close(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
        "connection_error",
        200,
        id="bad chunk",
    ),
    pytest.param(
        respond_and_close(http_response(b"no gzip", "200 OK", "Content-Encoding: gzip")),
        "invalid_response",
        200,
        id="bad gzip",
    ),
    pytest.param(
        respond_and_close(http_response(b"no gzip", "500 X", "Content-Encoding: gzip")),
        "invalid_response",
        500,
        id="bad gzip in an error",
    ),
    pytest.param(
        respond_and_close(
            http_response(gzip.compress(USER)[:-12], "200 OK", "Content-Encoding: gzip")
        ),
        "invalid_response",
        200,
        id="cut gzip",
    ),
    pytest.param(
        respond_and_close(http_response(b"[" * 100_000)),
        "invalid_response",
        200,
        id="100,000 brackets",
    ),
    pytest.param(
        respond_and_close(http_response(b"[" * 100_000, "500 X")),
        "server_error",
        500,
        id="100,000 brackets in an error",
    ),
    pytest.param(
        respond_and_close(http_response(b'{"id": "\xff"}')),
        "invalid_response",
        200,
        id="invalid UTF-8",
    ),
    pytest.param(respond_and_close(http_response(b"\x00")), "invalid_response", 200, id="NUL"),
    pytest.param(
        respond_and_close(http_response(b"[1]")), "invalid_response", 200, id="JSON of another kind"
    ),
    pytest.param(
        respond_and_close(http_response(USER.replace(b'"1"', b"[1]"))),
        "invalid_response",
        200,
        id="JSON of another kind inside",
    ),
    pytest.param(
        respond_and_close(http_response(b'{"code": [], "msg": {}, "error_code": 5}', "422 X")),
        "unprocessable_entity",
        422,
        id="odd types in an error",
    ),
    pytest.param(
        respond_and_close(http_response(b"", "307 X", "Location: http://evil.example/")),
        "unexpected",
        307,
        id="another host",
    ),
    pytest.param(
        respond_and_close(http_response(b"", "429 X", "Retry-After: soon")),
        "too_many_requests",
        429,
        id="nonsense in Retry-After",
    ),
    pytest.param(
        respond_and_close(http_response(b"", "503 X", f"Retry-After: {'9' * 400}")),
        "service_unavailable",
        503,
        id="huge Retry-After",
    ),
    pytest.param(
        respond_and_close(http_response(b" " * 140_000)), "invalid_response", 200, id="too large"
    ),
    pytest.param(
        respond_and_close(http_response(b" " * 140_000, "500 X")),
        "invalid_response",
        500,
        id="too large in an error",
    ),
    pytest.param(
        drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b" " * 4096 + b"\r\n", 0),
        "invalid_response",
        200,
        id="too large in chunks",
    ),
    pytest.param(
        drip(HEAD + b"\r\n", b" " * 4096, 0), "invalid_response", 200, id="without an end"
    ),
    pytest.param(
        drip(
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
            b"1;" + b"x" * 60_000 + b"\r\n \r\n",
            0,
        ),
        "invalid_response",
        200,
        id="too large in chunk extensions",
    ),
]


# aiohttp accepts a folded header and another version, and does not tell the status of a
# response that it refuses.
WITH_AIOHTTP: dict[str, tuple[ErrorCode, int | None]] = {
    "closes in the status line": ("connection_error", None),
    "another version": ("invalid_response", 200),
    "a folded header": ("invalid_response", 200),
    "bad length": ("invalid_response", None),
}


@pytest.mark.parametrize(("script", "code", "status"), CASES)
def test_broken_response_is_a_failure_with_its_status(
    make_client: MakeClient,
    script: Script,
    code: ErrorCode,
    status: int | None,
    request: pytest.FixtureRequest,
) -> None:
    with serve(script) as server:
        client = make_client(server.url, max_response_bytes=131_072, max_retries=0)
        if isinstance(client.transport, InEventLoop):
            case = str(request.node.callspec.id).partition("-")[2]
            code, status = WITH_AIOHTTP.get(case, (code, status))
        match admin.get_user_by_id(client, "1"):
            case Failure(Error() as error):
                assert (error.code, error.status) == (code, status)
                context = {"method": "GET", "path": "/admin/users/1"}
                arrived = {} if status is None else {"resp_status": status}
                assert (context | arrived).items() <= error.metadata.items()
                assert ("resp_status" in error.metadata) == (status is not None)
            case other:
                pytest.fail(f"{other}")


@pytest.mark.parametrize(
    "response",
    [
        http_response(),
        HEAD + b"\r\n" + USER,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(USER), USER),
        b"HTTP/1.0 200 OK\r\n\r\n" + USER,
        b"HTTP/1.1 100 Continue\r\n\r\n" + http_response(),
        b"HTTP/1.1 200\r\nContent-Length: %d\r\n\r\n%s" % (len(USER), USER),
        http_response(gzip.compress(USER), "200 OK", "Content-Encoding: gzip"),
        http_response(zlib.compress(USER), "200 OK", "Content-Encoding: deflate"),
        http_response(zlib.compress(USER, wbits=-15), "200 OK", "Content-Encoding: deflate"),
        http_response(
            gzip.compress(USER[:9]) + gzip.compress(USER[9:]), "200 OK", "Content-Encoding: gzip"
        ),
    ],
)
def test_reads_valid_framing(make_client: MakeClient, response: bytes) -> None:
    with serve(respond_and_close(response)) as server:
        user = admin.get_user_by_id(make_client(server.url, max_response_bytes=len(USER)), "1")
        assert user.map(lambda user: user.id) == Success("1")


def test_reads_a_large_compressed_body(make_client: MakeClient) -> None:
    noise = token_hex(2**20).encode()
    body = gzip.compress(USER[:-1] + b', "email": "%s"}' % noise, compresslevel=1)
    with serve(
        respond_and_close(http_response(body, "200 OK", "Content-Encoding: gzip"))
    ) as server:
        user = admin.get_user_by_id(make_client(server.url), "1").unwrap()
        assert user.email == noise.decode()


def test_reads_a_compression_bomb_in_bounded_memory(make_client: MakeClient) -> None:
    bomb = gzip.compress(b" " * (16 * 2**20))
    with serve(
        respond_and_close(http_response(bomb, "200 OK", "Content-Encoding: gzip"))
    ) as server:
        client = make_client(server.url, max_response_bytes=2**20, max_retries=0)
        init_client(server.url, "x").bind(lambda other: admin.get_user_by_id(other, "1"))
        tracemalloc.start()
        error = admin.get_user_by_id(client, "1").failure()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (error.code, error.status) == ("invalid_response", 200)
    assert most < 8 * 2**20


def test_reuses_the_connection(make_client: MakeClient) -> None:
    with serve(keep_alive(http_response())) as server:
        client = make_client(server.url)
        for _ in range(5):
            admin.get_user_by_id(client, "1").unwrap()
        assert (server.connections, len(server.requests)) == (1, 5)


def test_reuses_the_connection_after_an_error_status(make_client: MakeClient) -> None:
    with serve(
        keep_alive(http_response(b"", "404 X"), http_response(b" " * 9), http_response())
    ) as server:
        client = make_client(server.url, max_response_bytes=len(USER))
        assert [admin.get_user_by_id(client, "1").value_or(None) is None for _ in range(3)] == [
            True,
            True,
            False,
        ]
        assert server.connections == 1


def test_fails_if_nothing_listens(make_client: MakeClient) -> None:
    with serve(never_respond) as server:
        pass
    error = admin.get_user_by_id(make_client(server.url), "1").failure()
    assert (error.code, error.status) == ("connection_error", None)


@pytest.mark.parametrize(
    ("body", "is_read"),
    [
        pytest.param(b"".join(map(gzip.compress, [USER[:9], b"", USER[9:]])), True, id="three"),
        pytest.param(gzip.compress(USER) + b"ignored" * 9999, True, id="others behind it"),
        pytest.param(gzip.compress(b"") * 200_000 + gzip.compress(USER), False, id="too many"),
    ],
)
def test_members_of_gzip(make_client: MakeClient, body: bytes, is_read: bool) -> None:
    response = http_response(body, "200 OK", "Content-Encoding: gzip")
    with serve(respond_and_close(response)) as server:
        result = admin.get_user_by_id(make_client(server.url), "1")
        if is_read:
            assert result.unwrap().id == "1"
        else:
            assert result.failure().code == "invalid_response"
