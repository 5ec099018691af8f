"""Durations and moments as people type them: `7d`, `1h30m`, `2026-01-31`."""

import re
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Final

UNITS: Final = MappingProxyType(
    {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
)
DURATION_HINT: Final = "give a duration such as 7d, 24h or 1h30m"
MOMENT_HINT: Final = "give a date such as 2026-01-31, or how long ago, such as 30d"
# Five parts of at most six digits: their sum does not overflow.
_DURATION: Final = re.compile(r"(?:\d{1,6}[wdhms]){1,5}", re.ASCII)
_PART: Final = re.compile(r"(\d+)([wdhms])", re.ASCII)


def parse_duration(text: str) -> timedelta | None:
    """Return a duration, or None if the text is not one.

    >>> parse_duration("2w"), parse_duration("1h30m"), parse_duration("soon")
    (datetime.timedelta(days=14), datetime.timedelta(seconds=5400), None)
    """
    if not _DURATION.fullmatch(text):
        return None
    parts = (timedelta(**{UNITS[unit]: int(number)}) for number, unit in _PART.findall(text))
    return sum(parts, timedelta())


def parse_moment(text: str, now: datetime, zone: tzinfo | None = None) -> datetime | None:
    """Return an aware time, or None if the text is not one.

    Args:
        text: A date or a time in ISO 8601; or a duration, which means as long ago.
        now: The current time, aware.
        zone: The time zone of a text that names none. Default: the local one.

    >>> from datetime import UTC
    >>> parse_moment("2026-01-31", datetime.now(UTC), UTC).isoformat()
    '2026-01-31T00:00:00+00:00'
    """
    ago = parse_duration(text)
    try:
        moment = datetime.fromisoformat(text) if ago is None else now - ago
        if moment.tzinfo is not None:
            return moment
        return moment.astimezone() if zone is None else moment.replace(tzinfo=zone)
    except (ValueError, OverflowError, OSError):
        return None
