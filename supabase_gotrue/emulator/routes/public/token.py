"""Handler of `/token`: the grants that exchange credentials for a session.

https://github.com/supabase/auth/blob/master/internal/api/token.go
"""

import hashlib
import hmac
from typing import Final

from supabase_gotrue.emulator.go import base64url, strconv
from supabase_gotrue.emulator.go.clock import SECOND
from supabase_gotrue.emulator.routes import guards
from supabase_gotrue.emulator.services import audit, lookup, passwords, pkce, sessions
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import FlowState, RefreshToken, Session, User
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.errors import (
    APIError,
    database_errors,
    internal_server_error,
    validation_failed,
)
from supabase_gotrue.emulator.wire.params import (
    IdTokenGrantParams,
    PasswordGrantParams,
    PKCEGrantParams,
    RefreshTokenGrantParams,
)
from supabase_gotrue.emulator.wire.responses import json_response, version_headers
from supabase_gotrue.emulator.wire.validation import format_phone_number, password_weakness
from supabase_gotrue.response import Response

_INVALID_CREDENTIALS: Final = "Invalid login credentials"
# The issuers of the providers whose ID tokens the server accepts if they are enabled.
_ISSUERS: Final = {
    "google": "https://accounts.google.com",
    "facebook": "https://www.facebook.com",
    "keycloak": "",
    "kakao": "https://kauth.kakao.com",
    "vercel_marketplace": "https://marketplace.vercel.com",
    "snapchat": "https://accounts.snapchat.com/accounts/oauth2/token",
}
# The server takes the issuer of these providers from the token, which must be a JWT.
_DETECTED_ISSUERS: Final = {
    "apple": "Apple",
    "https://appleid.apple.com": "Apple",
    "https://account.apple.com": "Apple",
    "azure": "Azure",
}


def token(ctx: Context) -> Response | APIError:
    grants = {
        "password": _password_grant,
        "refresh_token": _refresh_token_grant,
        "id_token": _id_token_grant,
        "pkce": _pkce_grant,
        "web3": _web3_grant,
    }
    handler = grants.get(ctx.request.form_value("grant_type"))
    if handler is None:
        raise APIError(400, "invalid_credentials", "unsupported_grant_type")
    return handler(ctx)


def _password_grant(ctx: Context) -> Response:
    params = read_params(PasswordGrantParams, ctx.request.body)
    user = _find_user(ctx, params)
    if user is None or not user.password:
        raise APIError(400, "invalid_credentials", _INVALID_CREDENTIALS)
    if user.is_banned(ctx.now):
        raise APIError(400, "user_banned", "User is banned")
    if not passwords.verify_password(user.password, params.password):
        raise APIError(400, "invalid_credentials", _INVALID_CREDENTIALS)
    if params.email and not user.email_confirmed_at:
        raise APIError(400, "email_not_confirmed", "Email not confirmed")
    if params.phone and not user.phone_confirmed_at:
        raise APIError(400, "phone_not_confirmed", "Phone not confirmed")
    audit.record(ctx, audit.LOGIN, user, provider="email" if params.email else "phone")
    weakness = password_weakness(ctx.settings, params.password)
    weak_password = weakness and {"message": weakness.message, "reasons": list(weakness.reasons)}
    session = sessions.issue_session(ctx, user, "password")
    return json_response(session | {"weak_password": weak_password})


def _find_user(ctx: Context, params: PasswordGrantParams) -> User | None:
    if params.email and params.phone:
        raise validation_failed(
            "Only an email address or phone number should be provided on login."
        )
    aud = ctx.audience
    if params.email:
        if not ctx.settings.email_enabled:
            raise APIError(422, "email_provider_disabled", "Email logins are disabled")
        with database_errors("Database error querying schema"):
            return lookup.find_by_email(ctx.tx, params.email, aud)
    if not params.phone:
        raise validation_failed("missing email or phone")
    if not ctx.settings.phone_enabled:
        raise APIError(422, "phone_provider_disabled", "Phone logins are disabled")
    with database_errors("Database error querying schema"):
        return lookup.find_by_phone(ctx.tx, format_phone_number(params.phone), aud)


def _refresh_token_grant(ctx: Context) -> Response | APIError:
    text = read_params(RefreshTokenGrantParams, ctx.request.body).refresh_token
    if len(text) != sessions.TOKEN_LENGTH or set(text) - set(sessions.TOKEN_CHARS):
        raise validation_failed("Refresh token is not valid")
    row = ctx.tx.first(RefreshToken, "WHERE token = ?", text)
    user = row and lookup.find_by_id(ctx.tx, row.user_id)
    session = row and ctx.tx.first(Session, "WHERE id = ?", row.session_id)
    if not row or not user or not session:
        message = "Invalid Refresh Token: Refresh Token Not Found"
        raise APIError(400, "refresh_token_not_found", message)
    sessions.set_headers(ctx, user_id=user.id)
    if user.is_banned(ctx.now):
        raise APIError(400, "user_banned", "Invalid Refresh Token: User Banned")
    sessions.set_headers(ctx, user_id=user.id, session_id=session.id)
    refresh_token = _rotate(ctx, user, session, row)
    if isinstance(refresh_token, APIError):
        return refresh_token
    sessions.set_headers(ctx, user_id=user.id, refresh_token=refresh_token)
    session.refreshed_at = ctx.now
    ctx.tx.save(session)
    return json_response(sessions.token_response(ctx, user, session, refresh_token))


