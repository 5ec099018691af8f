"""Numbers and quoting of Go's `strconv`."""

import pytest

from supabase_gotrue.emulator.go.strconv import NumError, parse_uint


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "invalid syntax", id="empty"),
        pytest.param("-1", "invalid syntax", id="sign"),
        pytest.param("1x", "invalid syntax", id="letter"),
        pytest.param("\u0661", "invalid syntax", id="digit of another script"),
        pytest.param(str(2**64), "value out of range", id="too large"),
        pytest.param(f"{2**64}x", "value out of range", id="too large before a letter"),
        pytest.param("9" * 5000, "value out of range", id="very long"),
    ],
)
def test_invalid_numbers(text: str, problem: str) -> None:
    with pytest.raises(NumError, match=f": {problem}$"):
        parse_uint(text)


def test_numbers() -> None:
    assert [parse_uint(text) for text in ("0", "007", "0" * 30 + "1")] == [0, 7, 1]
    assert parse_uint(str(2**64 - 1)) == 2**64 - 1
