"""Who is signed in: `Session`, and what an access token says of its owner.

What may live here: the Struct, its parsing, and the claims of a token that anybody may read.
Nothing here verifies a signature: the server does.
"""

import binascii
import re
import time
from collections.abc import Callable, Mapping
from typing import Final, cast

import msgspec
from msgspec.structs import replace
from returns.result import Failure, Result, Success

from supabase_gotrue.error import BLANK, INVALID, Error, validation_error
from supabase_gotrue.json_types import is_a
from supabase_gotrue.payload import read
from supabase_gotrue.redaction import Masked
from supabase_gotrue.schemas.cast import WRONG, absent, text
from supabase_gotrue.user import User, loaded

VISIBLE_ASCII: Final = r"[!-~]+"


class Session(Masked, frozen=True, kw_only=True):
    """A session as the server hands it out; `Session(access_token="...")` is one too.

    Args:
        access_token: the JWT.
        refresh_token: for the next one.
        expires_in: seconds from its issue.
        expires_at: Unix seconds.
        token_type: `bearer`.
        provider_token, provider_refresh_token: of an OAuth provider.
        user: who is signed in.

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
        """Read a session from JSON, or from what JSON decodes to.

        Args:
            payload: what a sign-in answers.
            now: the clock by which a missing `expires_at` is filled in, in Unix seconds.

        Returns:
            The session, or an Error with code `validation` that names each wrong field.

        >>> session = Session.parse({"access_token": "a.b.c", "expires_in": 60}, now=lambda: 0)
        >>> session.unwrap().expires_at
        60
        """
        return (
            read(_SESSION, payload)
            .bind(_with_token)
            .map(_with_identities)
            .bind(lambda session: _with_end(session, now))
        )

    def to_dict(self) -> dict[str, object]:
        """The server's names and JSON's types, tokens included."""
        return cast("dict[str, object]", msgspec.to_builtins(self))


_SESSION: Final = msgspec.json.Decoder(Session)


def access_token(session: object) -> Result[str, Error]:
    """The token by which a session, or the token itself, authorises a call."""
    token = session.access_token if is_a(session, Session) else session
    if absent(token):
        return Failure(validation_error({"session": (BLANK,)}))
    if is_a(token, str) and re.fullmatch(VISIBLE_ASCII, token):
        return Success(str.__str__(token))
    return Failure(validation_error({"session": (INVALID,)}))


def owned(session: object, user_id: str, token: str) -> Result[str, Error]:
    """The token of a session that is not known to be another user's.

    >>> stranger = User.parse({"id": "2", "aud": "", "created_at": "2026-01-01T00:00:00Z"})
    >>> owned(Session(access_token="a.b.c", user=stranger.unwrap()), "1", "a.b.c")
    <Failure: session belongs to another user (validation)>
    """
    if {_bare(user_id)}.issuperset(map(_bare, _owners(session, token))):
        return Success(token)
    return Failure(validation_error({"session": ("belongs to another user",)}))


def _owners(session: object, token: str) -> list[object]:
    """Who the session says that its user is, and who the server will take it for."""
    user: object = session.user if is_a(session, Session) else None
    said = (user.id if is_a(user, User) else user, _subject(token))
    return [owner for owner in said if owner is not None]


def _bare(user_id: object) -> object:
    """One spelling of a UUID, of the many that the server reads."""
    plain = text(user_id)
    return plain.lower().replace("-", "") if isinstance(plain, str) else WRONG


def _subject(token: str) -> str | None:
    claims = token.split(".")[1:2]
    try:
        padded = "".join(claims).translate(_URLSAFE) + "=="
        return _CLAIMS.decode(binascii.a2b_base64(padded)).sub
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
        return None


class _Claims(msgspec.Struct, frozen=True):
    sub: str | None = None


_CLAIMS: Final = msgspec.json.Decoder(_Claims)
_URLSAFE: Final = str.maketrans("-_", "+/")


def _with_token(session: Session) -> Result[Session, Error]:
    missing = validation_error({"access_token": (BLANK,)})
    return Success(session) if session.access_token.strip() else Failure(missing)


def _with_end(session: Session, now: Callable[[], float]) -> Result[Session, Error]:
    if session.expires_at is not None or session.expires_in is None:
        return Success(session)
    try:
        return Success(replace(session, expires_at=int(now()) + session.expires_in))
    except Exception:  # a clock of the caller's own
        return Failure(validation_error({"now": (INVALID,)}))


def _with_identities(session: Session) -> Session:
    return session if session.user is None else replace(session, user=loaded(session.user))
