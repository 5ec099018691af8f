"""`AuditLogEntry` and `AuditLogPage`."""

from typing import NamedTuple

from supabase_gotrue.json_types import JsonDict
from supabase_gotrue.models.base import ListedStruct, Time, blank_to_none
from supabase_gotrue.models.pagination import Pagination


class AuditLogEntry(ListedStruct, frozen=True, kw_only=True, gc=False):
    """What one actor did, as the server recorded it.

    Args:
        id: The ID of the entry.
        payload: Every field as the server wrote it: `action`, `log_type`, `actor_id`,
            `actor_username`, `actor_via_sso`, and often `actor_name` and `traits`.
        created_at: Aware, in microseconds.
        ip_address: Where the request came from; `None` for most actions.

    https://github.com/supabase/auth/blob/master/internal/models/audit_log_entry.go

    >>> AuditLogEntry.parse(b'{"id": "e1"}').failure().errors["payload"]
    ("can't be blank",)
    """

    id: str
    payload: JsonDict
    created_at: Time
    ip_address: str | None = None

    def __post_init__(self) -> None:
        blank_to_none(self, "ip_address")


class AuditLogPage(NamedTuple):
    """A page of the audit log, newest first: `entries, pagination = page`."""

    entries: tuple[AuditLogEntry, ...]
    pagination: Pagination
