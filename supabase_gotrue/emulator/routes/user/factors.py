"""Handlers of `/factors`: enrolling, challenging, verifying and deleting factors.

https://github.com/supabase/auth/blob/master/internal/api/mfa.go
"""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, urlsplit

from pyotp import random_base32
from pyotp.totp import TOTP

from supabase_gotrue.emulator.go.clock import SECOND
from supabase_gotrue.emulator.services import audit, lookup, mailer, sessions
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import Challenge, Factor, RefreshToken, Session, new_id
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.errors import APIError, unexpected_failure, validation_failed
from supabase_gotrue.emulator.wire.params import (
    ChallengeFactorParams,
    EnrollFactorParams,
    VerifyFactorParams,
)
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import validate_phone, validate_sms_channel
from supabase_gotrue.response import Response

MAX_FACTORS: Final = 10
CHALLENGE_EXPIRY: Final = 300
# The real server returns 200 kB of SVG.
QR_CODE: Final = '<svg xmlns="http://www.w3.org/2000/svg"/>'


# ---- enroll


def enroll_factor(ctx: Context) -> Response:
    session = _require_session(
        ctx, "A valid session and a registered user are required to enroll a factor"
    )
    params = read_params(EnrollFactorParams, ctx.request.body)
    if params.factor_type == "webauthn":
        code = "mfa_webauthn_enroll_not_enabled"
        raise APIError(422, code, "MFA enroll is disabled for WebAuthn")
    if params.factor_type not in sessions.AMR_METHODS:
        raise validation_failed("factor_type needs to be totp, phone, or webauthn")
    phone = _replace_unverified_phone(ctx, params) if params.factor_type == "phone" else ""
    _check_enrollment(ctx, session, params.friendly_name)
    if params.factor_type == "totp" and not ctx.user.email:
        raise unexpected_failure("Error generating QR Code")
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
    traits = {"factor_type": "phone"} if phone else {}
    audit.record(ctx, audit.FACTOR_IN_PROGRESS, ctx.user, factor_id=factor.id, **traits)
    details = {"phone": params.phone} if phone else {"totp": _totp_response(ctx, params, secret)}
    common = {"id": factor.id, "type": factor.factor_type, "friendly_name": factor.friendly_name}
    return json_response({**common, **details})


def _require_session(ctx: Context, error_message: str) -> Session:
    if ctx.session is None:
        raise unexpected_failure(error_message)
    return ctx.session


def _replace_unverified_phone(ctx: Context, params: EnrollFactorParams) -> str:
    """Validate the phone, and delete unverified factors with the same phone."""
    if not params.phone:
        raise validation_failed("Phone number required to enroll Phone factor")
    phone = validate_phone(params.phone)
    same = [factor for factor in ctx.user.factors if factor.phone == phone]
    if any(factor.verified for factor in same):
        message = "A verified phone factor already exists, unenroll the existing factor to continue"
        raise APIError(422, "mfa_verified_factor_exists", message)
    for factor in same:
        ctx.tx.execute("DELETE FROM factors WHERE id = ?", factor.id)
    lookup.load_relations(ctx.tx, ctx.user)
    return phone


def _check_enrollment(ctx: Context, session: Session, name: str) -> None:
    factors = ctx.user.factors
    if any(factor.friendly_name == name for factor in factors):
        message = f'A factor with the friendly name "{name}" for this user already exists'
        raise APIError(422, "mfa_factor_name_conflict", message)
    if len(factors) >= MAX_FACTORS:
        message = "Maximum number of verified factors reached, unenroll to continue"
        raise APIError(422, "too_many_enrolled_mfa_factors", message)
    if any(factor.verified for factor in factors) and session.aal != "aal2":
        raise APIError(403, "insufficient_aal", "AAL2 required to enroll a new factor")


def _totp_response(ctx: Context, params: EnrollFactorParams, secret: str) -> dict[str, str]:
    issuer = params.issuer or urlsplit(ctx.settings.site_url).netloc
    label = quote(f"{issuer}:{ctx.user.email or ''}", safe="/$&+,:;=@")
    encoded_issuer = quote(issuer, safe="$&+:=@")
    query = f"algorithm=SHA1&digits=6&issuer={encoded_issuer}&period=30&secret={secret}"
    return {"qr_code": QR_CODE, "secret": secret, "uri": f"otpauth://totp/{label}?{query}"}


# ---- challenge


