"""What each of the newer functions sends, and what it returns for the server's response."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from returns.result import Failure, Result, Success

from supabase_gotrue import (
    AuditLogParams,
    Client,
    CustomProviderListParams,
    CustomProviderParams,
    Error,
    FactorParams,
    OAuthClientListParams,
    OAuthClientParams,
    Pagination,
    SSOProviderListParams,
    SSOProviderParams,
    admin,
)
from tests.canned import Canned

Call = Callable[[Client], Result[Any, Error]]

USER_ID = UUID("13b6d1ec-8963-4b7c-9528-5439ad3042cb")
ID = "345c954f-eadf-4f0a-8159-62b3af011e94"
ADMIN = "http://localhost/auth/v1/admin"
USER = f"{ADMIN}/users/{USER_ID}"
CLIENTS = f"{ADMIN}/oauth/clients"
CUSTOM = f"{ADMIN}/custom-providers"
SSO = f"{ADMIN}/sso/providers"
OAUTH2: Any = {
    "provider_type": "oauth2",
    "identifier": "custom:acme-2",
    "name": "Acme",
    "client_id": "id",
    "client_secret": "s3cret",
    "authorization_url": "https://acme.example.com/authorize",
    "token_url": "https://acme.example.com/token",
    "userinfo_url": "https://acme.example.com/userinfo",
    "pkce_enabled": "0",
}
NO_KEYS: Any = {"attribute_mapping": {"keys": None}}
MAPPING: Any = {"keys": {"name": {"names": ("a", "b"), "default": [1], "array": "true"}}}
CAST_MAPPING = {"keys": {"name": {"names": ["a", "b"], "default": [1], "array": True}}}
TIME = "2026-08-20T10:00:00Z"
ONE_CLIENT = {"client_id": "1", "client_type": "public", "created_at": TIME}
ONE_CUSTOM = {
    "id": "1",
    "provider_type": "oidc",
    "identifier": "custom:a",
    "name": "A",
    "client_id": "id",
    "created_at": TIME,
}
ONE_SSO = {"id": "1", "saml": {"entity_id": "e"}, "created_at": TIME}


def requests(call: Call, status: int = 200, body: object = None) -> list[tuple[str, str, Any]]:
    """The method, URL and body of each request of a call."""
    canned = Canned(status, json.dumps({} if body is None else body).encode())
    call(canned.client())
    return [
        (request.method, request.url, request.body and json.loads(request.body))
        for request in canned.sent
    ]


SENT: Mapping[str, tuple[Call, tuple[str, str, Any]]] = {
    "list_factors": (lambda c: admin.list_factors(c, USER_ID), ("GET", f"{USER}/factors", None)),
    "update_factor": (
        lambda c: admin.update_factor(c, USER_ID, ID, {"friendly_name": "desk", "phone": " "}),
        ("PUT", f"{USER}/factors/{ID}", {"friendly_name": "desk"}),
    ),
    "update_factor with params": (
        lambda c: admin.update_factor(c, ID, ID, FactorParams(phone="15550001")),
        ("PUT", f"{ADMIN}/users/{ID}/factors/{ID}", {"phone": "15550001"}),
    ),
    "list_passkeys": (lambda c: admin.list_passkeys(c, USER_ID), ("GET", f"{USER}/passkeys", None)),
    "delete_passkey": (
        lambda c: admin.delete_passkey(c, USER_ID, UUID(ID)),
        ("DELETE", f"{USER}/passkeys/{ID}", None),
    ),
    "list_audit_logs": (lambda c: admin.list_audit_logs(c), ("GET", f"{ADMIN}/audit?page=1", None)),
    "list_audit_logs with a query": (
        lambda c: admin.list_audit_logs(c, {"page": 2, "per_page": 5, "query": "author:Ann B"}),
        ("GET", f"{ADMIN}/audit?page=2&per_page=5&query=author%3AAnn%20B", None),
    ),
    "list_audit_logs with params": (
        lambda c: admin.list_audit_logs(c, AuditLogParams(query="type:")),
        ("GET", f"{ADMIN}/audit?page=1&query=type%3A", None),
    ),
    "list_clients": (lambda c: admin.oauth.list_clients(c), ("GET", CLIENTS, None)),
    "list_clients with a page": (
        lambda c: admin.oauth.list_clients(c, OAuthClientListParams(page=2, per_page=3)),
        ("GET", f"{CLIENTS}?page=2&per_page=3", None),
    ),
    "create_client": (
        lambda c: admin.oauth.create_client(
            c,
            {
                "redirect_uris": ("https://a.example.com/cb", "myapp://cb"),
                "client_name": "Acme",
                "client_uri": None,
                "logo_uri": "",
                "grant_types": ["refresh_token"],
                "client_type": "public",
                "token_endpoint_auth_method": "none",
                "response_types": ["code"],
                "scope": "openid",
            },
        ),
        (
            "POST",
            CLIENTS,
            {
                "redirect_uris": ["https://a.example.com/cb", "myapp://cb"],
                "client_name": "Acme",
                "grant_types": ["refresh_token"],
                "client_type": "public",
                "token_endpoint_auth_method": "none",
                "response_types": ["code"],
                "scope": "openid",
            },
        ),
    ),
    "get_client": (lambda c: admin.oauth.get_client(c, ID), ("GET", f"{CLIENTS}/{ID}", None)),
    "update_client removes texts": (
        lambda c: admin.oauth.update_client(
            c, ID, {"client_name": "", "client_uri": "", "logo_uri": " "}
        ),
        ("PUT", f"{CLIENTS}/{ID}", {"client_name": "", "client_uri": ""}),
    ),
    "update_client with params": (
        lambda c: admin.oauth.update_client(c, ID, OAuthClientParams(client_name="")),
        ("PUT", f"{CLIENTS}/{ID}", {"client_name": ""}),
    ),
    "delete_client": (
        lambda c: admin.oauth.delete_client(c, ID),
        ("DELETE", f"{CLIENTS}/{ID}", None),
    ),
    "regenerate_client_secret": (
        lambda c: admin.oauth.regenerate_client_secret(c, ID),
        ("POST", f"{CLIENTS}/{ID}/regenerate_secret", None),
    ),
    "list_custom_providers": (
        lambda c: admin.custom_providers.list_providers(c),
        ("GET", CUSTOM, None),
    ),
    "list_custom_providers by type": (
        lambda c: admin.custom_providers.list_providers(c, CustomProviderListParams(type="oidc")),
        ("GET", f"{CUSTOM}?type=oidc", None),
    ),
    "create_custom_provider": (
        lambda c: admin.custom_providers.create_provider(c, OAUTH2),
        ("POST", CUSTOM, {**OAUTH2, "pkce_enabled": False}),
    ),
    "get_custom_provider keeps the colon": (
        lambda c: admin.custom_providers.get_provider(c, "custom:acme"),
        ("GET", f"{CUSTOM}/custom:acme", None),
    ),
    "update_custom_provider": (
        lambda c: admin.custom_providers.update_provider(
            c,
            "custom:acme",
            {"scopes": [], "attribute_mapping": {}, "authorization_params": {"prompt": "x"}},
        ),
        (
            "PUT",
            f"{CUSTOM}/custom:acme",
            {"scopes": [], "attribute_mapping": {}, "authorization_params": {"prompt": "x"}},
        ),
    ),
    "update_custom_provider with params": (
        lambda c: admin.custom_providers.update_provider(
            c, "custom:acme", CustomProviderParams(enabled=False)
        ),
        ("PUT", f"{CUSTOM}/custom:acme", {"enabled": False}),
    ),
    "delete_custom_provider": (
        lambda c: admin.custom_providers.delete_provider(c, "custom:acme"),
        ("DELETE", f"{CUSTOM}/custom:acme", None),
    ),
    "list_sso_providers": (lambda c: admin.sso.list_providers(c), ("GET", SSO, None)),
    "list_sso_providers by resource": (
        lambda c: admin.sso.list_providers(c, {"resource_id": "a b"}),
        ("GET", f"{SSO}?resource_id=a%20b", None),
    ),
    "list_sso_providers by prefix": (
        lambda c: admin.sso.list_providers(c, SSOProviderListParams(resource_id_prefix="a")),
        ("GET", f"{SSO}?resource_id_prefix=a", None),
    ),
    "create_sso_provider": (
        lambda c: admin.sso.create_provider(
            c, {"metadata_xml": "<a/>", "attribute_mapping": MAPPING, "disabled": None}
        ),
        (
            "POST",
            SSO,
            {"type": "saml", "metadata_xml": "<a/>", "attribute_mapping": CAST_MAPPING},
        ),
    ),
    "create_sso_provider with params": (
        lambda c: admin.sso.create_provider(
            c, SSOProviderParams(type="saml", metadata_url="https://idp.example.com")
        ),
        ("POST", SSO, {"type": "saml", "metadata_url": "https://idp.example.com"}),
    ),
    "get_sso_provider by resource": (
        lambda c: admin.sso.get_provider(c, "resource_a:b+c=d\u00e9(1)"),
        ("GET", f"{SSO}/resource_a:b+c=d%C3%A9%281%29", None),
    ),
    "update_sso_provider": (
        lambda c: admin.sso.update_provider(
            c, UUID(ID), {"domains": [], "resource_id": "", "attribute_mapping": {"keys": {}}}
        ),
        (
            "PUT",
            f"{SSO}/{ID}",
            {"domains": [], "resource_id": "", "attribute_mapping": {"keys": {}}},
        ),
    ),
    "update_sso_provider without keys": (
        lambda c: admin.sso.update_provider(c, ID, NO_KEYS),
        ("PUT", f"{SSO}/{ID}", {"attribute_mapping": {}}),
    ),
    "delete_sso_provider": (
        lambda c: admin.sso.delete_provider(c, ID),
        ("DELETE", f"{SSO}/{ID}", None),
    ),
}


@pytest.mark.parametrize(
    ("call", "expected"),
    SENT.values(),
    ids=SENT,
)
def test_sends(call: Call, expected: tuple[str, str, Any]) -> None:
    assert requests(call) == [expected]


EMPTY: Mapping[str, tuple[Call, object, object]] = {
    "no clients": (lambda c: admin.oauth.list_clients(c), {}, ()),
    "null clients": (lambda c: admin.oauth.list_clients(c), {"clients": None}, ()),
    "null custom providers": (
        lambda c: admin.custom_providers.list_providers(c),
        {"providers": None},
        (),
    ),
    "null items": (lambda c: admin.sso.list_providers(c), {"items": None}, ()),
}


@pytest.mark.parametrize(
    ("call", "body", "expected"),
    EMPTY.values(),
    ids=EMPTY,
)
def test_reads_empty_lists(call: Call, body: object, expected: object) -> None:
    assert call(Canned(200, json.dumps(body).encode()).client()) == Success(expected)


UNREADABLE: Mapping[str, tuple[Call, object, str]] = {
    "factors": (lambda c: admin.list_factors(c, ID), {}, "array"),
    "client": (lambda c: admin.oauth.get_client(c, ID), {}, "client_id can't be blank"),
    "a client of several": (
        lambda c: admin.oauth.list_clients(c),
        {"clients": [ONE_CLIENT, {}]},
        "clients[1].client_id can't be blank",
    ),
    "scopes": (
        lambda c: admin.custom_providers.get_provider(c, "custom:a"),
        {**ONE_CUSTOM, "scopes": "openid"},
        "scopes is invalid",
    ),
    "entity ID": (
        lambda c: admin.sso.get_provider(c, ID),
        {**ONE_SSO, "saml": {}},
        "saml.entity_id can't be blank",
    ),
    "SSO providers": (lambda c: admin.sso.list_providers(c), {}, "items can't be blank"),
    "audit log": (
        lambda c: admin.list_audit_logs(c),
        [{"id": "1", "created_at": TIME}],
        "payload can't be blank",
    ),
}


@pytest.mark.parametrize(
    ("call", "body", "message"),
    UNREADABLE.values(),
    ids=UNREADABLE,
)
def test_explains_response_that_cannot_be_decoded(call: Call, body: object, message: str) -> None:
    error = call(Canned(200, json.dumps(body).encode()).client()).failure()
    assert error.code == "invalid_response"
    if message != "array":
        assert message in error.message


def test_audit_log_keeps_payload_and_pagination() -> None:
    payload = {"action": "login", "traits": {"provider": "email"}, "new_field": [1]}
    entry = {"id": "1", "payload": payload, "created_at": TIME, "ip_address": ""}
    headers = {"x-total-count": "7", "link": f'<{ADMIN}/audit?page=2&per_page=1>; rel="next"'}
    canned = Canned(200, json.dumps([entry]).encode(), headers)
    entries, pagination = admin.list_audit_logs(canned.client()).unwrap()
    assert entries[0].payload == payload
    assert entries[0].ip_address is None
    assert pagination == Pagination(next_page=2, last_page=None, total=7)


def test_attribute_mapping_can_be_sent_back() -> None:
    mapping = {"keys": {"name": {"name": "displayName"}, "roles": {"names": ["a"], "array": True}}}
    saml = {"entity_id": "e", "attribute_mapping": mapping}
    body = json.dumps({**ONE_SSO, "saml": saml}).encode()
    provider = admin.sso.get_provider(Canned(200, body).client(), ID).unwrap()
    known: Any = provider.saml.attribute_mapping.to_dict()
    assert json.loads(json.dumps(known)) == mapping
    sent = requests(lambda c: admin.sso.update_provider(c, ID, {"attribute_mapping": known}))
    assert sent == [("PUT", f"{SSO}/{ID}", {"attribute_mapping": mapping})]


SEGMENTS: list[tuple[Callable[[Client, str], Result[Any, Error]], str]] = [
    (lambda c, value: admin.list_factors(c, value), "user_id"),
    (lambda c, value: admin.update_factor(c, value, ID, {}), "user_id"),
    (lambda c, value: admin.update_factor(c, ID, value, {}), "factor_id"),
    (lambda c, value: admin.list_passkeys(c, value), "user_id"),
    (lambda c, value: admin.delete_passkey(c, value, ID), "user_id"),
    (lambda c, value: admin.delete_passkey(c, ID, value), "passkey_id"),
    (lambda c, value: admin.oauth.get_client(c, value), "client_id"),
    (lambda c, value: admin.oauth.update_client(c, value, {"client_name": "a"}), "client_id"),
    (lambda c, value: admin.oauth.delete_client(c, value), "client_id"),
    (lambda c, value: admin.oauth.regenerate_client_secret(c, value), "client_id"),
    (lambda c, value: admin.custom_providers.get_provider(c, value), "identifier"),
    (lambda c, value: admin.custom_providers.update_provider(c, value, {}), "identifier"),
    (lambda c, value: admin.custom_providers.delete_provider(c, value), "identifier"),
    (lambda c, value: admin.sso.get_provider(c, value), "provider_id"),
    (lambda c, value: admin.sso.update_provider(c, value, {}), "provider_id"),
    (lambda c, value: admin.sso.delete_provider(c, value), "provider_id"),
]


@pytest.mark.parametrize(
    ("call", "name"),
    SEGMENTS,
)
@pytest.mark.parametrize("value", ["..", "custom:a/../b", "a%2Fb", "a?b", "a b"])
def test_ids_stay_in_their_segment(
    call: Callable[[Client, str], Result[Any, Error]], name: str, value: str
) -> None:
    canned = Canned()
    assert call(canned.client(), value).failure().errors == {name: ("is invalid",)}
    assert canned.sent == []


def test_all_errors_are_reported_together() -> None:
    canned = Canned()
    wrong: Any = {"domains": "a", "disabled": 2}
    result = admin.sso.update_provider(canned.client(), "", wrong)
    assert isinstance(result, Failure)
    assert set(result.failure().errors) == {"provider_id", "domains", "disabled"}
    assert canned.sent == []
