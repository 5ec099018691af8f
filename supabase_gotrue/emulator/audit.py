"""The audit log: recording entries, and the handler of `/admin/audit`.

https://github.com/supabase/auth/blob/master/internal/models/audit_log_entry.go
"""

from typing import Final

from supabase_gotrue.emulator import gojson, views
from supabase_gotrue.emulator.context import Context, json_response
from supabase_gotrue.emulator.database import database_errors
from supabase_gotrue.emulator.errors import APIError
from supabase_gotrue.emulator.pagination import Page
from supabase_gotrue.emulator.rows import NIL_UUID, AuditEntry, User, new_id
from supabase_gotrue.response import Response

_LOG_TYPES: Final = {
    "login": "account",
    "logout": "account",
    "user_signedup": "team",
    "user_invited": "team",
    "user_deleted": "team",
    "token_revoked": "token",
    "token_refreshed": "token",
    "user_modified": "user",
    "user_recovery_requested": "user",
    "user_reauthenticate_requested": "user",
    "user_confirmation_requested": "user",
    "user_repeated_signup": "user",
    "user_updated_password": "user",
    "identity_unlinked": "user",
    "factor_in_progress": "factor",
    "factor_unenrolled": "factor",
    "challenge_created": "factor",
    "verification_attempted": "factor",
    "factor_deleted": "factor",
    "factor_updated": "factor",
    "passkey_deleted": "user",
}
# The real server records the IP address for these actions only.
_WITH_IP_ADDRESS: Final = frozenset(
    {
        "identity_unlinked",
        "factor_in_progress",
        "factor_unenrolled",
        "factor_deleted",
        "challenge_created",
        "verification_attempted",
        "passkey_deleted",
    }
)
LOOPBACK: Final = "127.0.0.1"
# The payload keys that each scope of a query searches.
_QUERY_COLUMNS: Final = {
    "author": ("actor_username", "actor_name"),
    "action": ("action",),
    "type": ("log_type",),
}


def record(ctx: Context, action: str, actor: User | None = None, /, **traits: object) -> None:
    """Insert an entry; the actor defaults to the administrator of the request."""
    actor = actor or _admin_actor(ctx)
    name = views.decode_metadata(actor.user_metadata).get("full_name")
    payload = {
        "action": action,
        "actor_id": actor.id,
        "actor_username": actor.phone or actor.email or "",
        "actor_via_sso": False,
        "log_type": _LOG_TYPES[action],
        **({} if name is None else {"actor_name": name}),
        **({"traits": traits} if traits else {}),
    }
    ip_address = LOOPBACK if action in _WITH_IP_ADDRESS else ""
    ctx.tx.add(AuditEntry(new_id(), gojson.canonical(payload), ip_address))


def _admin_actor(ctx: Context) -> User:
    role = str(ctx.claims.get("role", ""))
    return User(NIL_UUID, "", email=role, role=role)


def user_traits(user: User, *, phone: bool = True) -> dict[str, object]:
    """Return the traits that describe a user."""
    traits: dict[str, object] = {"user_id": user.id, "user_email": user.email or ""}
    return traits | ({"user_phone": user.phone or ""} if phone else {})


def list_entries(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/audit.go"""
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
