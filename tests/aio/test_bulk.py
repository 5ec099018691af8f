"""`aio.bulk`: the guarantees of `bulk`, with tasks instead of threads."""

import asyncio
import inspect
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing
from contextvars import ContextVar
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Failure, Result, Success

from supabase_gotrue import Error, Request, Response, aio, bulk
from supabase_gotrue.aio import AsyncClient
from supabase_gotrue.aio.bulk import (
    AsyncUserStream,
    delete_users,
    export_users,
    import_users,
    map_concurrent,
    stream_users,
)
from supabase_gotrue.emulator import Emulator
from tests.bulk.listing import LivingServer
from tests.in_event_loop import Run

CONTEXT: ContextVar[str] = ContextVar("CONTEXT")
BUSY = Failure(Error("too_many_requests", status=429, retry_after=1))


async def double(number: int) -> Result[int, Error]:
    await asyncio.sleep(0)
    return Success(2 * number)


async def pairs_of(*args: Any, **kwargs: Any) -> list[tuple[Any, Result[Any, Error]]]:
    return [pair async for pair in map_concurrent(*args, **kwargs)]


async def async_range(stop: int) -> AsyncIterator[int]:
    for number in range(stop):
        await asyncio.sleep(0)
        yield number


def tasks() -> int:
    return len(asyncio.all_tasks())


@given(
    items=st.lists(st.integers()),
    max_concurrency=st.integers(1, 9),
    ordered=st.booleans(),
)
def test_yields_each_item_with_its_result(
    run: Run, items: list[int], max_concurrency: int, ordered: bool
) -> None:
    pairs = run(pairs_of(double, items, max_concurrency=max_concurrency, ordered=ordered))
    expected = [(item, Success(2 * item)) for item in items]
    if not ordered:
        pairs, expected = sorted(pairs, key=str), sorted(expected, key=str)
    assert pairs == expected


def test_reads_async_items(run: Run) -> None:
    pairs = run(pairs_of(double, async_range(20), max_concurrency=3))
    assert pairs == [(number, Success(2 * number)) for number in range(20)]


def test_yields_calls_as_they_end_if_not_ordered(run: Run) -> None:
    async def main(ordered: bool) -> list[int]:
        gates = [asyncio.Event() for _ in range(3)]
        gates[2].set()

        async def wait(number: int) -> Result[int, Error]:
            await gates[number].wait()
            gates[number - 1].set()
            return Success(number)

        return [item async for item, _ in map_concurrent(wait, range(3), ordered=ordered)]

    assert run(main(ordered=False)) == [2, 1, 0]
    assert run(main(ordered=True)) == [0, 1, 2]


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("max_concurrency", [1, 3, 8])
def test_reads_endless_items_as_results_are_taken(
    run: Run, max_concurrency: int, ordered: bool
) -> None:
    read: list[int] = []

    def items() -> Iterator[int]:
        for number in count():
            read.append(number)
            yield number

    async def main() -> None:
        results = map_concurrent(double, items(), max_concurrency=max_concurrency, ordered=ordered)
        assert read == []
        for taken in range(1, 201):
            await anext(results)
            assert len(read) <= taken + max_concurrency
        await results.aclose()
        assert tasks() == 1

    run(main())


def test_calls_no_more_at_a_time_than_allowed(run: Run) -> None:
    running = most = 0

    async def call(_number: int) -> Result[None, Error]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1
        return Success(None)

    run(pairs_of(call, range(50), max_concurrency=7))
    assert most == 7


def test_all_calls_pause_when_one_is_asked_to(run: Run) -> None:
    times: list[tuple[int, float]] = []

    async def call(number: int) -> Result[int, Error]:
        times.append((number, asyncio.get_running_loop().time()))
        return BUSY if len(times) == 1 else Success(number)

    pairs = run(pairs_of(call, range(4), max_concurrency=1))
    assert pairs == [(number, Success(number)) for number in range(4)]
    assert [number for number, _ in times] == [0, 0, 1, 2, 3]
    assert times[1][1] - times[0][1] >= 0.99


@pytest.mark.parametrize("retry_after", [61, 10**400, float("nan"), "3", []])
def test_ignores_pause_that_is_too_long_or_not_a_number(run: Run, retry_after: Any) -> None:
    error = Error("too_many_requests", retry_after=retry_after)

    async def call(number: int) -> Result[int, Error]:
        return Failure(error) if number == 0 else Success(number)

    pairs = run(pairs_of(call, range(4), max_concurrency=2))
    assert pairs == [(0, Failure(error)), *((n, Success(n)) for n in range(1, 4))]


def test_change_that_may_have_been_applied_is_not_repeated(run: Run) -> None:
    unknown = Error("service_unavailable", status=503, retry_after=0, outcome_unknown=True)
    calls: list[int] = []

    async def call(number: int) -> Result[int, Error]:
        calls.append(number)
        return Failure(unknown)

    assert run(pairs_of(call, [1])) == [(1, Failure(unknown))]
    assert calls == [1]


