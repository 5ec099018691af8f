"""The async transport at its edges: other event loops, name servers that hang, no descriptors."""

import asyncio
import errno
import importlib
import os
import resource
import socket
import ssl
import sys
from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread, current_thread
from typing import Any

import aiohttp
import pytest
import trio
from returns.result import Failure, Success

from supabase_gotrue import Error, Request, aio
from supabase_gotrue.aio import AiohttpTransport, AsyncClient
from tests.in_event_loop import Run
from tests.programs import PATIENCE, run_program
from tests.transports.wire import (
    GROWING_TIMEOUTS,
    KEY,
    USER,
    Server,
    drip,
    http_response,
    keep_alive,
    make_async_client,
    never_respond,
    receive_request,
    serve,
)

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "response",
    [
        pytest.param(http_response(b" " * 2**20), id="1 MiB"),
        pytest.param(http_response(b" " * (2**18 + 1)), id="256 KiB"),
        pytest.param(CHUNKED + b"1\r\nx\r\n" * 20_000 + b"0\r\n\r\n", id="20,000 chunks"),
    ],
)
def test_large_responses_are_read_one_after_another(
    response: bytes, scheme: str, run: Run, tls: tuple[ssl.SSLContext, str]
) -> None:
    async def main(server: Server) -> None:
        transport = AiohttpTransport(timeout=60.0, verify=tls[1])
        for _ in range(4):
            assert (await transport(Request("GET", server.url, {}))).unwrap().status == 200
        await transport.aclose()

    context = tls[0] if scheme == "https" else None
    with serve(keep_alive(response), tls=context) as server:
        run(main(server))
        assert server.connections == 1


class TestTrio:
    """Each async function fails clearly under trio, and sends nothing."""

    @pytest.fixture
    def client(self) -> Iterator[tuple[AsyncClient, Server]]:
        with serve(keep_alive(http_response())) as server:
            yield make_async_client(server), server
            assert server.connections == 0

    @pytest.mark.parametrize("call", [aio.admin.get_user_by_id, aio.admin.delete_user])
    def test_call(self, client: tuple[AsyncClient, Server], call: Callable[..., Any]) -> None:
        error: Error = trio.run(call, client[0], "1").failure()
        assert (error.code, error.outcome_unknown) == ("connection_error", False)
        assert error.message == (
            "asyncio is needed: without it, use the blocking functions, in trio with "
            "anyio.to_thread.run_sync"
        )

    def test_client_can_be_closed(self, client: tuple[AsyncClient, Server]) -> None:
        async def main() -> None:
            async with client[0] as opened:
                assert isinstance(await aio.admin.get_user_by_id(opened, "1"), Failure)

        trio.run(main)


HANGING_NAME_SERVER = """
import asyncio, socket, sys, time
from supabase_gotrue import aio

def hang(*_arguments, **_named):
    time.sleep(3600)

async def main():
    client = aio.init_client("http://slow.example", "key", timeout=0.2).unwrap()
    return await aio.admin.delete_user(client, "1")

asyncio.run(main())  # what is imported at first takes time
socket.getaddrinfo = hang
error = asyncio.run(main()).failure()
print(error.code, error.outcome_unknown)
"""


def test_program_ends_though_the_name_server_hangs() -> None:
    assert run_program(HANGING_NAME_SERVER).stdout == "timeout False\n"


def test_resolver_returns_what_the_system_knows(run: Run) -> None:
    async def main(server: Server) -> None:
        async with make_async_client(server) as client:
            calls = (aio.admin.get_user_by_id(client, "1") for _ in range(5))
            results = await asyncio.gather(*calls)
            assert all(isinstance(result, Success) for result in results)

    with serve(keep_alive(http_response())) as server:
        run(main(server))


