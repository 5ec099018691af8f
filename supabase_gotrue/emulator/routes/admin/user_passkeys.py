"""The routes under `/admin/users/{user_id}/passkeys`.

https://github.com/supabase/auth/blob/master/internal/api/passkey_admin.go
"""

from supabase_gotrue.emulator.go.uuids import parse_uuid
from supabase_gotrue.emulator.services import audit
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import Passkey
from supabase_gotrue.emulator.wire import views
from supabase_gotrue.emulator.wire.errors import APIError
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.response import Response


def list_passkeys(ctx: Context) -> Response:
    rows = ctx.tx.all(Passkey, "WHERE user_id = ? ORDER BY created_at, seq", ctx.user.id)
    return json_response([views.passkey(row) for row in rows])


def delete_passkey(ctx: Context) -> Response:
    passkey_id = parse_uuid(ctx.path_params["passkey_id"]) or ""
    row = ctx.tx.first(Passkey, "WHERE id = ? AND user_id = ?", passkey_id, ctx.user.id)
    if row is None:
        raise APIError(404, "validation_failed", "Passkey not found")
    ctx.tx.execute("DELETE FROM webauthn_credentials WHERE id = ?", row.id)
    audit.record(ctx, audit.PASSKEY_DELETED, user_id=ctx.user.id, passkey_id=row.id)
    return Response(204, {}, b"")
