"""Attributes of custom providers: what is wrong with them, and what they become."""

from collections.abc import Callable
from typing import Any

import pytest
from returns.result import Result, Success

from supabase_gotrue import CustomProviderListParams, CustomProviderParams, Error
from tests.validation import BLANK, INVALID

Parse = Callable[[Any], Result[Any, Error]]
OIDC: dict[str, Any] = {
    "provider_type": "oidc",
    "identifier": "custom:acme",
    "name": "Acme",
    "client_id": "id",
    "client_secret": "s3cret",
    "issuer": "https://example.com",
}
XML = {"metadata_xml": "<a/>"}
RESERVED = ("is reserved by the server",)


def keys(**attributes: Any) -> dict[str, Any]:
    return {**XML, "attribute_mapping": {"keys": attributes}}


@pytest.mark.parametrize(
    ("parse", "attrs", "errors"),
    [
        pytest.param(
            CustomProviderParams.parse,
            {},
            dict.fromkeys(
                ("provider_type", "identifier", "name", "client_id", "client_secret"), BLANK
            ),
            id="nothing",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "issuer": None},
            {"issuer": BLANK},
            id="no issuer",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "provider_type": "oauth2"},
            dict.fromkeys(("authorization_url", "token_url", "userinfo_url"), BLANK),
            id="no URLs",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "provider_type": "saml"},
            {"provider_type": INVALID},
            id="no such type",
        ),
        *(
            pytest.param(
                CustomProviderParams.parse,
                {**OIDC, "identifier": identifier},
                {"identifier": INVALID},
                id=f"identifier {identifier[:12]!r}",
            )
            for identifier in (
                *("acme", "custom:", "custom:A", "custom:a_b", "custom:a-", "custom:a:"),
                *("custom:a/b", "custom:a\n", "custom:" + "a" * 44),
            )
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "name": "a" * 101, "client_id": "a" * 513},
            {
                "name": ("should be at most 100 character(s)",),
                "client_id": ("should be at most 512 character(s)",),
            },
            id="long texts",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "issuer": "http://a", "discovery_url": "HTTPS://a", "jwks_uri": 1},
            dict.fromkeys(("issuer", "discovery_url", "jwks_uri"), INVALID),
            id="URLs without https",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "discovery_url": "https://example.com/" + "a" * 2029},
            {"discovery_url": ("should be at most 2048 character(s)",)},
            id="long URL",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "authorization_params": {"prompt": "x", "state": "y"}},
            {"authorization_params.state": RESERVED},
            id="reserved parameter",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "authorization_params": {"max_age": 5}},
            {"authorization_params.max_age": ("should be a string",)},
            id="number as parameter",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "authorization_params": [], "attribute_mapping": "a", "scopes": "openid"},
            dict.fromkeys(("authorization_params", "attribute_mapping", "scopes"), INVALID),
            id="wrong types",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "attribute_mapping": {"role": "groups"}},
            {"attribute_mapping.role": RESERVED},
            id="protected field",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "custom_claims_allowlist": ["groups", ""]},
            {"custom_claims_allowlist[1]": INVALID},
            id="blank claim",
        ),
        pytest.param(
            CustomProviderParams.parse_update,
            {"provider_type": "oidc", "identifier": "custom:b", "enabled": "yes"},
            {
                "provider_type": ("is unknown",),
                "identifier": ("is unknown",),
                "enabled": INVALID,
            },
            id="what cannot change",
        ),
        pytest.param(
            CustomProviderListParams.parse, {"type": "saml"}, {"type": INVALID}, id="customs"
        ),
    ],
)
def test_names_what_is_wrong(parse: Parse, attrs: Any, errors: dict[str, tuple[str, ...]]) -> None:
    assert dict(parse(attrs).failure().errors) == errors


@pytest.mark.parametrize(
    ("parse", "attrs", "expected"),
    [
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "identifier": "custom:" + "a" * 43, "name": "\u00e9" * 100},
            CustomProviderParams(
                provider_type="oidc",
                identifier="custom:" + "a" * 43,
                name="\u00e9" * 100,
                client_id="id",
                client_secret="s3cret",
                issuer="https://example.com",
            ),
            id="longest texts of a provider",
        ),
        pytest.param(
            CustomProviderParams.parse_update,
            {"name": "", "scopes": (), "attribute_mapping": {"name": {"a": (1,)}}, "enabled": "0"},
            CustomProviderParams(scopes=[], attribute_mapping={"name": {"a": [1]}}, enabled=False),
            id="changes of a provider",
        ),
    ],
)
def test_casts(parse: Parse, attrs: Any, expected: Any) -> None:
    assert parse(attrs) == Success(expected)
    assert parse(expected) == Success(expected)


def test_message_says_what_is_valid() -> None:
    error = CustomProviderParams.parse_update({"issuer": "a"}).failure()
    assert error.message == "issuer is invalid (must begin with https://)"
