"""Time as the emulator counts it: microseconds since 1970.

What may live here: pure conversions. The clock itself is a parameter of `Emulator`.
"""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

Clock = Callable[[], datetime | float]
SECOND: Final = 1_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_STAMP: Final = re.compile(r"(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)")


def micros(moment: datetime | float) -> int:
    """An aware datetime, or seconds since 1970, in microseconds.

    >>> micros(datetime(1970, 1, 2, tzinfo=UTC)), micros(1.5)
    (86400000000, 1500000)
    """
    if isinstance(moment, datetime):
        return (moment - _EPOCH) // timedelta(microseconds=1)
    return round(moment * SECOND)


def stamp(moment: int) -> str:
    """The time as Go writes it.

    >>> stamp(1500000)
    '1970-01-01T00:00:01.5Z'
    """
    seconds, rest = divmod(moment, SECOND)
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{rest:06}".rstrip("0") + "Z" if rest else f"{whole}Z"


def read_stamp(text: str) -> int | None:
    """A time as Go reads it, or `None`.

    >>> read_stamp("1970-01-01T00:00:01.5Z")
    1500000
    """
    found = _STAMP.fullmatch(text)
    if not found:
        return None
    whole, fraction, zone = found.groups()
    try:
        moment = datetime.fromisoformat(whole + zone.upper().replace("Z", "+00:00"))
    except ValueError:
        return None
    return micros(moment) + int((fraction or "").ljust(6, "0")[:6])
