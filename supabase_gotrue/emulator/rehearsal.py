"""Failures that a test rehearses: responses that fail, and responses that are lost."""

from collections import deque
from threading import Lock
from typing import Final

from supabase_gotrue.request import Request
from supabase_gotrue.response import Response

_READS: Final = ("GET", "HEAD", "OPTIONS")


class Rehearsal:
    """A queue of failures, in the order in which a test asked for them; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        # None stands for a response that is lost.
        self._queue: deque[Response | None] = deque()

    def add(self, response: Response | None, times: int = 1) -> None:
        """Queue a failure, or a lost response."""
        with self._lock:
            self._queue.extend([response] * times)

    def next_failure(self) -> Response | None:
        """Return the response with which the next request fails, if it is to fail."""
        with self._lock:
            return self._queue.popleft() if self._queue and self._queue[0] else None

    def loses_response(self, request: Request) -> bool:
        """Return whether the response to this request is lost: the next one to a change is."""
        with self._lock:
            is_lost = bool(self._queue) and self._queue[0] is None and request.method not in _READS
            if is_lost:
                self._queue.popleft()
            return is_lost

    def clear(self) -> None:
        """Forget what is queued."""
        with self._lock:
            self._queue.clear()
