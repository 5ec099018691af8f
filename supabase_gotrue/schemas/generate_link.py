"""What `generate_link` takes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, NotRequired, TypedDict

from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.json_types import Json
from supabase_gotrue.redaction import Masked
from supabase_gotrue.schemas.cast import (
    WRONG,
    Cast,
    Errors,
    Values,
    json_object,
    parse,
    required,
    text,
)
from supabase_gotrue.schemas.redirect import redirect_url

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
    """What the link does. `magicLink` is the original's spelling of `magiclink`."""
    email: str
    """Whose link it is."""
    password: NotRequired[str | None]
    """Required for `signup`."""
    new_email: NotRequired[str | None]
    """Required for `email_change_current` and `email_change_new`."""
    data: NotRequired[Mapping[str, Json] | None]
    """Lands in `user_metadata`, which users change themselves."""
    redirect_to: NotRequired[str | None]
    """Where the link leads; the server's site URL where its allow list lacks it."""


# Each type as the server spells it, with the field that it needs beyond type and email:
# https://github.com/supabase/auth/blob/master/internal/api/mail.go
NEEDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "signup": ("password",),
        "invite": (),
        "magiclink": (),
        "recovery": (),
        "email_change_current": ("new_email",),
        "email_change_new": ("new_email",),
    }
)


def link_type(value: object) -> object:
    """A type as the server spells it."""
    plain = text(value)
    spelled = "magiclink" if plain == "magicLink" else plain
    return spelled if spelled in NEEDS else WRONG


CASTS: Final[Mapping[str, Cast]] = MappingProxyType(
    {
        "type": link_type,
        "email": text,
        "password": text,
        "new_email": text,
        "data": json_object,
        "redirect_to": redirect_url,
    }
)


class GenerateLinkParams(Masked, frozen=True, kw_only=True, omit_defaults=True):
    """Checked attributes of a link, the original's `GenerateLink`."""

    type: str
    email: str
    password: str | None = None
    new_email: str | None = None
    data: dict[str, object] | None = None
    redirect_to: str | None = None

    @classmethod
    def parse(
        cls, attrs: "Mapping[str, object] | GenerateLinkParams"
    ) -> Result["GenerateLinkParams", Error]:
        """Check the attributes of a link; nothing is sent.

        Args:
            attrs: any Mapping; strings are cast.

        Returns:
            The parameters, or an Error with code `validation` and each wrong field.

        >>> GenerateLinkParams.parse({"type": "signup", "email": "ada@example.com"})
        <Failure: password can't be blank (validation)>
        """
        return parse(cls, attrs, CASTS, _needed, "attrs")


def _needed(values: Values, errors: Errors) -> Errors:
    more = NEEDS.get(str(values.get("type")), ())
    return required("type", "email", *more)(values, errors)