def _rotate(ctx: Context, user: User, session: Session, row: RefreshToken) -> str | APIError:
    """Return the next refresh token; reuse of a token before the last one revokes them all."""
    where = "WHERE session_id = ? AND revoked = 0 ORDER BY seq DESC"
    active = ctx.tx.first(RefreshToken, where, session.id) if row.revoked else None
    if active and active.parent == row.token:
        audit.record(ctx, audit.TOKEN_REFRESHED, user)
        return active.token
    reusable_until = row.updated_at + ctx.settings.refresh_token_reuse_interval * SECOND
    if row.revoked and ctx.now > reusable_until:
        ctx.tx.execute("UPDATE refresh_tokens SET revoked = 1 WHERE session_id = ?", session.id)
        message = "Invalid Refresh Token: Already Used"
        return APIError(400, "refresh_token_already_used", message)
    audit.record(ctx, audit.TOKEN_REFRESHED, user)
    return sessions.swap(ctx, user, session, row)


def _pkce_grant(ctx: Context) -> Response:
    """Exchange an auth code and its code verifier for a session."""
    params = read_params(PKCEGrantParams, ctx.request.body)
    if not params.auth_code or not params.code_verifier:
        message = "invalid request: both auth code and code verifier should be non-empty"
        raise validation_failed(message)
    if "\0" in params.auth_code:
        raise internal_server_error()
    flow = ctx.tx.first(FlowState, "WHERE auth_code = ?", params.auth_code)
    user = None if flow is None else lookup.find_by_id(ctx.tx, flow.user_id)
    if flow is None or user is None:
        message = "invalid flow state, no valid flow state found"
        raise APIError(404, "flow_state_not_found", message)
    if _is_flow_expired(flow, ctx.now):
        message = "invalid flow state, flow state has expired"
        raise APIError(422, "flow_state_expired", message)
    if not _is_verified_by(flow, params.code_verifier):
        message = "code challenge does not match previously saved code verifier"
        raise APIError(400, "bad_code_verifier", message)
    audit.record(ctx, audit.LOGIN, user, provider_type=flow.provider_type)
    session = sessions.issue_session(ctx, user, flow.authentication_method)
    ctx.tx.execute("DELETE FROM flow_state WHERE id = ?", flow.id)
    return json_response(session)


def _is_flow_expired(flow: FlowState, now: int) -> bool:
    is_magic_link = flow.authentication_method == "magiclink"
    start = flow.auth_code_issued_at if is_magic_link else flow.created_at
    return now > (start or flow.created_at) + pkce.FLOW_STATE_EXPIRY * SECOND


def _is_verified_by(flow: FlowState, verifier: str) -> bool:
    secret = verifier.encode("utf-8", "replace")
    if flow.code_challenge_method == "s256":
        secret = base64url.encode(hashlib.sha256(secret).digest()).encode()
    return hmac.compare_digest(secret, flow.code_challenge.encode())


def _web3_grant(_ctx: Context) -> Response:
    raise APIError(422, "web3_provider_disabled", "Web3 provider is disabled")


def _id_token_grant(ctx: Context) -> Response:
    """Fail as a server does on which the provider of the ID token is not enabled.

    https://github.com/supabase/auth/blob/master/internal/api/token_oidc.go
    """
    params = read_params(IdTokenGrantParams, ctx.request.body)
    if not params.id_token:
        return _oauth_error(ctx, "id_token required")
    if not params.provider and not (params.client_id and params.issuer):
        return _oauth_error(ctx, "provider or client_id and issuer required")
    if params.link_identity:
        if not ctx.request.headers.get("authorization"):
            return _oauth_error(ctx, "Linking requires a valid user access token in Authorization")
        guards.require_authentication(ctx)
    name = _DETECTED_ISSUERS.get(params.provider) or _DETECTED_ISSUERS.get(params.issuer)
    if name:
        raise validation_failed(f"Unable to detect issuer in ID token for {name} provider")
    by_issuer = {issuer: issuer for issuer in _ISSUERS.values() if issuer}
    issuer = _ISSUERS.get(params.provider, by_issuer.get(params.issuer))
    if issuer is not None:
        message = f"Provider (issuer {strconv.quote(issuer)}) is not enabled"
        raise APIError(400, "provider_disabled", message)
    name = strconv.quote(params.provider)
    if params.provider.startswith("custom:"):
        raise validation_failed(f"Custom provider {name} not found")
    raise validation_failed(f"Custom OIDC provider {name} not allowed")


def _oauth_error(ctx: Context, description: str) -> Response:
    body = {"error": "invalid request", "error_description": description}
    return json_response(body, 400, version_headers(ctx.request.version))
