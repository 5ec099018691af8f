"""`Passkey`, a WebAuthn credential by which a user signs in."""

from supabase_gotrue.models.base import ListedStruct, Time, blank_to_none


class Passkey(ListedStruct, frozen=True, kw_only=True, gc=False):
    """A passkey of a user.

    Args:
        id: The ID of the passkey, for `delete_passkey`.
        friendly_name: The name that the user gave it, or `None`.
        created_at: Aware, in microseconds.
        last_used_at: When the user last signed in by it; `None` if never.

    https://github.com/supabase/auth/blob/master/internal/api/passkey_manage.go

    >>> Passkey.parse(b'{"id": "p1"}')
    <Failure: created_at can't be blank (validation)>
    """

    id: str
    created_at: Time
    friendly_name: str | None = None
    last_used_at: Time | None = None

    def __post_init__(self) -> None:
        blank_to_none(self, "friendly_name")
