"""Handlers of `/user`.

https://github.com/supabase/auth/blob/master/internal/api/user.go
"""

from supabase_gotrue.emulator.services import accounts, audit, lookup, mailer, passwords, pkce
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import User
from supabase_gotrue.emulator.wire import views
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.errors import (
    APIError,
    database_errors,
    email_exists,
    validation_failed,
)
from supabase_gotrue.emulator.wire.params import UserUpdateParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import (
    check_password_strength,
    validate_email,
    validate_phone,
    validate_sms_channel,
)
from supabase_gotrue.response import Response


def get_user(ctx: Context) -> Response:
    if ctx.audience != ctx.token_audience:
        raise validation_failed("Token audience doesn't match request audience")
    return json_response(views.user(ctx.user))


# ---- update


def update_user(ctx: Context) -> Response:
    params, user = read_params(UserUpdateParams, ctx.request.body), ctx.user
    email = validate_email(params.email) if params.email else ""
    phone = validate_phone(params.phone) if params.phone else ""
    if phone:
        validate_sms_channel(params.channel)
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
    audit.record(ctx, audit.USER_MODIFIED, user)
    # The real server does not reload `confirmed_at`, a generated column.
    confirmed_at = user.confirmed_at
    lookup.load_relations(ctx.tx, user)
    user.confirmed_at = confirmed_at
    return json_response(views.user(user))


def _require_aal2(ctx: Context, changes_credentials: bool) -> None:
    is_weak = ctx.session is None or ctx.session.aal != "aal2"
    if changes_credentials and is_weak and any(factor.verified for factor in ctx.user.factors):
        message = "AAL2 session is required to update email or password when MFA is enabled."
        raise APIError(401, "insufficient_aal", message)


def _check_unique(ctx: Context, user: User, email: str, phone: str) -> None:
    aud = ctx.audience
    if email and lookup.find_by_email_or_identity(ctx.tx, email, aud, user):
        raise email_exists()
    if phone and lookup.find_by_phone(ctx.tx, phone, aud):
        message = "A user with this phone number has already been registered"
        raise APIError(422, "phone_exists", message)


def _change_password(ctx: Context, user: User, password: str | None) -> None:
    if password is None:
        return
    if password and user.password and passwords.verify_password(user.password, password):
        message = "New password should be different from the old password."
        raise APIError(422, "same_password", message)
    accounts.set_password(ctx.tx, user, password, ctx.session.id if ctx.session else None)
    audit.record(ctx, audit.USER_UPDATED_PASSWORD, user)


def _change_email(ctx: Context, user: User, email: str, params: UserUpdateParams) -> None:
    if not email:
        return
    if user.is_anonymous and ctx.settings.autoconfirm:
        audit.record(ctx, audit.USER_MODIFIED, user)
        accounts.change_email(ctx.tx, user, email)
    else:
        prefix = pkce.start_flow(ctx, user, params, "email_change")
        mailer.send_email_change(ctx, user, email, prefix)


def _change_phone(ctx: Context, user: User, phone: str) -> None:
    if not phone:
        return
    if ctx.settings.autoconfirm:
        user.phone_change = phone
        audit.record(ctx, audit.USER_MODIFIED, user)
        accounts.change_phone(ctx.tx, user)
    else:
        mailer.send_sms(ctx, user, phone, "phone_change")
