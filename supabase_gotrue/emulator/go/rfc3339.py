"""Times as Go's `time.Time` reads them from JSON: RFC 3339.

https://go.dev/src/time/format_rfc3339.go
"""

import re
from calendar import monthrange
from datetime import date
from typing import Final

from supabase_gotrue.emulator.go.clock import SECOND
from supabase_gotrue.emulator.go.durations import quote

# Go's zero time, which stands for a time that is missing.
ZERO: Final = -62_135_596_800 * SECOND
_LAYOUT: Final = "2006-01-02T15:04:05Z07:00"
# The parts of the layout as Go names them, each with its pattern; for numbers, with the name in
# Go's error message, and the limits.
_PARTS: Final = tuple(
    (part, re.compile(pattern, re.ASCII), name, limits)
    for part, pattern, name, limits in (
        ("2006", r"\d{4}", "year", (0, 9999)),
        ("-", "-", "", None),
        ("01", r"\d\d", "month", (1, 12)),
        ("-", "-", "", None),
        ("02", r"\d\d", "day", (0, 99)),
        ("T", "T", "", None),
        ("15", r"\d\d", "hour", (0, 23)),
        (":", ":", "", None),
        ("04", r"\d\d", "minute", (0, 59)),
        (":", ":", "", None),
        ("05", r"\d\d", "second", (0, 59)),
    )
)
_FRACTION: Final = re.compile(r"\.(\d+)", re.ASCII)
_ZONE: Final = re.compile(r"Z|([+-])(\d\d):(\d\d)", re.ASCII)
_EPOCH: Final = date(1970, 1, 1).toordinal()
# The calendar repeats after 400 years, which are this many days; Python has no year 0.
_CYCLE: Final = (400, 146_097)


class ParseError(Exception):
    """Text that is not a time; the message is Go's."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(f"parsing time {quote(text)}{problem}")


def parse_time(text: str) -> int:
    """Parse a time into microseconds since 1970, or raise `ParseError`.

    >>> parse_time("1970-01-01T00:00:01.5Z"), parse_time("1970-01-01T01:00:00+01:00")
    (1500000, 0)
    """
    values: dict[str, int] = {}
    rest = text
    for part, pattern, name, limits in _PARTS:
        found = pattern.match(rest)
        if not found:
            raise _mismatch(text, rest, part)
        rest = rest[found.end() :]
        if limits:
            values[name] = int(found[0])
            _check_range(text, name, values[name], *limits)
    fraction = _FRACTION.match(rest)
    rest = rest[fraction.end() :] if fraction else rest
    zone = _ZONE.match(rest)
    if not zone:
        raise _mismatch(text, rest, "Z07:00")
    if rest := rest[zone.end() :]:
        raise ParseError(text, f": extra text: {quote(rest)}")
    sign, hours, minutes = zone[1] or "+", int(zone[2] or 0), int(zone[3] or 0)
    _check_range(text, "time zone offset hour", hours, 0, 23)
    _check_range(text, "time zone offset minute", minutes, 0, 59)
    offset = (hours * 60 + minutes) * (-60 if sign == "-" else 60)
    micros = int(fraction[1].ljust(6, "0")[:6]) if fraction else 0
    return (_seconds(text, values) - offset) * SECOND + micros


def _seconds(text: str, values: dict[str, int]) -> int:
    years, days = _CYCLE if values["year"] == 0 else (0, 0)
    year, month, day = values["year"] + years, values["month"], values["day"]
    _check_range(text, "day", day, 1, monthrange(year, month)[1])
    ordinal = date(year, month, day).toordinal() - days - _EPOCH
    return ((ordinal * 24 + values["hour"]) * 60 + values["minute"]) * 60 + values["second"]


def _check_range(text: str, name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ParseError(text, f": {name} out of range")


def _mismatch(text: str, rest: str, part: str) -> ParseError:
    layout = f"{quote(_LAYOUT)}: cannot parse {quote(rest)} as {quote(part)}"
    return ParseError(text, f" as {layout}")
