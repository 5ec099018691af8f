"""Handlers of `/admin/users`, except the list.

https://github.com/supabase/auth/blob/master/internal/api/admin.go
"""

import secrets

from supabase_gotrue.emulator import (
    accounts,
    audit,
    errors,
    mfa,
    middleware,
    passwords,
    views,
)
from supabase_gotrue.emulator.context import Context, json_response
from supabase_gotrue.emulator.database import database_errors
from supabase_gotrue.emulator.errors import APIError, validation_failed
from supabase_gotrue.emulator.params import (
    MAX_BYTES,
    AdminUserParams,
    adminUserDeleteParams,
    adminUserUpdateFactorParams,
    read_params,
)
from supabase_gotrue.emulator.rows import NIL_UUID, Identity, User
from supabase_gotrue.emulator.uuids import parse_uuid
from supabase_gotrue.emulator.validation import (
    check_password_strength,
    parse_duration,
    validate_email,
    validate_phone,
)
from supabase_gotrue.response import Response

DUPLICATE_EMAIL = "A user with this email address has already been registered"


def get_user(ctx: Context) -> Response:
    return json_response(views.user(ctx.user))


# ---- create


def create_user(ctx: Context) -> Response:
    params = read_params(AdminUserParams, ctx.request.body)
    user = _new_user(ctx, params)
    ban_duration = parse_duration(params.ban_duration) if params.ban_duration else 0
    with database_errors("Database error creating new user"):
        _insert_user(ctx, user, params, ban_duration)
    if params.password_hash and params.user_metadata is None and not params.email_confirm:
        user.user_metadata = "null"  # in this response only
    return json_response(views.user(user))


def _insert_user(ctx: Context, user: User, params: AdminUserParams, ban_duration: int) -> None:
    app_metadata = user.app_metadata
    ctx.tx.add(user)
    user.identities = _create_identities(ctx, user)
    provider = views.decode_metadata(app_metadata)["provider"]
    audit.record(ctx, "user_signedup", **audit.user_traits(user), provider=provider)
    accounts.save_user(
        ctx.tx,
        user,
        role=params.role.strip() if params.role else "authenticated",
        app_metadata=accounts.merge_metadata(app_metadata, params.app_metadata or {}),
    )
    _confirm(ctx, user, params)
    if ban_duration:
        accounts.ban_user(ctx.tx, user, ban_duration)


def _new_user(ctx: Context, params: AdminUserParams) -> User:
    aud = params.aud or middleware.request_audience(ctx)
    with database_errors("Database error checking email"):
        email, phone = _check_unique(ctx, params, aud)
    if params.password is not None and params.password_hash:
        raise validation_failed("Only a password or a password hash should be provided")
    if params.password_hash and not passwords.is_supported_hash(params.password_hash):
        raise errors.unexpected_failure("Error creating user")
    password = "" if params.password_hash else params.password or secrets.token_urlsafe(48)
    user = accounts.new_user(
        aud, email=email, phone=phone, password=password, data=params.user_metadata
    )
    user.password = params.password_hash or user.password
    user.id = _parse_id(params.id) or user.id
    addresses = {"email": email, "phone": phone}
    providers = [name for name, address in addresses.items() if address]
    user.app_metadata = accounts.merge_metadata(
        "{}", {"provider": providers[0], "providers": providers}
    )
    return user


def _check_unique(ctx: Context, params: AdminUserParams, aud: str) -> tuple[str, str]:
    if not params.email and not params.phone:
        raise validation_failed("Cannot create a user without either an email or phone")
    email = validate_email(params.email) if params.email else ""
    if email and accounts.find_by_email_or_identity(ctx.tx, email, aud):
        raise APIError(422, "email_exists", DUPLICATE_EMAIL)
    phone = validate_phone(params.phone) if params.phone else ""
    if phone and accounts.find_by_phone(ctx.tx, phone, aud):
        raise APIError(422, "phone_exists", "Phone number already registered by another user")
    return email, phone


def _parse_id(text: str) -> str | None:
    user_id = parse_uuid(text)
    if text and user_id is None:
        raise validation_failed("ID must conform to the uuid v4 format")
    if user_id == NIL_UUID:
        raise validation_failed("ID cannot be a nil uuid")
    return user_id


