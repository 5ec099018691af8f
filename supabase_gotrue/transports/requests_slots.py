"""Slots and connections that no exception can lose or lock, not even one of a signal handler.

Such an exception can be raised between any two steps of the interpreter, also while it runs the
Python code of `threading.Semaphore` and `queue.LifoQueue`, whose locks then stay locked. Each
change here is one call of a function that is written in C.
"""

import queue
import threading
import time
from collections import deque
from contextlib import suppress
from itertools import islice
from typing import Final

# Seconds after which a waiting thread looks again, should it not have been woken.
MAX_WAIT: Final = 0.05


class Slots:
    """A number of slots; each thread takes one at a time.

    A slot that a thread could not give back is the one that it takes next.
    """

    def __init__(self, count: int) -> None:
        self._free = deque(range(count))
        self._of_thread = threading.local()
        self._waiting: deque[threading.Lock] = deque()

    def take(self, deadline: float) -> bool:
        """Take a slot, or return False at the deadline."""
        held = self._held
        while not held:
            _move_one(self._free, held)
            if not held:
                seconds = deadline - time.monotonic()
                if seconds <= 0:
                    return False
                self._wait(min(seconds, MAX_WAIT))
        return True

    def give_back(self) -> None:
        """Give back the slot of this thread, if it has one."""
        _move_one(self._held, self._free)
        with suppress(IndexError):
            self._waiting.popleft().release()

    @property
    def _held(self) -> deque[int]:
        held: deque[int] = self._of_thread.__dict__.setdefault("held", deque())
        return held

    def _wait(self, seconds: float) -> None:
        wake = threading.Lock()
        wake.acquire()
        self._waiting.append(wake)
        try:
            wake.acquire(timeout=seconds)
        finally:
            with suppress(ValueError):  # it was woken
                self._waiting.remove(wake)


def _move_one(source: deque[int], target: deque[int]) -> None:
    with suppress(IndexError):
        target.extend(islice(iter(source.pop, None), 1))


class ConnectionQueue:
    """The queue of a pool of urllib3 that does not block: a lost connection is opened anew."""

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
