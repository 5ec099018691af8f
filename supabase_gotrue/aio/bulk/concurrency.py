"""`map_concurrent` for asyncio: call an async function for many items at a time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Final, Generic, NamedTuple, TypeVar, cast

from returns.result import Failure, Result

from supabase_gotrue.bulk.concurrency import (
    ITERABLE,
    check_arguments,
    check_result,
    raised_error,
)
from supabase_gotrue.bulk.retry_policy import pause_after, retry_delay
from supabase_gotrue.error import Error

ASYNC_ITERABLE: Final = (*ITERABLE, "__aiter__")

_A = TypeVar("_A")
_R = TypeVar("_R")
_T = TypeVar("_T")


async def map_concurrent(
    function: Callable[[_A], Awaitable[Result[_T, Error]]],
    items: Iterable[_A] | AsyncIterable[_A],
    *,
    max_concurrency: int = 8,
    ordered: bool = True,
) -> AsyncGenerator[tuple[_A, Result[_T, Error]], None]:
    """Call an async function for each item in tasks, and yield each item with its result.

    Async version of :func:`supabase_gotrue.bulk.map_concurrent`. Items are read only as
    results are taken: at most `max_concurrency` items are read ahead, so `items` may be
    endless. When a result carries `retry_after`, all calls pause for that many seconds, and
    the item is tried again if its error is `retryable`; a result that asks for more than a
    minute is final, and pauses no call. When the caller stops (it is cancelled, or closes the
    generator, as `contextlib.aclosing` does), calls that are running are cancelled: a change
    may have been carried out.

    Args:
        function: Takes an item and returns an awaitable `Result`.
        items: Anything iterable, or async iterable such as `stream_users`.
        max_concurrency: Maximum number of calls at a time, 1 to 1000. The client's
            `pool_size` should not be less.
        ordered: Yield in the order of `items`, the default; otherwise as calls end.

    Returns:
        An async iterator of `(item, result)`. A function that raises, or returns anything but
        a `Result`, gives a Failure with code `unexpected`. Invalid arguments, and `items` that
        raise, give a last pair of `None` and the Failure.

    >>> import asyncio
    >>> from supabase_gotrue import aio
    >>> async def ban(user_id):
    ...     return await aio.admin.update_user_by_id(async_client, user_id, {"ban_duration": "24h"})
    >>> async def ban_all(user_ids):
    ...     return [result.map(lambda _: None) async for _, result in map_concurrent(ban, user_ids)]
    >>> asyncio.run(ban_all([ada.id]))
    [<Success: None>]
    """
    error = check_arguments(function, items, max_concurrency, ordered, iterable=ASYNC_ITERABLE)
    if error is not None:
        yield cast("_A", None), Failure(error)
        return

    async def call(item: _A, pause: Pause) -> Result[_T, Error]:
        return await _call_until_done(function, item, pause)

    tasks = Tasks(call, ordered=ordered)
    source = Source(items)
    try:
        while True:
            while tasks.running < max_concurrency and await source.read():
                tasks.submit(source.item)
            if not tasks.running:
                break
            ended = await tasks.next_ended()
            yield ended.item, ended.result
    finally:
        await tasks.cancel()
        await source.aclose()
    if source.error is not None:
        yield cast("_A", None), Failure(source.error)


class Pause:
    """A pause that all tasks share."""

    def __init__(self) -> None:
        self._time = asyncio.get_running_loop().time
        self._until = 0.0

    def extend(self, seconds: float) -> None:
        """Let all tasks wait for this long from now."""
        self._until = max(self._until, self._time() + seconds)

    async def wait(self) -> None:
        """Wait until the pause is over."""
        while (remaining := self._until - self._time()) > 0:
            await self.sleep(remaining)

    async def sleep(self, seconds: float) -> None:
        """Let this task alone wait."""
        await asyncio.sleep(seconds)


class Ended(NamedTuple, Generic[_A, _R]):
    """An item whose work has ended, and what the work returned."""

    item: _A
    result: _R


class Tasks(Generic[_A, _R]):
    """Tasks that work on items at the same time.

    Args:
        work: Called with an item and the pause that all tasks share.
        ordered: Whether `next_ended` returns items in the order of submission.
    """

    def __init__(self, work: Callable[[_A, Pause], Awaitable[_R]], *, ordered: bool) -> None:
        self._work = work
        self._ordered = ordered
        self._pause = Pause()
        self._items: dict[asyncio.Task[_R], _A] = {}
        self._ended: asyncio.Queue[asyncio.Task[_R]] = asyncio.Queue()

    @property
    def running(self) -> int:
        """How many items were submitted and not returned by `next_ended`."""
        return len(self._items)

    def submit(self, item: _A) -> None:
        """Start a task for an item."""
        task = asyncio.create_task(self._run(item))
        self._items[task] = item
        if not self._ordered:
            task.add_done_callback(self._ended.put_nowait)

    async def _run(self, item: _A) -> _R:
        return await self._work(item, self._pause)

    async def next_ended(self) -> Ended[_A, _R]:
        """Wait until the work on the first item, or on any, has ended."""
        if self._ordered:
            task = next(iter(self._items))
            await asyncio.wait([task])
        else:
            task = await self._ended.get()
        return Ended(self._items.pop(task), task.result())

    async def cancel(self) -> None:
        """Cancel the tasks, and wait until they have ended."""
        for task in self._items:
            task.cancel()
        await asyncio.gather(*self._items, return_exceptions=True)


async def _call_until_done(
    function: Callable[[_A], Awaitable[Result[_T, Error]]], item: _A, pause: Pause
) -> Result[_T, Error]:
    attempts = 0
    while True:
        await pause.wait()
        attempts += 1
        result = await _call_once(function, item)
        pause.extend(pause_after(result))
        if retry_delay(result, attempts) is None:
            return result


async def _call_once(
    function: Callable[[_A], Awaitable[Result[_T, Error]]], item: _A
) -> Result[_T, Error]:
    try:
        return check_result(await function(item))
    except Exception as raised:
        return Failure(raised_error("the function", raised))
    except asyncio.CancelledError as raised:
        # Either this task is cancelled, or the function raises it by itself, which is its failure.
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return Failure(raised_error("the function", raised))


class Source(Generic[_A]):
    """Items of an iterable, async or not, that may raise."""

    item: _A

    def __init__(self, items: Iterable[_A] | AsyncIterable[_A]) -> None:
        self._iterator = _iterate(items)
        self._is_exhausted = False
        self.error: Error | None = None

    async def read(self) -> bool:
        """Read the next item into `item`; return False if there is no other."""
        if self._is_exhausted:
            return False
        try:
            self.item = await anext(self._iterator)
        except StopAsyncIteration:
            self._is_exhausted = True
        except Exception as raised:
            self._is_exhausted = True
            self.error = raised_error("the items", raised)
        return not self._is_exhausted

    async def aclose(self) -> None:
        """Close the iterator."""
        with suppress(Exception):
            await self._iterator.aclose()


async def _iterate(items: Iterable[_A] | AsyncIterable[_A]) -> AsyncGenerator[_A, None]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item
