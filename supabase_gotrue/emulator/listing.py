"""The route `GET /admin/users`: pages by number and by cursor, filters and the order.

What may live here: the queries of the list. They read an index from the nearer end, so
that the last page of many users costs what the first does.

https://github.com/supabase/auth/blob/master/internal/api/admin.go
"""

from supabase_gotrue.emulator import accounts, guards, pages, views
from supabase_gotrue.emulator.checks import invalid
from supabase_gotrue.emulator.context import Context, ok
from supabase_gotrue.emulator.database import Value
from supabase_gotrue.emulator.pages import Cursor, Page
from supabase_gotrue.emulator.rows import User
from supabase_gotrue.response import Response

_FILTER = " AND (pg_like(email, ?) OR pg_ilike(json_extract(user_metadata, '$.full_name'), ?))"


def list_users(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/pagination.go"""
    ascending = _ascending(ctx)
    aud = guards.audience(ctx)
    wanted = ctx.call.param("filter")
    where = "WHERE aud = ?" + (_FILTER if wanted else "")
    values: tuple[Value, ...] = (aud, *([f"%{wanted}%"] * 2 if wanted else ()))
    numbered = ctx.call.param("page") or ctx.call.param("per_page")
    if ctx.settings.cursor_pagination and not numbered:
        return _by_cursor(ctx, where, values, ascending)
    return _by_number(ctx, where, values, ascending)


def _by_number(ctx: Context, where: str, values: tuple[Value, ...], ascending: bool) -> Response:
    page = Page.of(ctx.call)
    counted = (
        "SELECT users FROM totals" if where.endswith("aud = ?") else "SELECT count(*) FROM users"
    )
    total = ctx.tx.number(f"{counted} {where}", *values)
    headers = page.headers(ctx.call, total)
    left = max(total - page.offset, 0)
    limit = min(page.limit, left)
    backwards = page.offset > left - limit
    offset = left - limit if backwards else page.offset
    order = "ASC" if ascending != backwards else "DESC"
    picked = (
        f"SELECT seq FROM users {where} ORDER BY created_at {order}, seq {order} LIMIT ? OFFSET ?"
    )
    rest = f"WHERE seq IN ({picked}) ORDER BY created_at {order}, seq {order}"
    users = ctx.tx.all(User, rest, *values, limit, offset)
    return _answer(values, users[::-1] if backwards else users, headers, {})


def _by_cursor(ctx: Context, where: str, values: tuple[Value, ...], ascending: bool) -> Response:
    limit, cursor = pages.limit(ctx.call), pages.after(ctx.call)
    order, beyond = ("ASC", ">") if ascending else ("DESC", "<")
    if cursor:
        where += f" AND (created_at, id) {beyond} (?, ?)"
        values = (*values, cursor.created_at, cursor.id)
    rest = f"{where} ORDER BY created_at {order}, id {order} LIMIT ?"
    found = ctx.tx.all(User, rest, *values, limit + 1)
    users, more = found[:limit], len(found) > limit
    following = Cursor(users[-1].created_at, users[-1].id) if more else None
    named = {"next_cursor": following.encode()} if following else {}
    headers = pages.cursor_link(ctx.call, following) if following else {}
    return _answer(values, users, headers, {"pagination": {**named, "has_more": more}})


def _answer(
    values: tuple[Value, ...], users: list[User], headers: dict[str, str], rest: dict[str, object]
) -> Response:
    shown = [views.user(accounts.confirmed(user)) for user in users]
    return ok({"users": shown, "aud": values[0], **rest}, **headers)


def _ascending(ctx: Context) -> bool:
    """The order that was asked for: `created_at`, newest first unless told otherwise."""
    ascending = False
    for index, text in enumerate(ctx.call.query.get("sort", [])):
        field, blank, direction = text.partition(" ")
        if field != "created_at":
            raise invalid(f"Bad Sort Parameters: bad field for sort '{field}'")
        if blank and direction.upper() not in ("ASC", "DESC"):
            raise invalid(
                f"Bad Sort Parameters: bad direction for sort '{direction}', "
                "only 'asc' and 'desc' allowed"
            )
        ascending = direction.upper() == "ASC" if not index else ascending
    return ascending