def _create_identities(ctx: Context, user: User) -> list[Identity]:
    addresses = {"email": user.email, "phone": user.phone}
    return [
        accounts.add_identity(ctx.tx, user, provider, {provider: address})
        for provider, address in addresses.items()
        if address
    ]


def _confirm(ctx: Context, user: User, params: AdminUserParams) -> None:
    if params.email_confirm:
        accounts.confirm_email(ctx.tx, user)
    if params.phone_confirm:
        accounts.confirm_phone(ctx.tx, user)


# ---- update


def update_user(ctx: Context) -> Response:
    params, user = read_params(AdminUserParams, ctx.request.body), ctx.user
    email = validate_email(params.email) if params.email else ""
    phone = validate_phone(params.phone) if params.phone else ""
    ban_duration = parse_duration(params.ban_duration) if params.ban_duration else None
    if params.password is not None:
        check_password_strength(ctx.settings, params.password)
    with database_errors("Error updating user"):
        if params.role:
            accounts.save_user(ctx.tx, user, role=params.role.strip())
        _confirm(ctx, user, params)
        if params.password is not None:
            accounts.set_password(ctx.tx, user, params.password)
        _change_address(ctx, user, "email", email, params.email_confirm)
        _change_address(ctx, user, "phone", phone, params.phone_confirm)
        _change_metadata(ctx, user, params)
    if ban_duration is not None:
        accounts.ban_user(ctx.tx, user, ban_duration)
    audit.record(ctx, "user_modified", **audit.user_traits(user))
    return json_response(views.user(user))


def _change_address(ctx: Context, user: User, kind: str, value: str, verified: bool) -> None:
    """Change an address of the user and of its identity; the response shows the old identity."""
    if not value:
        return
    claims = {kind: value, f"{kind}_verified": verified}
    identity = accounts.find_identity(ctx.tx, user, kind)
    if identity is None:
        added = accounts.add_identity(ctx.tx, user, kind, claims)
        user.identities = [*(user.identities or []), added]
    else:
        accounts.update_identity(ctx.tx, identity, claims)
    is_anonymous = 0 if verified else user.is_anonymous
    accounts.save_user(ctx.tx, user, **{kind: value, "is_anonymous": is_anonymous})


def _change_metadata(ctx: Context, user: User, params: AdminUserParams) -> None:
    changes = {"app_metadata": params.app_metadata, "user_metadata": params.user_metadata}
    for name, updates in changes.items():
        if updates is not None:
            merged = accounts.merge_metadata(getattr(user, name), updates)
            accounts.save_user(ctx.tx, user, **{name: merged})


# ---- delete


def delete_user(ctx: Context) -> Response:
    body = ctx.request.body or b""
    has_params = 0 < len(body) <= MAX_BYTES
    params = read_params(adminUserDeleteParams, body) if has_params else adminUserDeleteParams()
    audit.record(ctx, "user_deleted", **audit.user_traits(ctx.user))
    if not params.should_soft_delete:
        ctx.tx.execute("DELETE FROM users WHERE id = ?", ctx.user.id)
    elif ctx.user.deleted_at is None:
        accounts.soft_delete_user(ctx.tx, ctx.user)
    return json_response({})


# ---- factors


def list_factors(ctx: Context) -> Response:
    return json_response([views.factor(factor) for factor in ctx.user.factors])


def update_factor(ctx: Context) -> Response:
    params, factor = read_params(adminUserUpdateFactorParams, ctx.request.body), ctx.factor
    name = params.friendly_name or factor.friendly_name
    phone = validate_phone(params.phone) if params.phone and factor.factor_type == "phone" else ""
    if params.friendly_name or phone:
        factor.friendly_name, factor.phone = name, phone or factor.phone
        ctx.tx.save(factor)
    traits = {"user_id": ctx.user.id, "factor_id": factor.id, "factor_type": factor.factor_type}
    audit.record(ctx, "factor_updated", **traits)
    return json_response(views.factor(factor))


def delete_factor(ctx: Context) -> Response:
    traits = {"user_id": ctx.user.id, "factor_id": ctx.factor.id}
    audit.record(ctx, "factor_deleted", ctx.user, **traits)
    mfa.delete_factor(ctx, ctx.factor)
    return json_response(views.factor(ctx.factor))
