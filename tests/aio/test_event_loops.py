"""The async transport in event loops: cancellation, several loops, and what is left behind."""

import asyncio
import copy
import gc
import logging
import os
import random
import socket
import sys
import time
import warnings
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from threading import Barrier, Event
from typing import Any

import pytest
from msgspec import structs
from returns.result import Success

from supabase_gotrue import Request, aio
from supabase_gotrue.aio import AiohttpTransport, AsyncClient
from tests.in_event_loop import Run
from tests.programs import PATIENCE
from tests.transports.wire import (
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

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"


async def received(server: Server, count: int = 1) -> None:
    """Wait until a server has received requests."""
    while len(server.requests) < count:
        await asyncio.sleep(0.001)


def open_sockets() -> int:
    count = 0
    for descriptor in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # another thread closes it meanwhile
            count += "socket:" in os.readlink(f"/proc/self/fd/{descriptor}")
    return count


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(drip(b"", b""), id="waiting for the response"),
        pytest.param(drip(HEAD, b""), id="reading the body"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_cancelled_call_raises_and_is_not_repeated(run: Run, method: str, script: Any) -> None:
    calls: dict[str, Callable[..., Awaitable[object]]] = {
        "GET": aio.admin.get_user_by_id,
        "DELETE": aio.admin.delete_user,
    }

    async def main(server: Server) -> None:
        async with make_async_client(server, pool_size=1) as client:
            task = asyncio.ensure_future(calls[method](client, "1"))
            await received(server)
            await asyncio.sleep(0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            # The only slot is free, and no other call gets the unfinished response.
            assert isinstance(await aio.admin.get_user_by_id(client, "1"), Success)

    with serve(script, keep_alive(http_response())) as server:
        run(main(server))
        assert [request.split(b" ")[0].decode() for request in server.requests] == [method, "GET"]
        assert server.connections == 2


def test_call_cancelled_while_it_waits_for_a_connection_of_the_pool(run: Run) -> None:
    async def main(server: Server) -> None:
        async with make_async_client(server, pool_size=1, max_retries=0) as client:
            first = asyncio.ensure_future(aio.admin.delete_user(client, "1"))
            await received(server)
            second = asyncio.ensure_future(aio.admin.delete_user(client, "2"))
            await asyncio.sleep(0.01)
            second.cancel()
            with pytest.raises(asyncio.CancelledError):
                await second
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            assert isinstance(await aio.admin.get_user_by_id(client, "3"), Success)

    with serve(drip(b"", b""), keep_alive(http_response())) as server:
        run(main(server))
        assert len(server.requests) == 2


async def cancel_some_time(call: asyncio.Task[Any], chance: random.Random) -> bool:
    """Cancel a call after some steps of the event loop; return whether that was in time."""
    for _ in range(chance.randrange(40)):
        await asyncio.sleep(chance.choice([0, 0, 0, 0.001]))
    call.cancel()
    with suppress(asyncio.CancelledError):
        assert isinstance(await call, Success)
    return call.cancelled()


@pytest.mark.slow
def test_calls_cancelled_at_any_time_lose_no_slot_and_are_not_repeated(run: Run) -> None:
    together = Barrier(4)

    def respond(conn: Any, server: Server) -> None:
        while request := receive_request(conn, server):
            if b" /admin/users/together " in request:
                together.wait(30)
            conn.sendall(http_response())

    async def main(server: Server) -> None:
        chance = random.Random(1)
        cancelled = 0
        async with make_async_client(server, pool_size=4, timeout=60.0) as client:
            for number in range(100):
                calls = [
                    asyncio.ensure_future(aio.admin.delete_user(client, f"{number}-{call}"))
                    for call in range(20)
                ]
                ended = await asyncio.gather(*(cancel_some_time(call, chance) for call in calls))
                cancelled += sum(ended)
            assert cancelled > 100
            # The server responds when all four have arrived.
            last = (aio.admin.get_user_by_id(client, "together") for _ in range(4))
            assert all(isinstance(result, Success) for result in await asyncio.gather(*last))

    before = open_sockets()
    with serve(respond) as server:
        run(main(server))
        give_up = time.monotonic() + 60
        while open_sockets() > before + 1:  # the listener; other threads close the connections
            assert time.monotonic() < give_up
    paths = [request.split(b" ")[1] for request in server.requests[:-4]]
    assert len(paths) == len(set(paths))


def test_asyncio_timeout_ends_a_call(run: Run) -> None:
    async def main(server: Server) -> None:
        async with make_async_client(server) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await aio.admin.get_user_by_id(client, "1")

    with serve(never_respond) as server:
        run(main(server))


def test_task_group_cancels_the_other_calls(run: Run) -> None:
    async def fail(server: Server) -> None:
        await received(server)
        raise ZeroDivisionError

    async def call_in_group(client: AsyncClient, server: Server) -> None:
        async with asyncio.TaskGroup() as group:
            calls.extend(group.create_task(aio.admin.get_user_by_id(client, "1")) for _ in range(3))
            group.create_task(fail(server))

    async def main(server: Server) -> None:
        async with make_async_client(server) as client:
            with pytest.raises(ExceptionGroup) as raised:
                await call_in_group(client, server)
        assert [type(error) for error in raised.value.exceptions] == [ZeroDivisionError]
        assert all(call.cancelled() for call in calls)

    calls: list[asyncio.Task[Any]] = []

    with serve(drip(b"", b"")) as server:
        run(main(server))


def test_client_works_in_one_event_loop_after_another(run: Run) -> None:
    async def call(client: AsyncClient) -> str:
        return (await aio.admin.get_user_by_id(client, "1")).unwrap().id

    with serve(keep_alive(http_response())) as server:
        client = make_async_client(server)
        for _ in range(3):
            assert run(call(client)) == "1"
        assert server.connections == 3


def test_client_works_in_several_event_loops_at_once(run: Run) -> None:
    async def call(client: AsyncClient) -> list[str]:
        results = await asyncio.gather(*(aio.admin.get_user_by_id(client, "1") for _ in range(9)))
        return [result.unwrap().id for result in results]

    async def main(server: Server) -> None:
        client = make_async_client(server, pool_size=3)
        both = [asyncio.to_thread(run, call(client)) for _ in range(2)]
        assert await asyncio.gather(*both) == [["1"] * 9] * 2

    with serve(keep_alive(http_response())) as server:
        run(main(server))
        assert server.max_open <= 6


def test_call_without_an_event_loop_is_a_failure() -> None:
    call = aio.admin.get_user_by_id(aio.init_client("http://localhost", KEY).unwrap(), "1")
    with pytest.raises(StopIteration) as stopped:
        call.send(None)
    error = stopped.value.value.failure()
    assert (error.code, error.outcome_unknown) == ("connection_error", False)
    assert error.message.startswith("asyncio is needed: ")


@contextmanager
def nothing_is_left(caplog: pytest.LogCaptureFixture) -> Generator[None]:
    """Fail for warnings, also of destructors, for log records and for open sockets."""
    gc.collect()
    before = open_sockets()
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        yield
        gc.collect()
    assert [str(warning.message) for warning in warned] == []
    assert [record.getMessage() for record in caplog.records if record.name != "asyncio"] == []
    assert [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING] == []
    give_up = time.monotonic() + PATIENCE
    while open_sockets() > before:  # the server closes its own in another thread
        assert time.monotonic() < give_up


async def call_many(client: AsyncClient) -> None:
    calls = (aio.admin.get_user_by_id(client, "1") for _ in range(5))
    assert all(isinstance(result, Success) for result in await asyncio.gather(*calls))


async def close_client(server: Server) -> None:
    async with make_async_client(server) as client:
        await call_many(client)


async def close_client_and_use_it_again(server: Server) -> None:
    client = make_async_client(server)
    for _ in range(2):
        await call_many(client)
        await client.aclose()
        await client.aclose()


async def keep_client_until_the_loop_ends(server: Server) -> None:
    client = make_async_client(server)
    await call_many(client)
    KEPT.append(client)


async def delete_client(server: Server) -> None:
    await call_many(make_async_client(server))


async def delete_client_in_a_cycle(server: Server) -> None:
    cycle: list[object] = [make_async_client(server)]
    cycle.append(cycle)
    client: Any = cycle[0]
    await call_many(client)
    del cycle, client
    gc.collect()


async def leave_a_call_running(server: Server) -> None:
    client = make_async_client(server)
    TASKS.append(asyncio.create_task(aio.admin.get_user_by_id(client, "1")))
    await received(server)


async def close_client_with_calls_running(server: Server) -> None:
    client = make_async_client(server, pool_size=1, max_retries=0)
    calls = [asyncio.ensure_future(aio.admin.delete_user(client, "1")) for _ in range(3)]
    await received(server)
    await client.aclose()
    errors = [result.failure() for result in await asyncio.gather(*calls)]
    assert {error.code for error in errors} == {"connection_error"}
    assert [error.outcome_unknown for error in errors] == [True, False, False]


KEPT: list[AsyncClient] = []
TASKS: list[asyncio.Task[Any]] = []


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "main",
    [
        close_client,
        close_client_and_use_it_again,
        keep_client_until_the_loop_ends,
        delete_client,
        delete_client_in_a_cycle,
    ],
)
def test_leaves_no_warning_and_no_socket(
    run: Run,
    main: Callable[[Server], Any],
    scheme: str,
    tls: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", tls[1])
    context = tls[0] if scheme == "https" else None
    with nothing_is_left(caplog), serve(keep_alive(http_response()), tls=context) as server:
        run(main(server))
        KEPT.clear()


@pytest.mark.parametrize(
    "response",
    [
        pytest.param(http_response() + b"x", id="surplus"),
        pytest.param(http_response(USER, "200 OK", "Connection: close"), id="close"),
    ],
)
def test_closes_tls_without_waiting_for_the_server(
    run: Run, response: bytes, tls: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def script(conn: socket.socket, server: Server) -> None:
        receive_request(conn, server)
        conn.sendall(response)
        server.stopped.wait(PATIENCE)

    async def main(server: Server) -> None:
        async with make_async_client(server, verify=tls[1]) as client:
            assert isinstance(await aio.admin.get_user_by_id(client, "1"), Success)

    with nothing_is_left(caplog), serve(script, tls=tls[0]) as server:
        run(main(server))


@pytest.mark.parametrize("main", [leave_a_call_running, close_client_with_calls_running])
def test_unfinished_calls_leave_no_warning_and_no_socket(
    run: Run, main: Callable[[Server], Any], caplog: pytest.LogCaptureFixture
) -> None:
    with nothing_is_left(caplog), serve(drip(b"", b"")) as server:
        run(main(server))
        TASKS.clear()


def test_call_after_a_call_was_cancelled_in_the_handshake(run: Run) -> None:
    async def main(server: Server) -> None:
        async with make_async_client(server, pool_size=1) as client:
            https = aio.with_options(client, auth_url=server.url.replace("http:", "https:"))
            call = asyncio.ensure_future(aio.admin.get_user_by_id(https.unwrap(), "1"))
            while server.connections == 0:
                await asyncio.sleep(0.001)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            assert isinstance(await aio.admin.get_user_by_id(client, "1"), Success)

    with serve(never_respond, keep_alive(http_response())) as server:
        run(main(server))


def test_unrequested_response_is_not_used_for_the_next_call(run: Run) -> None:
    def respond_twice(conn: socket.socket, server: Server) -> None:
        receive_request(conn, server)
        conn.sendall(http_response())
        is_received.wait(PATIENCE)
        conn.sendall(http_response(b"{}"))
        is_sent.set()
        never_respond(conn, server)

    async def main(server: Server) -> None:
        async with make_async_client(server) as client:
            for _ in range(2):
                assert (await aio.admin.get_user_by_id(client, "1")).unwrap().id == "1"
                is_received.set()
                await asyncio.to_thread(is_sent.wait, PATIENCE)

    is_received, is_sent = Event(), Event()
    with serve(respond_twice, keep_alive(http_response())) as server:
        run(main(server))
        assert server.connections == 2


def test_missing_aiohttp_is_a_failure_that_says_what_to_install(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    monkeypatch.delitem(sys.modules, "supabase_gotrue.transports.aiohttp_sender")
    client = aio.init_client("http://localhost", KEY).unwrap()
    error = run(aio.admin.delete_user(client, "1")).failure()
    assert (error.code, error.outcome_unknown) == ("unexpected", False)
    assert error.message.startswith("the installed libraries are not supported: ")
    assert 'pip install "supabase-gotrue[async]"' in error.message


def test_verify_false_does_not_verify(run: Run, tls: Any) -> None:
    async def main(server: Server) -> None:
        with pytest.warns(UserWarning, match="^verify=False: TLS") as warned:
            client = aio.init_client(server.url, KEY, auth_url=server.url, verify=False).unwrap()
        assert warned[0].filename == __file__
        async with client:
            assert isinstance(await aio.admin.get_user_by_id(client, "1"), Success)

    with serve(keep_alive(http_response()), tls=tls[0]) as server:
        run(main(server))


def test_directory_of_authorities(run: Run, tls: Any, tmp_path: Any) -> None:
    async def main(server: Server) -> None:
        async with make_async_client(server, verify=str(tmp_path)) as client:
            error = (await aio.admin.get_user_by_id(client, "1")).failure()
            assert error.message.endswith(
                "cannot be verified or understood: unable to get local issuer certificate"
            )

    with serve(keep_alive(http_response()), tls=tls[0]) as server:
        run(main(server))


def test_calls_leave_no_memory_and_no_descriptors(run: Run) -> None:
    async def main(server: Server) -> None:
        async with make_async_client(server) as client:

            async def has_leaks() -> bool:
                gc.collect()
                objects, sockets = len(gc.get_objects()), open_sockets()
                for _ in range(100):
                    await call_many(client)
                    server.requests.clear()
                gc.collect()
                return len(gc.get_objects()) - objects >= 100 or open_sockets() > sockets

            # Other threads of the process may open and make something, too, but not each time.
            for _ in range(10):
                if not await has_leaks():
                    return
            pytest.fail("each call leaves something behind")

    with serve(keep_alive(http_response())) as server:
        run(main(server))


def test_transport_is_a_value() -> None:
    transport = AiohttpTransport(timeout=3.0)
    assert transport == AiohttpTransport(timeout=3.0)
    assert transport != AiohttpTransport(timeout=4.0)
    assert hash(transport) == hash(AiohttpTransport(timeout=3.0))
    for name in transport.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(transport, name, 1)


@pytest.mark.parametrize(
    "copied",
    [
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deepcopy"),
        pytest.param(partial(structs.replace, timeout=4.0), id="replace"),
    ],
)
def test_copy_of_a_transport_sends(
    run: Run,
    copied: Callable[[AiohttpTransport], AiohttpTransport],
) -> None:
    async def main(url: str) -> None:
        transport = copied(AiohttpTransport(timeout=3.0))
        response = (await transport(Request("GET", f"{url}/", {}))).unwrap()
        assert response.status == 200
        await transport.aclose()

    with serve(keep_alive(http_response())) as server:
        run(main(server.url))


def test_invalid_url_is_a_failure(run: Run) -> None:
    async def main() -> None:
        transport = AiohttpTransport()
        error = (await transport(Request("GET", "http://[::1/", {}))).failure()
        assert error.code in ("connection_error", "unexpected")

    run(main())
