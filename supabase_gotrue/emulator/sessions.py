"""Sessions: beginning one, refreshing it, and what its tokens say.

What may live here: sessions with their refresh and access tokens, and the routes
`/token` and `/logout`.

https://github.com/supabase/auth/blob/master/internal/tokens/service.go
"""

import secrets
from string import ascii_lowercase, digits
from typing import Final

from supabase_gotrue.emulator import accounts, audit, checks, guards, passwords, tokens, views
from supabase_gotrue.emulator.bodies import PasswordGrantParams, RefreshTokenGrantParams, read
from supabase_gotrue.emulator.checks import invalid
from supabase_gotrue.emulator.clock import SECOND
from supabase_gotrue.emulator.context import Context, ok
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.rows import Claim, RefreshToken, Session, User, new_id
from supabase_gotrue.response import Response

STRONG_METHODS: Final = ("totp", "mfa/phone")
_WRONG: Final = "Invalid login credentials"
_TOKEN_LENGTH: Final = 12
_TOKEN_CHARS: Final = ascii_lowercase + digits
Json = dict[str, object]


# ---- sessions


def begin(ctx: Context, user: User, method: str) -> Json:
    """Sign a user in; the answer has both tokens and the user."""
    session = Session(new_id(), user.id)
    ctx.tx.add(session)
    refresh = grant(ctx, user, session)
    claim(ctx, session, method)
    return answer(ctx, user, session, refresh)


def grant(ctx: Context, user: User, session: Session, parent: str = "") -> str:
    """A new refresh token of a session."""
    text = "".join(secrets.choice(_TOKEN_CHARS) for _ in range(_TOKEN_LENGTH))
    ctx.tx.add(RefreshToken(text, user.id, session.id, parent))
    if not parent:
        user.last_sign_in_at = ctx.now
    ctx.tx.save(user)
    return text


def swap(ctx: Context, user: User, session: Session, old: RefreshToken) -> str:
    """Revoke a refresh token for a new one."""
    audit.record(ctx, "token_revoked", user)
    old.revoked = 1
    ctx.tx.save(old)
    return grant(ctx, user, session, old.token)


def claim(ctx: Context, session: Session, method: str) -> None:
    """Note how a session was signed in."""
    known = ctx.tx.first(Claim, "WHERE session_id = ? AND method = ?", session.id, method)
    if known:
        ctx.tx.save(known)
    else:
        ctx.tx.add(Claim(new_id(), session.id, method))


