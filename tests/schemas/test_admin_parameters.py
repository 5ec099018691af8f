"""What the newer functions accept, and how they name what is wrong: nothing is sent then."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from returns.result import Result, Success

from supabase_gotrue import (
    AuditLogParams,
    CustomProviderListParams,
    CustomProviderParams,
    Error,
    FactorParams,
    OAuthClientListParams,
    OAuthClientParams,
    SSOProviderListParams,
    SSOProviderParams,
)

Parse = Callable[[Any], Result[Any, Error]]
URIS = {"redirect_uris": ["https://example.com/cb"]}
OIDC: dict[str, Any] = {
    "provider_type": "oidc",
    "identifier": "custom:acme",
    "name": "Acme",
    "client_id": "id",
    "client_secret": "s3cret",
    "issuer": "https://example.com",
}
XML = {"metadata_xml": "<a/>"}
BLANK = ("can't be blank",)
INVALID = ("is invalid",)
RESERVED = ("is reserved by the server",)


def keys(**attributes: Any) -> dict[str, Any]:
    return {**XML, "attribute_mapping": {"keys": attributes}}


@pytest.mark.parametrize(
    ("parse", "attrs", "errors"),
    [
        pytest.param(
            FactorParams.parse,
            {"friendlyname": "a"},
            {"friendlyname": ("is unknown", "did you mean 'friendly_name'?")},
            id="factor: unknown",
        ),
        pytest.param(FactorParams.parse, {"phone": 1}, {"phone": INVALID}, id="factor: number"),
        pytest.param(
            AuditLogParams.parse, {"query": "login"}, {"query": INVALID}, id="audit: no scope"
        ),
        pytest.param(
            AuditLogParams.parse, {"query": "actor:a"}, {"query": INVALID}, id="audit: scope"
        ),
        pytest.param(
            AuditLogParams.parse, {"query": "ACTION:a"}, {"query": INVALID}, id="audit: capitals"
        ),
        pytest.param(
            AuditLogParams.parse, {"query": " action:a"}, {"query": INVALID}, id="audit: space"
        ),
        pytest.param(
            AuditLogParams.parse,
            {"page": 0, "per_page": "x", "filter": "a"},
            {"page": INVALID, "per_page": INVALID, "filter": ("is unknown",)},
            id="audit: page",
        ),
        pytest.param(OAuthClientParams.parse, {}, {"redirect_uris": BLANK}, id="client: nothing"),
        pytest.param(
            OAuthClientParams.parse, {"redirect_uris": []}, {"redirect_uris": BLANK}, id="no URIs"
        ),
        pytest.param(
            OAuthClientParams.parse,
            {"redirect_uris": "https://example.com"},
            {"redirect_uris": INVALID},
            id="client: text of URIs",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {"redirect_uris": ["https://example.com", " "]},
            {"redirect_uris[1]": INVALID},
            id="client: blank URI",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {"redirect_uris": ["https://example.com/?a=1,2"]},
            {"redirect_uris[0]": ("must not contain a comma",)},
            id="client: URI that the server would split",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {"redirect_uris": ["https://example.com"] * 11},
            {"redirect_uris": ("should have at most 10 item(s)",)},
            id="client: eleven URIs",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {**URIS, "client_name": "\u00e9" * 513, "client_uri": "a" * 2049, "logo_uri": 1},
            {
                "client_name": ("should be at most 1024 byte(s)",),
                "client_uri": ("should be at most 2048 byte(s)",),
                "logo_uri": INVALID,
            },
            id="client: long texts",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {**URIS, "grant_types": ["password"], "client_type": "x"},
            {"grant_types[0]": INVALID, "client_type": INVALID},
            id="client: no such choice",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {**URIS, "client_type": "public", "token_endpoint_auth_method": "client_secret_post"},
            {"client_type": ("does not fit token_endpoint_auth_method",)},
            id="client: public with a secret",
        ),
        pytest.param(
            OAuthClientParams.parse,
            {**URIS, "client_type": "confidential", "token_endpoint_auth_method": "none"},
            {"client_type": ("does not fit token_endpoint_auth_method",)},
            id="client: confidential without a secret",
        ),
        pytest.param(OAuthClientParams.parse_update, {}, {"attrs": BLANK}, id="client: no changes"),
        pytest.param(
            OAuthClientParams.parse_update,
            {"client_name": " ", "client_uri": None},
            {"attrs": BLANK},
            id="client: blank changes",
        ),
        pytest.param(
            OAuthClientParams.parse_update,
            {"redirect_uris": [], "grant_types": ()},
            {"redirect_uris": BLANK, "grant_types": BLANK},
            id="client: empty lists",
        ),
        pytest.param(
            OAuthClientParams.parse_update,
            {"scope": "openid"},
            {"scope": ("is unknown",)},
            id="client: what cannot change",
        ),
        pytest.param(
            OAuthClientListParams.parse, {"filter": "a"}, {"filter": ("is unknown",)}, id="clients"
        ),
        pytest.param(
            CustomProviderParams.parse,
            {},
            dict.fromkeys(
                ("provider_type", "identifier", "name", "client_id", "client_secret"), BLANK
            ),
            id="custom: nothing",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "issuer": None},
            {"issuer": BLANK},
            id="custom: no issuer",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "provider_type": "oauth2"},
            dict.fromkeys(("authorization_url", "token_url", "userinfo_url"), BLANK),
            id="custom: no URLs",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "provider_type": "saml"},
            {"provider_type": INVALID},
            id="custom: no such type",
        ),
        *(
            pytest.param(
                CustomProviderParams.parse,
                {**OIDC, "identifier": identifier},
                {"identifier": INVALID},
                id=f"custom: identifier {identifier[:12]!r}",
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
            id="custom: long texts",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "issuer": "http://a", "discovery_url": "HTTPS://a", "jwks_uri": 1},
            dict.fromkeys(("issuer", "discovery_url", "jwks_uri"), INVALID),
            id="custom: URLs without https",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "discovery_url": "https://example.com/" + "a" * 2029},
            {"discovery_url": ("should be at most 2048 character(s)",)},
            id="custom: long URL",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "authorization_params": {"prompt": "x", "state": "y"}},
            {"authorization_params.state": RESERVED},
            id="custom: reserved parameter",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "authorization_params": {"max_age": 5}},
            {"authorization_params.max_age": ("should be a string",)},
            id="custom: number as parameter",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "authorization_params": [], "attribute_mapping": "a", "scopes": "openid"},
            dict.fromkeys(("authorization_params", "attribute_mapping", "scopes"), INVALID),
            id="custom: wrong types",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "attribute_mapping": {"role": "groups"}},
            {"attribute_mapping.role": RESERVED},
            id="custom: protected field",
        ),
        pytest.param(
            CustomProviderParams.parse,
            {**OIDC, "custom_claims_allowlist": ["groups", ""]},
            {"custom_claims_allowlist[1]": INVALID},
            id="custom: blank claim",
        ),
        pytest.param(
            CustomProviderParams.parse_update,
            {"provider_type": "oidc", "identifier": "custom:b", "enabled": "yes"},
            {
                "provider_type": ("is unknown",),
                "identifier": ("is unknown",),
                "enabled": INVALID,
            },
            id="custom: what cannot change",
        ),
        pytest.param(
            CustomProviderListParams.parse, {"type": "saml"}, {"type": INVALID}, id="customs"
        ),
        pytest.param(
            SSOProviderParams.parse,
            {"domains": ["example.com"]},
            {"metadata_xml": BLANK, "metadata_url": BLANK},
            id="SSO: no metadata",
        ),
        pytest.param(
            SSOProviderParams.parse,
            {**XML, "metadata_url": "https://a"},
            {"metadata_url": ("cannot be combined with metadata_xml",)},
            id="SSO: metadata twice",
        ),
        pytest.param(
            SSOProviderParams.parse_update,
            {**XML, "metadata_url": "https://a", "type": "saml"},
            {
                "metadata_url": ("cannot be combined with metadata_xml",),
                "type": ("is unknown",),
            },
            id="SSO: update by metadata twice",
        ),
        pytest.param(
            SSOProviderParams.parse,
            {"metadata_url": "http://a", "type": "oidc", "name_id_format": "email"},
            {"metadata_url": INVALID, "type": INVALID, "name_id_format": INVALID},
            id="SSO: no such choice",
        ),
        pytest.param(
            SSOProviderParams.parse,
            {**XML, "domains": ["example.com", ""], "resource_id": 1},
            {"domains[1]": INVALID, "resource_id": INVALID},
            id="SSO: blank domain",
        ),
        pytest.param(
            SSOProviderParams.parse,
            {**XML, "attribute_mapping": []},
            {"attribute_mapping": INVALID},
            id="SSO: list of a mapping",
        ),
        pytest.param(
            SSOProviderParams.parse,
            {**XML, "attribute_mapping": {"key": {}}},
            {"attribute_mapping.key": ("is unknown, did you mean 'keys'?",)},
            id="SSO: unknown part of a mapping",
        ),
        pytest.param(
            SSOProviderParams.parse,
            {**XML, "attribute_mapping": {"keys": []}},
            {"attribute_mapping.keys": INVALID},
            id="SSO: list of keys",
        ),
        pytest.param(
            SSOProviderParams.parse,
            keys(name={"name": "a"}, email="mail"),
            {"attribute_mapping.keys.email": INVALID},
            id="SSO: text of an attribute",
        ),
        pytest.param(
            SSOProviderParams.parse,
            keys(email={"nmae": "mail"}),
            {"attribute_mapping.keys.email.nmae": ("is unknown, did you mean 'name'?",)},
            id="SSO: unknown part of an attribute",
        ),
        pytest.param(
            SSOProviderParams.parse,
            keys(email={"names": ["mail", 1]}),
            {"attribute_mapping.keys.email.names[1]": INVALID},
            id="SSO: number among names",
        ),
        pytest.param(
            SSOProviderParams.parse,
            keys(email={"array": "yes"}),
            {"attribute_mapping.keys.email.array": INVALID},
            id="SSO: text of a flag",
        ),
        pytest.param(
            SSOProviderParams.parse,
            keys(email={"default": {1, 2}}),
            {"attribute_mapping.keys.email.default": ("is not JSON: set",)},
            id="SSO: default that is no JSON",
        ),
        pytest.param(
            SSOProviderListParams.parse,
            {"resource_id": "a", "resource_id_prefix": "b"},
            {"resource_id_prefix": ("cannot be combined with resource_id",)},
            id="SSO: two filters",
        ),
    ],
)
def test_names_what_is_wrong(parse: Parse, attrs: Any, errors: dict[str, tuple[str, ...]]) -> None:
    assert dict(parse(attrs).failure().errors) == errors


@pytest.mark.parametrize(
    ("parse", "attrs", "expected"),
    [
        pytest.param(FactorParams.parse, {"phone": None}, FactorParams(), id="factor"),
        pytest.param(
            AuditLogParams.parse,
            {"page": "2", "query": "author:"},
            AuditLogParams(page=2, query="author:"),
            id="audit",
        ),
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
        pytest.param(
            SSOProviderParams.parse,
            {"type": "saml", **XML, "resource_id": ""},
            SSOProviderParams(type="saml", metadata_xml="<a/>"),
            id="SSO provider",
        ),
        pytest.param(
            SSOProviderParams.parse_update,
            keys(a={"name": None, "default": None}, _b={"default": False}),
            SSOProviderParams(
                metadata_xml="<a/>",
                attribute_mapping={"keys": {"a": {}, "_b": {"default": False}}},
            ),
            id="mapping",
        ),
    ],
)
def test_casts(parse: Parse, attrs: Any, expected: Any) -> None:
    assert parse(attrs) == Success(expected)
    assert parse(expected) == Success(expected)


HINTS: Mapping[str, tuple[Parse, dict[str, Any], str]] = {
    "query": (AuditLogParams.parse, {"query": "x"}, "author:TEXT, action:TEXT or type:TEXT"),
    "client": (OAuthClientParams.parse, {**URIS, "client_type": "x"}, "public or confidential"),
    "URL": (CustomProviderParams.parse_update, {"issuer": "a"}, "must begin with https://"),
    "SSO": (SSOProviderParams.parse_update, {"metadata_url": "a"}, "must begin with https://"),
}


@pytest.mark.parametrize(("parse", "attrs", "hint"), HINTS.values(), ids=HINTS)
def test_message_says_what_is_valid(parse: Parse, attrs: Any, hint: str) -> None:
    error = parse(attrs).failure()
    assert error.code == "validation"
    assert error.message.endswith(f"is invalid ({hint})")