async def raise_exception(_item: object) -> Result[None, Error]:
    raise ValueError("s3cret")


async def raise_cancelled(_item: object) -> Result[None, Error]:
    raise asyncio.CancelledError


async def return_text(_item: object) -> Any:
    return "text"


def not_awaitable(_item: object) -> Any:
    return Success(1)


@pytest.mark.parametrize(
    ("function", "message"),
    [
        pytest.param(raise_exception, "the function raised ValueError at ", id="raises"),
        pytest.param(raise_cancelled, "the function raised CancelledError at ", id="cancelled"),
        pytest.param(return_text, "the function returned no Result", id="text"),
        pytest.param(not_awaitable, "the function raised TypeError at ", id="not awaitable"),
    ],
)
@pytest.mark.parametrize("ordered", [True, False])
def test_function_that_fails_is_a_failure(
    run: Run, function: Callable[..., Any], message: str, ordered: bool
) -> None:
    pairs = run(pairs_of(function, [1, 2], ordered=ordered))
    assert sorted(item for item, _ in pairs) == [1, 2]
    for _, result in pairs:
        assert result.failure().code == "unexpected"
        assert result.failure().message.startswith(message)


def broken_items() -> Iterator[int]:
    yield 1
    raise ValueError("s3cret")


async def broken_async_items() -> AsyncIterator[int]:
    yield 1
    raise ValueError("s3cret")


@pytest.mark.parametrize("items", [broken_items, broken_async_items])
def test_items_that_raise_end_with_a_failure(run: Run, items: Callable[[], Any]) -> None:
    first, (item, last) = run(pairs_of(double, items()))
    assert first == (1, Success(2))
    assert item is None
    assert last.failure().message.startswith("the items raised ValueError at ")


@pytest.mark.parametrize(
    ("arguments", "fields"),
    [
        ({"function": None}, {"function"}),
        ({"items": 1}, {"items"}),
        ({"max_concurrency": 0}, {"max_concurrency"}),
        ({"max_concurrency": 1001, "ordered": 1}, {"max_concurrency", "ordered"}),
    ],
)
def test_invalid_arguments_are_a_failure(
    run: Run, arguments: dict[str, Any], fields: set[str]
) -> None:
    valid: dict[str, Any] = {"function": double, "items": [1]}
    [(item, result)] = run(pairs_of(**valid | arguments))
    assert item is None
    assert result.failure().errors.keys() == fields


def test_cancels_the_running_calls_when_the_caller_stops(run: Run) -> None:
    cancelled: list[int] = []

    async def call(number: int) -> Result[int, Error]:
        if number == 0:
            return Success(0)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(number)
            raise
        return Success(number)

    async def main() -> None:
        async with aclosing(map_concurrent(call, count(), max_concurrency=4)) as results:
            async for _ in results:
                break
        assert cancelled == [1, 2, 3]
        assert tasks() == 1

    run(main())


def test_cancels_the_running_calls_when_the_caller_is_cancelled(run: Run) -> None:
    async def wait(_number: int) -> Result[int, Error]:
        await asyncio.Event().wait()
        return Success(1)

    async def main() -> None:
        task = asyncio.create_task(pairs_of(wait, range(5)))
        while tasks() < 7:
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert tasks() == 1

    run(main())


def test_calls_run_in_the_context_of_the_caller(run: Run) -> None:
    async def call(_number: int) -> Result[str, Error]:
        return Success(CONTEXT.get())

    async def main() -> list[Any]:
        CONTEXT.set("caller")
        return await pairs_of(call, [1])

    assert run(main()) == [(1, Success("caller"))]


def async_client(server: LivingServer) -> AsyncClient:
    async def transport(request: Request) -> Result[Response, Error]:
        await asyncio.sleep(0)
        return server(request)

    return aio.with_options(server.emulator.async_client(), transport=transport).unwrap()


async def ids(stream: AsyncUserStream) -> list[str]:
    return [user.unwrap().id async for user in stream]


@pytest.mark.parametrize("cursor", [True, False])
def test_streams_what_the_blocking_stream_does(run: Run, cursor: bool) -> None:
    server = LivingServer(cursor=cursor)
    for number in range(25):
        server.create()
        server.clock.now += number % 3
    blocking = bulk.stream_users(server.client, per_page=4)
    expected = [user.unwrap().id for user in blocking]
    requests, server.requests = server.requests, []
    stream = stream_users(async_client(server), per_page=4)
    assert run(ids(stream)) == expected
    assert sorted(expected) == sorted(server.ids)
    assert server.requests == requests
    assert (stream.total, stream.resume) == (blocking.total, blocking.resume)


@pytest.mark.parametrize("cursor", [True, False])
def test_cancelled_anext_loses_no_user(run: Run, cursor: bool) -> None:
    async def main() -> None:
        server = LivingServer(cursor=cursor)
        for _ in range(20):
            server.create()
            server.clock.now += 1
        stream = stream_users(async_client(server), per_page=3)
        met: list[str] = []
        cancelled = 0
        while len(met) < 20:
            task = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0)
            if not task.done():
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
                cancelled += 1
                task = asyncio.ensure_future(anext(stream))
            met.append((await task).unwrap().id)
        assert sorted(met) == sorted(server.ids)
        assert cancelled >= 5

    run(main())


