"""Handlers of `/otp`, `/magiclink`, `/recover` and `/resend`.

https://github.com/supabase/auth/blob/master/internal/api/otp.go
"""

import secrets

from supabase_gotrue.emulator import accounts, audit, mailer, middleware, pkce, signup
from supabase_gotrue.emulator.context import Context, json_response
from supabase_gotrue.emulator.errors import APIError, validation_failed
from supabase_gotrue.emulator.params import (
    MagicLinkParams,
    OtpParams,
    RecoverParams,
    ResendConfirmationParams,
    SignupParams,
    read_params,
    read_stream,
)
from supabase_gotrue.emulator.rows import User
from supabase_gotrue.emulator.validation import validate_email, validate_phone
from supabase_gotrue.response import Response


def otp(ctx: Context) -> Response | APIError:
    params = read_params(OtpParams, ctx.request.body)
    if params.email and params.phone:
        raise validation_failed("Only an email address or phone number should be provided")
    if params.email and params.channel:
        raise validation_failed("Channel should only be specified with Phone OTP")
    pkce.validate_pkce_params(params)
    if not params.create_user and not _user_exists(ctx, params):
        raise APIError(422, "otp_disabled", "Signups not allowed for otp")
    if params.email:
        return magic_link(ctx)
    if params.phone:
        return _send_sms_otp(ctx, params)
    raise validation_failed("One of email or phone must be set")


def _user_exists(ctx: Context, params: OtpParams) -> bool:
    """Return whether the user exists: False for an invalid address, True without an address."""
    aud = middleware.request_audience(ctx)
    try:
        if params.email:
            return accounts.find_by_email(ctx.tx, validate_email(params.email), aud) is not None
        if params.phone:
            return accounts.find_by_phone(ctx.tx, validate_phone(params.phone), aud) is not None
    except APIError:
        return False
    return True


def _send_sms_otp(ctx: Context, params: OtpParams) -> Response | APIError:
    if not ctx.settings.phone_enabled:
        raise APIError(400, "phone_provider_disabled", "Unsupported phone provider")
    phone = validate_phone(params.phone)
    if (params.channel or "sms") not in signup.SMS_CHANNELS:
        raise validation_failed(signup.INVALID_CHANNEL)
    aud = middleware.request_audience(ctx)
    user = accounts.find_by_phone(ctx.tx, phone, aud)
    if user is None or not user.phone_confirmed_at:
        signup_params = SignupParams(
            phone=phone, password=secrets.token_urlsafe(48), data=params.data
        )
        response = _sign_up(ctx, signup_params)
        user = accounts.find_by_phone(ctx.tx, phone, aud)
        if isinstance(response, APIError) or not ctx.settings.autoconfirm or user is None:
            return response if isinstance(response, APIError) else json_response({})
    audit.record(ctx, "user_recovery_requested", user, channel=params.channel or "sms")
    mailer.send_sms(ctx, user, phone, "sms")
    return json_response({})


def magic_link(ctx: Context) -> Response | APIError:
    """https://github.com/supabase/auth/blob/master/internal/api/magic_link.go"""
    if not ctx.settings.email_enabled:
        raise APIError(422, "email_provider_disabled", "Email logins are disabled")
    params = read_stream(MagicLinkParams, ctx.request.body, "read verification params")
    if not params.email:
        raise APIError(422, "validation_failed", "Password recovery requires an email")
    email = validate_email(params.email)
    pkce.validate_pkce_params(params)
    aud = middleware.request_audience(ctx)
    user = accounts.find_by_email(ctx.tx, email, aud)
    if user is None or not user.email_confirmed_at:
        # Sign the user up: the link in the confirmation email signs in as well.
        password = secrets.token_urlsafe(32) + "".join(
            group[:1] for group in ctx.settings.password_required_characters
        )
        signup_params = SignupParams(
            email=email,
            password=password,
            data=params.data,
            code_challenge=params.code_challenge,
            code_challenge_method=params.code_challenge_method,
        )
        response = _sign_up(ctx, signup_params)
        user = accounts.find_by_email(ctx.tx, email, aud)
        if isinstance(response, APIError) or not ctx.settings.autoconfirm or user is None:
            return response if isinstance(response, APIError) else json_response({})
    prefix = pkce.start_flow(ctx, user, params, "magiclink")
    audit.record(ctx, "user_recovery_requested", user)
    mailer.send_recovery(ctx, user, "magiclink", prefix)
    return json_response({})


