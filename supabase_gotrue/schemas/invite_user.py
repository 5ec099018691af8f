"""Options of `invite_user_by_email`."""

from collections.abc import Mapping
from typing import ClassVar

from typing_extensions import TypedDict

from supabase_gotrue.json_types import Json
from supabase_gotrue.schemas.json_object import JsonObject
from supabase_gotrue.schemas.params import Params, Rules
from supabase_gotrue.schemas.redirect import RedirectUrl


class InviteUserOptions(TypedDict, total=False):
    """The options of an invitation; `None` and blank strings count as absent."""

    data: Mapping[str, Json] | None
    """Stored in `user_metadata`, which users can change themselves."""
    redirect_to: str | None
    """Where the link leads; replaced by the server's site URL if not on its allow list."""


class InviteUserParams(Params, frozen=True, kw_only=True):
    """Checked options of an invitation, as `InviteUserParams` of the Elixir library.

    >>> InviteUserParams.parse({"redirect_to": "HTTPS://example.com/welcome"})
    <Success: InviteUserParams(redirect_to='https://example.com/welcome')>
    """

    rules: ClassVar[Rules] = Rules("options")

    data: JsonObject | None = None
    redirect_to: RedirectUrl | None = None
