"""`map_concurrent`: call a function for many items on several threads."""

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextvars import Context, copy_context
from queue import SimpleQueue
from typing import Final, Generic, NamedTuple, TypeVar, cast

from returns.result import Failure, Result, Success

from supabase_gotrue.error import INVALID, Error, Messages, describe_origin, validation_error
from supabase_gotrue.json_types import has_type
from supabase_gotrue.schemas.cast import cast_positive_int, cast_value

MAX_CONCURRENCY: Final = 1000
# A server that never lets an item through must not hold the whole map forever.
MAX_ATTEMPTS: Final = 20
# `Event.wait` cannot wait as long as a server can ask for.
MAX_WAIT: Final = 3600.0
ITERABLE: Final = ("__iter__", "__getitem__")

_A = TypeVar("_A")
_T = TypeVar("_T")


def map_concurrent(
    function: Callable[[_A], Result[_T, Error]],
    items: Iterable[_A],
    *,
    max_concurrency: int = 8,
    ordered: bool = True,
) -> Iterator[tuple[_A, Result[_T, Error]]]:
    """Call a function for each item on several threads, and yield each item with its result.

    Items are read in the caller's thread and only as results are taken: at most
    `max_concurrency` items are read ahead, so `items` may be endless. When a result carries
    `retry_after`, all threads pause for that many seconds, and the item is tried again if
    its error is `retryable`. When the caller stops, by `break`, `close()` or Ctrl-C, nothing
    further is called; calls that are running end by themselves, and their results are
    dropped. Each call runs in a copy of the caller's context (`contextvars`).

    Args:
        function: Takes an item and returns a `Result`.
        items: Anything iterable.
        max_concurrency: Maximum number of calls at a time, 1 to 1000.
        ordered: Yield in the order of `items`; otherwise as calls end.

    Returns:
        An iterator of `(item, result)`. A function that raises, or returns anything but a
        `Result`, gives a Failure with code `unexpected`. Invalid arguments, and `items` that
        raise, give a last pair of `None` and the Failure.

    >>> from functools import partial
    >>> from supabase_gotrue import admin
    >>> ban = partial(admin.update_user_by_id, client, attrs={"ban_duration": "24h"})
    >>> [(user.email, result.map(lambda _: None)) for user, result in
    ...     map_concurrent(lambda user: ban(user.id), [ada])]
    [('ada@example.com', <Success: None>)]
    """
    return map_ahead(function, items, max_concurrency, ordered=ordered, read_ahead=1)


def map_ahead(
    function: Callable[[_A], Result[_T, Error]],
    items: Iterable[_A],
    max_concurrency: int,
    *,
    ordered: bool,
    read_ahead: int,
) -> Iterator[tuple[_A, Result[_T, Error]]]:
    """Map with a window of `read_ahead` times `max_concurrency` items."""
    error = check_arguments(function, items, max_concurrency, ordered)
    if error is not None:
        return iter([(cast("_A", None), Failure(error))])
    threads = _Threads(function, max_concurrency)
    return _results(threads, items, max_concurrency * read_ahead, ordered=ordered)


def check_arguments(
    function: object,
    items: object,
    max_concurrency: object,
    ordered: object,
    *,
    iterable: Sequence[str] = ITERABLE,
) -> Error | None:
    """Return the error for invalid arguments of a map, if there are any.

    Args:
        function: Must be callable.
        items: Must have one of the methods in `iterable`.
        max_concurrency: Must be an int from 1 to 1000.
        ordered: Must be a bool.
        iterable: The names of methods.
    """
    number = cast_value(max_concurrency, cast_positive_int)
    is_number = has_type(max_concurrency, int) and isinstance(number, int)
    checks = {
        "function": callable(function),
        "items": any(hasattr(type(items), name) for name in iterable),
        "max_concurrency": is_number and number in range(1, MAX_CONCURRENCY + 1),
        "ordered": has_type(ordered, bool),
    }
    errors: dict[str, Messages] = {
        name: (INVALID,) for name, is_valid in checks.items() if not is_valid
    }
    return validation_error(errors) if errors else None


def retry_delay(result: Result[object, Error], attempts: int) -> int | None:
    """Return the seconds after which an item is tried again, or None if it is done.

    >>> retry_delay(Failure(Error("too_many_requests", retry_after=3)), 1)
    3
    """
    error = result.swap().value_or(None)
    if error is None or error.retry_after is None:
        return None
    return error.retry_after if error.retryable and attempts < MAX_ATTEMPTS else None


def pause_after(result: Result[object, Error]) -> int:
    """Return the seconds for which a result asks all callers to pause."""
    error = result.swap().value_or(None)
    return 0 if error is None else error.retry_after or 0


def check_result(returned: Result[_T, Error]) -> Result[_T, Error]:
    """Return what a function returned if it is a Result, else the Failure that says so."""
    if _is_result(returned):
        return returned
    return Failure(Error("unexpected", "the function returned no Result"))


