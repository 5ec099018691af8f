"""Sessions and their tokens.

https://github.com/supabase/auth/blob/master/internal/tokens/service.go
"""

import secrets
from string import ascii_lowercase, digits
from typing import Final

from supabase_gotrue.emulator.go.clock import SECOND
from supabase_gotrue.emulator.services import audit
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import (
    AMRClaim,
    Factor,
    RefreshToken,
    Session,
    User,
    new_id,
)
from supabase_gotrue.emulator.wire import tokens, views

# The AMR method that each type of factor adds to a session.
AMR_METHODS: Final = {"totp": "totp", "phone": "mfa/phone"}
TOKEN_LENGTH: Final = 12
TOKEN_CHARS: Final = ascii_lowercase + digits
Json = dict[str, object]


# ---- sessions


def issue_session(ctx: Context, user: User, method: str) -> Json:
    """Create a session, and return its tokens and the user."""
    session = Session(new_id(), user.id)
    ctx.tx.add(session)
    refresh_token = grant(ctx, user, session)
    add_amr_claim(ctx, session, method)
    set_headers(ctx, user_id=user.id, session_id=session.id, refresh_token=refresh_token)
    return token_response(ctx, user, session, refresh_token)


def set_headers(
    ctx: Context, *, user_id: str, session_id: str = "", refresh_token: str = ""
) -> None:
    """Set the headers that tell a gateway which session a response is about."""
    ctx.response_headers["sb-auth-user-id"] = user_id
    if session_id:
        ctx.response_headers["sb-auth-session-id"] = session_id
    if refresh_token:
        ctx.response_headers["sb-auth-refresh-token-prefix"] = refresh_token[:5]


def grant(ctx: Context, user: User, session: Session, parent: str = "") -> str:
    """Create a refresh token for a session."""
    text = "".join(secrets.choice(TOKEN_CHARS) for _ in range(TOKEN_LENGTH))
    ctx.tx.add(RefreshToken(text, user.id, session.id, parent))
    if not parent:
        user.last_sign_in_at = ctx.now
    ctx.tx.save(user)
    return text


def swap(ctx: Context, user: User, session: Session, old: RefreshToken) -> str:
    """Revoke a refresh token and create its successor."""
    audit.record(ctx, audit.TOKEN_REVOKED, user)
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
    has_mfa = any(c.method in AMR_METHODS.values() for c in claims)
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


def delete_factor(ctx: Context, factor: Factor) -> None:
    """Delete a factor, and lower the sessions that it raised back to AAL1."""
    ctx.tx.execute("DELETE FROM factors WHERE id = ?", factor.id)
    upgraded = "SELECT id FROM sessions WHERE factor_id = ?"
    claims = f"DELETE FROM amr_claims WHERE method = ? AND session_id IN ({upgraded})"
    ctx.tx.execute(claims, AMR_METHODS.get(factor.factor_type, ""), factor.id)
    ctx.tx.execute(
        "UPDATE sessions SET aal = 'aal1', factor_id = NULL WHERE factor_id = ?", factor.id
    )
