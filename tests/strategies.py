"""Hypothesis strategies: attributes and IDs that functions accept, or check."""

from typing import Any

from hypothesis import strategies as st

from supabase_gotrue import strategies
from supabase_gotrue.schemas.custom_provider import PROTECTED_FIELDS, RESERVED_PARAMETERS
from supabase_gotrue.schemas.generate_link import REQUIRED_BY_TYPE
from supabase_gotrue.schemas.sso_provider import NAME_ID_FORMATS

texts = strategies.texts()
json_values = strategies.json_values()
json_objects = strategies.json_objects()
booleans = st.booleans()

other_attributes: dict[str, st.SearchStrategy[Any]] = {
    "phone": texts,
    "password": texts,
    "email_confirm": booleans,
    "phone_confirm": booleans,
    "app_metadata": json_objects,
    "user_metadata": json_objects,
    "ban_duration": texts,
    "role": texts,
    "nonce": texts,
}
updates = st.fixed_dictionaries({}, optional={"email": texts, **other_attributes})
creations = st.fixed_dictionaries(
    {"email": texts},
    optional={**other_attributes, "id": texts, "aud": texts, "password_hash": texts},
)
paths = st.from_regex(r"[a-z0-9/._~-]{0,20}", fullmatch=True)
redirects = st.builds("https://example.com/{}?next={}".format, paths, paths)
any_redirects = st.builds("{}{}".format, st.sampled_from(["", "HTTP://", "//"]), texts)
link_types = st.sampled_from(sorted(REQUIRED_BY_TYPE))


def _link(type: str) -> st.SearchStrategy[dict[str, Any]]:
    required: dict[str, st.SearchStrategy[Any]] = dict.fromkeys(REQUIRED_BY_TYPE[type], texts)
    return st.fixed_dictionaries(
        {"type": st.just(type), "email": texts, **required},
        optional={"data": json_objects, "redirect_to": redirects},
    )


links = link_types.flatmap(_link)
invitations = st.fixed_dictionaries({}, optional={"data": json_objects, "redirect_to": redirects})
positives = st.integers(1, 2**63 - 1)
pages = st.fixed_dictionaries(
    {}, optional={"page": positives, "per_page": positives, "filter": texts, "sort": texts}
)

ids = st.text(max_size=30) | st.uuids().map(str) | st.sampled_from([".", "..", "%2e%2e", "a/b"])

names = st.text(st.characters(codec="utf-8"), max_size=20)
text_lists = st.lists(texts, max_size=5)
redirect_uris = st.lists(texts.filter(lambda text: "," not in text), min_size=1, max_size=10)
grant_types = st.lists(st.sampled_from(["authorization_code", "refresh_token"]), min_size=1)
oauth_client_texts: dict[str, st.SearchStrategy[Any]] = dict.fromkeys(
    ("client_name", "client_uri", "logo_uri"), texts
)
authentication_methods = st.sampled_from(["client_secret_basic", "client_secret_post"])
oauth_clients = st.fixed_dictionaries(
    {"redirect_uris": redirect_uris},
    optional={
        **oauth_client_texts,
        "grant_types": grant_types,
        "client_type": st.just("confidential"),
        "token_endpoint_auth_method": authentication_methods,
        "response_types": text_lists,
        "scope": texts,
    },
)
oauth_client_changes = st.fixed_dictionaries(
    {"redirect_uris": redirect_uris},
    optional={
        **{name: st.just("") | texts for name, texts in oauth_client_texts.items()},
        "grant_types": grant_types,
        "token_endpoint_auth_method": authentication_methods,
    },
)
https_urls = paths.map("https://acme.example.com/{}".format)
claim_mappings = st.dictionaries(names.filter(lambda n: n not in PROTECTED_FIELDS), json_values)
url_parameters = st.dictionaries(names.filter(lambda n: n not in RESERVED_PARAMETERS), names)
custom_provider_changes = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("name", "client_id", "client_secret"), texts),
        **dict.fromkeys(("acceptable_client_ids", "scopes", "custom_claims_allowlist"), text_lists),
        **dict.fromkeys(("pkce_enabled", "enabled", "email_optional"), booleans),
        **dict.fromkeys(("issuer", "discovery_url", "authorization_url", "token_url"), https_urls),
        **dict.fromkeys(("userinfo_url", "jwks_uri"), https_urls),
        "skip_nonce_check": booleans,
        "attribute_mapping": claim_mappings,
        "authorization_params": url_parameters,
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


custom_providers = st.builds(_custom, custom_provider_changes, identifiers)
saml_attributes = st.fixed_dictionaries(
    {},
    optional={
        "name": names,
        "names": text_lists,
        "default": json_values.filter(lambda value: value is not None),
        "array": booleans,
    },
)
sso_providers: st.SearchStrategy[Any] = st.fixed_dictionaries(
    {"metadata_xml": texts},
    optional={
        "domains": text_lists,
        "attribute_mapping": st.fixed_dictionaries(
            {"keys": st.dictionaries(names, saml_attributes)}
        ),
        "name_id_format": st.sampled_from(NAME_ID_FORMATS),
        "resource_id": texts,
        "disabled": booleans,
    },
)
factor_changes = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("friendly_name", "phone"), texts)
)
audit_queries = st.builds("{}:{}".format, st.sampled_from(["author", "action", "type"]), names)
audit_pages = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("page", "per_page"), st.integers(1, 2**63 - 1)),
        "query": audit_queries,
    },
)
oauth_client_lists = st.fixed_dictionaries({}, optional={"page": positives, "per_page": positives})
custom_provider_lists = st.fixed_dictionaries(
    {}, optional={"type": st.sampled_from(["oauth2", "oidc"])}
)
sso_provider_lists = st.sampled_from(["resource_id", "resource_id_prefix"]).flatmap(
    lambda name: st.fixed_dictionaries({}, optional={name: texts})
)
