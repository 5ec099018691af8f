"""Middleware: checks that run before a handler and fill the context.

https://github.com/supabase/auth/blob/master/internal/api/middleware.go
"""

from supabase_gotrue.emulator.go.uuids import parse_uuid
from supabase_gotrue.emulator.services import lookup
from supabase_gotrue.emulator.services.context import ADMIN_ROLES, Context
from supabase_gotrue.emulator.store.rows import NIL_UUID, Factor, Session
from supabase_gotrue.emulator.wire import tokens
from supabase_gotrue.emulator.wire.errors import APIError


def require_admin_credentials(ctx: Context) -> None:
    """Require a token with an administrator role; a user's token needs a live session."""
    _read_token(ctx)
    if ctx.claims.get("session_id", NIL_UUID) not in ("", NIL_UUID):
        _load_session(ctx)
    if ctx.claims.get("role") not in ADMIN_ROLES:
        raise APIError(403, "not_admin", "User not allowed")


def require_authentication(ctx: Context) -> None:
    """Require the token of an existing user that is not banned and whose session exists."""
    _read_token(ctx)
    _load_session(ctx)
    if ctx.user.is_banned(ctx.now):
        raise APIError(403, "user_banned", "User is banned")


def require_not_anonymous(ctx: Context) -> None:
    if ctx.claims.get("is_anonymous"):
        message = "Anonymous user not allowed to perform these actions"
        raise APIError(403, "no_authorization", message)


def require_manual_linking_enabled(ctx: Context) -> None:
    if not ctx.settings.manual_linking:
        raise APIError(404, "manual_linking_disabled", "Manual linking is disabled")


def require_email_provider(ctx: Context) -> None:
    if not ctx.settings.email_enabled:
        raise APIError(400, "email_provider_disabled", "Email logins are disabled")


def load_user(ctx: Context) -> None:
    user_id = parse_uuid(ctx.path_params["user_id"])
    if user_id is None:
        raise APIError(404, "validation_failed", "user_id must be an UUID")
    user = lookup.find_by_id(ctx.tx, user_id)
    if user is None:
        raise APIError(404, "user_not_found", "User not found")
    ctx.user = user


def load_factor(ctx: Context) -> None:
    factor_id = parse_uuid(ctx.path_params["factor_id"])
    if factor_id is None:
        raise APIError(404, "validation_failed", "factor_id must be an UUID")
    factor = ctx.tx.first(Factor, "WHERE id = ? AND user_id = ?", factor_id, ctx.user.id)
    if factor is None:
        raise APIError(404, "mfa_factor_not_found", "Factor not found")
    ctx.factor = factor


def _read_token(ctx: Context) -> None:
    token = tokens.bearer_token(ctx.request.headers)
    ctx.claims = tokens.verify(ctx.settings.jwt_secret, token, ctx.now)


def _load_session(ctx: Context) -> None:
    subject = str(ctx.claims.get("sub") or "")
    if not subject:
        raise APIError(403, "bad_jwt", "invalid claim: missing sub claim")
    user_id = parse_uuid(subject)
    if user_id is None:
        raise APIError(400, "bad_jwt", "invalid claim: sub claim must be a UUID")
    user = lookup.find_by_id(ctx.tx, user_id)
    if user is None:
        raise APIError(403, "user_not_found", "User from sub claim in JWT does not exist")
    ctx.user = user
    claimed = str(ctx.claims.get("session_id") or "")
    if claimed not in ("", NIL_UUID):
        ctx.session = _find_session(ctx, claimed)


def _find_session(ctx: Context, claimed: str) -> Session:
    session_id = parse_uuid(claimed)
    if session_id is None:
        raise APIError(403, "bad_jwt", "invalid claim: session_id claim must be a UUID")
    session = ctx.tx.first(Session, "WHERE id = ?", session_id)
    if session is None:
        message = "Session from session_id claim in JWT does not exist"
        raise APIError(403, "session_not_found", message)
    return session
