"""`Factor`, an MFA factor of a user."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.models.base import ServerStruct, Time, blank_to_none, decode_payload


class Factor(ServerStruct, frozen=True, kw_only=True, gc=False):
    """An MFA factor of a user.

    Args:
        id: The ID of the factor, for `delete_factor`.
        factor_type: `totp`, `phone` or `webauthn`.
        status: `verified` or `unverified`.
        friendly_name: The name that the user gave it.
        phone: The number of a `phone` factor, else `None`.
        last_challenged_at, created_at, updated_at: Aware, in microseconds.
        web_authn_aaguid, last_webauthn_challenge_data: Set for a `webauthn` factor.

    https://github.com/supabase/auth/blob/master/internal/models/factor.go
    """

    id: str
    factor_type: str
    status: str
    friendly_name: str | None = None
    phone: str | None = None
    last_challenged_at: Time | None = None
    created_at: Time | None = None
    updated_at: Time | None = None
    web_authn_aaguid: str | None = None
    last_webauthn_challenge_data: dict[str, object] | None = None

    def __post_init__(self) -> None:
        blank_to_none(self, "phone")

    @classmethod
    def parse(cls, payload: Mapping[str, object] | bytes) -> Result["Factor", Error]:
        """Parse one factor from JSON text or decoded JSON.

        Returns:
            The factor, or an Error with code `validation` that names each invalid field.

        >>> Factor.parse(b'{"id": "f1", "status": "verified"}')
        <Failure: factor_type can't be blank (validation)>
        """
        return decode_payload(_FACTOR, payload)

    @classmethod
    def parse_list(
        cls, payload: Sequence[Mapping[str, object]] | bytes
    ) -> Result[tuple["Factor", ...], Error]:
        """Parse a list of factors; the order is kept.

        Returns:
            All factors, or an Error with code `validation` for the first invalid one.
        """
        return decode_payload(_FACTORS, payload)


_FACTOR: Final = msgspec.json.Decoder(Factor)
_FACTORS: Final = msgspec.json.Decoder(tuple[Factor, ...])
