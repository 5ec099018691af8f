"""LIKE and ILIKE: what they match, and that no pattern takes long."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supabase_gotrue import admin
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.store.like import ilike, like


@pytest.mark.parametrize(
    ("text", "pattern", "matches"),
    [
        pytest.param("ann", "ann", True, id="no wildcard"),
        pytest.param("joann", "ann", False, id="whole text"),
        pytest.param("joann", "%ann", True, id="end"),
        pytest.param("annab", "ann%", True, id="begin"),
        pytest.param("xannx", "%ann%", True, id="inside"),
        pytest.param("abab", "%ab", True, id="the last of two"),
        pytest.param("aba", "ab%ba", False, id="may not overlap"),
        pytest.param("a\nb", "a_b", True, id="line break"),
        pytest.param("a_b", r"a\_b", True, id="escaped underscore"),
        pytest.param("axb", r"a\_b", False, id="escaped underscore is no wildcard"),
        pytest.param("a\\b", r"a\\b", True, id="escaped backslash"),
        pytest.param("a.b", "a.b", True, id="dot"),
        pytest.param("axb", "a.b", False, id="dot is no wildcard"),
        pytest.param("", "%", True, id="empty text"),
        pytest.param("", "", True, id="both empty"),
        pytest.param("a", "", False, id="empty pattern"),
        pytest.param("ANN", "ann", False, id="case"),
        pytest.param(None, "%", False, id="null"),
    ],
)
def test_like_matches_as_postgresql(text: str | None, pattern: str, matches: bool) -> None:
    assert like(text, pattern) == matches


def test_ilike_ignores_case() -> None:
    assert ilike("Ann", "a%N")


def by_backtracking(text: str, pattern: str) -> bool:
    special = {"%": ".*", "_": "."}
    regex = "".join(special.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(regex, text, re.DOTALL) is not None


@given(st.text("ab", max_size=8), st.text("ab%_", max_size=8))
def test_like_equals_backtracking(text: str, pattern: str) -> None:
    assert like(text, pattern) == by_backtracking(text, pattern)


@pytest.mark.timeout(20)
def test_filter_with_many_wildcards_takes_no_time() -> None:
    """Backtracking would take years, with the lock of the emulator held."""
    client = Emulator().client()
    admin.create_user(
        client, {"email": "a@example.com", "user_metadata": {"full_name": "a" * 100_000}}
    ).unwrap()
    users, _ = admin.list_users(client, {"filter": "%a" * 100 + "%!"}).unwrap()
    assert users == ()
