"""Sessions and their tokens, and the handlers of `/token` and `/logout`.

https://github.com/supabase/auth/blob/master/internal/tokens/service.go
"""

import secrets
from string import ascii_lowercase, digits
from typing import Final

from supabase_gotrue.emulator import (
    accounts,
    audit,
    middleware,
    passwords,
    tokens,
    views,
)
from supabase_gotrue.emulator.clock import SECOND
from supabase_gotrue.emulator.context import Context, json_response
from supabase_gotrue.emulator.errors import APIError, validation_failed
from supabase_gotrue.emulator.params import (
    PasswordGrantParams,
    RefreshTokenGrantParams,
    read_params,
)
from supabase_gotrue.emulator.rows import AMRClaim, RefreshToken, Session, User, new_id
from supabase_gotrue.emulator.validation import format_phone_number, password_weakness
from supabase_gotrue.response import Response

MFA_METHODS: Final = ("totp", "mfa/phone")
_INVALID_CREDENTIALS: Final = "Invalid login credentials"
_TOKEN_LENGTH: Final = 12
_TOKEN_CHARS: Final = ascii_lowercase + digits
Json = dict[str, object]


# ---- sessions


def issue_session(ctx: Context, user: User, method: str) -> Json:
    """Create a session, and return its tokens and the user."""
    session = Session(new_id(), user.id)
    ctx.tx.add(session)
    refresh = grant(ctx, user, session)
    add_amr_claim(ctx, session, method)
    return token_response(ctx, user, session, refresh)


def grant(ctx: Context, user: User, session: Session, parent: str = "") -> str:
    """Create a refresh token for a session."""
    text = "".join(secrets.choice(_TOKEN_CHARS) for _ in range(_TOKEN_LENGTH))
    ctx.tx.add(RefreshToken(text, user.id, session.id, parent))
    if not parent:
        user.last_sign_in_at = ctx.now
    ctx.tx.save(user)
    return text


def swap(ctx: Context, user: User, session: Session, old: RefreshToken) -> str:
    """Revoke a refresh token and create its successor."""
    audit.record(ctx, "token_revoked", user)
    old.revoked = 1
    ctx.tx.save(old)
    return grant(ctx, user, session, old.token)


def add_amr_claim(ctx: Context, session: Session, method: str) -> None:
    """Record an authentication method of a session."""
    existing = ctx.tx.first(AMRClaim, "WHERE session_id = ? AND method = ?", session.id, method)
    if existing:
        ctx.tx.save(existing)
    else:
        ctx.tx.add(AMRClaim(new_id(), session.id, method))


def token_response(ctx: Context, user: User, session: Session, refresh_token: str) -> Json:
    """Return the tokens of a session and its user."""
    expires = ctx.now // SECOND + ctx.settings.jwt_expiry
    return {
        "access_token": _access_token(ctx, user, session, expires),
        "token_type": "bearer",
        "expires_in": ctx.settings.jwt_expiry,
        "expires_at": expires,
        "refresh_token": refresh_token,
        "user": views.user(user),
    }


