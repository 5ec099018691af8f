"""Servers whose responses are in pieces, cut, contradictory or too long: each call gets its own
response, or none."""

import asyncio
import socket
import ssl
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import pytest
from returns.result import Failure, Result, Success

from supabase_gotrue import Error, User, aio
from tests.in_event_loop import LOOP_FACTORIES
from tests.programs import PATIENCE
from tests.transports.wire import KEY, Server, receive_request, serve

PAUSE = 0.001


def body_of(user_id: str) -> bytes:
    return b'{"id":"%s","aud":"a","created_at":"2026-08-20T10:00:00Z"}' % user_id.encode()


def with_length(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def in_chunks(body: bytes, size: int) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


class Answer(NamedTuple):
    """What the server sends for one call, in two pieces.

    Args:
        first: Is sent at once.
        rest: Follows after a pause.
        then_closes: Whether the server closes the connection.
        succeeds: Whether the call must succeed; `None` if it may.
    """

    first: bytes
    rest: bytes = b""
    then_closes: bool = False
    succeeds: bool | None = True


Frame = Callable[[bytes], bytes]
FRAMES: tuple[Frame, ...] = (with_length, partial(in_chunks, size=1), partial(in_chunks, size=99))
STOLEN = tuple(frame(body_of("stolen")) for frame in FRAMES)
HEADERS = (
    b"Content-Length: %d\r\nContent-Length: 9",
    b"Content-Length: %d\r\nContent-Length: 0",
    b"Content-Length: 0\r\nContent-Length: %d",
    b"Content-Length: %d, 3",
    b"Content-Length: %d\r\nTransfer-Encoding: chunked",
    b"Transfer-Encoding: chunked\r\nX: %d\r\nTransfer-Encoding: identity",
    b"Transfer-Encoding: gzip\r\nX: %d",
)


def in_two(frame: Frame, share: float, body: bytes) -> Answer:
    response = frame(body)
    cut = int(len(response) * share)
    return Answer(response[:cut], response[cut:])


def truncated(frame: Frame, share: float, body: bytes) -> Answer:
    response = frame(body)
    return Answer(response[: int(len(response) * share)], then_closes=True, succeeds=False)


def with_surplus(frame: Frame, surplus: bytes, cut: int, body: bytes) -> Answer:
    response = frame(body)
    cut = len(response) - cut
    return Answer(response[:cut], response[cut:] + surplus, succeeds=None)


def at_once(frame: Frame, surplus: bytes, body: bytes) -> Answer:
    return Answer(frame(body) + surplus, succeeds=None)


def contradicting(headers: bytes, body: bytes) -> Answer:
    head = b"HTTP/1.1 200 OK\r\n" + headers % len(body)
    return Answer(head + b"\r\n\r\n" + body, succeeds=False)


SHARES = [percent / 100 for percent in range(1, 100, 7)]
SURPLUS = sorted(
    {
        surplus
        for stolen in STOLEN
        for size in (1, 2, 5, 20, len(stolen) - 1, len(stolen))
        for surplus in (stolen[:size], b"\r\n" * size, b"x" * size)
    }
)
CASES: list[Callable[[bytes], Answer]] = [
    *(partial(in_two, frame, share) for frame in FRAMES for share in SHARES),
    *(partial(truncated, frame, share) for frame in FRAMES for share in SHARES),
    *(partial(at_once, frame, surplus) for frame in FRAMES for surplus in SURPLUS),
    *(partial(with_surplus, frame, surplus, 1) for frame in FRAMES for surplus in SURPLUS),
    *(partial(contradicting, headers) for headers in HEADERS),
]


def answer(conn: socket.socket, server: Server) -> None:
    """Answer each request as its path says."""
    while request := receive_request(conn, server):
        user_id = request.split(b" ")[1].rpartition(b"/")[2].decode()
        first, rest, then_closes, _ = CASES[int(user_id)](body_of(user_id))
        conn.sendall(first)
        if rest:
            server.stopped.wait(PAUSE)
            conn.sendall(rest)
        if then_closes:
            return


def what_is_wrong(number: int, result: Result[User, Error]) -> str | None:
    succeeds = CASES[number](b"").succeeds
    match result:
        case Success(User(id=found)) if found != str(number) or succeeds is False:
            return f"{CASES[number]} got {found}"
        case Failure(Error() as error) if succeeds:
            return f"{CASES[number]} failed: {error}"
        case _:
            return None


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("loop", LOOP_FACTORIES)
def test_each_call_gets_its_own_response_or_none(
    loop: str, scheme: str, tls: tuple[ssl.SSLContext, str]
) -> None:
    async def main(server: Server) -> list[str | None]:
        options: Any = {"verify": tls[1], "pool_size": 4, "timeout": 60.0}
        client = aio.init_client(server.url, KEY, auth_url=server.url, **options).unwrap()

        async def call(number: int) -> str | None:
            return what_is_wrong(number, await aio.admin.get_user_by_id(client, str(number)))

        async with client:
            return await asyncio.gather(*map(call, range(len(CASES))))

    context = tls[0] if scheme == "https" else None
    with (
        serve(answer, tls=context) as server,
        asyncio.Runner(loop_factory=LOOP_FACTORIES[loop]) as r,
    ):
        assert [wrong for wrong in r.run(main(server)) if wrong] == []


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("loop", LOOP_FACTORIES)
@pytest.mark.parametrize("surplus", [b"\n", b"\r\n", b"H", b"x", STOLEN[0][:-1], STOLEN[0]])
@pytest.mark.parametrize("response", [with_length(body_of("1")), in_chunks(body_of("1"), 9)])
def test_connection_with_surplus_bytes_is_closed(
    response: bytes, surplus: bytes, loop: str, scheme: str, tls: tuple[ssl.SSLContext, str]
) -> None:
    def respond(conn: socket.socket, server: Server) -> None:
        receive_request(conn, server)
        conn.sendall(response + surplus)
        while receive_request(conn, server):
            conn.sendall(with_length(body_of("another's")))
        server.stopped.set()

    async def main(server: Server) -> None:
        client = aio.init_client(
            server.url, KEY, auth_url=server.url, verify=tls[1], timeout=60
        ).unwrap()
        async with client:
            for _ in range(2):
                assert (await aio.admin.get_user_by_id(client, "1")).unwrap().id == "1"
            assert await asyncio.to_thread(server.stopped.wait, PATIENCE)

    context = tls[0] if scheme == "https" else None
    with (
        serve(respond, tls=context) as server,
        asyncio.Runner(loop_factory=LOOP_FACTORIES[loop]) as r,
    ):
        r.run(main(server))
        assert server.connections == 2
