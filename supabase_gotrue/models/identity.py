"""`Identity`, one way in which a user signs in."""

from sys import intern

from msgspec.structs import force_setattr

from supabase_gotrue.json_types import JsonDict
from supabase_gotrue.models.base import ListedStruct, Time


class Identity(ListedStruct, frozen=True, kw_only=True, gc=False):
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

    >>> Identity.parse(b'{"provider": "email"}')
    <Failure: id can't be blank (validation)>
    """

    id: str
    provider: str
    identity_id: str | None = None
    user_id: str | None = None
    identity_data: JsonDict = {}
    email: str | None = None
    last_sign_in_at: Time | None = None
    created_at: Time | None = None
    updated_at: Time | None = None

    def __post_init__(self) -> None:
        if self.email == "":
            force_setattr(self, "email", None)
        if type(self.provider) is str:
            force_setattr(self, "provider", intern(self.provider))
