"""Handler of `/magiclink`.

https://github.com/supabase/auth/blob/master/internal/api/magic_link.go
"""

from supabase_gotrue.emulator.services import magic_links
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire.errors import APIError
from supabase_gotrue.response import Response


def magic_link(ctx: Context) -> Response | APIError:
    return magic_links.send_magic_link(ctx)
