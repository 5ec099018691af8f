"""What `generate_link` returns: `LinkProperties`.

What may live here: the properties of a link and their parsing, with their secrets masked.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec
from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.payload import read
from supabase_gotrue.redaction import REDACTED
from supabase_gotrue.user import User


class LinkProperties(NamedTuple):
    """A link that signs its user in; its repr shows nothing that would.

    Args:
        action_link: the URL to send.
        email_otp: the one-time code.
        hashed_token: for `verifyOtp`; that of `email_change_new` does not verify there,
            the token inside `action_link` does.
        redirect_to: where the link leads in the end.
        verification_type: `signup`, `invite`, `magiclink`, `recovery`,
            `email_change_current` or `email_change_new`; `signup` where a `magiclink`
            made its user.
        user: whose link it is.

    https://github.com/supabase/auth/blob/master/internal/api/mail.go
    """

    action_link: str
    email_otp: str
    hashed_token: str
    redirect_to: str
    verification_type: str
    user: User

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"LinkProperties({shown})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """What `rich` prints: as much as repr shows."""
        return [
            ("action_link", REDACTED),
            ("email_otp", REDACTED),
            ("hashed_token", REDACTED),
            ("redirect_to", self.redirect_to),
            ("verification_type", self.verification_type),
            ("user", self.user),
        ]

    @classmethod
    def parse(cls, payload: Mapping[str, object] | bytes) -> Result["LinkProperties", Error]:
        """Read the properties of a link, and its user, from one JSON object.

        Returns:
            The properties, or an Error with code `validation` that names each wrong field.

        >>> LinkProperties.parse(b'{"action_link": 1}').failure().code
        'validation'
        """
        properties = read(_PROPERTIES, payload)
        return properties.bind(
            lambda link: User.parse(payload).map(
                lambda user: cls(
                    link.action_link,
                    link.email_otp,
                    link.hashed_token,
                    link.redirect_to,
                    link.verification_type,
                    user,
                )
            )
        )


class _Properties(msgspec.Struct, frozen=True):
    action_link: str
    email_otp: str
    hashed_token: str
    redirect_to: str
    verification_type: str


_PROPERTIES: Final = msgspec.json.Decoder(_Properties)
