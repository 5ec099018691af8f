"""The routes under `/admin/users`: users and their factors.

What may live here: one handler for each of these routes but the list.

https://github.com/supabase/auth/blob/master/internal/api/admin.go
"""

import secrets

from supabase_gotrue.emulator import accounts, audit, checks, faults, guards, mfa, passwords, views
from supabase_gotrue.emulator.bodies import (
    MAX_BYTES,
    AdminUserParams,
    adminUserDeleteParams,
    adminUserUpdateFactorParams,
    read,
)
from supabase_gotrue.emulator.checks import invalid
from supabase_gotrue.emulator.context import Context, ok
from supabase_gotrue.emulator.database import Duplicate
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.rows import NO_UUID, Identity, User
from supabase_gotrue.emulator.uuids import parse_uuid
from supabase_gotrue.response import Response

EMAIL_TAKEN = "A user with this email address has already been registered"


def get_user(ctx: Context) -> Response:
    return ok(views.user(ctx.user))


# ---- creating


def create_user(ctx: Context) -> Response:
    params = read(AdminUserParams, ctx.call.body)
    user = _new_user(ctx, params)
    duration = checks.duration(params.ban_duration) if params.ban_duration else 0
    app_metadata = user.app_metadata
    try:
        ctx.tx.add(user)
    except Duplicate as duplicate:
        raise faults.failed("Database error creating new user", duplicate.taken) from None
    user.identities = _first_identities(ctx, user)
    provider = views.metadata(app_metadata)["provider"]
    audit.record(ctx, "user_signedup", **audit.about(user), provider=provider)
    accounts.save(
        ctx.tx,
        user,
        role=params.role.strip() if params.role else "authenticated",
        app_metadata=accounts.merge(app_metadata, params.app_metadata or {}),
    )
    _confirm(ctx, user, params)
    if duration:
        accounts.ban(ctx.tx, user, duration)
    if params.password_hash and params.user_metadata is None and not params.email_confirm:
        user.user_metadata = "null"  # in this one answer
    return ok(views.user(user))


def _new_user(ctx: Context, params: AdminUserParams) -> User:
    aud = params.aud or guards.audience(ctx)
    email, phone = _free_addresses(ctx, params, aud)
    if params.password is not None and params.password_hash:
        raise invalid("Only a password or a password hash should be provided")
    if params.password_hash and not passwords.is_hash(params.password_hash):
        raise faults.failed("Error creating user")
    password = "" if params.password_hash else params.password or secrets.token_urlsafe(48)
    user = accounts.new_user(
        aud, email=email, phone=phone, password=password, data=params.user_metadata
    )
    user.password = params.password_hash or user.password
    user.id = _own_id(params.id) or user.id
    given = {"email": email, "phone": phone}
    names = [name for name, address in given.items() if address]
    user.app_metadata = accounts.merge("{}", {"provider": names[0], "providers": names})
    return user


def _free_addresses(ctx: Context, params: AdminUserParams, aud: str) -> tuple[str, str]:
    if not params.email and not params.phone:
        raise invalid("Cannot create a user without either an email or phone")
    email = checks.email(params.email) if params.email else ""
    if email and accounts.with_email(ctx.tx, email, aud):
        raise Refusal(422, "email_exists", EMAIL_TAKEN)
    phone = checks.phone(params.phone) if params.phone else ""
    if phone and accounts.by_phone(ctx.tx, phone, aud):
        raise Refusal(422, "phone_exists", "Phone number already registered by another user")
    return email, phone


def _own_id(text: str) -> str | None:
    user_id = parse_uuid(text)
    if text and user_id is None:
        raise invalid("ID must conform to the uuid v4 format")
    if user_id == NO_UUID:
        raise invalid("ID cannot be a nil uuid")
    return user_id


def _first_identities(ctx: Context, user: User) -> list[Identity]:
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


# ---- updating


def update_user(ctx: Context) -> Response:
    params, user = read(AdminUserParams, ctx.call.body), ctx.user
    email = checks.email(params.email) if params.email else ""
    phone = checks.phone(params.phone) if params.phone else ""
    duration = checks.duration(params.ban_duration) if params.ban_duration else None
    if params.password is not None:
        checks.strong(ctx.settings, params.password)
    try:
        if params.role:
            accounts.save(ctx.tx, user, role=params.role.strip())
        _confirm(ctx, user, params)
        if params.password is not None:
            accounts.set_password(ctx.tx, user, params.password)
        _change_address(ctx, user, "email", email, params.email_confirm)
        _change_address(ctx, user, "phone", phone, params.phone_confirm)
    except Duplicate as duplicate:
        raise faults.failed("Error updating user", duplicate.taken) from None
    _change_metadata(ctx, user, params)
    if duration is not None:
        accounts.ban(ctx.tx, user, duration)
    audit.record(ctx, "user_modified", **audit.about(user))
    return ok(views.user(user))


def _change_address(ctx: Context, user: User, kind: str, value: str, verified: bool) -> None:
    """The user's address and that of its identity; the answer shows the identity of before."""
    if not value:
        return
    claims = {kind: value, f"{kind}_verified": verified}
    identity = accounts.identity_of(ctx.tx, user, kind)
    if identity is None:
        added = accounts.add_identity(ctx.tx, user, kind, claims)
        user.identities = [*(user.identities or []), added]
    else:
        accounts.update_identity(ctx.tx, identity, claims)
    still_anonymous = 0 if verified else user.is_anonymous
    accounts.save(ctx.tx, user, **{kind: value, "is_anonymous": still_anonymous})


def _change_metadata(ctx: Context, user: User, params: AdminUserParams) -> None:
    given = {"app_metadata": params.app_metadata, "user_metadata": params.user_metadata}
    for name, updates in given.items():
        if updates is not None:
            merged = accounts.merge(getattr(user, name), updates)
            accounts.save(ctx.tx, user, **{name: merged})


# ---- deleting


def delete_user(ctx: Context) -> Response:
    body = ctx.call.body or b""
    readable = 0 < len(body) <= MAX_BYTES
    params = read(adminUserDeleteParams, body) if readable else adminUserDeleteParams()
    audit.record(ctx, "user_deleted", **audit.about(ctx.user))
    if not params.should_soft_delete:
        ctx.tx.run("DELETE FROM users WHERE id = ?", ctx.user.id)
    elif ctx.user.deleted_at is None:
        accounts.soft_delete(ctx.tx, ctx.user)
    return ok({})


# ---- factors


def list_factors(ctx: Context) -> Response:
    return ok([views.factor(factor) for factor in ctx.user.factors])


def update_factor(ctx: Context) -> Response:
    params, factor = read(adminUserUpdateFactorParams, ctx.call.body), ctx.factor
    renamed = params.friendly_name or factor.friendly_name
    phone = checks.phone(params.phone) if params.phone and factor.factor_type == "phone" else ""
    if params.friendly_name or phone:
        factor.friendly_name, factor.phone = renamed, phone or factor.phone
        ctx.tx.save(factor)
    about = {"user_id": ctx.user.id, "factor_id": factor.id, "factor_type": factor.factor_type}
    audit.record(ctx, "factor_updated", **about)
    return ok(views.factor(factor))


def delete_factor(ctx: Context) -> Response:
    about = {"user_id": ctx.user.id, "factor_id": ctx.factor.id}
    audit.record(ctx, "factor_deleted", ctx.user, **about)
    mfa.remove(ctx, ctx.factor)
    return ok(views.factor(ctx.factor))
