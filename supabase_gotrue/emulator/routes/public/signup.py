"""Handler of `/signup`.

https://github.com/supabase/auth/blob/master/internal/api/signup.go
"""

from supabase_gotrue.emulator.services import accounts, sessions
from supabase_gotrue.emulator.services import signup as signup_service
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.errors import APIError
from supabase_gotrue.emulator.wire.params import SignupParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.response import Response


def signup(ctx: Context) -> Response | APIError:
    params = read_params(SignupParams, ctx.request.body)
    if params.email or params.phone:
        return signup_service.sign_up(ctx, params)
    if not ctx.settings.anonymous_users:
        message = "Anonymous sign-ins are disabled"
        raise APIError(422, "anonymous_provider_disabled", message)
    signup_service.require_signup_enabled(ctx)
    user = accounts.new_user(ctx.audience, data=params.data)
    user.is_anonymous = 1
    accounts.insert_user(ctx.tx, user, "Database error creating anonymous user")
    return json_response(sessions.issue_session(ctx, user, "anonymous"))
