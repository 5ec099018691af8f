"""The routes under `/admin/custom-providers`: other services whose users may sign in.

The emulator resolves no host names and fetches no discovery document: an address in a URL
is judged, a name is accepted, and the document of an OIDC provider is made up.

https://github.com/supabase/auth/blob/master/internal/api/custom_oauth_admin.go
"""

import json
import re
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

import msgspec

from supabase_gotrue.emulator.go import gojson, gourl
from supabase_gotrue.emulator.go.clock import format_time
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.database import DatabaseError
from supabase_gotrue.emulator.store.rows import CustomProvider, new_id
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.errors import APIError, database_errors, validation_failed
from supabase_gotrue.emulator.wire.params import AdminCustomOAuthProviderParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.response import Response

TYPES: Final = ("oauth2", "oidc")
PREFIX: Final = "custom:"
MAX_NAME_LENGTH: Final = 100
MAX_CLIENT_ID_LENGTH: Final = 512
MAX_URL_LENGTH: Final = 2048
# What each type needs beside the name and the client's ID and secret, and the error's words.
REQUIRED: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "oauth2": ("OAuth2", ("authorization_url", "token_url", "userinfo_url")),
    "oidc": ("OIDC", ("issuer",)),
}
# The URLs that each type has; the others are ignored.
URLS: Final[Mapping[str, tuple[str, ...]]] = {
    "oauth2": ("authorization_url", "token_url", "userinfo_url", "jwks_uri"),
    "oidc": ("issuer", "discovery_url"),
}
RESERVED_PARAMETERS: Final = frozenset(
    {
        "client_id",
        "client_secret",
        "redirect_uri",
        "response_type",
        "state",
        "code_challenge",
        "code_challenge_method",
        "code_verifier",
        "nonce",
    }
)
PROTECTED_FIELDS: Final = frozenset(
    {
        "id",
        "aud",
        "role",
        "app_metadata",
        "created_at",
        "updated_at",
        "confirmed_at",
        "email_confirmed_at",
        "phone_confirmed_at",
        "email_verified",
        "phone_verified",
        "banned_until",
        "is_super_admin",
    }
)
_IDENTIFIER: Final = re.compile(r"[a-z0-9][a-z0-9:-]{0,48}[a-z0-9]")
_LISTS: Final = ("acceptable_client_ids", "scopes", "custom_claims_allowlist")
_OBJECTS: Final = ("attribute_mapping", "authorization_params")
_FLAGS: Final = ("pkce_enabled", "enabled", "email_optional")
_LOCAL_NAMES: Final = (*gourl.LOOPBACK_NAMES, str(IPv4Address(0)), "::")
_FORBIDDEN_NETWORKS: Final = tuple(
    (kind, ip_network(network))
    for kind, networks in (
        ("loopback", "127.0.0.0/8 ::1/128"),
        ("private network", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7"),
        ("link-local", "169.254.0.0/16 224.0.0.0/24 fe80::/10 ff02::/16"),
        ("multicast", "224.0.0.0/4 ff00::/8"),
        ("unspecified", "0.0.0.0/32 ::/128"),
    )
    for network in networks.split()
)


# ---- handlers


def list_providers(ctx: Context) -> Response:
    provider_type = ctx.request.query_param("type")
    if provider_type and provider_type not in TYPES:
        raise validation_failed("type must be either 'oauth2' or 'oidc'")
    where = "WHERE provider_type = ? ORDER BY updated_at, seq" if provider_type else ""
    values = (provider_type,) if provider_type else ()
    newest_first = "ORDER BY created_at DESC, seq DESC"
    rows = ctx.tx.all(CustomProvider, where or newest_first, *values)
    return json_response({"providers": [_view(row) for row in rows]})


def get_provider(ctx: Context) -> Response:
    return json_response(_view(_find(ctx, _identifier(ctx))))


def create_provider(ctx: Context) -> Response:
    params = read_params(AdminCustomOAuthProviderParams, ctx.request.body)
    _require_fields(params)
    _validate_mappings(params)
    for name in URLS[params.provider_type]:
        _validate_url(getattr(params, name))
    with database_errors("Error checking for existing provider"):
        existing = ctx.tx.first(CustomProvider, "WHERE identifier = ?", params.identifier)
    if existing:
        message = "A custom OAuth provider with this identifier already exists"
        raise APIError(400, "conflict", message)
    row = CustomProvider(
        id=new_id(),
        provider_type=params.provider_type,
        identifier=params.identifier,
        name=params.name,
        client_id=params.client_id,
        client_secret=params.client_secret,
    )
    for name in URLS[params.provider_type]:
        setattr(row, name, getattr(params, name))
    _set_common_fields(row, params)
    with database_errors("Error creating custom OAuth provider"):
        _check_constraints(row)
        ctx.tx.add(row)
    return json_response(_view(row), status=201)


def update_provider(ctx: Context) -> Response:
    identifier = _identifier(ctx)
    params = read_params(AdminCustomOAuthProviderParams, ctx.request.body)
    _validate_mappings(params)
    row = _find(ctx, identifier)
    for name in ("name", "client_id", "client_secret"):
        setattr(row, name, getattr(params, name) or getattr(row, name))
    for name in URLS[row.provider_type]:
        url: str = getattr(params, name) or ""
        _validate_url(url)
        setattr(row, name, url or getattr(row, name))
    _set_common_fields(row, params)
    with database_errors("Error updating custom OAuth provider"):
        _check_constraints(row)
        ctx.tx.save(row)
    return json_response(_view(row))


def delete_provider(ctx: Context) -> Response:
    row = _find(ctx, _identifier(ctx))
    ctx.tx.execute("DELETE FROM custom_oauth_providers WHERE id = ?", row.id)
    return Response(204, {}, b"")


# ---- what the handlers share


def _view(row: CustomProvider) -> dict[str, object]:
    texts = {name: getattr(row, name) for names in URLS.values() for name in names}
    given = {name: text for name, text in texts.items() if text is not None}
    oidc = {name: given.pop(name) for name in URLS["oidc"] if name in given}
    return {
        "id": row.id,
        "provider_type": row.provider_type,
        "identifier": row.identifier,
        "name": row.name,
        "client_id": row.client_id,
        "acceptable_client_ids": json.loads(row.acceptable_client_ids),
        "scopes": json.loads(row.scopes),
        "pkce_enabled": bool(row.pkce_enabled),
        "attribute_mapping": msgspec.Raw(row.attribute_mapping),
        "custom_claims_allowlist": json.loads(row.custom_claims_allowlist),
        "authorization_params": msgspec.Raw(row.authorization_params),
        "enabled": bool(row.enabled),
        "email_optional": bool(row.email_optional),
        **oidc,
        "skip_nonce_check": bool(row.skip_nonce_check),
        **({"discovery_document": _discovery_document(row.issuer)} if row.issuer else {}),
        **given,
        "created_at": format_time(row.created_at),
        "updated_at": format_time(row.updated_at),
    }


def _discovery_document(issuer: str) -> dict[str, object]:
    """What stands in for the document that the server fetches from the issuer."""
    root = issuer.rstrip("/")
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{root}/authorize",
        "token_endpoint": f"{root}/token",
        "userinfo_endpoint": f"{root}/userinfo",
        "jwks_uri": f"{root}/jwks",
    }


