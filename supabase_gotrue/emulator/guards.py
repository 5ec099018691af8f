"""Guards: what must hold before a handler runs.

What may live here: functions that fill the context or raise a `Refusal`. Which routes
they guard is written in `routes`.

https://github.com/supabase/auth/blob/master/internal/api/middleware.go
"""

from typing import Final

from supabase_gotrue.emulator import accounts, tokens
from supabase_gotrue.emulator.context import Context
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.rows import NO_UUID, Factor, Session
from supabase_gotrue.emulator.settings import AUDIENCE
from supabase_gotrue.emulator.uuids import parse_uuid
from supabase_gotrue.json_types import is_array

ADMIN_ROLES: Final = ("service_role", "supabase_admin")


def administrator(ctx: Context) -> None:
    """A service key, or the session of a user whose role makes it an administrator."""
    _read_token(ctx)
    if ctx.claims.get("session_id", NO_UUID) not in ("", NO_UUID):
        _load_session(ctx)
    if ctx.claims.get("role") not in ADMIN_ROLES:
        raise Refusal(403, "not_admin", "User not allowed")


def signed_in(ctx: Context) -> None:
    """The token of a user that exists, is not banned, and whose session lives."""
    _read_token(ctx)
    _load_session(ctx)
    if ctx.user.banned(ctx.now):
        raise Refusal(403, "user_banned", "User is banned")


def not_anonymous(ctx: Context) -> None:
    if ctx.claims.get("is_anonymous"):
        message = "Anonymous user not allowed to perform these actions"
        raise Refusal(403, "no_authorization", message)


def manual_linking(ctx: Context) -> None:
    if not ctx.settings.manual_linking:
        raise Refusal(404, "manual_linking_disabled", "Manual linking is disabled")


def email_enabled(ctx: Context) -> None:
    if not ctx.settings.email_enabled:
        raise Refusal(400, "email_provider_disabled", "Email logins are disabled")


def user_in_path(ctx: Context) -> None:
    user_id = parse_uuid(ctx.path["user_id"])
    if user_id is None:
        raise Refusal(404, "validation_failed", "user_id must be an UUID")
    user = accounts.by_id(ctx.tx, user_id)
    if user is None:
        raise Refusal(404, "user_not_found", "User not found")
    ctx.user = user


def factor_in_path(ctx: Context) -> None:
    factor_id = parse_uuid(ctx.path["factor_id"])
    if factor_id is None:
        raise Refusal(404, "validation_failed", "factor_id must be an UUID")
    factor = ctx.tx.first(Factor, "WHERE id = ? AND user_id = ?", factor_id, ctx.user.id)
    if factor is None:
        raise Refusal(404, "mfa_factor_not_found", "Factor not found")
    ctx.factor = factor


def audience(ctx: Context) -> str:
    """Whose users a request is about.

    https://github.com/supabase/auth/blob/master/internal/api/helpers.go
    """
    if named := ctx.call.headers.get("x-jwt-aud"):
        return named
    claimed = "" if ctx.claims.get("role") in ADMIN_ROLES else claimed_audience(ctx)
    return claimed or AUDIENCE


def claimed_audience(ctx: Context) -> str:
    """The first audience that the token names, else `""`."""
    aud = ctx.claims.get("aud")
    first = next(iter(aud), "") if is_array(aud) else aud
    return str(first or "")


def _read_token(ctx: Context) -> None:
    token = tokens.bearer(ctx.call.headers)
    ctx.claims = tokens.verify(ctx.settings.jwt_secret, token, ctx.now)


def _load_session(ctx: Context) -> None:
    subject = str(ctx.claims.get("sub") or "")
    if not subject:
        raise Refusal(403, "bad_jwt", "invalid claim: missing sub claim")
    user_id = parse_uuid(subject)
    if user_id is None:
        raise Refusal(400, "bad_jwt", "invalid claim: sub claim must be a UUID")
    user = accounts.by_id(ctx.tx, user_id)
    if user is None:
        raise Refusal(403, "user_not_found", "User from sub claim in JWT does not exist")
    ctx.user = user
    claimed = str(ctx.claims.get("session_id") or "")
    if claimed not in ("", NO_UUID):
        ctx.session = _session(ctx, claimed)


def _session(ctx: Context, claimed: str) -> Session:
    session_id = parse_uuid(claimed)
    if session_id is None:
        raise Refusal(403, "bad_jwt", "invalid claim: session_id claim must be a UUID")
    session = ctx.tx.first(Session, "WHERE id = ?", session_id)
    if session is None:
        message = "Session from session_id claim in JWT does not exist"
        raise Refusal(403, "session_not_found", message)
    return session
