"""`Passkey`, a WebAuthn credential by which a user signs in."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.models.base import ServerStruct, Time, blank_to_none, decode_payload


class Passkey(ServerStruct, frozen=True, kw_only=True, gc=False):
    """A passkey of a user.

    Args:
        id: The ID of the passkey, for `delete_passkey`.
        friendly_name: The name that the user gave it, or `None`.
        created_at: Aware, in microseconds.
        last_used_at: When the user last signed in by it; `None` if never.

    https://github.com/supabase/auth/blob/master/internal/api/passkey_manage.go
    """

    id: str
    created_at: Time
    friendly_name: str | None = None
    last_used_at: Time | None = None

    def __post_init__(self) -> None:
        blank_to_none(self, "friendly_name")

    @classmethod
    def parse(cls, payload: Mapping[str, object] | bytes) -> Result["Passkey", Error]:
        """Parse one passkey from JSON text or decoded JSON.

        Returns:
            The passkey, or an Error with code `validation` that names each invalid field.

        >>> Passkey.parse(b'{"id": "p1"}')
        <Failure: created_at can't be blank (validation)>
        """
        return decode_payload(_PASSKEY, payload)

    @classmethod
    def parse_list(
        cls, payload: Sequence[Mapping[str, object]] | bytes
    ) -> Result[tuple["Passkey", ...], Error]:
        """Parse a list of passkeys; the order is kept.

        Returns:
            All passkeys, or an Error with code `validation` for the first invalid one.
        """
        return decode_payload(_PASSKEYS, payload)


_PASSKEY: Final = msgspec.json.Decoder(Passkey)
_PASSKEYS: Final = msgspec.json.Decoder(tuple[Passkey, ...])
