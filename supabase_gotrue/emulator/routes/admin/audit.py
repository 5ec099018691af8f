"""Handler of `/admin/audit`.

https://github.com/supabase/auth/blob/master/internal/api/audit.go
"""

from typing import Final

from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import AuditEntry
from supabase_gotrue.emulator.wire import views
from supabase_gotrue.emulator.wire.errors import APIError, database_errors
from supabase_gotrue.emulator.wire.pagination import Page
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.response import Response

# The payload keys that each scope of a query searches.
_QUERY_COLUMNS: Final = {
    "author": ("actor_username", "actor_name"),
    "action": ("action",),
    "type": ("log_type",),
}


def list_entries(ctx: Context) -> Response:
    page = Page.from_request(ctx.request)
    columns, value = _parse_query(ctx.request.query_param("query"))
    conditions = (f"pg_ilike(json_extract(payload, '$.{column}'), ?)" for column in columns)
    where = f"WHERE {' OR '.join(conditions)}" if columns and value else ""
    values = [f"%{value}%"] * len(columns) if where else []
    with database_errors("Error searching for audit logs"):
        total = ctx.tx.scalar(f"SELECT count(*) FROM audit_log {where}", *values)
        order = "ORDER BY created_at DESC, seq DESC LIMIT ? OFFSET ?"
        rows = ctx.tx.all(AuditEntry, f"{where} {order}", *values, page.limit, page.offset)
        headers = page.headers(ctx.request, total)
    return json_response([views.audit_entry(row) for row in rows], headers=headers)


def _parse_query(text: str) -> tuple[tuple[str, ...], str]:
    scope, colon, value = text.partition(":")
    if text and (scope not in _QUERY_COLUMNS or not colon):
        raise APIError(400, "validation_failed", f"Invalid query scope: {text}")
    return _QUERY_COLUMNS.get(scope, ()), value