def test_answer_of_a_name_server_that_comes_too_late_is_ignored(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = Event()
    resolving: list[Thread] = []

    def late(*_arguments: object, **_named: object) -> list[object]:
        resolving.append(current_thread())
        answered.wait(PATIENCE)
        raise socket.gaierror

    async def main(timeout: float) -> Error:
        client = aio.init_client("http://slow.example", KEY, timeout=timeout).unwrap()
        return (await aio.admin.get_user_by_id(client, "1")).failure()

    monkeypatch.setattr(socket, "getaddrinfo", late)
    for timeout in GROWING_TIMEOUTS:
        assert run(main(timeout)).code == "timeout"
        if resolving:
            break
    answered.set()
    assert resolving
    for thread in resolving:
        thread.join(PATIENCE)
        assert not thread.is_alive()


@pytest.mark.parametrize("answer", [list[object], socket.getaddrinfo])
def test_answer_that_comes_after_the_client_was_closed_is_ignored(
    run: Run, answer: Callable[..., list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = Event()
    resolving: list[Thread] = []
    unhandled: list[object] = []

    def late(*_arguments: object, **_named: object) -> list[object]:
        resolving.append(current_thread())
        answered.wait(PATIENCE)
        return answer()

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: unhandled.append(context))
        async with aio.init_client("http://slow.example", KEY, timeout=0.3).unwrap() as client:
            error = (await aio.admin.get_user_by_id(client, "1")).failure()
            assert error.code == "timeout"
        answered.set()
        for thread in resolving:
            thread.join()
        await asyncio.sleep(0)

    monkeypatch.setattr(socket, "getaddrinfo", late)
    run(main())
    assert unhandled == []


def test_upload_continues_when_the_server_reads_again(run: Run) -> None:
    def read_late(conn: socket.socket, server: Server) -> None:
        server.stopped.wait(0.3)  # the buffers of the operating system become full
        receive_request(conn, server)
        conn.sendall(http_response())

    async def main(server: Server) -> None:
        transport = AiohttpTransport(timeout=60.0)
        request = Request("POST", server.url, {}, b"x" * 2**24)
        assert (await transport(request)).unwrap().status == 200
        await transport.aclose()

    with serve(read_late) as server:
        run(main(server))


def test_slot_of_a_call_that_is_closed_unfinished_is_free(run: Run) -> None:
    """Not lost, even if the call was about to take it."""

    async def main(server: Server) -> None:
        transport = AiohttpTransport(timeout=60.0, pool_size=1)
        request = Request("GET", server.url, {})
        first = asyncio.ensure_future(transport(request))
        await asyncio.sleep(0)
        closed = [transport(request) for _ in range(3)]
        for unfinished in closed:
            unfinished.send(None)
        closed[0].close()
        await first
        closed[1].close()
        closed[2].close()
        assert (await transport(request)).unwrap().status == 200
        await transport.aclose()

    with serve(keep_alive(http_response())) as server:
        run(main(server))


def test_calls_can_be_closed_after_their_event_loop(run: Run) -> None:
    transport = AiohttpTransport(timeout=60.0, pool_size=1)

    async def main() -> Sequence[Coroutine[Any, Any, object]]:
        calls = [transport(Request("GET", server.url, {})) for _ in range(2)]
        for unfinished in calls:
            unfinished.send(None)
        return calls

    async def call() -> int:
        return (await transport(Request("GET", server.url, {}))).unwrap().status

    with serve(keep_alive(http_response())) as server:
        for unfinished in run(main()):
            unfinished.close()
        assert run(call()) == 200


def test_call_that_is_closed_unfinished_sends_nothing(run: Run) -> None:
    """As the garbage collector closes the calls of an event loop that was closed before."""

    async def main(server: Server) -> None:
        transport = AiohttpTransport(timeout=30.0)
        unfinished = transport(Request("POST", server.url, {}))
        unfinished.send(None)
        unfinished.close()
        await transport.aclose()

    with serve(keep_alive(http_response())) as server:
        run(main(server))
        assert server.requests == []


def test_reset_of_a_body_without_a_length_is_a_failure(run: Run) -> None:
    """What arrived before may be the whole body, or not."""

    def respond_and_reset(conn: socket.socket, server: Server) -> None:
        receive_request(conn, server)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n{}")
        server.stopped.wait(0.2)  # until this was received: a reset discards what was not
        conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    async def main(server: Server) -> Error:
        transport = AiohttpTransport()
        error = (await transport(Request("POST", server.url, {}))).failure()
        await transport.aclose()
        return error

    with serve(respond_and_reset) as server:
        error = run(main(server))
    assert (error.code, error.outcome_unknown) == ("connection_error", True)


def test_response_of_another_session(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Libraries that record or mock responses replace the same method."""
    stock: Any = vars(aiohttp.ClientSession)["_request"]

    async def main(server: Server) -> None:
        async with aiohttp.ClientSession() as other:

            def request_elsewhere(_session: object, method: str, url: Any, **_named: Any) -> Any:
                return stock(other, method, url)

            monkeypatch.setattr(aiohttp.ClientSession, "_request", request_elsewhere)
            response = await AiohttpTransport()(Request("GET", server.url, {}))
            assert response.unwrap().body == USER

    with serve(keep_alive(http_response())) as server:
        run(main(server))


# A loop that is closed with calls pending, in the state that the argument names.
CLOSED_LOOPS = """
import asyncio, gc, random, sys, threading, warnings, logging
from supabase_gotrue import aio

warnings.simplefilter("ignore")
logging.disable()
url = sys.argv[1]
shared = aio.init_client(url, "key", auth_url=url, pool_size=2).unwrap()

def run_and_close(seed):
    chance = random.Random(seed)
    client = shared if chance.random() < 0.5 else aio.init_client(url, "key", auth_url=url).unwrap()
    loop = asyncio.new_event_loop()

    async def main():
        calls = [asyncio.ensure_future(aio.admin.get_user_by_id(client, "1")) for _ in range(5)]
        await asyncio.sleep(chance.choice([0, 0.01, 0.05]))
        if chance.random() < 0.2:
            calls[0].cancel()

    loop.run_until_complete(main())
    loop.close()
    gc.collect()

def work(first):
    for seed in range(first, first + 10):
        run_and_close(seed)

threads = [threading.Thread(target=work, args=(100 * i,)) for i in range(int(sys.argv[2]))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("ended")
"""


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize(
    "script",
    [
        pytest.param(drip(b"", b""), id="waiting for the response"),
        pytest.param(drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", b""), id="in the body"),
    ],
)
def test_interpreter_survives_loops_that_are_closed_with_calls_pending(
    script: Any, threads: int
) -> None:
    with serve(script) as server:
        assert run_program(CLOSED_LOOPS, server.url, str(threads)).stdout == "ended\n"


def test_threads_with_short_loops_share_a_client(run: Run) -> None:
    failures: list[object] = []

    async def call() -> None:
        result = await aio.admin.delete_user(client, "1")
        failures.extend([] if isinstance(result, Success) else [result])

    def work() -> None:
        for _ in range(20):
            run(call())

    with serve(keep_alive(http_response())) as server:
        client = make_async_client(server)
        threads = [Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


@contextmanager
def no_descriptors() -> Generator[None]:
    """Let no further descriptor be opened, whatever other threads close."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("calls_before", [0, 1])
def test_no_file_descriptor_left_is_a_failure_that_says_so(run: Run, calls_before: int) -> None:
    async def main(server: Server) -> Error:
        async with make_async_client(server, max_retries=0) as client:
            for _ in range(calls_before):
                assert isinstance(await aio.admin.get_user_by_id(client, "1"), Success)
            with no_descriptors():
                return (await aio.admin.delete_user(client, "1")).failure()

    def respond_and_close(conn: socket.socket, server: Server) -> None:
        receive_request(conn, server)
        conn.sendall(http_response(USER, "200 OK", "Connection: close"))

    with serve(respond_and_close) as server:
        server.url = server.url.replace("localhost", "127.0.0.1")
        error = run(main(server))
    assert (error.code, error.outcome_unknown) == ("connection_error", False)
    assert error.message.endswith(os.strerror(errno.EMFILE))


def test_no_file_descriptor_left_for_a_module_of_the_package(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def main() -> Error:
        monkeypatch.delitem(sys.modules, "supabase_gotrue.transports.aiohttp_sender")
        with no_descriptors():
            return (await AiohttpTransport()(Request("POST", "http://127.0.0.1:1", {}))).failure()

    importlib.import_module("supabase_gotrue.transports.aiohttp_sender")
    error = run(main())
    assert (error.code, error.outcome_unknown) == ("connection_error", False)
    assert error.message == f"the request was not sent: {os.strerror(errno.EMFILE)}"


NO_DESCRIPTORS_AT_IMPORT = """
import asyncio, os, resource
from supabase_gotrue import aio

client = aio.init_client("http://127.0.0.1:1", "key").unwrap()

async def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    held = []
    try:
        while True:
            held.append(os.open(os.devnull, os.O_RDONLY))
    except OSError:
        pass
    return await aio.admin.delete_user(client, "1")

error = asyncio.run(main()).failure()
print(error.code, error.outcome_unknown, error.message)
"""


def test_no_file_descriptor_left_for_the_import_is_a_failure_that_says_so() -> None:
    code, outcome_unknown, message = run_program(NO_DESCRIPTORS_AT_IMPORT).stdout.split(" ", 2)
    assert (code, outcome_unknown) == ("connection_error", "False")
    assert os.strerror(errno.EMFILE) in message


def test_authorities_are_read_once_and_never_for_http(
    run: Run, tls: tuple[ssl.SSLContext, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    read: list[object] = []
    stock = ssl.create_default_context

    def count(*arguments: Any, **named: Any) -> ssl.SSLContext:
        read.append(named)
        return stock(*arguments, **named)

    async def call(server: Server) -> bool:
        client = make_async_client(server, verify=str(path), max_retries=0)
        async with client:
            return isinstance(await aio.admin.get_user_by_id(client, "1"), Success)

    path = tmp_path / "authorities.pem"
    path.write_bytes(Path(tls[1]).read_bytes())
    monkeypatch.setattr(ssl, "create_default_context", count)
    with serve(keep_alive(http_response())) as server:
        assert run(call(server))
        assert read == []
    with serve(keep_alive(http_response()), tls=tls[0]) as server:
        assert [run(call(server)) for _ in range(3)] == [True] * 3
        assert len(read) == 1
        path.write_bytes(path.read_bytes() + b"\n")
        assert run(call(server))
        assert len(read) == 2


def test_missing_authorities_of_the_environment_are_named(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file.pem")
    with serve(never_respond) as server:
        client = make_async_client(server, timeout=0.5)
        assert run(aio.admin.delete_user(client, "1")).failure().code == "timeout"
        url = server.url.replace("http:", "https:")
        https = aio.with_options(client, auth_url=url, timeout=60).unwrap()
        error = run(aio.admin.delete_user(https, "1")).failure()
    assert (error.code, error.outcome_unknown) == ("connection_error", False)
    assert error.message.endswith("/no/such/file.pem: No such file or directory")