def _sign_up(ctx: Context, params: SignupParams) -> Response | APIError:
    """Sign up without the headers that tell about a new session."""
    headers = dict(ctx.response_headers)
    response = signup.signup_with_address(ctx, params)
    ctx.response_headers = headers
    return response


def recover(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/recover.go"""
    params = read_params(RecoverParams, ctx.request.body)
    if not params.email:
        raise validation_failed("Password recovery requires an email")
    email = validate_email(params.email)
    pkce.validate_pkce_params(params)
    user = accounts.find_by_email(ctx.tx, email, middleware.request_audience(ctx))
    if user is not None:
        prefix = pkce.start_flow(ctx, user, params, "recovery")
        audit.record(ctx, "user_recovery_requested", user)
        mailer.send_recovery(ctx, user, "recovery", prefix)
    return json_response({})


# ---- /resend


def resend(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/resend.go"""
    params = read_params(ResendConfirmationParams, ctx.request.body)
    _validate_resend(ctx, params)
    aud = middleware.request_audience(ctx)
    user = (
        accounts.find_by_email(ctx.tx, validate_email(params.email), aud)
        if params.email
        else accounts.find_by_phone(ctx.tx, validate_phone(params.phone), aud)
    )
    if user is not None and _is_unconfirmed(user, params.type):
        _resend(ctx, user, params)
    return json_response({})


def _validate_resend(ctx: Context, params: ResendConfirmationParams) -> None:
    if params.type not in ("signup", "email_change", "sms", "phone_change"):
        raise validation_failed(
            "Missing one of these types: signup, email_change, sms, phone_change"
        )
    if params.type in ("signup", "email_change"):
        pkce.validate_pkce_params(params)
    if not params.email and params.type == "signup":
        raise validation_failed("Type provided requires an email address")
    if not params.phone and params.type == "sms":
        raise validation_failed("Type provided requires a phone number")
    if params.email and params.phone:
        raise validation_failed("Only an email address or phone number should be provided.")
    if not params.email and not params.phone:
        raise validation_failed("Missing email address or phone number")
    kind = "email" if params.email else "phone"
    if not getattr(ctx.settings, f"{kind}_enabled"):
        message = f"{kind.capitalize()} logins are disabled"
        raise APIError(400, f"{kind}_provider_disabled", message)


def _is_unconfirmed(user: User, kind: str) -> bool:
    """Return whether there is still something to confirm."""
    return {
        "signup": not user.email_confirmed_at,
        "sms": not user.phone_confirmed_at,
        "email_change": bool(user.email_change),
        "phone_change": bool(user.phone_change),
    }[kind]


def _resend(ctx: Context, user: User, params: ResendConfirmationParams) -> None:
    if params.type == "signup":
        audit.record(ctx, "user_confirmation_requested", user)
        prefix = pkce.start_flow(ctx, user, params, "email/signup")
        mailer.send_confirmation(ctx, user, prefix)
    elif params.type == "sms":
        audit.record(ctx, "user_recovery_requested", user)
        mailer.send_sms(ctx, user, user.phone or "", "sms")
    elif params.type == "email_change":
        prefix = pkce.start_flow(ctx, user, params, "email_change")
        mailer.send_email_change(ctx, user, user.email_change, prefix)
    else:
        mailer.send_sms(ctx, user, user.phone_change, "phone_change")
