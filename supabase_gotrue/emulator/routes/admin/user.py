"""Handlers of `/admin/users/{user_id}`.

https://github.com/supabase/auth/blob/master/internal/api/admin.go
"""

from supabase_gotrue.emulator.services import accounts, audit, lookup
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import User
from supabase_gotrue.emulator.wire import views
from supabase_gotrue.emulator.wire.decoding import MAX_BYTES, read_params
from supabase_gotrue.emulator.wire.errors import database_errors
from supabase_gotrue.emulator.wire.params import AdminUserParams, adminUserDeleteParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import (
    check_password_strength,
    parse_ban_duration,
    validate_email,
    validate_phone,
)
from supabase_gotrue.response import Response


def get_user(ctx: Context) -> Response:
    return json_response(views.user(ctx.user))


def update_user(ctx: Context) -> Response:
    params, user = read_params(AdminUserParams, ctx.request.body), ctx.user
    email = validate_email(params.email) if params.email else ""
    phone = validate_phone(params.phone) if params.phone else ""
    ban_duration = parse_ban_duration(params.ban_duration) if params.ban_duration else None
    if params.password is not None:
        check_password_strength(ctx.settings, params.password)
    with database_errors("Error updating user"):
        if params.role:
            accounts.save_user(ctx.tx, user, role=params.role.strip())
        accounts.confirm_addresses(
            ctx.tx, user, email=params.email_confirm, phone=params.phone_confirm
        )
        if params.password is not None:
            accounts.set_password(ctx.tx, user, params.password)
        _change_address(ctx, user, "email", email, params.email_confirm)
        _change_address(ctx, user, "phone", phone, params.phone_confirm)
        _change_metadata(ctx, user, params)
    if ban_duration is not None:
        accounts.ban_user(ctx.tx, user, ban_duration)
    audit.record(ctx, audit.USER_MODIFIED, **audit.user_traits(user))
    return json_response(views.user(user))


def _change_address(ctx: Context, user: User, kind: str, value: str, verified: bool) -> None:
    """Change an address of the user and of its identity; the response shows the old identity."""
    if not value:
        return
    claims = {kind: value, f"{kind}_verified": verified}
    identity = lookup.find_identity(ctx.tx, user, kind)
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


def delete_user(ctx: Context) -> Response:
    body = ctx.request.body or b""
    has_params = 0 < len(body) <= MAX_BYTES
    params = read_params(adminUserDeleteParams, body) if has_params else adminUserDeleteParams()
    audit.record(ctx, audit.USER_DELETED, **audit.user_traits(ctx.user))
    if not params.should_soft_delete:
        ctx.tx.execute("DELETE FROM users WHERE id = ?", ctx.user.id)
    elif ctx.user.deleted_at is None:
        accounts.soft_delete_user(ctx.tx, ctx.user)
    return json_response({})
