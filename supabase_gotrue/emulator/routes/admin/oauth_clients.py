"""The routes under `/admin/oauth/clients`: the applications that sign users in here.

https://github.com/supabase/auth/blob/master/internal/api/oauthserver/handlers.go
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Final, TypeVar

from supabase_gotrue.emulator.go import base64url, gojson, gourl
from supabase_gotrue.emulator.go.clock import format_time
from supabase_gotrue.emulator.go.uuids import parse_uuid
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.database import DatabaseError
from supabase_gotrue.emulator.store.rows import OAuthClient, new_id
from supabase_gotrue.emulator.wire.decoding import MAX_BYTES, decode_first
from supabase_gotrue.emulator.wire.errors import APIError, database_errors, validation_failed
from supabase_gotrue.emulator.wire.params import (
    OAuthServerClientRegisterParams,
    OAuthServerClientUpdateParams,
    Params,
)
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.response import Response

GRANT_TYPES: Final = ("authorization_code", "refresh_token")
AUTH_METHODS: Final[Mapping[str, tuple[str, ...]]] = {
    "public": ("none",),
    "confidential": ("client_secret_basic", "client_secret_post"),
}
ALL_AUTH_METHODS: Final = tuple(method for each in AUTH_METHODS.values() for method in each)
MAX_REDIRECT_URIS: Final = 10
MAX_LENGTHS: Final = {"client_name": 1024, "client_uri": 2048, "logo_uri": 2048}
_FORBIDDEN_SCHEMES: Final = ("javascript", "data", "file", "vbscript", "about", "blob")
_NUL_ERROR: Final = (
    "failed to create OAuth client: "
    'ERROR: invalid byte sequence for encoding "UTF8": 0x00 (SQLSTATE 22021)'
)

_ParamsT = TypeVar("_ParamsT", bound=Params)


# ---- guards


def require_oauth_server_enabled(ctx: Context) -> None:
    if not ctx.settings.oauth_server_enabled:
        raise APIError(404, "feature_disabled", "OAuth server is disabled")


def load_oauth_client(ctx: Context) -> None:
    client_id = parse_uuid(ctx.path_params["client_id"])
    if client_id is None:
        raise validation_failed("invalid client_id format")
    client = ctx.tx.first(OAuthClient, "WHERE id = ? AND deleted_at IS NULL", client_id)
    if client is None:
        raise APIError(404, "oauth_client_not_found", "OAuth client not found")
    ctx.oauth_client = client


# ---- handlers


def list_clients(ctx: Context) -> Response:
    """All clients, newest first; the server has no pages here."""
    order = "WHERE deleted_at IS NULL ORDER BY created_at DESC, seq DESC"
    clients = [_view(client) for client in ctx.tx.all(OAuthClient, order)]
    return json_response({"clients": clients} if clients else {})


def register_client(ctx: Context) -> Response:
    params = _read(OAuthServerClientRegisterParams, ctx.request.body)
    try:
        _validate_registration(params)
    except APIError as error:
        raise validation_failed(f"400: {error.message}") from None
    client_type = params.client_type or _client_type(params.token_endpoint_auth_method)
    secret = secrets.token_urlsafe(32) if client_type == "confidential" else ""
    client = OAuthClient(
        id=new_id(),
        client_secret_hash=_hash(secret) if secret else "",
        registration_type="manual",
        client_type=client_type,
        token_endpoint_auth_method=params.token_endpoint_auth_method
        or AUTH_METHODS[client_type][0],
        redirect_uris=",".join(params.redirect_uris or ()),
        grant_types=",".join(params.grant_types or GRANT_TYPES),
        client_name=params.client_name or None,
        client_uri=params.client_uri or None,
        logo_uri=params.logo_uri or None,
    )
    try:
        ctx.tx.add(client)
    except DatabaseError:
        raise validation_failed(_NUL_ERROR) from None
    return json_response(_view(client, secret), status=201)


def get_client(ctx: Context) -> Response:
    return json_response(_view(ctx.oauth_client))


def update_client(ctx: Context) -> Response:
    params, client = _read(OAuthServerClientUpdateParams, ctx.request.body), ctx.oauth_client
    if params == OAuthServerClientUpdateParams():
        raise validation_failed("No fields provided for update")
    _validate_update(params, client)
    if params.redirect_uris is not None:
        client.redirect_uris = ",".join(params.redirect_uris)
    if params.grant_types is not None:
        client.grant_types = ",".join(params.grant_types)
    for name in ("client_name", "client_uri", "logo_uri"):
        text: str | None = getattr(params, name)
        if text is not None:
            setattr(client, name, text or None)
    client.token_endpoint_auth_method = (
        params.token_endpoint_auth_method or client.token_endpoint_auth_method
    )
    with database_errors("Error updating OAuth client"):
        ctx.tx.save(client)
    return json_response(_view(client))


def delete_client(ctx: Context) -> Response:
    ctx.oauth_client.deleted_at = ctx.now
    ctx.tx.save(ctx.oauth_client)
    return Response(204, {}, b"")


def regenerate_client_secret(ctx: Context) -> Response:
    client = ctx.oauth_client
    if client.client_type == "public":
        raise validation_failed("Cannot regenerate secret for public client")
    secret = secrets.token_urlsafe(32)
    client.client_secret_hash = _hash(secret)
    ctx.tx.save(client)
    return json_response(_view(client, secret))


# ---- what the handlers share


def _view(client: OAuthClient, secret: str = "") -> dict[str, object]:
    optional = {
        "client_name": client.client_name,
        "client_uri": client.client_uri,
        "logo_uri": client.logo_uri,
    }
    return {
        "client_id": client.id,
        **({"client_secret": secret} if secret else {}),
        "client_type": client.client_type,
        "redirect_uris": client.redirect_uris.split(","),
        "token_endpoint_auth_method": client.token_endpoint_auth_method,
        "grant_types": client.grant_types.split(","),
        "response_types": ["code"],
        **{name: text for name, text in optional.items() if text},
        "registration_type": client.registration_type,
        "created_at": format_time(client.created_at),
        "updated_at": format_time(client.updated_at),
    }


def _read(kind: type[_ParamsT], body: bytes | None) -> _ParamsT:
    """Decode the first JSON value of a body; here the server ignores the rest."""
    try:
        return decode_first(kind, (body or b"")[:MAX_BYTES])
    except gojson.JSONError:
        raise APIError(400, "bad_json", "Invalid JSON body") from None


def _hash(secret: str) -> str:
    return base64url.encode(hashlib.sha256(secret.encode()).digest())


def _client_type(auth_method: str) -> str:
    return "public" if auth_method == "none" else "confidential"


def _validate_registration(params: OAuthServerClientRegisterParams) -> None:
    client_type, method = params.client_type, params.token_endpoint_auth_method
    if not params.redirect_uris:
        raise validation_failed("redirect_uris is required")
    _validate_redirect_uris(params.redirect_uris)
    if params.grant_types:
        _validate_grant_types(params.grant_types)
    _validate_texts(params)
    if client_type and client_type not in AUTH_METHODS:
        raise validation_failed("client_type must be 'public' or 'confidential'")
    if method and method not in ALL_AUTH_METHODS:
        listed = " ".join(ALL_AUTH_METHODS)
        raise validation_failed(f"token_endpoint_auth_method must be one of: [{listed}]")
    expected = _client_type(method)
    if client_type and method and client_type != expected:
        raise validation_failed(
            f"client_type '{client_type}' is inconsistent with token_endpoint_auth_method "
            f"'{method}' (expected client_type '{expected}')"
        )


def _validate_update(params: OAuthServerClientUpdateParams, client: OAuthClient) -> None:
    if params.redirect_uris is not None:
        _validate_redirect_uris(params.redirect_uris)
    if params.grant_types is not None:
        _validate_grant_types(params.grant_types)
    _validate_texts(params)
    method, allowed = params.token_endpoint_auth_method, AUTH_METHODS[client.client_type]
    if method is not None and method not in ALL_AUTH_METHODS:
        listed = " ".join(ALL_AUTH_METHODS)
        raise validation_failed(f"invalid token_endpoint_auth_method: must be one of [{listed}]")
    if method is not None and method not in allowed:
        raise validation_failed(
            f"token_endpoint_auth_method '{method}' is not valid for client_type "
            f"'{client.client_type}'; valid methods: [{' '.join(allowed)}]"
        )


def _validate_redirect_uris(uris: list[str]) -> None:
    if not uris:
        raise validation_failed("redirect_uris cannot be empty")
    if len(uris) > MAX_REDIRECT_URIS:
        raise validation_failed(f"redirect_uris cannot exceed {MAX_REDIRECT_URIS} items")
    for uri in uris:
        if problem := _redirect_uri_problem(uri):
            raise validation_failed(f"invalid redirect_uri '{uri}': {problem}")


def _redirect_uri_problem(uri: str) -> str:
    if not uri:
        return "redirect URI cannot be empty"
    url = gourl.parse(uri)
    if url is None:
        return "invalid URL format"
    if not url.scheme or not url.host:
        return "must have scheme and host"
    if url.scheme in _FORBIDDEN_SCHEMES:
        return f"scheme '{url.scheme}' is not allowed for security reasons"
    if url.scheme == "http" and url.hostname not in gourl.LOOPBACK_NAMES:
        return "HTTP scheme only allowed for localhost"
    return "fragment not allowed in redirect URI" if url.fragment else ""


def _validate_grant_types(grant_types: list[str]) -> None:
    if not grant_types:
        raise validation_failed("grant_types cannot be empty")
    if not set(grant_types) <= set(GRANT_TYPES):
        allowed = "' and/or '".join(GRANT_TYPES)
        raise validation_failed(f"grant_types must only contain '{allowed}'")


def _validate_texts(
    params: OAuthServerClientRegisterParams | OAuthServerClientUpdateParams,
) -> None:
    for name, limit in MAX_LENGTHS.items():
        text: str = getattr(params, name) or ""
        if len(text.encode("utf-8", "replace")) > limit:
            raise validation_failed(f"{name} cannot exceed {limit} characters")
        if text and name != "client_name" and gourl.parse_request_uri(text) is None:
            raise validation_failed(f"{name} must be a valid URL")
