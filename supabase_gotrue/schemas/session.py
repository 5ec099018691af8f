"""Checks of the `session` argument: its token, and whose session it is."""

import re
from typing import Final

from returns.result import Failure, Result, Success

from supabase_gotrue.error import Error, validation_error
from supabase_gotrue.json_types import has_type
from supabase_gotrue.models.session import Session
from supabase_gotrue.models.user import User
from supabase_gotrue.request import jwt_claims
from supabase_gotrue.schemas.arguments import check_argument
from supabase_gotrue.schemas.cast import INVALID_VALUE, cast_id, cast_str

_VISIBLE_ASCII: Final = r"[!-~]+"


def cast_token(value: object) -> object:
    """Cast a key or a token, which is sent in a header: visible ASCII."""
    token = cast_str(value)
    return (
        token if isinstance(token, str) and re.fullmatch(_VISIBLE_ASCII, token) else INVALID_VALUE
    )


def token_of(session: object) -> Result[str, Error]:
    """Return the access token of a Session, or the token itself."""
    token = session.access_token if has_type(session, Session) else session
    return check_argument("session", token, cast_token, str)


def check_owner(session: object, user_id: str, token: str) -> Result[str, Error]:
    """Return the token, unless the session is known to belong to another user.

    >>> stranger = User.parse({"id": "2", "aud": "", "created_at": "2026-01-01T00:00:00Z"})
    >>> check_owner(Session(access_token="a.b.c", user=stranger.unwrap()), "1", "a.b.c")
    <Failure: session belongs to another user (validation)>
    """
    claimed = map(_normalized_uuid, _claimed_user_ids(session, token))
    if {_normalized_uuid(user_id)}.issuperset(claimed):
        return Success(token)
    return Failure(validation_error({"session": ("belongs to another user",)}))


def _claimed_user_ids(session: object, token: str) -> list[object]:
    """Return the ID of the Session's user and the subject of its token, if known."""
    user: object = session.user if has_type(session, Session) else None
    claimed = (user.id if has_type(user, User) else user, jwt_claims(token).sub)
    return [user_id for user_id in claimed if user_id is not None]


def _normalized_uuid(user_id: object) -> object:
    """The server reads UUIDs in upper case and without dashes, too."""
    text = cast_id(user_id)
    return text.lower().replace("-", "") if isinstance(text, str) else INVALID_VALUE


def is_same_id(one: object, other: object) -> bool:
    """Whether two values are the same ID, however it is written."""
    return _normalized_uuid(one) == _normalized_uuid(other)