def _is_result(value: object) -> bool:
    match value:
        case Success() | Failure(Error()):
            return True
        case _:
            return False


def raised_error(what: str, raised: BaseException) -> Error:
    """Return the Error for an exception of a function or an iterable of the caller's."""
    return Error("unexpected", f"{what} raised {describe_origin(raised)}")


class _Task(NamedTuple, Generic[_A]):
    number: int
    item: _A
    context: Context


class _Done(NamedTuple, Generic[_A, _T]):
    number: int
    item: _A
    result: Result[_T, Error]
    raised: BaseException | None = None


class _Pause:
    """A pause that all threads share, and the end of all of them."""

    def __init__(self) -> None:
        self._stopped = threading.Event()
        self._until = 0.0

    def extend(self, seconds: float) -> None:
        self._until = max(self._until, time.monotonic() + seconds)

    def wait(self) -> bool:
        """Wait until the pause is over; return False if the threads are to stop."""
        while not self._stopped.is_set():
            remaining = self._until - time.monotonic()
            if remaining <= 0:
                return True
            self._stopped.wait(min(remaining, MAX_WAIT))
        return False

    def stop(self) -> None:
        self._stopped.set()


class _Threads(Generic[_A, _T]):
    """Daemon threads, started as they are needed: the interpreter never waits for them."""

    def __init__(self, function: Callable[[_A], Result[_T, Error]], limit: int) -> None:
        self._function = function
        self._limit = limit
        self._threads: list[threading.Thread] = []
        self._tasks: SimpleQueue[_Task[_A] | None] = SimpleQueue()
        self._done: SimpleQueue[_Done[_A, _T]] = SimpleQueue()
        self._pause = _Pause()

    def submit(self, number: int, item: _A) -> None:
        if len(self._threads) < self._limit:
            self._start()
        task = _Task(number, item, copy_context())
        if self._threads:
            self._tasks.put(task)
        else:
            error = Error("unexpected", "no thread could be started")
            self._done.put(_Done(number, item, Failure(error)))

    def _start(self) -> None:
        thread = threading.Thread(target=self._work, name="map_concurrent", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system allows no more threads: the others do the work
            self._limit = len(self._threads)
        else:
            self._threads.append(thread)

    def next_done(self) -> _Done[_A, _T]:
        return self._done.get()

    def stop(self) -> None:
        """End the threads as soon as their running calls end; does not wait for them."""
        self._pause.stop()
        for _ in self._threads:
            self._tasks.put(None)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            try:
                result = task.context.run(self._call, task.item)
            except BaseException as raised:
                stopped: Result[_T, Error] = Failure(raised_error("the function", raised))
                self._done.put(_Done(task.number, task.item, stopped, raised))
            else:
                self._done.put(_Done(task.number, task.item, result))

    def _call(self, item: _A) -> Result[_T, Error]:
        result: Result[_T, Error] = Failure(Error("unexpected", "the caller has stopped"))
        attempts = 0
        while self._pause.wait():
            attempts += 1
            result = _call_once(self._function, item)
            self._pause.extend(pause_after(result))
            if retry_delay(result, attempts) is None:
                break
        return result


def _call_once(function: Callable[[_A], Result[_T, Error]], item: _A) -> Result[_T, Error]:
    try:
        return check_result(function(item))
    except Exception as raised:
        return Failure(raised_error("the function", raised))


def _results(
    threads: _Threads[_A, _T], items: Iterable[_A], window: int, *, ordered: bool
) -> Generator[tuple[_A, Result[_T, Error]]]:
    source = _Source(items)
    waiting: dict[int, _Done[_A, _T]] = {}
    submitted = yielded = 0
    try:
        while True:
            while submitted - yielded < window and source.read():
                threads.submit(submitted, source.item)
                submitted += 1
            if submitted == yielded:
                break
            while not waiting or (ordered and yielded not in waiting):
                done = threads.next_done()
                waiting[done.number] = done
            done = waiting.pop(yielded) if ordered else waiting.popitem()[1]
            if done.raised is not None:
                raise done.raised
            yielded += 1
            yield done.item, done.result
        threads.stop()
        threads.join()
        if source.error is not None:
            yield cast("_A", None), Failure(source.error)
    finally:
        threads.stop()


class _Source(Generic[_A]):
    """Items of an iterable that may raise."""

    item: _A

    def __init__(self, items: Iterable[_A]) -> None:
        self._items = items
        self._iterator: Iterator[_A] | None = None
        self._is_exhausted = False
        self.error: Error | None = None

    def read(self) -> bool:
        """Read the next item into `item`; return False if there is no other."""
        if self._is_exhausted:
            return False
        try:
            if self._iterator is None:
                self._iterator = iter(self._items)
            self.item = next(self._iterator)
        except StopIteration:
            self._is_exhausted = True
        except Exception as raised:
            self._is_exhausted = True
            self.error = raised_error("the items", raised)
        return not self._is_exhausted
