"""The audit log: what is written into it, and reading it.

What may live here: the actions with their kinds, writing an entry, and the route that
lists them.

https://github.com/supabase/auth/blob/master/internal/models/audit_log_entry.go
"""

from typing import Final

from supabase_gotrue.emulator import gojson, views
from supabase_gotrue.emulator.context import Context, ok
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.pages import Page
from supabase_gotrue.emulator.rows import NO_UUID, AuditEntry, User, new_id
from supabase_gotrue.response import Response

_KINDS: Final = {
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
}
# Of these the server notes whence they came.
_TRACED: Final = frozenset(
    {
        "identity_unlinked",
        "factor_in_progress",
        "factor_unenrolled",
        "factor_deleted",
        "challenge_created",
        "verification_attempted",
    }
)
LOOPBACK: Final = "127.0.0.1"
# Which keys of the payload a query looks at.
_SCOPES: Final = {
    "author": ("actor_username", "actor_name"),
    "action": ("action",),
    "type": ("log_type",),
}


def record(ctx: Context, action: str, actor: User | None = None, /, **traits: object) -> None:
    """Write what an actor did; without an actor it was the administrator."""
    who = actor or _administrator(ctx)
    name = views.metadata(who.user_metadata).get("full_name")
    payload = {
        "action": action,
        "actor_id": who.id,
        "actor_username": who.phone or who.email or "",
        "actor_via_sso": False,
        "log_type": _KINDS[action],
        **({} if name is None else {"actor_name": name}),
        **({"traits": traits} if traits else {}),
    }
    ip_address = LOOPBACK if action in _TRACED else ""
    ctx.tx.add(AuditEntry(new_id(), gojson.canonical(payload), ip_address))


def _administrator(ctx: Context) -> User:
    role = str(ctx.claims.get("role", ""))
    return User(NO_UUID, "", email=role, role=role)


def about(user: User, *, phone: bool = True) -> dict[str, object]:
    """The traits of an entry about a user."""
    known: dict[str, object] = {"user_id": user.id, "user_email": user.email or ""}
    return known | ({"user_phone": user.phone or ""} if phone else {})


def list_entries(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/audit.go"""
    page = Page.of(ctx.call)
    columns, value = _query(ctx.call.param("query"))
    tests = (f"pg_ilike(json_extract(payload, '$.{column}'), ?)" for column in columns)
    where = f"WHERE {' OR '.join(tests)}" if columns and value else ""
    values = [f"%{value}%"] * len(columns) if where else []
    total = ctx.tx.number(f"SELECT count(*) FROM audit_log {where}", *values)
    order = "ORDER BY created_at DESC, seq DESC LIMIT ? OFFSET ?"
    rows = ctx.tx.all(AuditEntry, f"{where} {order}", *values, page.limit, page.offset)
    headers = page.headers(ctx.call, total)
    return ok([views.audit_entry(row) for row in rows], **headers)


def _query(text: str) -> tuple[tuple[str, ...], str]:
    scope, colon, value = text.partition(":")
    if text and (scope not in _SCOPES or not colon):
        raise Refusal(400, "validation_failed", f"Invalid query scope: {text}")
    return _SCOPES.get(scope, ()), value
