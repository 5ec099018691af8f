"""The commands `users delete` and `users ban`: by names, or by filters."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, NamedTuple

from returns.result import Failure, Result, Success

from supabase_gotrue import Client, Error, User, admin
from supabase_gotrue.cli.arguments.filters import Filters, parse_filters
from supabase_gotrue.cli.arguments.times import DURATION_HINT, parse_duration
from supabase_gotrue.cli.connection.profiles import usage_error
from supabase_gotrue.cli.output.output import count_of, minute
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.output.views import USER_VIEW, address_of
from supabase_gotrue.cli.running.many import find_id, read_targets, read_user, run_each, summarize
from supabase_gotrue.cli.running.session import Session

SHOWN: Final = 10
NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})
PERMANENT: Final = "876000h"  # a hundred years
MAX_SECONDS: Final = (2**63 - 1) // 10**9  # a duration of Go counts nanoseconds
LEFT_ALONE: Final = "left alone, because they have signed in or changed meanwhile"


class Done(NamedTuple):
    """What became of a user: printed as JSON, and as a sentence on a terminal."""

    record: Mapping[str, object]
    sentence: str
    outcome: str = "done"


class Action(NamedTuple):
    """Something that is done to users.

    Args:
        verb: As in the question: "Delete".
        past: As in the summary: "deleted".
        call: Does it to the user with an ID, who is shown by a name.
        manner: What the question adds.
        is_asked: Whether it is asked for users who are named, too.
    """

    verb: str
    past: str
    call: Callable[[Client, str, str], Result[Done, Error]]
    manner: str = ""
    is_asked: bool = True


def delete_users(
    session: Session,
    users: Sequence[str],
    soft: bool,
    yes: bool,
    dry_run: bool,
    **filters: object,
) -> ExitStatus:
    """Delete the users that are named, or that filters select."""

    def delete(client: Client, user_id: str, name: str) -> Result[Done, Error]:
        done = Done({"id": user_id, "deleted": True}, f"deleted {name}")
        return admin.delete_user(client, user_id, should_soft_delete=soft).map(lambda _: done)

    action = Action("Delete", "deleted", delete, " softly" if soft else "")
    return act(session, action, users, filters, is_given=yes, dry_run=dry_run)


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

    def ban(client: Client, user_id: str, _name: str) -> Result[Done, Error]:
        return admin.update_user_by_id(client, user_id, {"ban_duration": length}).map(
            lambda user: Done(
                user.to_dict(), f"banned {address_of(user)} until {minute(user.banned_until)}"
            )
        )

    action = Action("Ban", "banned", ban, is_asked=False)
    return act(session, action, users, filters, is_given=yes, dry_run=dry_run)


def go_duration(text: str) -> str | None:
    """Return a duration as the server reads it, without days and weeks.

    >>> go_duration("1w1d"), go_duration("1h30m"), go_duration("0d"), go_duration("soon")
    ('691200s', '5400s', None, None)
    """
    duration = parse_duration(text)
    seconds = 0 if duration is None else int(duration.total_seconds())
    return f"{seconds}s" if 0 < seconds <= MAX_SECONDS else None


def act(
    session: Session,
    action: Action,
    users: Sequence[str],
    given: Mapping[str, object],
    *,
    is_given: bool,
    dry_run: bool,
) -> ExitStatus:
    """Find the users, show them, ask, and do it.

    Args:
        session: Where it prints.
        action: What is done.
        users: Who are named.
        given: The options that are filters.
        is_given: Whether consent is given.
        dry_run: Show the users, and do nothing.
    """
    match parse_filters(given, datetime.now(UTC)).bind(lambda f: check_selection(users, f)):
        case Success(filters):
            pass
        case failed:
            return session.fail(failed.failure())
    is_given = is_given or (bool(users) and not action.is_asked)
    refused = None if dry_run else session.check_consent(is_given=is_given)
    if refused is not None:
        return refused
    match read_targets(users).bind(lambda targets: session.connect().map(lambda c: (c, targets))):
        case Success((client, targets)):
            pass
        case unconnected:
            return session.fail(unconnected.failure())
    if users and is_given and session.production is None and not dry_run:
        return act_on_named(session, client, action, targets)
    found: list[User] = []
    status = (
        find_named(session, client, targets, found)
        if users
        else find_matching(session, client, filters, found)
    )
    if dry_run:
        return show_only(session, action, found) or status
    if not found:
        if users and not targets:
            summarize(session, Counter(), 0, action.past)
        return status
    show_some(session, found)
    question = f"{action.verb} {count_of(len(found), 'user')} of {session.project}{action.manner}?"
    stopped = session.ask_consent(question, is_given=is_given, declined=f"nobody was {action.past}")
    if stopped is not None:
        return stopped
    if users:
        names = {user.id: address_of(user) for user in found}
        return act_on_named(session, client, action, list(names), names) or status
    return act_on_matching(session, client, action, found, filters)


def check_selection(users: Sequence[str], filters: Filters) -> Result[Filters, Error]:
    """Refuse a command that names nobody, or both names and filters."""
    if not users and filters.is_empty:
        return Failure(usage_error("name users, or give a filter such as --never-signed-in"))
    if users and not filters.is_empty:
        return Failure(usage_error("name users, or give filters, but not both"))
    return Success(filters)


def find_named(
    session: Session, client: Client, targets: Sequence[str], found: list[User]
) -> ExitStatus:
    """Read the users that are named; return the worst status."""
    from supabase_gotrue.cli.running.many import Tally, call_each

    tally = Tally(session)
    known: dict[str, User] = {}
    for target, result in call_each(
        lambda target: read_user(client, target), targets, lambda: not tally.is_outage
    ):
        match result:
            case Success(User() as user):
                known[user.id] = user
            case failed:
                tally.fail(failed.failure(), target)
    found += known.values()
    return tally.status


def find_matching(
    session: Session, client: Client, filters: Filters, found: list[User]
) -> ExitStatus:
    """Read the users that filters select."""
    from supabase_gotrue.bulk import stream_users  # imported late: slow

    for result in stream_users(client, filter=filters.text):
        match result:
            case Success(User() as user):
                if filters.matches(user):
                    found.append(user)
            case failed:
                found.clear()
                return session.fail(failed.failure())
    if not found:
        session.output.message(f"no user of {session.project} matches")
    return ExitStatus.DONE


def show_some(session: Session, users: Sequence[User]) -> None:
    """Show the first users before a question."""
    session.output.table(USER_VIEW, users[:SHOWN], is_message=True)
    if len(users) > SHOWN:
        session.output.message(f"and {len(users) - SHOWN:,} more")


def show_only(session: Session, action: Action, users: Sequence[User]) -> ExitStatus:
    """Print the users who would be changed."""
    session.output.items(USER_VIEW, users)
    count = count_of(len(users), "user")
    session.output.message(f"would have {action.past} {count} of {session.project}")
    return ExitStatus.DONE


def act_on_named(
    session: Session,
    client: Client,
    action: Action,
    targets: Sequence[str],
    names: Mapping[str, str] = NO_NAMES,
) -> ExitStatus:
    """Do it to the users that are named; `names` are what targets are called, if not themselves."""

    def do(target: str) -> Result[Done, Error]:
        name = names.get(target, target)
        return find_id(client, target).bind(lambda user_id: action.call(client, user_id, name))

    return run_each(session, targets, do, reporter(session), past=action.past)


def act_on_matching(
    session: Session, client: Client, action: Action, users: Sequence[User], filters: Filters
) -> ExitStatus:
    """Do it to the users that filters selected, if they are still as they were."""

    def do(user: User) -> Result[Done, Error]:
        return admin.get_user_by_id(client, user.id).bind(lambda now: unless_changed(user, now))

    def unless_changed(user: User, now: User) -> Result[Done, Error]:
        if filters.matches(now) and now.last_sign_in_at == user.last_sign_in_at:
            return action.call(client, now.id, address_of(now))
        record = {"id": now.id, action.past: False}
        return Success(Done(record, f"left {address_of(now)} alone", LEFT_ALONE))

    return run_each(
        session, users, do, reporter(session), past=action.past, name=lambda user: user.id
    )


def reporter(session: Session) -> Callable[[Done], str]:
    """Return what prints the outcome of a user, and returns its word."""

    def report(done: Done) -> str:
        session.output.record(done.record, done.sentence)
        return done.outcome

    return report
