"""Times as microseconds since 1970, and their text form."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

Clock = Callable[[], datetime | float]
SECOND: Final = 1_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(moment: datetime | float) -> int:
    """Convert an aware datetime, or seconds since 1970, to microseconds.

    >>> to_micros(datetime(1970, 1, 2, tzinfo=UTC)), to_micros(1.5)
    (86400000000, 1500000)
    """
    if isinstance(moment, datetime):
        return (moment - _EPOCH) // timedelta(microseconds=1)
    return round(moment * SECOND)


def format_time(moment: int) -> str:
    """Format a time as Go does.

    >>> format_time(1500000)
    '1970-01-01T00:00:01.5Z'
    """
    seconds, fraction = divmod(moment, SECOND)
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{fraction:06}".rstrip("0") + "Z" if fraction else f"{whole}Z"