def _access_token(ctx: Context, user: User, session: Session, expires: int) -> str:
    claims = ctx.tx.all(AMRClaim, "WHERE session_id = ? ORDER BY seq", session.id)
    newest_first = sorted(claims, key=lambda claim: claim.updated_at // SECOND, reverse=True)
    methods = [{"method": c.method, "timestamp": c.updated_at // SECOND} for c in newest_first]
    has_mfa = any(c.method in MFA_METHODS for c in claims)
    payload = {
        "sub": user.id,
        "aud": user.aud,
        "exp": expires,
        "iat": ctx.now // SECOND,
        "email": user.email or "",
        "phone": user.phone or "",
        "app_metadata": views.decode_metadata(user.app_metadata),
        "user_metadata": views.decode_metadata(user.user_metadata),
        "role": user.role,
        "aal": "aal2" if has_mfa else "aal1",
        "amr": methods,
        "session_id": session.id,
        "is_anonymous": bool(user.is_anonymous),
    }
    return tokens.sign(ctx.settings.jwt_secret, payload)


# ---- /token


def token(ctx: Context) -> Response | APIError:
    """https://github.com/supabase/auth/blob/master/internal/api/token.go"""
    grants = {"password": _password_grant, "refresh_token": _refresh_token_grant}
    handler = grants.get(ctx.request.query_param("grant_type"))
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
    audit.record(ctx, "login", user, provider="email" if params.email else "phone")
    weakness = password_weakness(ctx.settings, params.password)
    weak_password = weakness and {"message": weakness.message, "reasons": list(weakness.reasons)}
    session = issue_session(ctx, user, "password")
    return json_response(session | {"weak_password": weak_password})


def _find_user(ctx: Context, params: PasswordGrantParams) -> User | None:
    if params.email and params.phone:
        raise validation_failed(
            "Only an email address or phone number should be provided on login."
        )
    aud = middleware.request_audience(ctx)
    if params.email:
        if not ctx.settings.email_enabled:
            raise APIError(422, "email_provider_disabled", "Email logins are disabled")
        return accounts.find_by_email(ctx.tx, params.email, aud)
    if not params.phone:
        raise validation_failed("missing email or phone")
    if not ctx.settings.phone_enabled:
        raise APIError(422, "phone_provider_disabled", "Phone logins are disabled")
    return accounts.find_by_phone(ctx.tx, format_phone_number(params.phone), aud)


def _refresh_token_grant(ctx: Context) -> Response | APIError:
    text = read_params(RefreshTokenGrantParams, ctx.request.body).refresh_token
    if len(text) != _TOKEN_LENGTH or set(text) - set(_TOKEN_CHARS):
        raise validation_failed("Refresh token is not valid")
    row = ctx.tx.first(RefreshToken, "WHERE token = ?", text)
    user = row and accounts.find_by_id(ctx.tx, row.user_id)
    session = row and ctx.tx.first(Session, "WHERE id = ?", row.session_id)
    if not row or not user or not session:
        message = "Invalid Refresh Token: Refresh Token Not Found"
        raise APIError(400, "refresh_token_not_found", message)
    if user.is_banned(ctx.now):
        raise APIError(400, "user_banned", "Invalid Refresh Token: User Banned")
    refresh_token = _rotate(ctx, user, session, row)
    if isinstance(refresh_token, APIError):
        return refresh_token
    session.refreshed_at = ctx.now
    ctx.tx.save(session)
    return json_response(token_response(ctx, user, session, refresh_token))


def _rotate(ctx: Context, user: User, session: Session, row: RefreshToken) -> str | APIError:
    """Return the next refresh token; reuse of a token before the last one revokes them all."""
    where = "WHERE session_id = ? AND revoked = 0 ORDER BY seq DESC"
    active = ctx.tx.first(RefreshToken, where, session.id) if row.revoked else None
    if active and active.parent == row.token:
        audit.record(ctx, "token_refreshed", user)
        return active.token
    reusable_until = row.updated_at + ctx.settings.refresh_token_reuse_interval * SECOND
    if row.revoked and ctx.now > reusable_until:
        ctx.tx.execute("UPDATE refresh_tokens SET revoked = 1 WHERE session_id = ?", session.id)
        message = "Invalid Refresh Token: Already Used"
        return APIError(400, "refresh_token_already_used", message)
    audit.record(ctx, "token_refreshed", user)
    return swap(ctx, user, session, row)


# ---- /logout


def logout(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/logout.go"""
    scope = ctx.request.query_param("scope") or "global"
    if scope not in ("global", "local", "others"):
        raise validation_failed(f'Unsupported logout scope "{scope}"')
    audit.record(ctx, "logout", ctx.user)
    if ctx.session and scope == "local":
        ctx.tx.execute("DELETE FROM sessions WHERE id = ?", ctx.session.id)
    else:
        kept = ctx.session.id if ctx.session and scope == "others" else None
        accounts.delete_sessions(ctx.tx, ctx.user, kept)
    return Response(204, {}, b"")
