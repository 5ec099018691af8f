"""Strategies of hypothesis for the types of this library (extra `hypothesis`).

What they draw is what a server may send: it survives encoding and parsing. hypothesis finds them
by itself: `st.from_type(User)` draws from `users()`.
"""

from datetime import UTC, datetime
from typing import Final, cast, get_args

import msgspec
from hypothesis import strategies as st

from supabase_gotrue.error import Error, ErrorCode
from supabase_gotrue.json_types import Json
from supabase_gotrue.models.factor import Factor
from supabase_gotrue.models.identity import Identity
from supabase_gotrue.models.user import User
from supabase_gotrue.response import Response
from supabase_gotrue.schemas.admin_user import AdminUserAttrs

_MIN_TIME: Final = datetime(1970, 1, 1)
_MAX_TIME: Final = datetime(2999, 12, 31)


def _texts() -> st.SearchStrategy[str]:
    """Text that is not blank: blank text counts as absent."""
    return st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip)


def _times() -> st.SearchStrategy[datetime]:
    return st.datetimes(_MIN_TIME, _MAX_TIME, timezones=st.just(UTC))


def _json() -> st.SearchStrategy[Json]:
    numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    text = st.text(st.characters(codec="utf-8"), max_size=20)
    scalars = st.none() | st.booleans() | numbers | text
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
        max_leaves=8,
    )


def _json_objects() -> st.SearchStrategy[dict[str, Json]]:
    return st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=20), _json(), max_size=3)


def _optional(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


def identities() -> st.SearchStrategy[Identity]:
    """Draw identities."""
    return st.builds(
        Identity,
        id=_texts(),
        provider=_texts(),
        identity_id=_optional(st.uuids().map(str)),
        user_id=_optional(st.uuids().map(str)),
        identity_data=_json_objects(),
        email=_optional(st.emails()),
        last_sign_in_at=_optional(_times()),
        created_at=_optional(_times()),
        updated_at=_optional(_times()),
    )


def factors() -> st.SearchStrategy[Factor]:
    """Draw MFA factors."""
    return st.builds(
        Factor,
        id=st.uuids().map(str),
        factor_type=st.sampled_from(["totp", "phone", "webauthn"]),
        status=st.sampled_from(["verified", "unverified"]),
        friendly_name=_optional(_texts()),
        phone=_optional(_texts()),
        last_challenged_at=_optional(_times()),
        created_at=_optional(_times()),
        updated_at=_optional(_times()),
    )


def users(*, listed: bool = False) -> st.SearchStrategy[User]:
    """Draw users.

    Args:
        listed: Whether they are as in a list, where identities and factors are `None`.
    """
    times = [name for name in User.__struct_fields__ if name.endswith("_at")]
    fields: dict[str, st.SearchStrategy[object]] = {
        "id": st.uuids().map(str),
        "aud": _texts(),
        "email": _optional(st.emails()),
        "phone": _optional(_texts()),
        "role": _optional(_texts()),
        "new_email": _optional(st.emails()),
        "new_phone": _optional(_texts()),
        "app_metadata": _json_objects(),
        "user_metadata": _json_objects(),
        "identities": st.none() if listed else st.lists(identities(), max_size=2).map(tuple),
        "factors": st.none() if listed else st.lists(factors(), max_size=2).map(tuple),
        "is_anonymous": st.booleans(),
        "banned_until": _optional(_times()),
        **dict.fromkeys(times, _optional(_times())),
        "created_at": _times(),
    }
    return st.fixed_dictionaries(fields).map(lambda drawn: msgspec.convert(drawn, User))


def errors() -> st.SearchStrategy[Error]:
    """Draw errors of any code, with and without a response."""
    codes: tuple[ErrorCode, ...] = get_args(ErrorCode)
    return st.builds(
        Error,
        st.sampled_from(codes),
        _texts(),
        error_code=st.none() | _texts(),
        status=st.none() | st.integers(400, 599),
        errors=st.dictionaries(_texts(), st.lists(_texts(), min_size=1, max_size=2), max_size=2),
        reasons=st.lists(_texts(), max_size=2),
        retry_after=st.none() | st.integers(0, 3600),
        metadata=_json_objects(),
        outcome_unknown=st.booleans(),
    )


def admin_user_attrs() -> st.SearchStrategy[AdminUserAttrs]:
    """Draw attributes that `create_user` accepts."""
    optional: dict[str, st.SearchStrategy[object]] = {
        "phone": st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True),
        "password": st.text(
            st.characters(codec="ascii", categories=["L", "N"]), min_size=8, max_size=72
        ),
        "email_confirm": st.booleans(),
        "phone_confirm": st.booleans(),
        "app_metadata": _json_objects(),
        "user_metadata": _json_objects(),
        "ban_duration": st.integers(1, 10**5).map("{}h".format),
        "role": st.sampled_from(["authenticated", "editor"]),
        "id": st.uuids(),
    }
    drawn = st.fixed_dictionaries({"email": st.emails()}, optional=optional)
    return drawn.map(lambda attrs: cast("AdminUserAttrs", attrs))


def responses() -> st.SearchStrategy[Response]:
    """Draw responses of a transport: users, errors in JSON, and anything else."""
    bodies = st.binary(max_size=100) | _json().map(msgspec.json.encode)
    return st.builds(
        Response,
        status=st.integers(100, 599),
        headers=st.dictionaries(st.sampled_from(["x-request-id", "retry-after"]), _texts()),
        body=users().map(msgspec.json.encode) | bodies,
    )
