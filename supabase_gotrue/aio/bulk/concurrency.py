"""`map_concurrent` for asyncio: call an async function for many items at a time."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable
from typing import Final, Generic, TypeVar, cast

from returns.result import Failure, Result

from supabase_gotrue.bulk.concurrency import (
    ITERABLE,
    MAX_WAIT,
    check_arguments,
    check_result,
    pause_after,
    raised_error,
    retry_delay,
)
from supabase_gotrue.error import Error

ASYNC_ITERABLE: Final = (*ITERABLE, "__aiter__")

_A = TypeVar("_A")
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
    the item is tried again if its error is `retryable`. When the caller stops (it is
    cancelled, or closes the generator, as `contextlib.aclosing` does), calls that are running
    are cancelled: a change may have been carried out.

    Args:
        function: Takes an item and returns an awaitable `Result`.
        items: Anything iterable, or async iterable such as `stream_users`.
        max_concurrency: Maximum number of calls at a time, 1 to 1000. The client's
            `pool_size` should not be less.
        ordered: Yield in the order of `items`; otherwise as calls end.

    Returns:
        An async iterator of `(item, result)`. A function that raises, or returns anything but
        a `Result`, gives a Failure with code `unexpected`. Invalid arguments, and `items` that
        raise, give a last pair of `None` and the Failure.

    >>> import asyncio
    >>> from functools import partial
    >>> from supabase_gotrue import aio
    >>> async def ban(client, user_ids):
    ...     ban = partial(aio.admin.update_user_by_id, client, attrs={"ban_duration": "24h"})
    ...     return [r.map(lambda _: None) async for _, r in map_concurrent(ban, user_ids)]
    >>> asyncio.run(ban(async_client, [ada.id]))
    [<Success: None>]
    """
    error = check_arguments(function, items, max_concurrency, ordered, iterable=ASYNC_ITERABLE)
    if error is not None:
        yield cast("_A", None), Failure(error)
        return
    calls = _Calls(function, ordered=ordered)
    source = _iterate(items)
    is_exhausted = False
    try:
        while True:
            while not is_exhausted and len(calls.items) < max_concurrency:
                try:
                    calls.start(await anext(source))
                except StopAsyncIteration:
                    is_exhausted = True
                except Exception as raised:
                    is_exhausted = True
                    error = raised_error("the items", raised)
            if not calls.items:
                break
            task = await calls.next_finished()
            yield calls.items.pop(task), task.result()
    finally:
        await source.aclose()
        await calls.cancel()
    if error is not None:
        yield cast("_A", None), Failure(error)


async def _iterate(items: Iterable[_A] | AsyncIterable[_A]) -> AsyncGenerator[_A, None]:
    if isinstance(items, AsyncIterable):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item


class _Calls(Generic[_A, _T]):
    """The running calls, and a pause that all of them share."""

    def __init__(
        self, function: Callable[[_A], Awaitable[Result[_T, Error]]], *, ordered: bool
    ) -> None:
        self.items: dict[asyncio.Task[Result[_T, Error]], _A] = {}
        self._function = function
        self._ordered = ordered
        self._finished: asyncio.Queue[asyncio.Task[Result[_T, Error]]] = asyncio.Queue()
        self._time = asyncio.get_running_loop().time
        self._until = 0.0

    def start(self, item: _A) -> None:
        task = asyncio.create_task(self._call(item))
        self.items[task] = item
        if not self._ordered:
            task.add_done_callback(self._finished.put_nowait)

    async def next_finished(self) -> asyncio.Task[Result[_T, Error]]:
        if not self._ordered:
            return await self._finished.get()
        first = next(iter(self.items))
        await asyncio.wait([first])
        return first

    async def cancel(self) -> None:
        for task in self.items:
            task.cancel()
        await asyncio.gather(*self.items, return_exceptions=True)

    async def _call(self, item: _A) -> Result[_T, Error]:
        attempts = 0
        while True:
            await self._pause()
            attempts += 1
            result = await self._call_once(item)
            self._until = max(self._until, self._time() + pause_after(result))
            if retry_delay(result, attempts) is None:
                return result

    async def _pause(self) -> None:
        while (remaining := self._until - self._time()) > 0:
            await asyncio.sleep(min(remaining, MAX_WAIT))

    async def _call_once(self, item: _A) -> Result[_T, Error]:
        try:
            return check_result(await self._function(item))
        except Exception as raised:
            return Failure(raised_error("the function", raised))
        except asyncio.CancelledError as raised:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            return Failure(raised_error("the function", raised))
