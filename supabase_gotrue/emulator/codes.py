"""The routes that mail a code: `/otp`, `/magiclink`, `/recover` and `/resend`.

What may live here: who gets which mail when. None tells strangers who is known.

https://github.com/supabase/auth/blob/master/internal/api/otp.go
"""

import secrets

from supabase_gotrue.emulator import accounts, audit, checks, guards, mailing, signup
from supabase_gotrue.emulator.bodies import (
    MagicLinkParams,
    OtpParams,
    RecoverParams,
    ResendConfirmationParams,
    SignupParams,
    read,
)
from supabase_gotrue.emulator.checks import invalid
from supabase_gotrue.emulator.context import Context, ok
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.rows import User
from supabase_gotrue.response import Response


def otp(ctx: Context) -> Response | Refusal:
    params = read(OtpParams, ctx.call.body)
    if params.email and params.phone:
        raise invalid("Only an email address or phone number should be provided")
    if params.email and params.channel:
        raise invalid("Channel should only be specified with Phone OTP")
    checks.challenge(params.code_challenge_method, params.code_challenge)
    if not params.create_user and not _known(ctx, params):
        raise Refusal(422, "otp_disabled", "Signups not allowed for otp")
    if params.email:
        return magic_link(ctx)
    if params.phone:
        return _sms(ctx, params)
    raise invalid("One of email or phone must be set")


def _known(ctx: Context, params: OtpParams) -> bool:
    """Whether there is such a user; a wrong address is nobody's, and none at all anybody's."""
    aud = guards.audience(ctx)
    try:
        if params.email:
            return accounts.by_email(ctx.tx, checks.email(params.email), aud) is not None
        if params.phone:
            return accounts.by_phone(ctx.tx, checks.phone(params.phone), aud) is not None
    except Refusal:
        return False
    return True


def _sms(ctx: Context, params: OtpParams) -> Response | Refusal:
    if not ctx.settings.phone_enabled:
        raise Refusal(400, "phone_provider_disabled", "Unsupported phone provider")
    phone = checks.phone(params.phone)
    if (params.channel or "sms") not in signup.CHANNELS:
        raise invalid(signup.WRONG_CHANNEL)
    aud = guards.audience(ctx)
    user = accounts.by_phone(ctx.tx, phone, aud)
    if user is None or not user.phone_confirmed_at:
        stranger = SignupParams(phone=phone, password=secrets.token_urlsafe(48), data=params.data)
        made = signup.with_address(ctx, stranger)
        user = accounts.by_phone(ctx.tx, phone, aud)
        if isinstance(made, Refusal) or not ctx.settings.autoconfirm or user is None:
            return made if isinstance(made, Refusal) else ok({})
    audit.record(ctx, "user_recovery_requested", user, channel=params.channel or "sms")
    mailing.send_sms(ctx, user, phone, "sms")
    return ok({})


def magic_link(ctx: Context) -> Response | Refusal:
    """https://github.com/supabase/auth/blob/master/internal/api/magic_link.go"""
    if not ctx.settings.email_enabled:
        raise Refusal(422, "email_provider_disabled", "Email logins are disabled")
    params = read(MagicLinkParams, ctx.call.body, "read verification params")
    if not params.email:
        raise Refusal(422, "validation_failed", "Password recovery requires an email")
    email = checks.email(params.email)
    checks.challenge(params.code_challenge_method, params.code_challenge)
    aud = guards.audience(ctx)
    user = accounts.by_email(ctx.tx, email, aud)
    if user is None or not user.email_confirmed_at:
        # Its confirmation signs in as a link would.
        password = secrets.token_urlsafe(32) + "".join(
            group[:1] for group in ctx.settings.password_required_characters
        )
        stranger = SignupParams(email=email, password=password, data=params.data)
        made = signup.with_address(ctx, stranger)
        user = accounts.by_email(ctx.tx, email, aud)
        if isinstance(made, Refusal) or not ctx.settings.autoconfirm or user is None:
            return made if isinstance(made, Refusal) else ok({})
    audit.record(ctx, "user_recovery_requested", user)
    mailing.send_recovery(ctx, user, "magiclink")
    return ok({})


def recover(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/recover.go"""
    params = read(RecoverParams, ctx.call.body)
    if not params.email:
        raise invalid("Password recovery requires an email")
    email = checks.email(params.email)
    checks.challenge(params.code_challenge_method, params.code_challenge)
    user = accounts.by_email(ctx.tx, email, guards.audience(ctx))
    if user is not None:
        audit.record(ctx, "user_recovery_requested", user)
        mailing.send_recovery(ctx, user, "recovery")
    return ok({})


# ---- once more


def resend(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/resend.go"""
    params = read(ResendConfirmationParams, ctx.call.body)
    _check(ctx, params)
    aud = guards.audience(ctx)
    user = (
        accounts.by_email(ctx.tx, checks.email(params.email), aud)
        if params.email
        else accounts.by_phone(ctx.tx, checks.phone(params.phone), aud)
    )
    if user is not None and _waits(user, params.type):
        _again(ctx, user, params.type)
    return ok({})


def _check(ctx: Context, params: ResendConfirmationParams) -> None:
    if params.type not in ("signup", "email_change", "sms", "phone_change"):
        raise invalid("Missing one of these types: signup, email_change, sms, phone_change")
    if params.type in ("signup", "email_change"):
        checks.challenge(params.code_challenge_method, params.code_challenge)
    if not params.email and params.type == "signup":
        raise invalid("Type provided requires an email address")
    if not params.phone and params.type == "sms":
        raise invalid("Type provided requires a phone number")
    if params.email and params.phone:
        raise invalid("Only an email address or phone number should be provided.")
    if not params.email and not params.phone:
        raise invalid("Missing email address or phone number")
    kind = "email" if params.email else "phone"
    if not getattr(ctx.settings, f"{kind}_enabled"):
        message = f"{kind.capitalize()} logins are disabled"
        raise Refusal(400, f"{kind}_provider_disabled", message)


def _waits(user: User, kind: str) -> bool:
    """Whether there is still something to confirm."""
    return {
        "signup": not user.email_confirmed_at,
        "sms": not user.phone_confirmed_at,
        "email_change": bool(user.email_change),
        "phone_change": bool(user.phone_change),
    }[kind]


def _again(ctx: Context, user: User, kind: str) -> None:
    if kind == "signup":
        audit.record(ctx, "user_confirmation_requested", user)
        mailing.send_confirmation(ctx, user)
    elif kind == "sms":
        audit.record(ctx, "user_recovery_requested", user)
        mailing.send_sms(ctx, user, user.phone or "", "sms")
    elif kind == "email_change":
        mailing.send_email_change(ctx, user, user.email_change)
    else:
        mailing.send_sms(ctx, user, user.phone_change, "phone_change")
