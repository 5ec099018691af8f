"""Times that Go reads and rejects."""

import pytest

from supabase_gotrue.emulator.go.rfc3339 import ZERO, ParseError, parse_time

AS = 'as "2006-01-02T15:04:05Z07:00": cannot parse'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", f' {AS} "" as "2006"', id="empty"),
        pytest.param("yesterday", f' {AS} "yesterday" as "2006"', id="word"),
        pytest.param("2026-1-01T00:00:00Z", f' {AS} "1-01T00:00:00Z" as "01"', id="one digit"),
        pytest.param("2026-01-01 00:00:00Z", f' {AS} " 00:00:00Z" as "T"', id="blank"),
        pytest.param("2026-01-01T00:00:00", f' {AS} "" as "Z07:00"', id="no zone"),
        pytest.param("2026-13-01T00:00:00Z", ": month out of range", id="month"),
        pytest.param("2026-02-30T00:00:00Z", ": day out of range", id="day"),
        pytest.param("2026-01-01T24:00:00Z", ": hour out of range", id="hour"),
        pytest.param("2026-01-01T00:60:00Z", ": minute out of range", id="minute"),
        pytest.param("2026-01-01T00:00:60Z", ": second out of range", id="second"),
        pytest.param(
            "2026-01-01T00:00:00+25:00", ": time zone offset hour out of range", id="zone"
        ),
        pytest.param("2026-01-01T00:00:00Zx", ': extra text: "x"', id="rest"),
    ],
)
def test_errors_are_those_of_go(text: str, problem: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_time(text)
    assert str(caught.value) == f'parsing time "{text}"{problem}'


@pytest.mark.parametrize(
    ("text", "micros"),
    [
        pytest.param("1970-01-01T00:00:01.5Z", 1_500_000, id="fraction"),
        pytest.param("1970-01-01T00:00:00.1234567Z", 123_456, id="nanoseconds"),
        pytest.param("1970-01-01T01:30:00+01:30", 0, id="zone in the east"),
        pytest.param("1969-12-31T23:00:00-01:00", 0, id="zone in the west"),
        pytest.param("2024-02-29T12:00:00Z", 1_709_208_000_000_000, id="leap day"),
        pytest.param("0001-01-01T00:00:00Z", ZERO, id="zero time"),
        pytest.param("0000-12-31T00:00:00Z", ZERO - 86_400_000_000, id="year 0"),
    ],
)
def test_times_in_microseconds(text: str, micros: int) -> None:
    assert parse_time(text) == micros
