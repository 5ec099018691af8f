"""Handler of `/otp`.

https://github.com/supabase/auth/blob/master/internal/api/otp.go
"""

import secrets

from supabase_gotrue.emulator.services import audit, lookup, magic_links, mailer, pkce, signup
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.errors import APIError, validation_failed
from supabase_gotrue.emulator.wire.params import (
    OtpParams,
    SignupParams,
)
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import (
    validate_email,
    validate_phone,
    validate_sms_channel,
)
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
        return magic_links.send_magic_link(ctx)
    if params.phone:
        return _send_sms_otp(ctx, params)
    raise validation_failed("One of email or phone must be set")


def _user_exists(ctx: Context, params: OtpParams) -> bool:
    """Return whether the user exists: False for an invalid address, True without an address."""
    aud = ctx.audience
    try:
        if params.email:
            return lookup.find_by_email(ctx.tx, validate_email(params.email), aud) is not None
        if params.phone:
            return lookup.find_by_phone(ctx.tx, validate_phone(params.phone), aud) is not None
    except APIError:
        return False
    return True


def _send_sms_otp(ctx: Context, params: OtpParams) -> Response | APIError:
    if not ctx.settings.phone_enabled:
        raise APIError(400, "phone_provider_disabled", "Unsupported phone provider")
    phone = validate_phone(params.phone)
    channel = validate_sms_channel(params.channel)
    aud = ctx.audience
    user = lookup.find_by_phone(ctx.tx, phone, aud)
    if user is None or not user.phone_confirmed_at:
        signup_params = SignupParams(
            phone=phone, password=secrets.token_urlsafe(48), data=params.data
        )
        response = signup.sign_up_silently(ctx, signup_params)
        user = lookup.find_by_phone(ctx.tx, phone, aud)
        if isinstance(response, APIError) or not ctx.settings.autoconfirm or user is None:
            return response if isinstance(response, APIError) else json_response({})
    audit.record(ctx, audit.USER_RECOVERY_REQUESTED, user, channel=channel)
    mailer.send_sms(ctx, user, phone, "sms")
    return json_response({})