def _identifier(ctx: Context) -> str:
    return _with_prefix(ctx.path_params["identifier"])


def _with_prefix(identifier: str) -> str:
    if not identifier:
        raise validation_failed("identifier is required")
    if not identifier.startswith(PREFIX):
        message = f"identifier must start with '{PREFIX}' prefix, e.g. '{PREFIX}{identifier}'"
        raise validation_failed(message)
    return identifier


def _find(ctx: Context, identifier: str) -> CustomProvider:
    with database_errors("Error retrieving custom OAuth provider"):
        row = ctx.tx.first(CustomProvider, "WHERE identifier = ?", identifier)
    if row is None:
        raise APIError(404, "custom_provider_not_found", "Custom OAuth provider not found")
    return row


def _set_common_fields(row: CustomProvider, params: AdminCustomOAuthProviderParams) -> None:
    for name in (*_LISTS, *_OBJECTS):
        value = getattr(params, name)
        if value is not None:
            setattr(row, name, gojson.canonical(value))
    for name in _FLAGS:
        flag: bool | None = getattr(params, name)
        setattr(row, name, getattr(row, name) if flag is None else int(flag))
    if row.provider_type == "oidc":
        skip = params.skip_nonce_check
        row.skip_nonce_check = row.skip_nonce_check if skip is None else int(skip)
        scopes = json.loads(row.scopes)
        row.scopes = row.scopes if "openid" in scopes else gojson.canonical(["openid", *scopes])


