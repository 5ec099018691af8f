"""The routes under `/factors`: enrolling second factors, and signing in by them.

What may live here: TOTP and phone factors, their challenges and what a verified one does
to sessions.

https://github.com/supabase/auth/blob/master/internal/api/mfa.go
"""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from pyotp import random_base32
from pyotp.totp import TOTP

from supabase_gotrue.emulator import accounts, audit, checks, mailing, sessions
from supabase_gotrue.emulator.bodies import (
    ChallengeFactorParams,
    EnrollFactorParams,
    VerifyFactorParams,
    read,
)
from supabase_gotrue.emulator.checks import invalid
from supabase_gotrue.emulator.clock import SECOND
from supabase_gotrue.emulator.context import Context, ok
from supabase_gotrue.emulator.faults import Refusal, failed
from supabase_gotrue.emulator.rows import Challenge, Factor, RefreshToken, Session, new_id
from supabase_gotrue.emulator.signup import CHANNELS, WRONG_CHANNEL
from supabase_gotrue.response import Response

MOST: Final = 10
CHALLENGE_EXPIRY: Final = 300
# How a session that was signed in by a factor says so.
METHODS: Final = {"totp": "totp", "phone": "mfa/phone"}
# The server's picture of the secret, 200 kB of it, is nothing that a test reads.
QR_CODE: Final = '<svg xmlns="http://www.w3.org/2000/svg"/>'


# ---- enrolling


def enroll(ctx: Context) -> Response:
    session = _session(ctx, "A valid session and a registered user are required to enroll a factor")
    params = read(EnrollFactorParams, ctx.call.body)
    if params.factor_type == "webauthn":
        code = "mfa_webauthn_enroll_not_enabled"
        raise Refusal(422, code, "MFA enroll is disabled for WebAuthn")
    if params.factor_type not in METHODS:
        raise invalid("factor_type needs to be totp, phone, or webauthn")
    phone = _free_phone(ctx, params) if params.factor_type == "phone" else ""
    _may_enroll(ctx, session, params.friendly_name)
    if params.factor_type == "totp" and not ctx.user.email:
        raise failed("Error generating QR Code")
    secret = random_base32() if params.factor_type == "totp" else ""
    factor = Factor(
        id=new_id(),
        user_id=ctx.user.id,
        friendly_name=params.friendly_name,
        factor_type=params.factor_type,
        secret=secret,
        phone=phone,
    )
    ctx.tx.add(factor)
    kind = {"factor_type": "phone"} if phone else {}
    audit.record(ctx, "factor_in_progress", ctx.user, factor_id=factor.id, **kind)
    named = {"friendly_name": factor.friendly_name}
    rest = {"phone": params.phone} if phone else {"totp": _totp(ctx, params, secret)}
    return ok({"id": factor.id, "type": factor.factor_type, **named, **rest})


def _session(ctx: Context, otherwise: str) -> Session:
    if ctx.session is None:
        raise failed(otherwise)
    return ctx.session


def _free_phone(ctx: Context, params: EnrollFactorParams) -> str:
    """The phone, without unverified factors that have it."""
    if not params.phone:
        raise invalid("Phone number required to enroll Phone factor")
    phone = checks.phone(params.phone)
    same = [factor for factor in ctx.user.factors if factor.phone == phone]
    if any(factor.verified for factor in same):
        message = "A verified phone factor already exists, unenroll the existing factor to continue"
        raise Refusal(422, "mfa_verified_factor_exists", message)
    for factor in same:
        ctx.tx.run("DELETE FROM factors WHERE id = ?", factor.id)
    accounts.load(ctx.tx, ctx.user)
    return phone


def _may_enroll(ctx: Context, session: Session, name: str) -> None:
    factors = ctx.user.factors
    if any(factor.friendly_name == name for factor in factors):
        message = f'A factor with the friendly name "{name}" for this user already exists'
        raise Refusal(422, "mfa_factor_name_conflict", message)
    if len(factors) >= MOST:
        message = "Maximum number of verified factors reached, unenroll to continue"
        raise Refusal(422, "too_many_enrolled_mfa_factors", message)
    if any(factor.verified for factor in factors) and session.aal != "aal2":
        raise Refusal(403, "insufficient_aal", "AAL2 required to enroll a new factor")


def _totp(ctx: Context, params: EnrollFactorParams, secret: str) -> dict[str, str]:
    issuer = params.issuer or urlsplit(ctx.settings.site_url).netloc
    label = f"{issuer}:{ctx.user.email or ''}"
    query = f"algorithm=SHA1&digits=6&issuer={issuer}&period=30&secret={secret}"
    return {"qr_code": QR_CODE, "secret": secret, "uri": f"otpauth://totp/{label}?{query}"}


# ---- challenging


