"""Slots and connections that survive any exception, even one that a signal handler raises.

Such an exception can be raised between any two steps of the interpreter, also while it runs the
Python code of `threading.Semaphore` and `queue.LifoQueue`, whose locks then stay locked. Each
change here is one call of a function that is written in C.
"""

import queue
import threading
import time
import weakref
from collections import deque
from contextlib import suppress
from typing import Final

# Seconds after which a waiting thread looks again, should it not have been woken.
MAX_WAIT: Final = 0.05


class Slot:
    """A place in the line for the slots. It counts as long as something refers to it."""

    __slots__ = ("__weakref__",)


class Slots:
    """A limited number of slots, of which each thread has at most one.

    Threads wait in a line, and the first ones have the slots. A `Slot` that was garbage-collected
    loses its place in the line: so an exception that ends a call anywhere also gives its slot
    back. If a traceback keeps the `Slot` alive, the next call of the same thread removes it.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._line: dict[weakref.ref[Slot], None] = {}
        self._of_thread = threading.local()
        self._waiting: deque[threading.Lock] = deque()

    def take(self, deadline: float) -> Slot | None:
        """Return a slot, which the caller must keep, or None at the deadline."""
        self._leave()
        slot = Slot()
        place = weakref.ref(slot)
        self._of_thread.place = place
        self._line[place] = None
        while not self._is_served(place):
            seconds = deadline - time.monotonic()
            if seconds <= 0:
                self._leave()
                return None
            self._wait(min(seconds, MAX_WAIT))
        return slot

    def give_back(self) -> None:
        """Give back the slot of this thread, if it has one."""
        self._leave()
        if self._waiting:
            with suppress(IndexError):  # another thread has woken the last one
                self._waiting.popleft().release()

    def _leave(self) -> None:
        place: weakref.ref[Slot] | None = self._of_thread.__dict__.get("place")
        if place is not None:
            self._line.pop(place, None)

    def _is_served(self, place: "weakref.ref[Slot]") -> bool:
        if len(self._line) <= self._count:
            return True
        for other in tuple(self._line):
            if other() is None:
                self._line.pop(other, None)
        return place in tuple(self._line)[: self._count]

    def _wait(self, seconds: float) -> None:
        wake = threading.Lock()
        wake.acquire()
        self._waiting.append(wake)
        try:
            wake.acquire(timeout=seconds)
        finally:
            with suppress(ValueError):  # it was woken
                self._waiting.remove(wake)


class ConnectionQueue:
    """The queue of a urllib3 pool that does not block: for a lost connection, another is opened."""

    def __init__(self, maxsize: int) -> None:
        self._maxsize = maxsize
        self._items: deque[object] = deque()

    def qsize(self) -> int:
        return len(self._items)

    def put(self, item: object, block: bool = True, timeout: float | None = None) -> None:
        if len(self._items) >= self._maxsize:
            raise queue.Full
        self._items.append(item)

    def get(self, block: bool = True, timeout: float | None = None) -> object:
        try:
            return self._items.pop()
        except IndexError:
            raise queue.Empty from None
