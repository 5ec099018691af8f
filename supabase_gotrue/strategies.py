"""Strategies of hypothesis for the types of this library (extra `hypothesis`).

What they draw is what a server may send: it survives encoding and parsing. hypothesis finds them
by itself: `st.from_type(User)` draws from `users()`.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from supabase_gotrue.error import Error, ErrorCode
from supabase_gotrue.json_types import Json
from supabase_gotrue.models.audit_log import AuditLogEntry, AuditLogPage
from supabase_gotrue.models.factor import Factor
from supabase_gotrue.models.identity import Identity
from supabase_gotrue.models.pagination import Pagination
from supabase_gotrue.models.session import Session
from supabase_gotrue.models.user import User, UserPage
from supabase_gotrue.response import Response
from supabase_gotrue.schemas.admin_user import AdminUserAttrs

_S = TypeVar("_S", bound=msgspec.Struct)
_T = TypeVar("_T")

_MIN_TIME: Final = datetime(1970, 1, 1)
_MAX_TIME: Final = datetime(2999, 12, 31)


def texts() -> st.SearchStrategy[str]:
    """Draw text that is not blank: blank text counts as absent."""
    return st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(str.strip)


def _times() -> st.SearchStrategy[datetime]:
    return st.datetimes(_MIN_TIME, _MAX_TIME, timezones=st.just(UTC))


def json_values() -> st.SearchStrategy[Json]:
    """Draw JSON at any depth."""
    numbers = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
    scalars = st.none() | st.booleans() | numbers | _names()
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_names(), inner, max_size=3),
        max_leaves=4,
    )


def _names() -> st.SearchStrategy[str]:
    return st.text(st.characters(codec="utf-8"), max_size=20)


def _uuids() -> st.SearchStrategy[str]:
    return st.uuids().map(str)


def json_objects() -> st.SearchStrategy[dict[str, Json]]:
    """Draw JSON objects, such as metadata."""
    return st.dictionaries(_names(), json_values(), max_size=3)


def _optional(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | strategy


def identities() -> st.SearchStrategy[Identity]:
    """Draw identities.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(identities())
    ... def test(identity):
    ...     assert Identity.parse(identity.to_dict()).unwrap() == identity
    >>> test()
    """
    return _structs(Identity, identity_id=_optional(_uuids()), email=_optional(st.emails()))


def factors() -> st.SearchStrategy[Factor]:
    """Draw MFA factors.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(factors())
    ... def test(factor):
    ...     assert factor.status in ("verified", "unverified")
    >>> test()
    """
    return _structs(
        Factor,
        id=_uuids(),
        factor_type=st.sampled_from(["totp", "phone", "webauthn"]),
        status=st.sampled_from(["verified", "unverified"]),
    )


def users(*, listed: bool = False) -> st.SearchStrategy[User]:
    """Draw users.

    Args:
        listed: Whether they are as in a list, where identities and factors are `None`; by
            default they are as from `get_user_by_id`.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(users())
    ... def test(user):
    ...     assert User.parse(user.to_dict()).unwrap() == user
    >>> test()
    """
    return _structs(
        User,
        id=_uuids(),
        email=_optional(st.emails()),
        new_email=_optional(st.emails()),
        identities=st.none() if listed else st.lists(identities(), max_size=2).map(tuple),
        factors=st.none() if listed else st.lists(factors(), max_size=2).map(tuple),
    )


def sessions() -> st.SearchStrategy[Session]:
    """Draw sessions, as the server returns them: with the time when they end.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(sessions())
    ... def test(session):
    ...     assert session.expires_at is not None
    >>> test()
    """
    return _structs(Session, expires_at=st.integers(0, 2**40))


def errors() -> st.SearchStrategy[Error]:
    """Draw errors of any code, with and without a response.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(errors())
    ... def test(error):
    ...     assert error.to_dict()["code"] == error.code
    >>> test()
    """
    codes: tuple[ErrorCode, ...] = get_args(ErrorCode)
    return st.builds(
        Error,
        st.sampled_from(codes),
        texts(),
        error_code=st.none() | texts(),
        status=st.none() | st.integers(400, 599),
        errors=st.dictionaries(texts(), st.lists(texts(), min_size=1, max_size=2), max_size=2),
        reasons=st.lists(texts(), max_size=2),
        retry_after=st.none() | st.integers(0, 3600),
        metadata=json_objects(),
        outcome_unknown=st.booleans(),
    )


def admin_user_attrs() -> st.SearchStrategy[AdminUserAttrs]:
    """Draw attributes that `create_user` accepts.

    >>> from hypothesis import given, settings
    >>> from supabase_gotrue import AdminUserParams
    >>> @settings(max_examples=5)
    ... @given(admin_user_attrs())
    ... def test(attrs):
    ...     assert AdminUserParams.parse(attrs).unwrap().email
    >>> test()
    """
    optional: dict[str, st.SearchStrategy[object]] = {
        "phone": st.from_regex(r"\+[1-9][0-9]{6,14}", fullmatch=True),
        "password": st.text(
            st.characters(codec="ascii", categories=["L", "N"]), min_size=8, max_size=72
        ),
        "email_confirm": st.booleans(),
        "phone_confirm": st.booleans(),
        "app_metadata": json_objects(),
        "user_metadata": json_objects(),
        "ban_duration": st.integers(1, 10**5).map("{}h".format),
        "role": st.sampled_from(["authenticated", "editor"]),
        "id": st.uuids(),
    }
    drawn = st.fixed_dictionaries({"email": st.emails()}, optional=optional)
    return drawn.map(lambda attrs: cast("AdminUserAttrs", attrs))


def responses() -> st.SearchStrategy[Response]:
    """Draw responses of a transport: users, errors in JSON, and anything else.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(responses())
    ... def test(response):
    ...     assert response.status >= 100
    >>> test()
    """
    bodies = st.binary(max_size=100) | json_values().map(msgspec.json.encode)
    return st.builds(
        Response,
        status=st.integers(100, 599),
        headers=st.dictionaries(st.sampled_from(["x-request-id", "retry-after"]), texts()),
        body=users().map(msgspec.json.encode) | bodies,
    )


def user_pages() -> st.SearchStrategy[UserPage]:
    """Draw pages of a list of users.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(user_pages())
    ... def test(page):
    ...     assert all(user.identities is None for user in page.users)
    >>> test()
    """
    listed = st.lists(users(listed=True), max_size=3).map(tuple)
    return st.builds(UserPage, listed, from_type(Pagination))


def audit_log_pages() -> st.SearchStrategy[AuditLogPage]:
    """Draw pages of the audit log.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5)
    ... @given(audit_log_pages())
    ... def test(page):
    ...     assert all(entry.created_at.tzinfo for entry in page.entries)
    >>> test()
    """
    entries = st.lists(from_type(AuditLogEntry), max_size=3).map(tuple)
    return st.builds(AuditLogPage, entries, from_type(Pagination))


def from_type(kind: type[_T]) -> st.SearchStrategy[_T]:
    """Draw values of a type that the server returns, or of another that has a function here.

    Args:
        kind: The type, such as `AuditLogEntry`.

    >>> isinstance(from_type(AuditLogEntry), st.SearchStrategy)
    True
    """
    function = FUNCTIONS.get(kind)
    strategy = _structs(cast("type[msgspec.Struct]", kind)) if function is None else function()
    return cast("st.SearchStrategy[_T]", strategy)


def _structs(struct: type[_S], **fields: st.SearchStrategy[object]) -> st.SearchStrategy[_S]:
    """Draw Structs; the fields that are not given are drawn by their types."""
    hints = get_type_hints(struct)
    drawn = {
        name: fields[name] if name in fields else _values(hints[name])
        for name in struct.__struct_fields__
    }
    return st.builds(struct, **drawn)


def _values(hint: object) -> st.SearchStrategy[object]:
    """Draw values of the type of a field."""
    parts = get_args(hint)
    if get_origin(hint) is dict:
        return st.dictionaries(_names(), _values(parts[1]), max_size=3)
    if get_origin(hint) is tuple:
        return st.lists(_values(parts[0]), max_size=2).map(tuple)
    if parts:
        return st.one_of([_values(part) for part in parts])
    simple = _SIMPLE.get(hint)
    return from_type(cast("type[object]", hint)) if simple is None else simple()


_SIMPLE: Final[Mapping[object, Callable[[], st.SearchStrategy[object]]]] = MappingProxyType(
    {
        str: texts,
        int: lambda: st.integers(0, 2**40),
        bool: st.booleans,
        type(None): st.none,
        datetime: _times,
        Any: json_values,
    }
)
FUNCTIONS: Final[Mapping[type, Callable[[], st.SearchStrategy[object]]]] = MappingProxyType(
    {
        AdminUserAttrs: admin_user_attrs,
        AuditLogPage: audit_log_pages,
        Error: errors,
        Factor: factors,
        Identity: identities,
        Response: responses,
        Session: sessions,
        User: users,
        UserPage: user_pages,
    }
)
