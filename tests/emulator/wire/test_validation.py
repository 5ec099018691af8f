"""Which URLs links may redirect to."""

import pytest

from supabase_gotrue.emulator.settings import Settings
from supabase_gotrue.emulator.wire.validation import is_redirect_url_valid


@pytest.mark.parametrize(
    ("glob", "url", "allowed"),
    [
        ("https://*.example.com/**", "https://a.example.com/b/c", True),
        ("https://*.example.com/*", "https://a.example.com/b/c", False),
        ("https://{a,b}.example.com", "https://b.example.com", True),
        ("https://{a,b}.example.com", "https://c.example.com", False),
        ("https://[a-c].example.com", "https://b.example.com", True),
        ("https://[!a-c].example.com", "https://b.example.com", False),
        ("https://exampl?.com", "https://example.com", True),
        ("https://example\\.com", "https://example.com", True),
        ("https://example.com/**", "https://example.com/a#b", True),
    ],
)
def test_redirect_globs(glob: str, url: str, allowed: bool) -> None:
    assert is_redirect_url_valid(Settings(allow_redirect=(glob,)), url) == allowed
