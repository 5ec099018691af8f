"""Times."""

import pytest

from supabase_gotrue.emulator.go.clock import parse_time


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30T00:00:00Z"])
def test_parse_time_rejects_invalid_times(text: str) -> None:
    assert parse_time(text) is None