def test_failure_ends_a_stream_that_can_be_resumed(run: Run) -> None:
    async def main() -> None:
        server = LivingServer(cursor=True)
        for _ in range(5):
            server.create()
            server.clock.now += 1
        client = async_client(server)
        stream = stream_users(client, per_page=2)
        met = [(await anext(stream)).unwrap().id for _ in range(2)]
        server.fault = Error("timeout")
        assert [result async for result in stream] == [Failure(Error("timeout"))]
        resume = json.loads(json.dumps(stream.resume))
        met += await ids(stream_users(client, per_page=2, resume=resume))
        assert sorted(met) == sorted(server.ids)

    run(main())


def test_invalid_arguments_of_a_stream_are_its_only_item(run: Run) -> None:
    async def main() -> None:
        client = LivingServer(cursor=True).emulator.async_client()
        [result] = [result async for result in stream_users(client, per_page=0)]
        assert result.failure().errors == {"per_page": ("is invalid",)}

    run(main())


def test_cancelled_deletion_and_import_leave_no_task(run: Run) -> None:
    async def main() -> None:
        client = Emulator().async_client()
        waiting = asyncio.Event()

        async def transport(_request: Request) -> Result[Response, Error]:
            waiting.set()
            await asyncio.Event().wait()
            raise AssertionError

        stuck = aio.with_options(client, transport=transport).unwrap()
        rows: list[dict[str, object]] = [{"email": f"user{n}@example.com"} for n in range(9)]
        for iterator in (import_users(stuck, rows), delete_users(stuck, ["a", "b"])):
            waiting.clear()
            task = asyncio.ensure_future(anext(iterator))
            await waiting.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert tasks() == 1

    run(main())


def test_exports_and_deletes_what_the_blocking_functions_do(run: Run) -> None:
    async def main() -> None:
        emulator = Emulator()
        client = emulator.async_client()
        rows: list[dict[str, object]] = [{"email": f"user{n}@example.com"} for n in range(5)]
        assert [row.outcome async for row in import_users(client, rows)] == ["created"] * 5
        lines = [line async for line in export_users(client)]
        assert lines == list(bulk.export_users(emulator.client()))
        found = [json.loads(line.unwrap())["id"] for line in lines]
        deleted = [pair async for pair in delete_users(client, found[:2])]
        assert deleted == [(user_id, Success(None)) for user_id in found[:2]]
        [(_, failed)] = [pair async for pair in delete_users(client, found, max_concurrency=0)]
        assert list(failed.failure().errors) == ["max_concurrency"]
        invalid: Any = "perhaps"
        [(_, failed)] = [p async for p in delete_users(client, found, should_soft_delete=invalid)]
        assert list(failed.failure().errors) == ["should_soft_delete"]

    run(main())


def test_imports_async_rows(run: Run) -> None:
    async def rows() -> AsyncIterator[dict[str, object]]:
        for number in range(20):
            await asyncio.sleep(0)
            yield {"email": f"user{number % 19}@example.com"}

    async def main() -> None:
        client = Emulator().async_client()
        outcomes = [row.outcome async for row in import_users(client, rows())]
        assert sorted(outcomes) == ["created"] * 19 + ["failed"]

    run(main())


def test_import_with_invalid_arguments_is_one_failed_row(run: Run) -> None:
    async def main() -> None:
        client = Emulator().async_client()
        [row] = [row async for row in import_users(client, [], max_concurrency=0)]
        assert (row.number, row.outcome) == (0, "failed")
        assert row.error is not None
        assert list(row.error.errors) == ["max_concurrency"]

    run(main())


def test_limited_import_pauses_and_continues(run: Run) -> None:
    async def main() -> None:
        client = Emulator().async_client()
        limited = [Response(429, {"retry-after": "0"}, b"{}")] * 3

        async def transport(request: Request) -> Result[Response, Error]:
            return Success(limited.pop()) if limited else await client.transport(request)

        rows: list[dict[str, object]] = [{"email": f"user{n}@example.com"} for n in range(9)]
        again = aio.with_options(client, transport=transport).unwrap()
        assert [row.outcome async for row in import_users(again, rows)] == ["created"] * 9

    run(main())


NAMES = ["map_concurrent", "stream_users", "import_users", "export_users", "delete_users"]


@pytest.mark.parametrize("name", NAMES)
def test_functions_have_the_same_parameters_as_the_blocking_ones(name: str) -> None:
    blocking = inspect.signature(getattr(bulk, name)).parameters.values()
    asynchronous = inspect.signature(getattr(aio.bulk, name)).parameters.values()
    assert [(p.name, p.kind, p.default) for p in asynchronous] == [
        (p.name, p.kind, p.default) for p in blocking
    ]
