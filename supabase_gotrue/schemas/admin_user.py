"""Attributes of `create_user` and `update_user_by_id`."""

import re
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Annotated, ClassVar, Final

from typing_extensions import TypedDict

from supabase_gotrue.error import UNKNOWN, Messages
from supabase_gotrue.json_types import Duration, IdAttribute, Json, has_type
from supabase_gotrue.schemas.cast import (
    INVALID_VALUE,
    Errors,
    Flag,
    IdText,
    Invalid,
    Text,
    Values,
    cast_str,
)
from supabase_gotrue.schemas.json_object import JsonObject
from supabase_gotrue.schemas.params import Rules, UpdatableParams

# The server reads these when it creates a user, and ignores them when it updates one:
# https://github.com/supabase/auth/blob/master/internal/api/admin.go
CREATE_ONLY: Final = frozenset({"id", "aud", "password_hash"})
CREATE_ONLY_ERROR: Final[Messages] = (UNKNOWN, "only create_user accepts it")
EMAIL_OR_PHONE_REQUIRED: Final[Messages] = ("at least an email or phone is required",)


_DAYS_OR_WEEKS: Final = r"([0-9]{1,6})([dw])"
_HOURS: Final[Mapping[str, int]] = MappingProxyType({"d": 24, "w": 7 * 24})


def _cast_duration(value: object) -> object:
    """Cast to a Go duration: https://pkg.go.dev/time#ParseDuration

    >>> _cast_duration(timedelta(days=7)), _cast_duration("1w")
    ('604800s', Invalid(message='is invalid: write 168h', path=''))
    """
    if has_type(value, timedelta):
        seconds = timedelta.total_seconds(value)
        return f"{seconds:.6f}".rstrip("0").rstrip(".") + "s" if seconds > 0 else INVALID_VALUE
    text = cast_str(value)
    found = re.fullmatch(_DAYS_OR_WEEKS, text) if isinstance(text, str) else None
    return Invalid(f"is invalid: write {int(found[1]) * _HOURS[found[2]]}h") if found else text


class AdminUserAttrs(TypedDict, total=False):
    """The attributes of a user; `None` and blank strings count as absent."""

    email: str | None
    """The server converts it to lower case."""
    phone: str | None
    """E.164; the server drops the `+`."""
    password: str | None
    """In plain text, at most 72 bytes; the server hashes it."""
    email_confirm: bool | None
    """Whether the address counts as confirmed."""
    phone_confirm: bool | None
    """Whether the number counts as confirmed."""
    app_metadata: Mapping[str, Json] | None
    """Only administrators can change it: put authorisation here."""
    user_metadata: Mapping[str, Json] | None
    """Users can change it themselves: never authorise by it."""
    ban_duration: Duration | None
    """A `timedelta`, or a Go duration such as `"24h"` or `"1h30m"`, which has no days; `"none"`
    ends a ban."""
    role: str | None
    """The role in the user's tokens: `service_role` makes an administrator."""
    nonce: str | None
    """Accepted as in the Elixir library; the server ignores it."""
    id: IdAttribute | None
    """The UUID of the new user; for `create_user` only."""
    aud: str | None
    """Another audience, which lists do not show; for `create_user` only."""
    password_hash: str | None
    """bcrypt, argon2 or Firebase scrypt; for `create_user` only."""


def _explain_create_only(_values: Values, errors: Errors) -> Errors:
    """Replace the hint of similar names: `password` is not what `password_hash` was meant to be."""
    return {name: CREATE_ONLY_ERROR for name in errors if name in CREATE_ONLY}


def _require_email_or_phone(values: Values, errors: Errors) -> Errors:
    if errors or "email" in values or "phone" in values:
        return {}
    return {"email": EMAIL_OR_PHONE_REQUIRED, "phone": EMAIL_OR_PHONE_REQUIRED}


class AdminUserParams(UpdatableParams, frozen=True, kw_only=True):
    """Checked attributes of a user, as `AdminUserParams` of the Elixir library.

    >>> AdminUserParams(email="ada@example.com", password="s3cret-pass")
    AdminUserParams(email='ada@example.com', password='[redacted]')
    >>> AdminUserParams.parse({"email": "ada@example.com", "email_confirm": "1"})
    <Success: AdminUserParams(email='ada@example.com', email_confirm=True)>
    >>> AdminUserParams.parse_update({"role": "editor", "phone": ""})
    <Success: AdminUserParams(role='editor')>
    """

    rules: ClassVar[Rules] = Rules(validate=_require_email_or_phone)
    update_rules: ClassVar[Rules] = Rules(validate=_explain_create_only, excluded=CREATE_ONLY)

    email: Text | None = None
    phone: Text | None = None
    password: Text | None = None
    email_confirm: Flag | None = None
    phone_confirm: Flag | None = None
    app_metadata: JsonObject | None = None
    user_metadata: JsonObject | None = None
    ban_duration: Annotated[str, _cast_duration] | None = None
    role: Text | None = None
    nonce: Text | None = None
    id: IdText | None = None
    aud: Text | None = None
    password_hash: Text | None = None
