"""Which pauses a result asks for, and whether its call is repeated."""

from typing import Final

from returns.result import Result

from supabase_gotrue.error import Error, error_of

# A server that never lets an item through must not hold the whole map forever.
MAX_ATTEMPTS: Final = 20
# Seconds. A server that asks for more would stop all calls for as long as it likes.
MAX_PAUSE: Final = 60


def requested_pause(error: Error | None) -> float | None:
    """Return the seconds for which an error asks to pause, if that is at most a minute.

    A caller's own Error can hold anything as `retry_after`.

    >>> requested_pause(Error("too_many_requests", retry_after=3))
    3
    >>> requested_pause(Error("too_many_requests", retry_after=3600)) is None
    True
    """
    seconds = _seconds(error)
    return seconds if seconds is not None and 0 <= seconds <= MAX_PAUSE else None


def asks_for_too_long(error: Error) -> bool:
    """Whether an error asks for a pause of more than a minute."""
    seconds = _seconds(error)
    return seconds is not None and seconds > MAX_PAUSE


def _seconds(error: Error | None) -> float | None:
    seconds = None if error is None else error.retry_after
    return seconds if type(seconds) in (int, float) else None


def retry_delay(result: Result[object, Error], attempts: int) -> float | None:
    """Return the seconds after which an item is tried again, or None if it is done.

    >>> from returns.result import Failure
    >>> retry_delay(Failure(Error("too_many_requests", retry_after=3)), 1)
    3
    """
    error = error_of(result)
    seconds = requested_pause(error)
    if error is None or seconds is None or attempts >= MAX_ATTEMPTS:
        return None
    try:
        return seconds if error.retryable else None
    except TypeError:  # a caller's own Error, with a code that cannot be hashed
        return None


def pause_after(result: Result[object, Error]) -> float:
    """Return the seconds for which a result asks all callers to pause."""
    return requested_pause(error_of(result)) or 0
