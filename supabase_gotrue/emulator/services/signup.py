"""Signing up by email or phone, at `/signup` and, for unknown users, at `/otp` and `/magiclink`.

https://github.com/supabase/auth/blob/master/internal/api/signup.go
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from supabase_gotrue.emulator.go import gojson
from supabase_gotrue.emulator.services import accounts, audit, lookup, mailer, pkce, sessions
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import User, new_id
from supabase_gotrue.emulator.wire import views
from supabase_gotrue.emulator.wire.errors import APIError, validation_failed
from supabase_gotrue.emulator.wire.params import SignupParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import (
    check_password_strength,
    validate_email,
    validate_phone,
    validate_sms_channel,
)
from supabase_gotrue.response import Response

# Hidden in the response to a repeated signup; the real server hides no other field.
_SANITIZED_FIELDS: Final[Mapping[str, object]] = {
    "role": "",
    "email_change": "",
    "email_change_sent_at": None,
    "email_confirmed_at": None,
    "phone_confirmed_at": None,
    "confirmed_at": None,
    "last_sign_in_at": None,
    "identities": (),
}


def sign_up(ctx: Context, params: SignupParams) -> Response | APIError:
    """Sign up by email or phone."""
    require_signup_enabled(ctx)
    provider = "email" if params.email else "phone"
    _validate_params(ctx, params, provider)
    params, existing = _find_user(ctx, params, provider)
    if existing and getattr(existing, f"{provider}_confirmed_at"):
        return _repeated_signup(ctx, existing, params, provider)
    user = existing or _insert_user(ctx, params, provider)
    _add_identity(ctx, user, params, provider)
    _confirm(ctx, user, params, provider)
    if existing is None and user.email_confirmed_at:
        _mark_identities_verified(user)
    if user.email_confirmed_at or user.phone_confirmed_at:
        audit.record(ctx, audit.LOGIN, user, provider=provider)
        return json_response(sessions.issue_session(ctx, user, "password"))
    if user.invited_at:
        user.user_metadata, user.identities = "{}", []
    return json_response(views.user(user))


def sign_up_silently(ctx: Context, params: SignupParams) -> Response | APIError:
    """Sign up without the headers that tell about a new session."""
    headers = dict(ctx.response_headers)
    response = sign_up(ctx, params)
    ctx.response_headers = headers
    return response


def require_signup_enabled(ctx: Context) -> None:
    if ctx.settings.disable_signup:
        raise APIError(422, "signup_disabled", "Signups not allowed for this instance")


def _validate_params(ctx: Context, params: SignupParams, provider: str) -> None:
    if not params.password:
        raise validation_failed("Signup requires a valid password")
    check_password_strength(ctx.settings, params.password)
    if params.email and params.phone:
        raise validation_failed(
            "Only an email address or phone number should be provided on signup."
        )
    if provider == "phone":
        validate_sms_channel(params.channel)
    if params.phone and params.code_challenge:
        raise validation_failed("PKCE not supported for phone signups")
    pkce.validate_pkce_params(params)


def _find_user(
    ctx: Context, params: SignupParams, provider: str
) -> tuple[SignupParams, User | None]:
    """Return the parameters with a normalized address, and the user who has it."""
    aud = ctx.audience
    if not getattr(ctx.settings, f"{provider}_enabled"):
        name = provider.capitalize()
        raise APIError(400, f"{provider}_provider_disabled", f"{name} signups are disabled")
    if provider == "email":
        params = msgspec.structs.replace(params, email=validate_email(params.email))
        return params, lookup.find_by_email_or_identity(ctx.tx, params.email, aud)
    params = msgspec.structs.replace(params, phone=validate_phone(params.phone))
    return params, lookup.find_by_phone(ctx.tx, params.phone, aud)


def _insert_user(ctx: Context, params: SignupParams, provider: str) -> User:
    user = accounts.new_user(
        ctx.audience,
        email=params.email,
        phone=params.phone,
        password=params.password,
        data=params.data,
        provider=provider,
    )
    return accounts.insert_user(ctx.tx, user)


def _add_identity(ctx: Context, user: User, params: SignupParams, provider: str) -> None:
    """Add an identity if there is none; its data becomes the user's metadata."""
    identity = lookup.find_identity(ctx.tx, user, provider)
    if identity is None:
        claims = {"email": user.email}
        identity = accounts.add_identity(ctx.tx, user, provider, claims, params.data or {})
        delete_others = "DELETE FROM identities WHERE user_id = ? AND id != ?"
        ctx.tx.execute(delete_others, user.id, identity.id)
        # The response omits nulls in the identity as well.
        identity.identity_data = accounts.merge_metadata(
            "{}", views.decode_metadata(identity.identity_data)
        )
        accounts.save_user(ctx.tx, user, user_metadata=identity.identity_data)
        accounts.update_providers(ctx.tx, user)
    user.identities = [identity]


def _confirm(ctx: Context, user: User, params: SignupParams, provider: str) -> None:
    if ctx.settings.autoconfirm:
        channel = {"channel": "sms"} if provider == "phone" else {}
        audit.record(ctx, audit.USER_SIGNEDUP, user, provider=provider, **channel)
        if provider == "phone":
            accounts.confirm_phone(ctx.tx, user)
        else:
            accounts.confirm_email(ctx.tx, user)
        return
    audit.record(ctx, audit.USER_CONFIRMATION_REQUESTED, user, provider=provider)
    if provider == "phone":
        mailer.send_sms(ctx, user, user.phone or "", "sms")
    else:
        prefix = pkce.start_flow(ctx, user, params, "email/signup", provider)
        mailer.send_confirmation(ctx, user, prefix)


def _mark_identities_verified(user: User) -> None:
    """Show identities as verified in this response; the real server does not save it."""
    for identity in user.identities or []:
        verified = accounts.merge_metadata(identity.identity_data, {"email_verified": True})
        identity.identity_data = verified


def _repeated_signup(
    ctx: Context, existing: User, params: SignupParams, provider: str
) -> Response | APIError:
    """Return a fake user, so that callers cannot find out which users exist."""
    audit.record(ctx, audit.USER_REPEATED_SIGNUP, existing, provider=provider)
    if ctx.settings.autoconfirm:
        return APIError(422, "user_already_exists", "User already registered")
    fake_user = msgspec.structs.replace(
        existing,
        id=new_id(),
        email=params.email,
        phone=params.phone,
        app_metadata=gojson.canonical({"provider": provider, "providers": [provider]}),
        user_metadata=gojson.canonical(params.data or {}),
        created_at=ctx.now,
        updated_at=ctx.now,
        confirmation_sent_at=ctx.now,
        **_SANITIZED_FIELDS,
    )
    return json_response(views.user(fake_user))
