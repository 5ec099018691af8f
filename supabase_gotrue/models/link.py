"""`LinkProperties`, the result of `generate_link`."""

from collections.abc import Mapping

import msgspec
from returns.result import Result, Success

from supabase_gotrue.error import Error
from supabase_gotrue.models.base import ServerStruct, decode_payload, decoder_of
from supabase_gotrue.models.user import User, with_empty_lists


class LinkProperties(ServerStruct, frozen=True):
    """A link that signs a user in. The repr hides the link, the code and the token.

    Args:
        action_link: The URL to send.
        email_otp: The one-time code.
        hashed_token: For `verifyOtp`. The one of `email_change_new` does not verify
            there; use the token in `action_link`.
        redirect_to: Where the link leads after the sign-in.
        verification_type: `signup`, `invite`, `magiclink`, `recovery`,
            `email_change_current` or `email_change_new`; `signup` if a `magiclink`
            created the user.
        user: The user who is signed in by the link.

    https://github.com/supabase/auth/blob/master/internal/api/mail.go
    """

    action_link: str
    email_otp: str
    hashed_token: str
    redirect_to: str
    verification_type: str
    user: User

    @classmethod
    def parse(cls, payload: Mapping[str, object] | bytes) -> Result["LinkProperties", Error]:
        """Parse the properties of a link and its user.

        The server sends one JSON object, with the fields of the user beside the others;
        `to_dict` gives the user under its own name.

        Args:
            payload: JSON text as bytes, or decoded JSON.

        Returns:
            The properties, or an Error with code `validation` that names each invalid field.

        >>> LinkProperties.parse(b'{"action_link": 1}').failure().code
        'validation'
        """
        return decode_payload(decoder_of(_Link), payload).bind(
            lambda link: _user_of(link, payload).map(
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


class _Link(msgspec.Struct, frozen=True):
    """The properties of a link; without a `user`, its fields stand beside them."""

    action_link: str
    email_otp: str
    hashed_token: str
    redirect_to: str
    verification_type: str
    user: User | None = None


def _user_of(link: _Link, payload: Mapping[str, object] | bytes) -> Result[User, Error]:
    return User.parse(payload) if link.user is None else Success(with_empty_lists(link.user))