def challenge_factor(ctx: Context) -> Response:
    factor = ctx.factor
    challenge = Challenge(new_id(), factor.id)
    if factor.factor_type == "phone":
        validate_sms_channel(read_params(ChallengeFactorParams, ctx.request.body).channel)
        challenge.otp = mailer.generate_otp()
        mailer.send_challenge(ctx, factor.phone, challenge.otp)
    ctx.tx.add(challenge)
    factor.last_challenged_at = ctx.now
    ctx.tx.save(factor)
    traits = {"factor_id": factor.id, "factor_status": factor.status}
    audit.record(ctx, audit.CHALLENGE_CREATED, ctx.user, **traits)
    expires = ctx.now // SECOND + CHALLENGE_EXPIRY
    return json_response({"id": challenge.id, "type": factor.factor_type, "expires_at": expires})


# ---- verify


def verify_factor(ctx: Context) -> Response | APIError:
    factor, params = ctx.factor, read_params(VerifyFactorParams, ctx.request.body)
    if not params.code:
        raise validation_failed("Code needs to be non-empty")
    where = "WHERE id = ? AND factor_id = ?"
    challenge = ctx.tx.first(Challenge, where, str(params.challenge_id), factor.id)
    if challenge is None:
        message = "MFA factor with the provided challenge ID not found"
        raise APIError(422, "mfa_factor_not_found", message)
    if challenge.verified_at is not None:
        message = "Challenge and verify IP addresses mismatch."
        raise APIError(422, "mfa_ip_address_mismatch", message)
    if ctx.now > challenge.created_at + CHALLENGE_EXPIRY * SECOND:
        ctx.tx.execute("DELETE FROM challenges WHERE id = ?", challenge.id)
        message = (
            f"MFA challenge {challenge.id} has expired, verify against another challenge"
            " or create a new challenge."
        )
        return APIError(422, "mfa_challenge_expired", message)
    if not _code_matches(factor, challenge, params.code, ctx.now):
        name = {"totp": "TOTP"}.get(factor.factor_type, "MFA Phone")
        raise APIError(422, "mfa_verification_failed", f"Invalid {name} code entered")
    return _complete_verification(ctx, challenge)


def _code_matches(factor: Factor, challenge: Challenge, code: str, now: int) -> bool:
    if factor.factor_type == "phone":
        return code == challenge.otp
    at = datetime.fromtimestamp(now // SECOND, UTC)
    return TOTP(factor.secret).verify(code.strip(), for_time=at, valid_window=1)


def _complete_verification(ctx: Context, challenge: Challenge) -> Response:
    """Raise the session to AAL2, and end the user's weaker sessions."""
    factor, session = ctx.factor, _require_session(ctx, "Cannot read SessionId claim as UUID")
    traits = {
        "factor_id": factor.id,
        "challenge_id": challenge.id,
        "factor_type": factor.factor_type,
    }
    audit.record(ctx, audit.VERIFICATION_ATTEMPTED, ctx.user, **traits)
    challenge.verified_at = ctx.now
    ctx.tx.save(challenge)
    factor.status = "verified"
    ctx.tx.save(factor)
    sessions.add_amr_claim(ctx, session, sessions.AMR_METHODS[factor.factor_type])
    where = "WHERE session_id = ? AND revoked = 0 ORDER BY seq DESC"
    current = ctx.tx.first(RefreshToken, where, session.id)
    session.aal, session.factor_id = "aal2", factor.id
    ctx.tx.save(session)
    user = lookup.load_relations(ctx.tx, ctx.user)
    ctx.tx.execute("DELETE FROM sessions WHERE user_id = ? AND aal < 'aal2'", ctx.user.id)
    unverified = (
        "DELETE FROM factors WHERE user_id = ? AND factor_type = ? AND status != 'verified'"
    )
    ctx.tx.execute(unverified, ctx.user.id, factor.factor_type)
    refresh = (
        sessions.swap(ctx, user, session, current)
        if current
        else sessions.grant(ctx, user, session)
    )
    return json_response(sessions.token_response(ctx, user, session, refresh))


# ---- delete


def unenroll_factor(ctx: Context) -> Response:
    factor = ctx.factor
    session = _require_session(ctx, "A valid session and factor are required to unenroll a factor")
    if factor.verified and session.aal != "aal2":
        message = "AAL2 required to unenroll verified factor"
        raise APIError(422, "insufficient_aal", message)
    traits = {"factor_id": factor.id, "factor_status": factor.status, "session_id": session.id}
    audit.record(ctx, audit.FACTOR_UNENROLLED, ctx.user, **traits)
    sessions.delete_factor(ctx, factor)
    return json_response({"id": factor.id})
