"""Handler of `/invite`.

https://github.com/supabase/auth/blob/master/internal/api/invite.go
"""

from supabase_gotrue.emulator.services import accounts, audit, lookup, mailer
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire import views
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.params import InviteParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import validate_email
from supabase_gotrue.response import Response


def invite(ctx: Context) -> Response:
    params = read_params(InviteParams, ctx.request.body)
    email = validate_email(params.email)
    user = lookup.find_by_email(ctx.tx, email, ctx.audience)
    user = accounts.unconfirmed_user(ctx.tx, user, ctx.audience, email, params.data)
    audit.record(ctx, audit.USER_INVITED, **audit.user_traits(user, phone=False))
    mailer.send_invitation(ctx, user)
    return json_response(views.user(user))
