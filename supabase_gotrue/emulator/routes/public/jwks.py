"""Handler of `/.well-known/jwks.json`.

https://github.com/supabase/auth/blob/master/internal/api/jwks.go
"""

from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.response import Response


def get_jwks(_ctx: Context) -> Response:
    """Return no keys: tokens are signed with a secret, which no server shows."""
    return json_response({"keys": []}, headers={"cache-control": "public, max-age=600"})
