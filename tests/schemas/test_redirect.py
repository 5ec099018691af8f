"""URLs of redirects: normalized as they are sent."""

from typing import Any

import pytest
from hypothesis import given
from returns.result import Success

from supabase_gotrue import InviteUserParams
from tests import strategies as draw
from tests.validation import INVALID, errors


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("HTTPS://EXAMPLE.com/A", "https://example.com/A"),
        ("http://User:Pass@Example.com", "http://User:Pass@example.com"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:80", "http://example.com"),
        ("http://example.com:443", "http://example.com:443"),
        ("https://example.com:80?x", "https://example.com:80?x"),
        ("https://example.com:4430/", "https://example.com:4430/"),
        ("MyApp://Open/Path", "myapp://open/Path"),
        ("//Example.com/A", "//example.com/A"),
        ("/a/B", "/a/B"),
        ("a%20b%zz", "a%20b%zz"),
        ("https://münchen.example/ü?q=€", "https://m%c3%bcnchen.example/%C3%BC?q=%E2%82%AC"),
    ],
)
def test_normalizes_redirects(value: str, sent: str) -> None:
    parsed = InviteUserParams.parse({"redirect_to": value}).unwrap()
    assert parsed.redirect_to == sent
    assert InviteUserParams.parse(parsed) == Success(parsed)


@pytest.mark.parametrize("invalid", ["a b", "a\nb", "a\x7f", "a\x85", " a", "a\u2003", 1, b"a"])
def test_rejects_invalid_redirects(invalid: Any) -> None:
    assert errors(InviteUserParams.parse({"redirect_to": invalid})) == {"redirect_to": INVALID}


@given(draw.any_redirects)
def test_casting_a_redirect_is_idempotent(url: str) -> None:
    match InviteUserParams.parse({"redirect_to": url}):
        case Success(InviteUserParams() as once):
            assert InviteUserParams.parse(once) == Success(once)
            assert str(once.redirect_to).isascii()
        case other:
            assert set(other.failure().errors) == {"redirect_to"}
