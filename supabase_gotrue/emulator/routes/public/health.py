"""Handler of `/health`.

https://github.com/supabase/auth/blob/master/internal/api/health.go
"""

from typing import Final

from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.response import Response

_HEALTH: Final = {
    "version": "emulator",
    "name": "GoTrue",
    "description": "GoTrue is a user registration and authentication API",
}


def get_health(_ctx: Context) -> Response:
    return json_response(_HEALTH)
