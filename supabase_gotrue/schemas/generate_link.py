"""Attributes of `generate_link`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, Final, Literal, NotRequired

from typing_extensions import TypedDict

from supabase_gotrue.json_types import Json
from supabase_gotrue.schemas.cast import INVALID_VALUE, Errors, Text, Values, cast_str
from supabase_gotrue.schemas.json_object import JsonObject
from supabase_gotrue.schemas.params import Params, Rules, required
from supabase_gotrue.schemas.redirect import RedirectUrl

LinkType = Literal[
    "signup",
    "invite",
    "magiclink",
    "magicLink",
    "recovery",
    "email_change_current",
    "email_change_new",
]


class GenerateLinkAttrs(TypedDict):
    """The attributes of a link; `None` and blank strings count as absent."""

    type: LinkType
    """What the link does. `magicLink` is the Elixir library's spelling of `magiclink`."""
    email: str
    """The address of the user."""
    password: NotRequired[str | None]
    """Required for `signup`."""
    new_email: NotRequired[str | None]
    """Required for `email_change_current` and `email_change_new`."""
    data: NotRequired[Mapping[str, Json] | None]
    """Stored in `user_metadata`, which users can change themselves."""
    redirect_to: NotRequired[str | None]
    """Where the link leads; replaced by the server's site URL if not on its allow list."""


# By type, in the server's spelling: the fields required in addition to type and email.
# https://github.com/supabase/auth/blob/master/internal/api/mail.go
REQUIRED_BY_TYPE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "signup": ("password",),
        "invite": (),
        "magiclink": (),
        "recovery": (),
        "email_change_current": ("new_email",),
        "email_change_new": ("new_email",),
    }
)


def cast_link_type(value: object) -> object:
    """Cast a type to the server's spelling."""
    text = cast_str(value)
    link_type = "magiclink" if text == "magicLink" else text
    return link_type if link_type in REQUIRED_BY_TYPE else INVALID_VALUE


def _require_by_type(values: Values, errors: Errors) -> Errors:
    fields = REQUIRED_BY_TYPE.get(str(values.get("type")), ())
    return required("type", "email", *fields)(values, errors)


class GenerateLinkParams(Params, frozen=True, kw_only=True):
    """Checked attributes of a link, as `GenerateLink` of the Elixir library.

    >>> GenerateLinkParams.parse({"type": "signup", "email": "ada@example.com"})
    <Failure: password can't be blank (validation)>
    """

    rules: ClassVar[Rules] = Rules(
        validate=_require_by_type, hints={"type": f"one of {', '.join(REQUIRED_BY_TYPE)}"}
    )

    type: Annotated[str, cast_link_type]
    email: Text
    password: Text | None = None
    new_email: Text | None = None
    data: JsonObject | None = None
    redirect_to: RedirectUrl | None = None
