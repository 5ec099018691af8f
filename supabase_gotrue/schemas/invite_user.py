"""Options of `invite_user_by_email`."""

from collections.abc import Mapping
from typing import Self, TypedDict

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.json_types import Json
from supabase_gotrue.redaction import RedactedStruct
from supabase_gotrue.schemas.cast import parse
from supabase_gotrue.schemas.json_object import JsonObject
from supabase_gotrue.schemas.redirect import RedirectUrl


class InviteUserOptions(TypedDict, total=False):
    """The options of an invitation; `None` and blank strings count as absent."""

    data: Mapping[str, Json] | None
    """Stored in `user_metadata`, which users can change themselves."""
    redirect_to: str | None
    """Where the link leads; replaced by the server's site URL if not on its allow list."""


class InviteUserParams(RedactedStruct, frozen=True, kw_only=True):
    """Checked options of an invitation, as `InviteUserParams` of the Elixir library."""

    data: JsonObject | None = None
    redirect_to: RedirectUrl | None = None

    @classmethod
    def parse(cls, options: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check the options of an invitation. Nothing is sent.

        Args:
            options: Any Mapping; strings are cast.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.

        >>> InviteUserParams.parse({"redirect_to": "HTTPS://example.com/welcome"})
        <Success: InviteUserParams(redirect_to='https://example.com/welcome')>
        """
        return parse(cls, options, "options")
