"""Handler of `/resend`.

https://github.com/supabase/auth/blob/master/internal/api/resend.go
"""

from supabase_gotrue.emulator.services import audit, lookup, mailer, pkce
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import User
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.errors import APIError, validation_failed
from supabase_gotrue.emulator.wire.params import ResendConfirmationParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import validate_email, validate_phone
from supabase_gotrue.response import Response


def resend(ctx: Context) -> Response:
    params = read_params(ResendConfirmationParams, ctx.request.body)
    _validate_resend(ctx, params)
    aud = ctx.audience
    user = (
        lookup.find_by_email(ctx.tx, validate_email(params.email), aud)
        if params.email
        else lookup.find_by_phone(ctx.tx, validate_phone(params.phone), aud)
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
        audit.record(ctx, audit.USER_CONFIRMATION_REQUESTED, user)
        prefix = pkce.start_flow(ctx, user, params, "email/signup")
        mailer.send_confirmation(ctx, user, prefix)
    elif params.type == "sms":
        audit.record(ctx, audit.USER_RECOVERY_REQUESTED, user)
        mailer.send_sms(ctx, user, user.phone or "", "sms")
    elif params.type == "email_change":
        prefix = pkce.start_flow(ctx, user, params, "email_change")
        mailer.send_email_change(ctx, user, user.email_change, prefix)
    else:
        mailer.send_sms(ctx, user, user.phone_change, "phone_change")
