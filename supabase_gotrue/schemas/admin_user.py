"""Attributes of `create_user` and `update_user_by_id`."""

from collections.abc import Mapping
from typing import Final, Self, TypedDict

from returns.result import Result

from supabase_gotrue.error import UNKNOWN, Error, Messages
from supabase_gotrue.json_types import Json
from supabase_gotrue.redaction import RedactedStruct
from supabase_gotrue.schemas.cast import (
    Errors,
    Flag,
    Id,
    IdText,
    Text,
    Values,
    parse,
)
from supabase_gotrue.schemas.json_object import JsonObject

# The server reads these when it creates a user, and ignores them when it updates one:
# https://github.com/supabase/auth/blob/master/internal/api/admin.go
CREATE_ONLY: Final = frozenset({"id", "aud", "password_hash"})
CREATE_ONLY_ERROR: Final[Messages] = (UNKNOWN, "only create_user accepts it")
EMAIL_OR_PHONE_REQUIRED: Final[Messages] = ("at least an email or phone is required",)


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
    ban_duration: str | None
    """A Go duration such as `"24h"` or `"1h30m"`; `"none"` ends a ban."""
    role: str | None
    """The role in the user's tokens: `service_role` makes an administrator."""
    nonce: str | None
    """Accepted as in the Elixir library; the server ignores it."""
    id: Id | None
    """The UUID of the new user; for `create_user` only."""
    aud: str | None
    """Another audience, which lists do not show; for `create_user` only."""
    password_hash: str | None
    """bcrypt, argon2 or Firebase scrypt; for `create_user` only."""


class AdminUserParams(RedactedStruct, frozen=True, kw_only=True, omit_defaults=True):
    """Checked attributes of a user, as `AdminUserParams` of the Elixir library.

    >>> AdminUserParams(email="ada@example.com", password="s3cret-pass")
    AdminUserParams(email='ada@example.com', password='[redacted]')
    """

    email: Text | None = None
    phone: Text | None = None
    password: Text | None = None
    email_confirm: Flag | None = None
    phone_confirm: Flag | None = None
    app_metadata: JsonObject | None = None
    user_metadata: JsonObject | None = None
    ban_duration: Text | None = None
    role: Text | None = None
    nonce: Text | None = None
    id: IdText | None = None
    aud: Text | None = None
    password_hash: Text | None = None

    @classmethod
    def parse(cls, attrs: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check the attributes of a new user. Nothing is sent.

        Args:
            attrs: Any Mapping, for example a row of a CSV file: strings are cast.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.

        >>> AdminUserParams.parse({"email": "ada@example.com", "email_confirm": "1"})
        <Success: AdminUserParams(email='ada@example.com', email_confirm=True)>
        """
        return parse(cls, attrs, "attrs", _require_email_or_phone)

    @classmethod
    def parse_update(cls, attrs: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check the changes to a user. Nothing is required, and nothing is sent.

        Args:
            attrs: Any Mapping; blank values leave the attribute unchanged.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.

        >>> AdminUserParams.parse_update({"role": "editor", "phone": ""})
        <Success: AdminUserParams(role='editor')>
        """
        return parse(cls, attrs, "attrs", _explain_create_only, excluded=CREATE_ONLY)


def _explain_create_only(_values: Values, errors: Errors) -> Errors:
    """Replace the hint of similar names: `password` is not what `password_hash` was meant to be."""
    return {name: CREATE_ONLY_ERROR for name in errors if name in CREATE_ONLY}


def _require_email_or_phone(values: Values, errors: Errors) -> Errors:
    if errors or "email" in values or "phone" in values:
        return {}
    return {"email": EMAIL_OR_PHONE_REQUIRED, "phone": EMAIL_OR_PHONE_REQUIRED}
