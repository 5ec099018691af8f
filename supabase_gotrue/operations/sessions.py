"""Operations on sessions.

Source: https://github.com/supabase/auth/blob/master/internal/api/logout.go
"""

from typing import Final

from returns.result import Failure, Result, Success

from supabase_gotrue.error import Error
from supabase_gotrue.models.session import Session
from supabase_gotrue.operations import Operation
from supabase_gotrue.request import post
from supabase_gotrue.response import Exchange, no_content
from supabase_gotrue.schemas.arguments import Scope, combine, scope_argument
from supabase_gotrue.schemas.session import token_of

OTHER_SESSIONS_HINT: Final = "; other sessions of this user may still exist"


def sign_out(session: Session | str, scope: Scope) -> Result[Operation[None], Error]:
    return combine(_sign_out, token_of(session), scope_argument("scope", scope))


def _sign_out(token: str, scope: str) -> Operation[None]:
    def read(exchange: Exchange) -> Result[None, Error]:
        return no_content(exchange).lash(lambda error: _ended_is_success(scope, error))

    return Operation(post("/logout", query={"scope": scope}, token=token), read)


def _ended_is_success(scope: str, error: Error) -> Result[None, Error]:
    """GoTrue refuses to end a session that has ended, whatever the scope."""
    session_ended = error.error_code == "session_not_found"
    if error.error_code == "user_not_found" or (session_ended and scope == "local"):
        return Success(None)
    hint = OTHER_SESSIONS_HINT if session_ended else ""
    return Failure(error.with_message(error.message + hint))