def challenge(ctx: Context) -> Response:
    factor = ctx.factor
    made = Challenge(new_id(), factor.id)
    if factor.factor_type == "phone":
        channel = read(ChallengeFactorParams, ctx.call.body).channel or "sms"
        if channel not in CHANNELS:
            raise invalid(WRONG_CHANNEL)
        made.otp = mailing.make_otp()
        mailing.send_challenge(ctx, factor.phone, made.otp)
    ctx.tx.add(made)
    factor.last_challenged_at = ctx.now
    ctx.tx.save(factor)
    about = {"factor_id": factor.id, "factor_status": factor.status}
    audit.record(ctx, "challenge_created", ctx.user, **about)
    expires = ctx.now // SECOND + CHALLENGE_EXPIRY
    return ok({"id": made.id, "type": factor.factor_type, "expires_at": expires})


# ---- verifying


def verify(ctx: Context) -> Response | Refusal:
    factor, params = ctx.factor, read(VerifyFactorParams, ctx.call.body)
    if not params.code:
        raise invalid("Code needs to be non-empty")
    where = "WHERE id = ? AND factor_id = ?"
    made = ctx.tx.first(Challenge, where, str(params.challenge_id), factor.id)
    if made is None:
        message = "MFA factor with the provided challenge ID not found"
        raise Refusal(422, "mfa_factor_not_found", message)
    if made.verified_at is not None:
        message = "Challenge and verify IP addresses mismatch."
        raise Refusal(422, "mfa_ip_address_mismatch", message)
    if ctx.now > made.created_at + CHALLENGE_EXPIRY * SECOND:
        ctx.tx.run("DELETE FROM challenges WHERE id = ?", made.id)
        message = (
            f"MFA challenge {made.id} has expired, verify against another challenge"
            " or create a new challenge."
        )
        return Refusal(422, "mfa_challenge_expired", message)
    if not _matches(factor, made, params.code, ctx.now):
        kind = {"totp": "TOTP"}.get(factor.factor_type, "MFA Phone")
        raise Refusal(422, "mfa_verification_failed", f"Invalid {kind} code entered")
    return _verified(ctx, made)


def _matches(factor: Factor, made: Challenge, code: str, now: int) -> bool:
    if factor.factor_type == "phone":
        return code == made.otp
    at = datetime.fromtimestamp(now // SECOND, UTC)
    return TOTP(factor.secret).verify(code.strip(), for_time=at, valid_window=1)


def _verified(ctx: Context, made: Challenge) -> Response:
    """The session that proved the factor is a strong one, and the user's others end."""
    factor, session = ctx.factor, _session(ctx, "Cannot read SessionId claim as UUID")
    about = {"factor_id": factor.id, "challenge_id": made.id, "factor_type": factor.factor_type}
    audit.record(ctx, "verification_attempted", ctx.user, **about)
    made.verified_at = ctx.now
    ctx.tx.save(made)
    factor.status = "verified"
    ctx.tx.save(factor)
    sessions.claim(ctx, session, METHODS[factor.factor_type])
    where = "WHERE session_id = ? AND revoked = 0 ORDER BY seq DESC"
    current = ctx.tx.first(RefreshToken, where, session.id)
    session.aal, session.factor_id = "aal2", factor.id
    ctx.tx.save(session)
    user = accounts.load(ctx.tx, ctx.user)
    ctx.tx.run("DELETE FROM sessions WHERE user_id = ? AND aal < 'aal2'", ctx.user.id)
    unverified = (
        "DELETE FROM factors WHERE user_id = ? AND factor_type = ? AND status != 'verified'"
    )
    ctx.tx.run(unverified, ctx.user.id, factor.factor_type)
    refresh = (
        sessions.swap(ctx, user, session, current)
        if current
        else sessions.grant(ctx, user, session)
    )
    return ok(sessions.answer(ctx, user, session, refresh))


# ---- removing


def unenroll(ctx: Context) -> Response:
    factor = ctx.factor
    session = _session(ctx, "A valid session and factor are required to unenroll a factor")
    if factor.verified and session.aal != "aal2":
        message = "AAL2 required to unenroll verified factor"
        raise Refusal(422, "insufficient_aal", message)
    about = {"factor_id": factor.id, "factor_status": factor.status, "session_id": session.id}
    audit.record(ctx, "factor_unenrolled", ctx.user, **about)
    remove(ctx, factor)
    return ok({"id": factor.id})


def remove(ctx: Context, factor: Factor) -> None:
    """Delete a factor; sessions that it made strong are weak again."""
    ctx.tx.run("DELETE FROM factors WHERE id = ?", factor.id)
    strong = "SELECT id FROM sessions WHERE factor_id = ?"
    claims = f"DELETE FROM amr_claims WHERE method = ? AND session_id IN ({strong})"
    ctx.tx.run(claims, METHODS.get(factor.factor_type, ""), factor.id)
    ctx.tx.run("UPDATE sessions SET aal = 'aal1', factor_id = NULL WHERE factor_id = ?", factor.id)
