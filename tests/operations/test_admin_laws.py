"""Laws of what the newer functions send."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Failure, Result, Success
from urllib3.util import parse_url

from supabase_gotrue import (
    AuditLogParams,
    Client,
    CustomProviderParams,
    Error,
    FactorParams,
    OAuthClientParams,
    Request,
    SSOProviderParams,
    admin,
)
from supabase_gotrue.schemas.custom_provider import PROTECTED_FIELDS, RESERVED_PARAMETERS
from supabase_gotrue.schemas.sso_provider import NAME_ID_FORMATS
from tests import strategies as draw
from tests.canned import Canned

Draw = st.SearchStrategy[Any]

names = st.text(st.characters(codec="utf-8"), max_size=20)
text_lists = st.lists(draw.texts, max_size=5)
uris = st.lists(draw.texts.filter(lambda text: "," not in text), min_size=1, max_size=10)
grant_types = st.lists(st.sampled_from(["authorization_code", "refresh_token"]), min_size=1)
client_texts: dict[str, Draw] = dict.fromkeys(("client_name", "client_uri", "logo_uri"), draw.texts)
methods = st.sampled_from(["client_secret_basic", "client_secret_post"])
clients = st.fixed_dictionaries(
    {"redirect_uris": uris},
    optional={
        **client_texts,
        "grant_types": grant_types,
        "client_type": st.just("confidential"),
        "token_endpoint_auth_method": methods,
        "response_types": text_lists,
        "scope": draw.texts,
    },
)
client_changes = st.fixed_dictionaries(
    {"redirect_uris": uris},
    optional={
        **{name: st.just("") | texts for name, texts in client_texts.items()},
        "grant_types": grant_types,
        "token_endpoint_auth_method": methods,
    },
)
urls = draw.paths.map("https://acme.example.com/{}".format)
mappings = st.dictionaries(names.filter(lambda n: n not in PROTECTED_FIELDS), draw.json_values)
parameters = st.dictionaries(names.filter(lambda n: n not in RESERVED_PARAMETERS), names)
custom_changes = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("name", "client_id", "client_secret"), draw.texts),
        **dict.fromkeys(("acceptable_client_ids", "scopes", "custom_claims_allowlist"), text_lists),
        **dict.fromkeys(("pkce_enabled", "enabled", "email_optional"), draw.booleans),
        **dict.fromkeys(("issuer", "discovery_url", "authorization_url", "token_url"), urls),
        **dict.fromkeys(("userinfo_url", "jwks_uri"), urls),
        "skip_nonce_check": draw.booleans,
        "attribute_mapping": mappings,
        "authorization_params": parameters,
    },
)
identifiers = st.from_regex(r"custom:[a-z0-9:-]{0,42}[a-z0-9]", fullmatch=True)


def _custom(changes: dict[str, Any], identifier: str) -> dict[str, Any]:
    return {
        **changes,
        **dict.fromkeys(("name", "client_id", "client_secret"), "x"),
        "provider_type": "oidc",
        "issuer": "https://acme.example.com",
        "identifier": identifier,
    }


customs = st.builds(_custom, custom_changes, identifiers)
attributes = st.fixed_dictionaries(
    {},
    optional={
        "name": names,
        "names": text_lists,
        "default": draw.json_values.filter(lambda value: value is not None),
        "array": draw.booleans,
    },
)
sso_changes: Draw = st.fixed_dictionaries(
    {"metadata_xml": draw.texts},
    optional={
        "domains": text_lists,
        "attribute_mapping": st.fixed_dictionaries({"keys": st.dictionaries(names, attributes)}),
        "name_id_format": st.sampled_from(NAME_ID_FORMATS),
        "resource_id": draw.texts,
        "disabled": draw.booleans,
    },
)
factor_changes = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("friendly_name", "phone"), draw.texts)
)
queries = st.builds("{}:{}".format, st.sampled_from(["author", "action", "type"]), names)
audit_pages = st.fixed_dictionaries(
    {},
    optional={**dict.fromkeys(("page", "per_page"), st.integers(1, 2**63 - 1)), "query": queries},
)


def sent(call: Callable[[Client], object]) -> Request:
    """The one request of a call."""
    canned = Canned()
    call(canned.client())
    [request] = canned.sent
    return request


def body(request: Request) -> Any:
    return json.loads(request.body or b"null")


BODIES: dict[str, tuple[Draw, Callable[[Client, Any], object], dict[str, object]]] = {
    "update_factor": (factor_changes, lambda c, a: admin.update_factor(c, "1", "2", a), {}),
    "create_client": (clients, lambda c, a: admin.oauth.create_client(c, a), {}),
    "update_client": (client_changes, lambda c, a: admin.oauth.update_client(c, "1", a), {}),
    "create_custom": (customs, lambda c, a: admin.custom_providers.create_provider(c, a), {}),
    "update_custom": (
        custom_changes,
        lambda c, a: admin.custom_providers.update_provider(c, "custom:a", a),
        {},
    ),
    "create_sso": (sso_changes, lambda c, a: admin.sso.create_provider(c, a), {"type": "saml"}),
    "update_sso": (sso_changes, lambda c, a: admin.sso.update_provider(c, "1", a), {}),
}


@pytest.mark.parametrize("name", BODIES)
@given(data=st.data())
def test_body_decodes_to_what_was_given(name: str, data: st.DataObject) -> None:
    strategy, call, added = BODIES[name]
    attrs = data.draw(strategy)
    assert body(sent(lambda client: call(client, attrs))) == {**attrs, **added}


@given(audit_pages)
def test_query_of_the_audit_log_decodes_to_what_was_given(params: Any) -> None:
    request = sent(lambda client: admin.list_audit_logs(client, params))
    query = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
    assert query == {"page": "1"} | {name: str(value) for name, value in params.items()}


IDS: dict[str, tuple[Callable[[Client, str], Result[Any, Error]], list[str]]] = {
    "passkey_id": (lambda c, i: admin.delete_passkey(c, "u", i), ["users", "u", "passkeys"]),
    "client_id": (lambda c, i: admin.oauth.delete_client(c, i), ["oauth", "clients"]),
    "identifier": (lambda c, i: admin.custom_providers.delete_provider(c, i), ["custom-providers"]),
    "provider_id": (lambda c, i: admin.sso.delete_provider(c, i), ["sso", "providers"]),
}


@pytest.mark.parametrize("name", IDS)
@given(given_id=draw.ids)
def test_id_arrives_whole_or_is_an_error(name: str, given_id: str) -> None:
    call, path = IDS[name]
    canned = Canned()
    match call(canned.client(), given_id):
        case Failure(Error("validation") as error):
            assert canned.sent == []
            assert set(error.errors) == {name}
        case _:
            [request] = canned.sent
            prepared = requests.Request("DELETE", request.url).prepare().url
            on_the_wire = parse_url(prepared or "").request_uri
            segments = [unquote(part) for part in on_the_wire.split("/")]
            assert segments == ["", "auth", "v1", "admin", *path, given_id]


@given(identifiers)
def test_identifier_of_a_provider_is_sent_as_it_is(identifier: str) -> None:
    request = sent(lambda client: admin.custom_providers.get_provider(client, identifier))
    assert request.url.endswith(f"/admin/custom-providers/{identifier}")


PARSERS: dict[str, tuple[Callable[[Any], Result[Any, Error]], Draw]] = {
    "factor": (FactorParams.parse, factor_changes),
    "audit": (AuditLogParams.parse, audit_pages),
    "client": (OAuthClientParams.parse, clients),
    "client changes": (OAuthClientParams.parse_update, client_changes),
    "custom": (CustomProviderParams.parse, customs),
    "custom changes": (CustomProviderParams.parse_update, custom_changes),
    "sso": (SSOProviderParams.parse, sso_changes),
    "sso changes": (SSOProviderParams.parse_update, sso_changes),
}


@pytest.mark.parametrize("name", PARSERS)
@given(data=st.data())
def test_parsing_is_idempotent(name: str, data: st.DataObject) -> None:
    parse, attrs = PARSERS[name]
    once = parse(data.draw(attrs)).unwrap()
    assert parse(once) == Success(once)
