"""Handlers of `/admin/users/{user_id}/factors`.

https://github.com/supabase/auth/blob/master/internal/api/admin.go
"""

from supabase_gotrue.emulator.services import audit, sessions
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire import views
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.params import adminUserUpdateFactorParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import validate_phone
from supabase_gotrue.response import Response


def list_factors(ctx: Context) -> Response:
    return json_response([views.factor(factor) for factor in ctx.user.factors])


def update_factor(ctx: Context) -> Response:
    params, factor = read_params(adminUserUpdateFactorParams, ctx.request.body), ctx.factor
    name = params.friendly_name or factor.friendly_name
    phone = validate_phone(params.phone) if params.phone and factor.factor_type == "phone" else ""
    if params.friendly_name or phone:
        factor.friendly_name, factor.phone = name, phone or factor.phone
        ctx.tx.save(factor)
    traits = {"user_id": ctx.user.id, "factor_id": factor.id, "factor_type": factor.factor_type}
    audit.record(ctx, audit.FACTOR_UPDATED, **traits)
    return json_response(views.factor(factor))


def delete_factor(ctx: Context) -> Response:
    traits = {"user_id": ctx.user.id, "factor_id": ctx.factor.id}
    audit.record(ctx, audit.FACTOR_DELETED, ctx.user, **traits)
    sessions.delete_factor(ctx, ctx.factor)
    return json_response(views.factor(ctx.factor))
