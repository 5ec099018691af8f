"""What `create_user` and `update_user_by_id` take."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypedDict

from returns.result import Result

from supabase_gotrue.error import Error, Messages
from supabase_gotrue.json_types import Json
from supabase_gotrue.redaction import Masked
from supabase_gotrue.schemas.cast import (
    Cast,
    Errors,
    Values,
    boolean,
    json_object,
    nothing_more,
    parse,
    text,
)


class AdminUserAttrs(TypedDict, total=False):
    """The attributes of a user; `None` and blank strings count as absent."""

    email: str | None
    """The address; the server lower-cases it."""
    phone: str | None
    """E.164; the server drops the `+`."""
    password: str | None
    """In the clear; the server hashes it, and refuses more than 72 bytes."""
    email_confirm: bool | None
    """Whether the address counts as confirmed."""
    phone_confirm: bool | None
    """Whether the number counts as confirmed."""
    app_metadata: Mapping[str, Json] | None
    """What only administrators change: authorisation belongs here."""
    user_metadata: Mapping[str, Json] | None
    """What users change themselves: never authorise by it."""
    ban_duration: str | None
    """A Go duration such as `"24h"` or `"1h30m"`; `"none"` ends a ban."""
    role: str | None
    """The role inside the user's tokens: `service_role` makes an administrator."""
    nonce: str | None
    """Taken as the original takes it; the server ignores it."""
    id: str | None
    """A UUID of one's own; for `create_user` alone."""
    aud: str | None
    """Another audience, unseen by lists; for `create_user` alone."""
    password_hash: str | None
    """bcrypt, argon2 or Firebase scrypt; for `create_user` alone."""


CHANGEABLE: Final[Mapping[str, Cast]] = MappingProxyType(
    {
        "email": text,
        "phone": text,
        "password": text,
        "email_confirm": boolean,
        "phone_confirm": boolean,
        "app_metadata": json_object,
        "user_metadata": json_object,
        "ban_duration": text,
        "role": text,
        "nonce": text,
    }
)
# The server reads these three when it creates, and ignores them when it updates:
# https://github.com/supabase/auth/blob/master/internal/api/admin.go
CREATABLE: Final[Mapping[str, Cast]] = MappingProxyType(
    {**CHANGEABLE, "id": text, "aud": text, "password_hash": text}
)

NEITHER: Final[Messages] = ("at least an email or phone is required",)


class AdminUserParams(Masked, frozen=True, kw_only=True, omit_defaults=True):
    """Checked attributes of a user, the original's `AdminUserParams`.

    >>> AdminUserParams(email="ada@example.com", password="s3cret-pass")
    AdminUserParams(email='ada@example.com', password='[redacted]')
    """

    email: str | None = None
    phone: str | None = None
    password: str | None = None
    email_confirm: bool | None = None
    phone_confirm: bool | None = None
    app_metadata: dict[str, object] | None = None
    user_metadata: dict[str, object] | None = None
    ban_duration: str | None = None
    role: str | None = None
    nonce: str | None = None
    id: str | None = None
    aud: str | None = None
    password_hash: str | None = None

    @classmethod
    def parse(
        cls, attrs: "Mapping[str, object] | AdminUserParams"
    ) -> Result["AdminUserParams", Error]:
        """Check the attributes of a new user; nothing is sent.

        Args:
            attrs: any Mapping, for example a row of a CSV: strings are cast.

        Returns:
            The parameters, or an Error with code `validation` and each wrong field.

        >>> AdminUserParams.parse({"email": "ada@example.com", "email_confirm": "1"})
        <Success: AdminUserParams(email='ada@example.com', email_confirm=True)>
        """
        return parse(cls, attrs, CREATABLE, _reachable, "attrs")

    @classmethod
    def parse_update(
        cls, attrs: "Mapping[str, object] | AdminUserParams"
    ) -> Result["AdminUserParams", Error]:
        """Check changes to a user: nothing is required, and who the user is stays.

        Args:
            attrs: any Mapping; blank means unchanged.

        Returns:
            The parameters, or an Error with code `validation` and each wrong field.

        >>> AdminUserParams.parse_update({"role": "editor", "phone": ""})
        <Success: AdminUserParams(role='editor')>
        """
        return parse(cls, attrs, CHANGEABLE, nothing_more, "attrs")


def _reachable(values: Values, errors: Errors) -> Errors:
    if errors or "email" in values or "phone" in values:
        return {}
    return {"email": NEITHER, "phone": NEITHER}
