"""Handlers of `/user`, `/user/identities` and `/reauthenticate`.

https://github.com/supabase/auth/blob/master/internal/api/user.go
"""

from supabase_gotrue.emulator import (
    accounts,
    audit,
    mailer,
    middleware,
    passwords,
    pkce,
    verify,
    views,
)
from supabase_gotrue.emulator.admin import DUPLICATE_EMAIL
from supabase_gotrue.emulator.context import Context, json_response
from supabase_gotrue.emulator.database import database_errors
from supabase_gotrue.emulator.errors import APIError, validation_failed
from supabase_gotrue.emulator.params import UserUpdateParams, read_params
from supabase_gotrue.emulator.rows import User
from supabase_gotrue.emulator.signup import INVALID_CHANNEL, SMS_CHANNELS
from supabase_gotrue.emulator.uuids import parse_uuid
from supabase_gotrue.emulator.validation import (
    check_password_strength,
    validate_email,
    validate_phone,
)
from supabase_gotrue.response import Response

_AUDIENCE_MISMATCH = "Token audience doesn't match request audience"


def get_user(ctx: Context) -> Response:
    if middleware.request_audience(ctx) != middleware.token_audience(ctx):
        raise validation_failed(_AUDIENCE_MISMATCH)
    return json_response(views.user(ctx.user))


# ---- update


def update_user(ctx: Context) -> Response:
    params, user = read_params(UserUpdateParams, ctx.request.body), ctx.user
    email = validate_email(params.email) if params.email else ""
    phone = validate_phone(params.phone) if params.phone else ""
    if phone and (params.channel or "sms") not in SMS_CHANNELS:
        raise validation_failed(INVALID_CHANNEL)
    if params.password is not None:
        check_password_strength(ctx.settings, params.password)
    if params.app_metadata is not None:
        raise APIError(403, "not_admin", "Updating app_metadata requires admin privileges")
    new_email = email if email != user.email else ""
    new_phone = phone if phone != user.phone else ""
    _require_aal2(ctx, bool(params.password or new_email or new_phone))
    if user.is_anonymous and params.password and not (email or phone):
        message = "Updating password of an anonymous user without an email or phone is not allowed"
        raise APIError(422, "validation_failed", message)
    _check_unique(ctx, user, new_email, new_phone)
    _change_password(ctx, user, params.password)
    if params.data is not None:
        merged = accounts.merge_metadata(user.user_metadata, params.data)
        with database_errors("Error updating user"):
            accounts.save_user(ctx.tx, user, user_metadata=merged)
    _change_email(ctx, user, new_email, params)
    _change_phone(ctx, user, new_phone)
    audit.record(ctx, "user_modified", user)
    # The real server does not reload `confirmed_at`, a generated column.
    confirmed_at = user.confirmed_at
    accounts.load_relations(ctx.tx, user)
    user.confirmed_at = confirmed_at
    return json_response(views.user(user))


def _require_aal2(ctx: Context, changes_credentials: bool) -> None:
    is_weak = ctx.session is None or ctx.session.aal != "aal2"
    if changes_credentials and is_weak and any(factor.verified for factor in ctx.user.factors):
        message = "AAL2 session is required to update email or password when MFA is enabled."
        raise APIError(401, "insufficient_aal", message)


def _check_unique(ctx: Context, user: User, email: str, phone: str) -> None:
    aud = middleware.request_audience(ctx)
    if email and accounts.find_by_email_or_identity(ctx.tx, email, aud, user):
        raise APIError(422, "email_exists", DUPLICATE_EMAIL)
    if phone and accounts.find_by_phone(ctx.tx, phone, aud):
        message = "A user with this phone number has already been registered"
        raise APIError(422, "phone_exists", message)


def _change_password(ctx: Context, user: User, password: str | None) -> None:
    if password is None:
        return
    if password and user.password and passwords.verify_password(user.password, password):
        message = "New password should be different from the old password."
        raise APIError(422, "same_password", message)
    accounts.set_password(ctx.tx, user, password, ctx.session.id if ctx.session else None)
    audit.record(ctx, "user_updated_password", user)


def _change_email(ctx: Context, user: User, email: str, params: UserUpdateParams) -> None:
    if not email:
        return
    if user.is_anonymous and ctx.settings.autoconfirm:
        verify.change_email(ctx, user, email)
    else:
        prefix = pkce.start_flow(ctx, user, params, "email_change")
        mailer.send_email_change(ctx, user, email, prefix)


def _change_phone(ctx: Context, user: User, phone: str) -> None:
    if not phone:
        return
    if ctx.settings.autoconfirm:
        user.phone_change = phone
        verify.confirm_phone_change(ctx, user)
    else:
        mailer.send_sms(ctx, user, phone, "phone_change")


# ---- unlink


def delete_identity(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/identity.go"""
    identity_id = parse_uuid(ctx.path_params["identity_id"])
    if identity_id is None:
        raise APIError(404, "validation_failed", "identity_id must be an UUID")
    if middleware.request_audience(ctx) != middleware.token_audience(ctx):
        raise APIError(403, "unexpected_audience", _AUDIENCE_MISMATCH)
    user, identities = ctx.user, ctx.user.identities or []
    if len(identities) <= 1:
        message = "User must have at least 1 identity after unlinking"
        raise APIError(422, "single_identity_not_deletable", message)
    identity = next((row for row in identities if row.id == identity_id), None)
    if identity is None:
        raise APIError(422, "identity_not_found", "Identity doesn't exist")
    traits = {
        "identity_id": identity.id,
        "provider": identity.provider,
        "provider_id": identity.provider_id,
    }
    audit.record(ctx, "identity_unlinked", user, **traits)
    ctx.tx.execute("DELETE FROM identities WHERE id = ?", identity.id)
    if identity.provider == "phone":
        accounts.save_user(ctx.tx, user, phone=None, phone_confirmed_at=None)
    else:
        _unset_email(ctx, user)
    accounts.update_providers(ctx.tx, user)
    return json_response({})


def _unset_email(ctx: Context, user: User) -> None:
    """Remove the email of a user who signs in by phone."""
    accounts.save_user(ctx.tx, user, email=None, email_confirmed_at=None)
    accounts.clear_pending_changes(ctx.tx, user)
    unverified = accounts.merge_metadata(user.user_metadata, {"email_verified": False})
    accounts.save_user(ctx.tx, user, user_metadata=unverified)


# ---- reauthenticate


def reauthenticate(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/reauthenticate.go"""
    user = ctx.user
    if not user.email and not user.phone:
        raise validation_failed(
            "Reauthentication requires the user to have an email or a phone number"
        )
    if user.email and not user.email_confirmed_at:
        raise APIError(422, "email_not_confirmed", "Please verify your email first.")
    if not user.email and not user.phone_confirmed_at:
        raise APIError(422, "phone_not_confirmed", "Please verify your phone first.")
    audit.record(ctx, "user_reauthenticate_requested", user)
    if user.email:
        mailer.send_reauthentication(ctx, user)
    else:
        mailer.send_sms(ctx, user, user.phone or "", "reauthentication")
    return json_response({})
