"""`map_concurrent`: call a function for many items on several threads."""

import threading
import time
import weakref
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextvars import Context, copy_context
from queue import Empty, SimpleQueue
from typing import Final, Generic, NamedTuple, TypeVar, cast

from returns.result import Failure, Result, Success

from supabase_gotrue.bulk.retry_policy import pause_after, retry_delay
from supabase_gotrue.error import Error, check_fields, describe_origin
from supabase_gotrue.json_types import has_type
from supabase_gotrue.schemas.cast import cast_positive_int, cast_value

MAX_CONCURRENCY: Final = 1000
ITERABLE: Final = ("__iter__", "__getitem__")

_A = TypeVar("_A")
_R = TypeVar("_R")
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
    its error is `retryable`; a result that asks for more than a minute is final, and pauses
    no thread. When the caller stops, by `break`, `close()` or Ctrl-C, nothing further is
    called; calls that are running end by themselves, and their results are dropped. Each
    call runs in a copy of the caller's context (`contextvars`).

    Args:
        function: Takes an item and returns a `Result`.
        items: Anything iterable.
        max_concurrency: Maximum number of calls at a time, 1 to 1000.
        ordered: Yield in the order of `items`, the default; otherwise as calls end.

    Returns:
        An iterator of `(item, result)`. A function that raises, or returns anything but a
        `Result`, gives a Failure with code `unexpected`. Invalid arguments, and `items` that
        raise, give a last pair of `None` and the Failure.

    >>> from supabase_gotrue import admin
    >>> def ban(user):
    ...     return admin.update_user_by_id(client, user.id, {"ban_duration": "24h"})
    >>> [(user.email, result.map(lambda _: None)) for user, result in map_concurrent(ban, [ada])]
    [('ada@example.com', <Success: None>)]
    """
    error = check_arguments(function, items, max_concurrency, ordered)
    if error is not None:
        return iter([(cast("_A", None), Failure(error))])

    def call(item: _A, pause: Pause) -> Result[_T, Error]:
        return _call_until_done(function, item, pause)

    def refuse(_item: _A, error: Error) -> Result[_T, Error]:
        return Failure(error)

    threads = Threads(call, max_concurrency, refuse)
    return _results(threads, items, max_concurrency, ordered=ordered)


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
    return check_fields(checks)


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


class Pause:
    """A pause that all threads share, and the signal to stop them.

    An exception from a signal handler can interrupt the caller's thread anywhere, so that thread
    never holds a lock that the others need: `stop` releases one, and each thread passes it on.

    Args:
        is_closed: Whether threads begin nothing more; what is begun continues.
    """

    def __init__(self) -> None:
        self.is_closed = False
        self._until = 0.0
        self._is_stopped = False
        self._end = threading.Lock()
        self._end.acquire()

    def extend(self, seconds: float) -> None:
        """Let all threads wait for this long from now."""
        self._until = max(self._until, time.monotonic() + seconds)

    def wait(self) -> bool:
        """Wait until the pause is over; return False if the threads are to stop."""
        while not self._is_stopped:
            remaining = self._until - time.monotonic()
            if remaining <= 0:
                return True
            self.sleep(remaining)
        return False

    def sleep(self, seconds: float) -> None:
        """Let this thread alone wait; ends early when the threads are to stop."""
        if self._end.acquire(timeout=seconds):
            self._end.release()

    def stop(self) -> None:
        """End all waits, now and later."""
        if not self._is_stopped:
            self._is_stopped = True
            self._end.release()


class _Task(NamedTuple, Generic[_A]):
    number: int
    item: _A
    context: Context


class Ended(NamedTuple, Generic[_A, _R]):
    """An item whose work has ended.

    Args:
        number: Its place in the order of submission, from 0.
        item: The item.
        result: What the work returned; None if it raised.
        raised: The exception.
    """

    number: int
    item: _A
    result: _R | None
    raised: BaseException | None = None

    def unwrap(self) -> _R:
        """Return the result, or raise what the work raised."""
        if self.raised is not None:
            raise self.raised
        return cast("_R", self.result)


class Threads(Generic[_A, _R]):
    """Daemon threads, started as they are needed: the interpreter never waits for them.

    Args:
        work: Called with an item and the pause that all threads share.
        limit: Maximum number of threads.
        refuse: Returns the result of an item if no thread can be started.
    """

    def __init__(
        self,
        work: Callable[[_A, Pause], _R],
        limit: int,
        refuse: Callable[[_A, Error], _R],
    ) -> None:
        self.pause: Pause = Pause()
        self.running: int = 0
        self._work = work
        self._limit = limit
        self._refuse = refuse
        self._submitted = 0
        self._threads: list[threading.Thread] = []
        self._tasks: SimpleQueue[_Task[_A] | None] = SimpleQueue()
        self._ended: SimpleQueue[Ended[_A, _R]] = SimpleQueue()
        # An exception from a signal handler may keep `stop` from being called.
        weakref.finalize(self, _stop, self.pause, self._tasks).atexit = False

    def submit(self, item: _A) -> None:
        """Let a thread work on an item."""
        if len(self._threads) < self._limit:
            self._start()
        number, self._submitted = self._submitted, self._submitted + 1
        self.running += 1
        if self._threads:
            self._tasks.put(_Task(number, item, copy_context()))
        else:
            error = Error("unexpected", "no thread could be started")
            self._ended.put(Ended(number, item, self._refuse(item, error)))

    def _start(self) -> None:
        # The threads do not refer to `self`: they end when it is garbage.
        arguments = (self._work, self.pause, self._tasks, self._ended)
        thread = threading.Thread(
            target=_run_tasks, args=arguments, name="map_concurrent", daemon=True
        )
        self._threads.append(thread)
        try:
            thread.start()
        except RuntimeError:  # the system allows no more threads: the others do the work
            self._threads.remove(thread)
            self._limit = len(self._threads)

    def next_ended(self) -> Ended[_A, _R]:
        """Wait until the work on any item has ended."""
        ended = self._ended.get()
        self.running -= 1
        return ended

    def drop_waiting(self) -> None:
        """Forget the items on which no thread works yet."""
        while self._take() is not None:
            self.running -= 1

    def _take(self) -> _Task[_A] | None:
        try:
            return self._tasks.get_nowait()
        except Empty:
            return None

    def stop(self) -> None:
        """End the threads as soon as their running calls end; does not wait for them."""
        _stop(self.pause, self._tasks)

    def join(self) -> None:
        """Wait until the threads have ended."""
        for thread in self._threads:
            thread.join()


def _stop(pause: Pause, tasks: SimpleQueue[_Task[_A] | None]) -> None:
    pause.stop()
    tasks.put(None)


def _run_tasks(
    work: Callable[[_A, Pause], _R],
    pause: Pause,
    tasks: SimpleQueue[_Task[_A] | None],
    ended: SimpleQueue[Ended[_A, _R]],
) -> None:
    while (task := tasks.get()) is not None:
        try:
            result = task.context.run(work, task.item, pause)
        except BaseException as raised:
            ended.put(Ended(task.number, task.item, None, raised))
        else:
            ended.put(Ended(task.number, task.item, result))
    tasks.put(None)  # for the next thread


def _call_until_done(
    function: Callable[[_A], Result[_T, Error]], item: _A, pause: Pause
) -> Result[_T, Error]:
    result: Result[_T, Error] = Failure(Error("unexpected", "the caller has stopped"))
    attempts = 0
    while pause.wait():
        attempts += 1
        result = _call_once(function, item)
        pause.extend(pause_after(result))
        if retry_delay(result, attempts) is None:
            break
    return result


def _call_once(function: Callable[[_A], Result[_T, Error]], item: _A) -> Result[_T, Error]:
    try:
        return check_result(function(item))
    except Exception as raised:
        return Failure(raised_error("the function", raised))


def _results(
    threads: Threads[_A, Result[_T, Error]], items: Iterable[_A], window: int, *, ordered: bool
) -> Generator[tuple[_A, Result[_T, Error]]]:
    source = Source(items)
    waiting: dict[int, Ended[_A, Result[_T, Error]]] = {}
    yielded = 0
    try:
        while True:
            while threads.running + len(waiting) < window and source.read():
                threads.submit(source.item)
            if not threads.running and not waiting:
                break
            while not waiting or (ordered and yielded not in waiting):
                ended = threads.next_ended()
                waiting[ended.number] = ended
            ended = waiting.pop(yielded) if ordered else waiting.popitem()[1]
            result = ended.unwrap()
            yielded += 1
            yield ended.item, result
        threads.stop()
        threads.join()
        if source.error is not None:
            yield cast("_A", None), Failure(source.error)
    finally:
        threads.stop()


class Source(Generic[_A]):
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
