"""The routes under `/admin/users/{user_id}/passkeys`.

https://github.com/supabase/auth/blob/master/internal/api/passkey_admin.go
"""

from supabase_gotrue.emulator import audit
from supabase_gotrue.emulator.clock import format_time
from supabase_gotrue.emulator.context import Context, json_response
from supabase_gotrue.emulator.errors import APIError
from supabase_gotrue.emulator.rows import Passkey, new_id
from supabase_gotrue.emulator.uuids import parse_uuid
from supabase_gotrue.response import Response


def list_passkeys(ctx: Context) -> Response:
    rows = ctx.tx.all(Passkey, "WHERE user_id = ? ORDER BY created_at, seq", ctx.user.id)
    return json_response([_view(row) for row in rows])


def delete_passkey(ctx: Context) -> Response:
    passkey_id = parse_uuid(ctx.path_params["passkey_id"]) or ""
    row = ctx.tx.first(Passkey, "WHERE id = ? AND user_id = ?", passkey_id, ctx.user.id)
    if row is None:
        raise APIError(404, "validation_failed", "Passkey not found")
    ctx.tx.execute("DELETE FROM webauthn_credentials WHERE id = ?", row.id)
    audit.record(ctx, "passkey_deleted", user_id=ctx.user.id, passkey_id=row.id)
    return Response(204, {}, b"")


def add(ctx: Context, friendly_name: str, last_used_at: int | None) -> dict[str, object]:
    """Give the user of the context a passkey: no route does, a browser has to take part."""
    row = Passkey(new_id(), ctx.user.id, friendly_name, last_used_at)
    ctx.tx.add(row)
    return _view(row)


def _view(row: Passkey) -> dict[str, object]:
    used = row.last_used_at
    return {
        "id": row.id,
        **({"friendly_name": row.friendly_name} if row.friendly_name else {}),
        "created_at": format_time(row.created_at),
        **({} if used is None else {"last_used_at": format_time(used)}),
    }