def answer(ctx: Context, user: User, session: Session, refresh_token: str) -> Json:
    """Both tokens and the user."""
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
    claims = ctx.tx.all(Claim, "WHERE session_id = ? ORDER BY seq", session.id)
    latest = sorted(claims, key=lambda claim: claim.updated_at // SECOND, reverse=True)
    methods = [{"method": c.method, "timestamp": c.updated_at // SECOND} for c in latest]
    strong = any(c.method in STRONG_METHODS for c in claims)
    said = {
        "sub": user.id,
        "aud": user.aud,
        "exp": expires,
        "iat": ctx.now // SECOND,
        "email": user.email or "",
        "phone": user.phone or "",
        "app_metadata": views.metadata(user.app_metadata),
        "user_metadata": views.metadata(user.user_metadata),
        "role": user.role,
        "aal": "aal2" if strong else "aal1",
        "amr": methods,
        "session_id": session.id,
        "is_anonymous": bool(user.is_anonymous),
    }
    return tokens.sign(ctx.settings.jwt_secret, said)


# ---- /token


def token(ctx: Context) -> Response | Refusal:
    """https://github.com/supabase/auth/blob/master/internal/api/token.go"""
    grants = {"password": _by_password, "refresh_token": _by_refresh_token}
    handler = grants.get(ctx.call.param("grant_type"))
    if handler is None:
        raise Refusal(400, "invalid_credentials", "unsupported_grant_type")
    return handler(ctx)


def _by_password(ctx: Context) -> Response:
    params = read(PasswordGrantParams, ctx.call.body)
    user = _named(ctx, params)
    if user is None or not user.password:
        raise Refusal(400, "invalid_credentials", _WRONG)
    if user.banned(ctx.now):
        raise Refusal(400, "user_banned", "User is banned")
    if not passwords.matches(user.password, params.password):
        raise Refusal(400, "invalid_credentials", _WRONG)
    if params.email and not user.email_confirmed_at:
        raise Refusal(400, "email_not_confirmed", "Email not confirmed")
    if params.phone and not user.phone_confirmed_at:
        raise Refusal(400, "phone_not_confirmed", "Phone not confirmed")
    audit.record(ctx, "login", user, provider="email" if params.email else "phone")
    weak = checks.weakness(ctx.settings, params.password)
    reasons = weak and {"message": weak.message, "reasons": list(weak.reasons)}
    return ok(begin(ctx, user, "password") | {"weak_password": reasons})


def _named(ctx: Context, params: PasswordGrantParams) -> User | None:
    if params.email and params.phone:
        raise invalid("Only an email address or phone number should be provided on login.")
    aud = guards.audience(ctx)
    if params.email:
        if not ctx.settings.email_enabled:
            raise Refusal(422, "email_provider_disabled", "Email logins are disabled")
        return accounts.by_email(ctx.tx, params.email, aud)
    if not params.phone:
        raise invalid("missing email or phone")
    if not ctx.settings.phone_enabled:
        raise Refusal(422, "phone_provider_disabled", "Phone logins are disabled")
    return accounts.by_phone(ctx.tx, checks.bare_phone(params.phone), aud)


def _by_refresh_token(ctx: Context) -> Response | Refusal:
    text = read(RefreshTokenGrantParams, ctx.call.body).refresh_token
    if len(text) != _TOKEN_LENGTH or set(text) - set(_TOKEN_CHARS):
        raise invalid("Refresh token is not valid")
    row = ctx.tx.first(RefreshToken, "WHERE token = ?", text)
    user = row and accounts.by_id(ctx.tx, row.user_id)
    session = row and ctx.tx.first(Session, "WHERE id = ?", row.session_id)
    if not row or not user or not session:
        message = "Invalid Refresh Token: Refresh Token Not Found"
        raise Refusal(400, "refresh_token_not_found", message)
    if user.banned(ctx.now):
        raise Refusal(400, "user_banned", "Invalid Refresh Token: User Banned")
    issued = _reissue(ctx, user, session, row)
    if isinstance(issued, Refusal):
        return issued
    session.refreshed_at = ctx.now
    ctx.tx.save(session)
    return ok(answer(ctx, user, session, issued))


def _reissue(ctx: Context, user: User, session: Session, row: RefreshToken) -> str | Refusal:
    """The next refresh token; one used twice ends the session, but for its last."""
    where = "WHERE session_id = ? AND revoked = 0 ORDER BY seq DESC"
    active = ctx.tx.first(RefreshToken, where, session.id) if row.revoked else None
    if active and active.parent == row.token:
        audit.record(ctx, "token_refreshed", user)
        return active.token
    reusable = row.updated_at + ctx.settings.refresh_token_reuse_interval * SECOND
    if row.revoked and ctx.now > reusable:
        ctx.tx.run("UPDATE refresh_tokens SET revoked = 1 WHERE session_id = ?", session.id)
        message = "Invalid Refresh Token: Already Used"
        return Refusal(400, "refresh_token_already_used", message)
    audit.record(ctx, "token_refreshed", user)
    return swap(ctx, user, session, row)


# ---- /logout


def logout(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/logout.go"""
    scope = ctx.call.param("scope") or "global"
    if scope not in ("global", "local", "others"):
        raise invalid(f'Unsupported logout scope "{scope}"')
    audit.record(ctx, "logout", ctx.user)
    if ctx.session and scope == "local":
        ctx.tx.run("DELETE FROM sessions WHERE id = ?", ctx.session.id)
    else:
        mine = ctx.session.id if ctx.session and scope == "others" else None
        accounts.sign_out(ctx.tx, ctx.user, mine)
    return Response(204, {}, b"")
