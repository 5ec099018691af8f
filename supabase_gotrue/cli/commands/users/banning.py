"""The commands `users ban` and `users unban`."""

from collections.abc import Sequence
from typing import Final

from returns.result import Result

from supabase_gotrue import Client, Error, User, admin
from supabase_gotrue.cli.arguments.times import DURATION_HINT, parse_duration
from supabase_gotrue.cli.commands.users.acting import Action, Outcome, Target, act
from supabase_gotrue.cli.output.records import Record
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.output.times import minute
from supabase_gotrue.cli.running.many import find_id, for_each_named, user_reporter
from supabase_gotrue.cli.running.session import Session

PERMANENT: Final = "876000h"  # a hundred years
MAX_SECONDS: Final = (2**63 - 1) // 10**9  # a duration of Go counts nanoseconds


def ban_users(
    session: Session,
    users: Sequence[str],
    duration: str | None,
    permanent: bool,
    yes: bool,
    dry_run: bool,
    **filters: object,
) -> ExitStatus:
    """Ban the users that are named, or that filters select."""
    if (duration is None) is not permanent:
        return session.refuse("give --for or --permanent")
    length = PERMANENT if duration is None else go_duration(duration)
    if length is None:
        return session.refuse(f"--for: {DURATION_HINT}; --permanent bans for a hundred years")

    def ban(client: Client, target: Target) -> Result[Target, Error]:
        banned = admin.update_user_by_id(client, target.id, {"ban_duration": length})
        return banned.map(Target.of)

    action = Action("Ban", "banned", ban, to_record, to_sentence, is_asked=False)
    return act(session, action, users, filters, is_given=yes, dry_run=dry_run)


def to_record(outcome: Outcome) -> Record:
    """Return what became of a user as JSON."""
    user = outcome.target.user
    return {"banned": outcome.is_done, **({} if user is None else user.to_dict())}


def to_sentence(target: Target) -> str:
    """Return, for people, that a user is banned."""
    until = None if target.user is None else target.user.banned_until
    return f"banned {target.name} until {minute(until)}"


def go_duration(text: str) -> str | None:
    """Return a duration as the server reads it, without days and weeks.

    >>> go_duration("1w1d"), go_duration("1h30m"), go_duration("0d"), go_duration("soon")
    ('691200s', '5400s', None, None)
    """
    duration = parse_duration(text)
    seconds = 0 if duration is None else int(duration.total_seconds())
    return f"{seconds}s" if 0 < seconds <= MAX_SECONDS else None


def unban_users(session: Session, users: Sequence[str]) -> ExitStatus:
    """End the ban of users."""

    def unban(client: Client, target: str) -> Result[User, Error]:
        return find_id(client, target).bind(
            lambda user_id: admin.update_user_by_id(client, user_id, {"ban_duration": "none"})
        )

    report = user_reporter(session, "unbanned {}")
    return for_each_named(session, users, unban, report, past="unbanned")
