"""Sending magic links, at `/magiclink` and `/otp`.

https://github.com/supabase/auth/blob/master/internal/api/magic_link.go
"""

import secrets

from supabase_gotrue.emulator.services import audit, lookup, mailer, pkce, signup
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire.decoding import read_stream
from supabase_gotrue.emulator.wire.errors import APIError
from supabase_gotrue.emulator.wire.params import MagicLinkParams, SignupParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import validate_email
from supabase_gotrue.response import Response


def send_magic_link(ctx: Context) -> Response | APIError:
    """Send a magic link, or a confirmation email to an unknown user."""
    if not ctx.settings.email_enabled:
        raise APIError(422, "email_provider_disabled", "Email logins are disabled")
    params = read_stream(MagicLinkParams, ctx.request.body, "read verification params")
    if not params.email:
        raise APIError(422, "validation_failed", "Password recovery requires an email")
    email = validate_email(params.email)
    pkce.validate_pkce_params(params)
    aud = ctx.audience
    user = lookup.find_by_email(ctx.tx, email, aud)
    if user is None or not user.email_confirmed_at:
        response = _sign_up(ctx, email, params)
        user = lookup.find_by_email(ctx.tx, email, aud)
        if isinstance(response, APIError) or not ctx.settings.autoconfirm or user is None:
            return response if isinstance(response, APIError) else json_response({})
    prefix = pkce.start_flow(ctx, user, params, "magiclink")
    audit.record(ctx, audit.USER_RECOVERY_REQUESTED, user)
    mailer.send_recovery(ctx, user, "magiclink", prefix)
    return json_response({})


def _sign_up(ctx: Context, email: str, params: MagicLinkParams) -> Response | APIError:
    """Sign a user up with a random password; the link in the confirmation email signs in, too."""
    required = "".join(group[:1] for group in ctx.settings.password_required_characters)
    signup_params = SignupParams(
        email=email,
        password=secrets.token_urlsafe(32) + required,
        data=params.data,
        code_challenge=params.code_challenge,
        code_challenge_method=params.code_challenge_method,
    )
    return signup.sign_up_silently(ctx, signup_params)
