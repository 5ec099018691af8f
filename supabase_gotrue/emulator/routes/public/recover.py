"""Handler of `/recover`.

https://github.com/supabase/auth/blob/master/internal/api/recover.go
"""

from supabase_gotrue.emulator.services import audit, lookup, mailer, pkce
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.errors import validation_failed
from supabase_gotrue.emulator.wire.params import RecoverParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import validate_email
from supabase_gotrue.response import Response


def recover(ctx: Context) -> Response:
    params = read_params(RecoverParams, ctx.request.body)
    if not params.email:
        raise validation_failed("Password recovery requires an email")
    email = validate_email(params.email)
    pkce.validate_pkce_params(params)
    user = lookup.find_by_email(ctx.tx, email, ctx.audience)
    if user is not None:
        prefix = pkce.start_flow(ctx, user, params, "recovery")
        audit.record(ctx, audit.USER_RECOVERY_REQUESTED, user)
        mailer.send_recovery(ctx, user, "recovery", prefix)
    return json_response({})
