"""`Identity`, one way in which a user signs in."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.models.base import ServerStruct, Time, blank_to_none, decode_payload


class Identity(ServerStruct, frozen=True, kw_only=True, gc=False):
    """An identity: one way in which a user signs in.

    Args:
        id: The user's ID at the provider.
        identity_id: The ID of the identity itself, for `delete_identity`.
        user_id: The ID of the user.
        provider: `email`, `phone`, `google`, `sso:...`, `custom:...`; any string.
        identity_data: Claims from the provider; empty for a soft-deleted user.
        email: The address at the provider, or `None`.
        last_sign_in_at, created_at, updated_at: Aware, in microseconds.

    https://github.com/supabase/auth/blob/master/internal/models/identity.go
    """

    id: str
    provider: str
    identity_id: str | None = None
    user_id: str | None = None
    identity_data: dict[str, object] = {}
    email: str | None = None
    last_sign_in_at: Time | None = None
    created_at: Time | None = None
    updated_at: Time | None = None

    def __post_init__(self) -> None:
        blank_to_none(self, "email")

    @classmethod
    def parse(cls, payload: Mapping[str, object] | bytes) -> Result["Identity", Error]:
        """Parse one identity from JSON text or decoded JSON.

        Returns:
            The identity, or an Error with code `validation` that names each invalid field.

        >>> Identity.parse(b'{"provider": "email"}')
        <Failure: id can't be blank (validation)>
        """
        return decode_payload(_IDENTITY, payload)

    @classmethod
    def parse_list(
        cls, payload: Sequence[Mapping[str, object]] | bytes
    ) -> Result[tuple["Identity", ...], Error]:
        """Parse a list of identities; the order is kept.

        Returns:
            All identities, or an Error with code `validation` for the first invalid one.
        """
        return decode_payload(_IDENTITIES, payload)


_IDENTITY: Final = msgspec.json.Decoder(Identity)
_IDENTITIES: Final = msgspec.json.Decoder(tuple[Identity, ...])
