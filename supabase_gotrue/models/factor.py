"""`Factor`, an MFA factor of a user."""

from supabase_gotrue.json_types import JsonDict
from supabase_gotrue.models.base import ListedStruct, Time, blank_to_none


class Factor(ListedStruct, frozen=True, kw_only=True, gc=False):
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

    >>> Factor.parse(b'{"id": "f1", "status": "verified"}')
    <Failure: factor_type can't be blank (validation)>
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
    last_webauthn_challenge_data: JsonDict | None = None

    def __post_init__(self) -> None:
        blank_to_none(self, "phone")
