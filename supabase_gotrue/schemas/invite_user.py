"""What `invite_user_by_email` takes beside the address."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypedDict

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.json_types import Json
from supabase_gotrue.redaction import Masked
from supabase_gotrue.schemas.cast import Cast, json_object, nothing_more, parse
from supabase_gotrue.schemas.redirect import redirect_url


class InviteUserOptions(TypedDict, total=False):
    """The options of an invitation; `None` and blank strings count as absent."""

    data: Mapping[str, Json] | None
    """Lands in `user_metadata`, which users change themselves."""
    redirect_to: str | None
    """Where the link leads; the server's site URL where its allow list lacks it."""


CASTS: Final[Mapping[str, Cast]] = MappingProxyType(
    {"data": json_object, "redirect_to": redirect_url}
)


class InviteUserParams(Masked, frozen=True, kw_only=True):
    """Checked options of an invitation, the original's `InviteUserParams`."""

    data: dict[str, object] | None = None
    redirect_to: str | None = None

    @classmethod
    def parse(
        cls, options: "Mapping[str, object] | InviteUserParams"
    ) -> Result["InviteUserParams", Error]:
        """Check the options of an invitation; nothing is sent.

        Args:
            options: any Mapping; strings are cast.

        Returns:
            The parameters, or an Error with code `validation` and each wrong field.

        >>> InviteUserParams.parse({"redirect_to": "HTTPS://example.com/welcome"})
        <Success: InviteUserParams(redirect_to='https://example.com/welcome')>
        """
        return parse(cls, options, CASTS, nothing_more, "options")
