"""Options of clients: the message says what is valid."""

from typing import Any

import pytest

from supabase_gotrue import init_client

ADDRESS = "a str with http or https and a host; no user, query or fragment"


@pytest.mark.parametrize(
    ("option", "invalid", "hint"),
    [
        ("base_url", "ftp://a", f" ({ADDRESS})"),
        ("auth_url", "ftp://a", f" ({ADDRESS})"),
        ("api_key", "a b", " (a str of visible ASCII)"),
        ("access_token", "a b", " (a str of visible ASCII)"),
        ("headers", 1, " (visible ASCII, without names that the library or the transport sets)"),
        ("timeout", 0, " (seconds, more than 0)"),
        ("verify", 1, " (a bool, or a path that exists)"),
        ("max_retries", -1, ""),
        ("pool_size", 0, ""),
        ("max_response_bytes", 0, ""),
        ("transport", 1, ""),
    ],
)
def test_validation_message_explains_the_option(option: str, invalid: Any, hint: str) -> None:
    options: dict[str, Any] = {"base_url": "http://localhost", "api_key": "key", option: invalid}
    assert init_client(**options).failure().message == f"{option} is invalid{hint}"
