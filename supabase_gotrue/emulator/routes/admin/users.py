"""Handlers of `/admin/users`: listing by pages or cursors, and creating users.

https://github.com/supabase/auth/blob/master/internal/api/admin.go
"""

import secrets
from typing import Final

from supabase_gotrue.emulator.go.uuids import parse_uuid
from supabase_gotrue.emulator.services import accounts, audit, lookup, passwords
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.database import Value
from supabase_gotrue.emulator.store.rows import NIL_UUID, Identity, User
from supabase_gotrue.emulator.wire import errors, pagination, views
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.errors import (
    APIError,
    database_errors,
    email_exists,
    validation_failed,
)
from supabase_gotrue.emulator.wire.pagination import Cursor, Page
from supabase_gotrue.emulator.wire.params import AdminUserParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import (
    parse_ban_duration,
    validate_email,
    validate_phone,
)
from supabase_gotrue.response import Response

_FILTER: Final = (
    " AND (pg_like(email, ?) OR pg_ilike(json_extract(user_metadata, '$.full_name'), ?))"
)


# ---- list


def list_users(ctx: Context) -> Response:
    """Respond with a page of users: by cursor if that is enabled and no page is asked for.

    https://github.com/supabase/auth/blob/master/internal/api/pagination.go
    """
    ascending = _sort_ascending(ctx)
    aud = ctx.audience
    filter_text = ctx.request.query_param("filter")
    where = "WHERE aud = ?" + (_FILTER if filter_text else "")
    values: tuple[Value, ...] = (aud, *([f"%{filter_text}%"] * 2 if filter_text else ()))
    has_page = ctx.request.query_param("page") or ctx.request.query_param("per_page")
    with database_errors("Database error finding users"):
        if ctx.settings.cursor_pagination and not has_page:
            return _list_by_cursor(ctx, where, values, ascending)
        return _list_by_page(ctx, where, values, ascending)


def _list_by_page(ctx: Context, where: str, values: tuple[Value, ...], ascending: bool) -> Response:
    page = Page.from_request(ctx.request)
    is_filtered = not where.endswith("aud = ?")
    count = "SELECT count(*) FROM users" if is_filtered else "SELECT users FROM totals"
    total = ctx.tx.scalar(f"{count} {where}", *values)
    headers = page.headers(ctx.request, total)
    # Read the index from the nearer end: the last page is then as fast as the first.
    remaining = max(total - page.offset, 0)
    limit = min(page.limit, remaining)
    from_end = page.offset > remaining - limit
    offset = remaining - limit if from_end else page.offset
    order = "ASC" if ascending != from_end else "DESC"
    selected = (
        f"SELECT seq FROM users {where} ORDER BY created_at {order}, seq {order} LIMIT ? OFFSET ?"
    )
    clause = f"WHERE seq IN ({selected}) ORDER BY created_at {order}, seq {order}"
    users = ctx.tx.all(User, clause, *values, limit, offset)
    return _users_response(values, users[::-1] if from_end else users, headers, {})


def _list_by_cursor(
    ctx: Context, where: str, values: tuple[Value, ...], ascending: bool
) -> Response:
    limit, cursor = pagination.limit_param(ctx.request), pagination.cursor_param(ctx.request)
    order, operator = ("ASC", ">") if ascending else ("DESC", "<")
    if cursor:
        where += f" AND (created_at, id) {operator} (?, ?)"
        values = (*values, cursor.created_at, cursor.id)
    clause = f"{where} ORDER BY created_at {order}, id {order} LIMIT ?"
    rows = ctx.tx.all(User, clause, *values, limit + 1)
    users, has_more = rows[:limit], len(rows) > limit
    next_cursor = Cursor(users[-1].created_at, users[-1].id) if has_more else None
    cursor_field = {"next_cursor": next_cursor.encode()} if next_cursor else {}
    headers = pagination.cursor_link(ctx.request, next_cursor) if next_cursor else {}
    return _users_response(
        values, users, headers, {"pagination": {**cursor_field, "has_more": has_more}}
    )


def _users_response(
    values: tuple[Value, ...], users: list[User], headers: dict[str, str], extra: dict[str, object]
) -> Response:
    user_views = [views.user(lookup.with_confirmed_at(user)) for user in users]
    return json_response({"users": user_views, "aud": values[0], **extra}, headers=headers)


def _sort_ascending(ctx: Context) -> bool:
    """Parse `sort`, which takes `created_at` only; the default is newest first."""
    ascending = False
    for index, text in enumerate(ctx.request.query.get("sort", [])):
        field, blank, direction = text.partition(" ")
        if field != "created_at":
            raise validation_failed(f"Bad Sort Parameters: bad field for sort '{field}'")
        if blank and direction.upper() not in ("ASC", "DESC"):
            raise validation_failed(
                f"Bad Sort Parameters: bad direction for sort '{direction}', "
                "only 'asc' and 'desc' allowed"
            )
        ascending = direction.upper() == "ASC" if not index else ascending
    return ascending


# ---- create


def create_user(ctx: Context) -> Response:
    params = read_params(AdminUserParams, ctx.request.body)
    user = _new_user(ctx, params)
    ban_duration = parse_ban_duration(params.ban_duration) if params.ban_duration else 0
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
    audit.record(ctx, audit.USER_SIGNEDUP, **audit.user_traits(user), provider=provider)
    accounts.save_user(
        ctx.tx,
        user,
        role=params.role.strip() if params.role else "authenticated",
        app_metadata=accounts.merge_metadata(app_metadata, params.app_metadata or {}),
    )
    accounts.confirm_addresses(ctx.tx, user, email=params.email_confirm, phone=params.phone_confirm)
    if ban_duration:
        accounts.ban_user(ctx.tx, user, ban_duration)


def _new_user(ctx: Context, params: AdminUserParams) -> User:
    aud = params.aud or ctx.audience
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
    if email and lookup.find_by_email_or_identity(ctx.tx, email, aud):
        raise email_exists()
    phone = validate_phone(params.phone) if params.phone else ""
    if phone and lookup.find_by_phone(ctx.tx, phone, aud):
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
