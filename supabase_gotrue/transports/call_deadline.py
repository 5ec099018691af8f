"""The one deadline of a call, which may send several requests."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

# The deadlines of the call that is running, by the ID of the transport.
_DEADLINES: Final[ContextVar[dict[int, float] | None]] = ContextVar("_DEADLINES", default=None)


@contextmanager
def one_call() -> Generator[None]:
    """Let all requests that a transport sends within this context share one deadline."""
    outer = _DEADLINES.get()
    _DEADLINES.set({})
    try:
        yield
    finally:
        # Not `reset`: a task that is never finished is closed in another context.
        _DEADLINES.set(outer)


def call_deadline(transport: object, timeout: float, now: float) -> float:
    """Return when a call must have ended: `timeout` seconds after its first request.

    Args:
        transport: What sends the request. Each transport of a call has its own `timeout`.
        timeout: Seconds for the whole call.
        now: The time by the transport's clock.
    """
    deadlines = _DEADLINES.get()
    if deadlines is None:  # the transport was called by hand
        return now + timeout
    return deadlines.setdefault(id(transport), now + timeout)
