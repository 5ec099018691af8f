"""Whatever a server answers, over a real socket: a Failure of the right code, with the
status where the header block could be read, in bounded memory."""

import gzip
import tracemalloc
import zlib

import pytest
from returns.result import Failure, Success

from supabase_gotrue import Error, admin, init_client
from tests.faults.wire import USER, answer, dripping, keeping, resetting, saying, serving, silent

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CASES = {
    "closes at once": (saying(), "connection_error", None),
    "resets": (resetting, "connection_error", None),
    "closes in the status line": (saying(b"HTTP/1.1 20"), "invalid_response", None),
    "closes in the headers": (saying(HEAD), "connection_error", None),
    "closes in a header": (saying(HEAD + b"Content-Le"), "connection_error", None),
    "closes in the body": (
        saying(HEAD + b"Content-Length: 100\r\n\r\n{"),
        "connection_error",
        200,
    ),
    "closes in a chunk": (
        saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{"),
        "connection_error",
        200,
    ),
    "closes between chunks": (
        saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n"),
        "connection_error",
        200,
    ),
    "garbage": (saying(b"\x00\x01garbage\r\n\r\n"), "invalid_response", None),
    "another protocol": (saying(b"SSH-2.0-OpenSSH_9.6\r\n"), "invalid_response", None),
    "another version": (saying(b"HTTP/2.0 200 OK\r\n\r\n"), "invalid_response", None),
    "a folded header": (
        saying(HEAD + b"X: a\r\n b\r\n\r\n"),
        "invalid_response",
        None,
    ),
    "no status": (saying(b"HTTP/1.1\r\n\r\n"), "invalid_response", None),
    "status of letters": (saying(b"HTTP/1.1 abc OK\r\n\r\n"), "invalid_response", None),
    "status too small": (saying(b"HTTP/1.1 99 X\r\n\r\n"), "invalid_response", None),
    "status too large": (saying(b"HTTP/1.1 1000 X\r\n\r\n"), "invalid_response", None),
    "odd status": (saying(answer(b"", "999 Odd")), "unexpected", 999),
    "early hints alone": (saying(b"HTTP/1.1 103 Early\r\n\r\n"), "connection_error", None),
    "a header without a colon": (
        saying(HEAD + b"nonsense\r\nContent-Length: 0\r\n\r\n"),
        "invalid_response",
        None,
    ),
    "a header of a megabyte": (
        saying(HEAD + b"X: " + b"x" * 2**20 + b"\r\n\r\n"),
        "invalid_response",
        None,
    ),
    "hundreds of headers": (
        saying(HEAD + b"X: x\r\n" * 300 + b"\r\n"),
        "invalid_response",
        None,
    ),
    "bad length": (saying(HEAD + b"Content-Length: x\r\n\r\n{"), "invalid_response", 200),
    "bad chunk": (
        saying(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
        "connection_error",
        200,
    ),
    "bad gzip": (saying(answer(b"no gzip", "200 OK", "Content-Encoding: gzip")), None, 200),
    "bad gzip in an error": (
        saying(answer(b"no gzip", "500 X", "Content-Encoding: gzip")),
        None,
        500,
    ),
    "cut gzip": (
        saying(answer(gzip.compress(USER)[:-12], "200 OK", "Content-Encoding: gzip")),
        "invalid_response",
        200,
    ),
    "100,000 brackets": (saying(answer(b"[" * 100_000)), "invalid_response", 200),
    "100,000 brackets in an error": (saying(answer(b"[" * 100_000, "500 X")), "server_error", 500),
    "invalid UTF-8": (saying(answer(b'{"id": "\xff"}')), "invalid_response", 200),
    "NUL": (saying(answer(b"\x00")), "invalid_response", 200),
    "JSON of another kind": (saying(answer(b"[1]")), "invalid_response", 200),
    "JSON of another kind inside": (
        saying(answer(USER.replace(b'"1"', b"[1]"))),
        "invalid_response",
        200,
    ),
    "odd types in an error": (
        saying(answer(b'{"code": [], "msg": {}, "error_code": 5}', "422 X")),
        "unprocessable_entity",
        422,
    ),
    "another host": (
        saying(answer(b"", "307 X", "Location: http://evil.example/")),
        "unexpected",
        307,
    ),
    "nonsense in Retry-After": (
        saying(answer(b"", "429 X", "Retry-After: soon")),
        "too_many_requests",
        429,
    ),
    "huge Retry-After": (
        saying(answer(b"", "503 X", f"Retry-After: {'9' * 400}")),
        "service_unavailable",
        503,
    ),
    "too large": (saying(answer(b" " * 140_000)), "invalid_response", 200),
    "too large in an error": (saying(answer(b" " * 140_000, "500 X")), "invalid_response", 500),
    "too large in chunks": (
        dripping(
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b" " * 4096 + b"\r\n", 0
        ),
        "invalid_response",
        200,
    ),
    "without an end": (dripping(HEAD + b"\r\n", b" " * 4096, 0), "invalid_response", 200),
}


@pytest.mark.parametrize("name", CASES)
def test_any_server(name: str) -> None:
    script, code, status = CASES[name]
    with serving(script) as wire:
        client = wire.client(max_response_bytes=131_072, max_retries=0)
        match admin.get_user_by_id(client, "1"):
            case Failure(Error() as error):
                assert (error.code, error.status) == (code or "invalid_response", status)
                place = {"method": "GET", "path": "/admin/users/1"}
                arrived = {} if status is None else {"resp_status": status}
                assert (place | arrived).items() <= error.metadata.items()
                assert ("resp_status" in error.metadata) == (status is not None)
            case other:
                pytest.fail(f"{other}")


@pytest.mark.parametrize(
    "said",
    [
        answer(),
        HEAD + b"\r\n" + USER,
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(USER), USER),
        b"HTTP/1.0 200 OK\r\n\r\n" + USER,
        b"HTTP/1.1 100 Continue\r\n\r\n" + answer(),
        b"HTTP/1.1 200\r\nContent-Length: %d\r\n\r\n%s" % (len(USER), USER),
        answer(gzip.compress(USER), "200 OK", "Content-Encoding: gzip"),
        answer(zlib.compress(USER), "200 OK", "Content-Encoding: deflate"),
    ],
)
def test_answers_of_any_framing(said: bytes) -> None:
    with serving(saying(said)) as wire:
        user = admin.get_user_by_id(wire.client(max_response_bytes=len(USER)), "1")
        assert user.map(lambda user: user.id) == Success("1")


def test_bomb_is_read_in_bounded_memory() -> None:
    bomb = gzip.compress(b" " * (256 * 2**20))
    with serving(saying(answer(bomb, "200 OK", "Content-Encoding: gzip"))) as wire:
        client = wire.client(max_response_bytes=2**20, max_retries=0)
        init_client(wire.url, "x").bind(lambda other: admin.get_user_by_id(other, "1"))
        tracemalloc.start()
        error = admin.get_user_by_id(client, "1").failure()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert (error.code, error.status) == ("invalid_response", 200)
    assert most < 8 * 2**20


def test_connection_is_kept() -> None:
    with serving(keeping(answer())) as wire:
        client = wire.client()
        for _ in range(5):
            admin.get_user_by_id(client, "1").unwrap()
        assert (wire.connections, len(wire.requests)) == (1, 5)


def test_connection_is_kept_after_an_error_but_not_after_a_cut() -> None:
    with serving(keeping(answer(b"", "404 X"), answer(b" " * 9), answer())) as wire:
        client = wire.client(max_response_bytes=len(USER))
        assert [admin.get_user_by_id(client, "1").value_or(None) is None for _ in range(3)] == [
            True,
            True,
            False,
        ]
        assert wire.connections == 1


def test_nobody_listens() -> None:
    with serving(silent) as wire:
        pass
    error = admin.get_user_by_id(wire.client(), "1").failure()
    assert (error.code, error.status) == ("connection_error", None)
