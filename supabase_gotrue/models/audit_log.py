"""`AuditLogEntry` and `AuditLogPage`."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.models.base import ServerStruct, Time, blank_to_none, decode_payload
from supabase_gotrue.models.pagination import Pagination


class AuditLogEntry(ServerStruct, frozen=True, kw_only=True, gc=False):
    """What one actor did, as the server recorded it.

    Args:
        id: The ID of the entry.
        payload: Every field as the server wrote it: `action`, `log_type`, `actor_id`,
            `actor_username`, `actor_via_sso`, and often `actor_name` and `traits`.
        created_at: Aware, in microseconds.
        ip_address: Where the request came from; `None` for most actions.

    https://github.com/supabase/auth/blob/master/internal/models/audit_log_entry.go
    """

    id: str
    payload: dict[str, object]
    created_at: Time
    ip_address: str | None = None

    def __post_init__(self) -> None:
        blank_to_none(self, "ip_address")

    @classmethod
    def parse(cls, payload: Mapping[str, object] | bytes) -> Result["AuditLogEntry", Error]:
        """Parse one entry from JSON text or decoded JSON.

        Returns:
            The entry, or an Error with code `validation` that names each invalid field.

        >>> AuditLogEntry.parse(b'{"id": "e1"}').failure().errors["payload"]
        ("can't be blank",)
        """
        return decode_payload(_ENTRY, payload)

    @classmethod
    def parse_list(
        cls, payload: Sequence[Mapping[str, object]] | bytes
    ) -> Result[tuple["AuditLogEntry", ...], Error]:
        """Parse a list of entries; the order is kept.

        Returns:
            All entries, or an Error with code `validation` for the first invalid one.
        """
        return decode_payload(_ENTRIES, payload)


class AuditLogPage(NamedTuple):
    """A page of the audit log, newest first: `entries, pagination = page`."""

    entries: tuple[AuditLogEntry, ...]
    pagination: Pagination


_ENTRY: Final = msgspec.json.Decoder(AuditLogEntry)
_ENTRIES: Final = msgspec.json.Decoder(tuple[AuditLogEntry, ...])
