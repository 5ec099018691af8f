"""Attributes of OAuth clients: what is wrong with them, and what they become."""

from collections.abc import Callable
from typing import Any

import pytest
from returns.result import Result, Success

from supabase_gotrue import Error, OAuthClientListParams, OAuthClientParams
from tests.validation import BLANK, INVALID

Parse = Callable[[Any], Result[Any, Error]]
URIS = {"redirect_uris": ["https://example.com/cb"]}


@pytest.mark.parametrize(
    ("parse", "attrs", "errors"),
    [
        pytest.param(OAuthClientParams.parse, {}, {"redirect_uris": BLANK}, id="nothing"),
        pytest.param(
            OAuthClientParams.parse, {"redirect_uris": []}, {"redirect_uris": BLANK}, id="no URIs"
        ),
        pytest.param(
            OAuthClientParams.parse,
            {"redirect_uris": "https://example.com"},
            {"redirect_uris": INVALID},
            id="text of URIs",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {"redirect_uris": ["https://example.com", " "]},
            {"redirect_uris[1]": INVALID},
            id="blank URI",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {"redirect_uris": ["https://example.com/?a=1,2"]},
            {"redirect_uris[0]": ("must not contain a comma",)},
            id="URI that the server would split",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {"redirect_uris": ["https://example.com"] * 11},
            {"redirect_uris": ("should have at most 10 item(s)",)},
            id="eleven URIs",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {**URIS, "client_name": "\u00e9" * 513, "client_uri": "a" * 2049, "logo_uri": 1},
            {
                "client_name": ("should be at most 1024 byte(s)",),
                "client_uri": ("should be at most 2048 byte(s)",),
                "logo_uri": INVALID,
            },
            id="long texts",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {**URIS, "grant_types": ["password"], "client_type": "x"},
            {"grant_types[0]": INVALID, "client_type": INVALID},
            id="no such choice",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {**URIS, "client_type": "public", "token_endpoint_auth_method": "client_secret_post"},
            {"client_type": ("does not fit token_endpoint_auth_method",)},
            id="public with a secret",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {**URIS, "client_type": "confidential", "token_endpoint_auth_method": "none"},
            {"client_type": ("does not fit token_endpoint_auth_method",)},
            id="confidential without a secret",
        ),
        pytest.param(OAuthClientParams.parse_update, {}, {"attrs": BLANK}, id="no changes"),
        pytest.param(
            OAuthClientParams.parse_update,
            {"client_name": " ", "client_uri": None},
            {"attrs": BLANK},
            id="blank changes",
        ),
        pytest.param(
            OAuthClientParams.parse_update,
            {"redirect_uris": [], "grant_types": ()},
            {"redirect_uris": BLANK, "grant_types": BLANK},
            id="empty lists",
        ),
        pytest.param(
            OAuthClientParams.parse_update,
            {"scope": "openid"},
            {"scope": ("is unknown",)},
            id="what cannot change",
        ),
        pytest.param(
            OAuthClientListParams.parse, {"filter": "a"}, {"filter": ("is unknown",)}, id="clients"
        ),
    ],
)
def test_names_what_is_wrong(parse: Parse, attrs: Any, errors: dict[str, tuple[str, ...]]) -> None:
    assert dict(parse(attrs).failure().errors) == errors


@pytest.mark.parametrize(
    ("parse", "attrs", "expected"),
    [
        pytest.param(
            OAuthClientParams.parse,
            {**URIS, "client_type": "public", "token_endpoint_auth_method": "none"},
            OAuthClientParams(
                redirect_uris=URIS["redirect_uris"],
                client_type="public",
                token_endpoint_auth_method="none",
            ),
            id="public client",
        ),
        pytest.param(
            OAuthClientParams.parse_update,
            {"client_name": "", "client_uri": " ", "logo_uri": ""},
            OAuthClientParams(client_name="", logo_uri=""),
            id="empty texts of a client",
        ),
    ],
)
def test_casts(parse: Parse, attrs: Any, expected: Any) -> None:
    assert parse(attrs) == Success(expected)
    assert parse(expected) == Success(expected)


def test_message_says_what_is_valid() -> None:
    error = OAuthClientParams.parse({**URIS, "client_type": "x"}).failure()
    assert error.message == "client_type is invalid (public or confidential)"
