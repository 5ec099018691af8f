"""Handler of `GET /admin/users`: pages, cursors, filter and sort order.

https://github.com/supabase/auth/blob/master/internal/api/admin.go
"""

from supabase_gotrue.emulator import accounts, middleware, pagination, views
from supabase_gotrue.emulator.context import Context, json_response
from supabase_gotrue.emulator.database import Value, database_errors
from supabase_gotrue.emulator.errors import validation_failed
from supabase_gotrue.emulator.pagination import Cursor, Page
from supabase_gotrue.emulator.rows import User
from supabase_gotrue.response import Response

_FILTER = " AND (pg_like(email, ?) OR pg_ilike(json_extract(user_metadata, '$.full_name'), ?))"


def list_users(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/pagination.go"""
    ascending = _sort_ascending(ctx)
    aud = middleware.request_audience(ctx)
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
    user_views = [views.user(accounts.with_confirmed_at(user)) for user in users]
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
