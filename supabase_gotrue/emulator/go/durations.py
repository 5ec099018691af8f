"""Durations as Go's `time.ParseDuration` parses them.

https://pkg.go.dev/time#ParseDuration
"""

import re
from decimal import Decimal
from typing import Final

_PART: Final = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]*)")
_UNITS: Final = {
    "ns": 1,
    "us": 10**3,
    "\u00b5s": 10**3,
    "\u03bcs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}


class DurationError(Exception):
    """Text that is not a duration; the message is Go's."""

    def __init__(self, problem: str, text: str) -> None:
        super().__init__(f"time: {problem} {quote(text)}")


def parse_duration(text: str) -> int:
    """Parse a duration into nanoseconds, or raise `DurationError`.

    >>> parse_duration("1h30m5.5s"), parse_duration("-1h"), parse_duration("0")
    (5405500000000, -3600000000000, 0)
    """
    sign, rest = (-1 if text[:1] == "-" else 1), text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    total = Decimal(0)
    if not rest:
        raise DurationError("invalid duration", text)
    while rest:
        part = _PART.match(rest)
        whole, fraction, unit = part.groups() if part else ("", None, "")
        if not whole and not fraction:
            raise DurationError("invalid duration", text)
        if not unit:
            raise DurationError("missing unit in duration", text)
        if unit not in _UNITS:
            raise DurationError(f"unknown unit {quote(unit)} in duration", text)
        total += Decimal(f"{whole or 0}.{fraction or 0}") * _UNITS[unit]
        rest = rest[part.end() :] if part else ""
    if total > 2**63 - (sign > 0):
        raise DurationError("invalid duration", text)
    return sign * int(total)


def quote(text: str) -> str:
    """Quote as Go's `time` does: https://go.dev/src/time/format.go"""

    def escape(char: str) -> str:
        if char in '"\\':
            return f"\\{char}"
        is_ascii = " " <= char < "\x80"
        return char if is_ascii else "".join(f"\\x{byte:02x}" for byte in char.encode())

    return f'"{"".join(map(escape, text))}"'
