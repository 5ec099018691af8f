"""Casts of values from other systems, which write booleans, times and objects in many ways."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from supabase_gotrue.bulk.readers.json_records import decode_object
from supabase_gotrue.json_types import is_object
from supabase_gotrue.schemas.cast import INVALID_VALUE, Caster, Invalid

_BOOLEANS: Final[dict[object, bool]] = {
    **dict.fromkeys(("true", "t", "yes", "1", 1), True),
    **dict.fromkeys(("false", "f", "no", "0", 0), False),
}
# A hundred years: Go's durations end at 292.
PERMANENT_BAN: Final = "876000h"
LONGEST_BAN: Final = timedelta(hours=876000)
# PostgreSQL also has `infinity` and years of more than four digits, which Python has not.
_ENDLESS: Final = re.compile(r"infinity|\+?\d{5,}-\d\d-\d\d.*", re.IGNORECASE)
_EPOCH: Final = re.compile(r"\d{9,14}(?:\.\d+)?")
# Seconds since 1970 reach this in the year 5138, milliseconds in 1973.
MAX_EPOCH_SECONDS: Final = 1e11


def is_absent(value: object) -> bool:
    """Whether a value counts as absent: null, blank, or an empty list or object."""
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def cast_text(value: object) -> object:
    """Accept a str only."""
    return value if isinstance(value, str) else INVALID_VALUE


def cast_address(value: object) -> object:
    """Cast to a str without blanks around it."""
    return value.strip() if isinstance(value, str) else INVALID_VALUE


def cast_flag(value: object) -> object:
    """Cast true, false, t, f, yes, no, 1 and 0, in any case, to a bool.

    >>> cast_flag("TRUE"), cast_flag(0), cast_flag("enabled") is INVALID_VALUE
    (True, False, True)
    """
    word = value.strip().lower() if isinstance(value, str) else value
    return (
        _BOOLEANS.get(word, INVALID_VALUE) if isinstance(word, (str, int, float)) else INVALID_VALUE
    )


def when(flag: bool, result: object) -> Caster:
    """Return a caster that turns one value of a flag into `result`, and the other into None."""

    def cast(value: object) -> object:
        given = cast_flag(value)
        return given if isinstance(given, Invalid) else result if given is flag else None

    return cast


def cast_object(value: object) -> object:
    """Accept an object, or the JSON text of one."""
    found = decode_object(value) if isinstance(value, str) else value
    return found if is_object(found) else Invalid("is not a JSON object")


def cast_uuid(value: object) -> object:
    """Cast a UUID in any case, except for the nil UUID, which the server refuses."""
    text = value.strip().lower() if isinstance(value, str) else ""
    try:
        return text if str(UUID(text)) == text and UUID(text).int else INVALID_VALUE
    except ValueError:
        return INVALID_VALUE


def cast_time(value: object) -> object:
    """Cast a time with its offset, by ISO 8601 or as PostgreSQL writes it, or an epoch.

    >>> cast_time("2026-01-01 00:00:00+00") == cast_time(1767225600000)
    True
    """
    text = str(value).strip() if isinstance(value, (str, int, float)) else ""
    try:
        if _ENDLESS.fullmatch(text):
            return datetime.max.replace(tzinfo=UTC)
        if _EPOCH.fullmatch(text):
            seconds = float(text)
            seconds = seconds if seconds < MAX_EPOCH_SECONDS else seconds / 1000
            return datetime.fromtimestamp(seconds, UTC)
        time = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return INVALID_VALUE
    return INVALID_VALUE if time.tzinfo is None else time


def cast_confirmation(value: object) -> object:
    """Cast the time of a confirmation to true."""
    time = cast_time(value)
    return time if isinstance(time, Invalid) else True


def cast_ban(value: object) -> object:
    """Cast the end of a ban to a duration, or to "" if it is over."""
    end = cast_time(value)
    if not isinstance(end, datetime):
        return INVALID_VALUE
    remaining = end - datetime.now(UTC)
    if remaining > LONGEST_BAN:
        return PERMANENT_BAN
    seconds = -(-remaining // timedelta(seconds=1))
    return f"{seconds}s" if seconds > 0 else ""
