"""`Session`, the tokens of a signed-in user."""

import time
from collections.abc import Callable, Mapping

from msgspec.structs import replace
from returns.result import Failure, Result, Success

from supabase_gotrue.error import BLANK, INVALID, Error, validation_error
from supabase_gotrue.models.base import ServerStruct, decode_payload, decoder_of
from supabase_gotrue.models.user import User, with_empty_lists


class Session(ServerStruct, frozen=True, kw_only=True):
    """A session as the server returns it; `Session(access_token="...")` is valid, too.

    The repr hides the tokens.

    Args:
        access_token: The JWT.
        refresh_token: Exchanged for a new session.
        expires_in: Seconds from the time of issue.
        expires_at: Unix time in seconds.
        token_type: `bearer`.
        provider_token, provider_refresh_token: Tokens of an OAuth provider.
        user: The signed-in user.

    https://github.com/supabase/auth/blob/master/internal/tokens/service.go
    """

    access_token: str
    refresh_token: str | None = None
    expires_in: int | None = None
    expires_at: int | None = None
    token_type: str = "bearer"
    provider_token: str | None = None
    provider_refresh_token: str | None = None
    user: User | None = None

    @classmethod
    def parse(
        cls,
        payload: Mapping[str, object] | bytes,
        *,
        now: Callable[[], float] = time.time,
    ) -> Result["Session", Error]:
        """Parse a session from JSON text or decoded JSON.

        Args:
            payload: The response to a sign-in.
            now: The clock for an absent `expires_at`, in Unix seconds.

        Returns:
            The session, or an Error with code `validation` that names each invalid field.

        >>> session = Session.parse({"access_token": "a.b.c", "expires_in": 60}, now=lambda: 0)
        >>> session.unwrap().expires_at
        60
        """
        return (
            decode_payload(decoder_of(cls), payload)
            .bind(_require_token)
            .map(_with_user_lists)
            .bind(lambda session: _with_expires_at(session, now))
        )


def _require_token(session: Session) -> Result[Session, Error]:
    blank = validation_error({"access_token": (BLANK,)})
    return Success(session) if session.access_token.strip() else Failure(blank)


def _with_user_lists(session: Session) -> Session:
    user = session.user
    return session if user is None else replace(session, user=with_empty_lists(user))


def _with_expires_at(session: Session, now: Callable[[], float]) -> Result[Session, Error]:
    if session.expires_at is not None or session.expires_in is None:
        return Success(session)
    try:
        return Success(replace(session, expires_at=int(now()) + session.expires_in))
    except Exception:  # the caller's clock may raise anything
        return Failure(validation_error({"now": (INVALID,)}))
