"""Handler of `/logout`.

https://github.com/supabase/auth/blob/master/internal/api/logout.go
"""

from supabase_gotrue.emulator.services import accounts, audit
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire.errors import validation_failed
from supabase_gotrue.response import Response


def logout(ctx: Context) -> Response:
    scope = ctx.request.query_param("scope") or "global"
    if scope not in ("global", "local", "others"):
        raise validation_failed(f'Unsupported logout scope "{scope}"')
    audit.record(ctx, audit.LOGOUT, ctx.user)
    if ctx.session and scope == "local":
        ctx.tx.execute("DELETE FROM sessions WHERE id = ?", ctx.session.id)
    else:
        kept = ctx.session.id if ctx.session and scope == "others" else None
        accounts.delete_sessions(ctx.tx, ctx.user, kept)
    return Response(204, {}, b"")