def _require_fields(params: AdminCustomOAuthProviderParams) -> None:
    if params.provider_type not in TYPES:
        raise validation_failed("provider_type must be either 'oauth2' or 'oidc'")
    _with_prefix(params.identifier)
    for name in ("name", "client_id", "client_secret"):
        if not getattr(params, name):
            raise validation_failed(f"{name} is required")
    title, names = REQUIRED[params.provider_type]
    for name in names:
        if not getattr(params, name):
            raise validation_failed(f"{name} is required for {title} providers")


def _validate_mappings(params: AdminCustomOAuthProviderParams) -> None:
    for key, value in (params.authorization_params or {}).items():
        if key in RESERVED_PARAMETERS:
            raise validation_failed(f"Cannot override reserved OAuth parameter: {key}")
        if not isinstance(value, str):
            raise validation_failed(f"Authorization parameter {json.dumps(key)} must be a string")
    for key in params.attribute_mapping or {}:
        if key in PROTECTED_FIELDS:
            raise validation_failed(f"Cannot map to protected system field: {key}")
    if not all(key.strip() for key in params.custom_claims_allowlist or ()):
        raise validation_failed("custom_claims_allowlist entries must be non-empty strings")


def _validate_url(text: str | None) -> None:
    """Require an https URL that does not lead to this machine or into a private network.

    https://github.com/supabase/auth/blob/master/internal/utilities/url_validator.go
    """
    if not text:
        return
    url = gourl.parse(text)
    if url is None:
        raise validation_failed("Invalid URL format")
    if url.scheme != "https":
        raise validation_failed("URL must use HTTPS")
    if not url.hostname:
        raise validation_failed("URL must have a valid hostname")
    hostname = url.hostname.lower()
    if hostname in _LOCAL_NAMES or hostname.endswith(".localhost"):
        raise validation_failed("URL cannot point to localhost or loopback addresses")
    if kind := _forbidden_network(hostname):
        raise validation_failed(f"URL cannot resolve to {kind} addresses")


def _forbidden_network(hostname: str) -> str:
    try:
        address: IPv4Address | IPv6Address = ip_address(hostname)
    except ValueError:  # a name, which the server would resolve
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return next((kind for kind, network in _FORBIDDEN_NETWORKS if address in network), "")


def _check_constraints(row: CustomProvider) -> None:
    """Raise where the server's database would reject the row."""
    urls = [getattr(row, name) for names in URLS.values() for name in names]
    if (
        not _IDENTIFIER.fullmatch(row.identifier)
        or len(row.name) > MAX_NAME_LENGTH
        or len(row.client_id) > MAX_CLIENT_ID_LENGTH
        or any(len(url) > MAX_URL_LENGTH for url in urls if url)
        or not all(url.startswith("https://") for url in urls if url is not None)
    ):
        raise DatabaseError("the row violates a check constraint")
