"""The command `audit`."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from returns.result import Result, Success

from supabase_gotrue import AuditLogEntry, AuditLogPage, Client, Error, admin
from supabase_gotrue.cli.arguments.times import MOMENT_HINT, parse_moment
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.output.tables import View
from supabase_gotrue.cli.output.times import ZONE, minute
from supabase_gotrue.cli.output.views import first_text
from supabase_gotrue.cli.running.paging import (
    TERMINAL_LIMIT,
    items_of,
    list_pages,
    print_items,
    print_table,
    read_pages,
)
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.json_types import is_object


def audit_row(entry: AuditLogEntry) -> tuple[str, ...]:
    """Return the cells of an entry: when, who, what and to whom."""
    payload = entry.payload
    traits = payload.get("traits")
    whom = first_text(traits if is_object(traits) else {}, "user_email", "user_phone", "user_id")
    actor = first_text(payload, "actor_username", "actor_name", "actor_id")
    time = minute(entry.created_at)
    return (time, actor, first_text(payload, "action"), whom, entry.ip_address or "")


AUDIT_VIEW: Final = View(
    "entries",
    ("Time", "Actor", "Action", "Whom", "From"),
    (0, 2, 1, 3, 4),
    audit_row,
    AuditLogEntry,
)


def list_audit_logs(
    session: Session,
    query: str | None = None,
    user: str | None = None,
    since: str | None = None,
    limit: int | None = None,
) -> ExitStatus:
    """List what was done, the newest first."""
    start = None if since is None else parse_moment(since, datetime.now(UTC), ZONE.get())
    if since is not None and start is None:
        return session.refuse(f"--since: {MOMENT_HINT}")
    match session.connect():
        case Success(Client() as client):
            pass
        case failed:
            return session.fail(failed.failure())

    def read(page: int, per_page: int) -> Result[AuditLogPage, Error]:
        return admin.list_audit_logs(client, {"query": query, "page": page, "per_page": per_page})

    if user is None and since is None:
        return list_pages(session, read, limit, AUDIT_VIEW)
    entries = filter_entries(items_of(read_pages(read, None)), user, start)
    if not session.output.is_terminal:
        return print_items(session, islice(entries, limit), AUDIT_VIEW)
    return print_table(session, islice(entries, limit or TERMINAL_LIMIT), AUDIT_VIEW)


def filter_entries(
    entries: Iterable[Result[AuditLogEntry, Error]], user: str | None, since: datetime | None
) -> Iterator[Result[AuditLogEntry, Error]]:
    """Yield the entries of a user, up to the first that is too old: the server searches by neither.

    Args:
        entries: The newest first.
        user: An ID, an email address or a phone number.
        since: No entry is older.
    """
    for entry in entries:
        match entry:
            case Success(AuditLogEntry() as found):
                if since is not None and found.created_at < since:
                    return
                if user is None or concerns(found, user):
                    yield entry
            case _:
                yield entry


def concerns(entry: AuditLogEntry, user: str) -> bool:
    """Whether a user did something, or something was done to them."""
    payload, traits = entry.payload, entry.payload.get("traits")
    did = [payload.get(name) for name in ("actor_id", "actor_username")]
    names = ("user_id", "user_email", "user_phone")
    met = [traits.get(name) for name in names] if is_object(traits) else []
    return user in did or user in met
