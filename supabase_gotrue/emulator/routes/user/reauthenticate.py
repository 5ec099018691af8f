"""Handler of `/reauthenticate`.

https://github.com/supabase/auth/blob/master/internal/api/reauthenticate.go
"""

from supabase_gotrue.emulator.services import audit, mailer
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire.errors import APIError, validation_failed
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.response import Response


def reauthenticate(ctx: Context) -> Response:
    user = ctx.user
    if not user.email and not user.phone:
        raise validation_failed(
            "Reauthentication requires the user to have an email or a phone number"
        )
    if user.email and not user.email_confirmed_at:
        raise APIError(422, "email_not_confirmed", "Please verify your email first.")
    if not user.email and not user.phone_confirmed_at:
        raise APIError(422, "phone_not_confirmed", "Please verify your phone first.")
    audit.record(ctx, audit.USER_REAUTHENTICATE_REQUESTED, user)
    if user.email:
        mailer.send_reauthentication(ctx, user)
    else:
        mailer.send_sms(ctx, user, user.phone or "", "reauthentication")
    return json_response({})
