"""What is done to users who are named, or whom filters select: shown, asked for, carried out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final, NamedTuple

from returns.result import Failure, Result, Success

from supabase_gotrue import Client, Error, User, admin
from supabase_gotrue.cli.arguments.filters import Filters, parse_filters
from supabase_gotrue.cli.output.records import Record
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.output.views import USER_VIEW, address_of
from supabase_gotrue.cli.output.words import count_of
from supabase_gotrue.cli.running.many import (
    Tally,
    call_each,
    connect_for,
    find_id,
    read_user,
    run_each,
    summarize,
)
from supabase_gotrue.cli.running.session import Session

SHOWN: Final = 10
LEFT_ALONE: Final = "left alone, because they have signed in or changed meanwhile"


class Target(NamedTuple):
    """A user to whom something is done.

    Args:
        id: The ID.
        name: What people call the user.
        user: The user, as far as it was read.
    """

    id: str
    name: str
    user: User | None = None

    @classmethod
    def of(cls, user: User) -> "Target":
        """Return a user who was read."""
        return cls(user.id, address_of(user), user)


class Outcome(NamedTuple):
    """What became of a user: `is_done` is False for one who is left alone."""

    target: Target
    is_done: bool


class Action(NamedTuple):
    """Something that is done to users.

    Args:
        verb: As in the question: "Delete".
        past: As in the summary: "deleted".
        call: Does it, and returns the user as it is then.
        record: Returns what became of a user as JSON.
        sentence: Returns, for people, that it is done.
        manner: What the question adds.
        is_asked: Whether it is asked for users who are named, too.
    """

    verb: str
    past: str
    call: Callable[[Client, Target], Result[Target, Error]]
    record: Callable[[Outcome], Record]
    sentence: Callable[[Target], str]
    manner: str = ""
    is_asked: bool = True


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
    match connect_for(session, users):
        case Success((client, targets)):
            pass
        case unconnected:
            return session.fail(unconnected.failure())
    if users and is_given and session.production is None and not dry_run:
        return act_on_named(session, client, action, targets)
    if users:
        find = partial(find_named, session, client, targets)
        carry_on = partial(act_on_found, session, client, action)
    else:
        find = partial(find_matching, session, client, filters)
        carry_on = partial(act_on_matching, session, client, action, filters)
    found: list[User] = []
    status = find(found)
    if dry_run:
        return show_only(session, action, found) or status
    if not found:
        if users and not targets:
            summarize(session, Counter(), 0, action.past)
        return status
    stopped = show_and_ask(session, action, found, is_given=is_given)
    return carry_on(found) or status if stopped is None else stopped


def show_and_ask(
    session: Session, action: Action, users: Sequence[User], *, is_given: bool
) -> ExitStatus | None:
    """Show the first users, and ask unless consent is given; `None` means yes."""
    session.output.preview(USER_VIEW, users[:SHOWN])
    if len(users) > SHOWN:
        session.output.message(f"and {len(users) - SHOWN:,} more")
    question = f"{action.verb} {count_of(len(users), 'user')} of {session.project}{action.manner}?"
    return session.ask_consent(question, is_given=is_given, declined=f"nobody was {action.past}")


def check_selection(users: Sequence[str], filters: Filters) -> Result[Filters, Error]:
    """Refuse a command that names nobody, or both names and filters."""
    problem = None
    if not users and filters.is_empty:
        problem = "name users, or give a filter such as --never-signed-in"
    if users and not filters.is_empty:
        problem = "name users, or give filters, but not both"
    return Success(filters) if problem is None else Failure(Error("validation", problem))


def find_named(
    session: Session, client: Client, targets: Sequence[str], found: list[User]
) -> ExitStatus:
    """Read the users that are named; return the worst status."""
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


def show_only(session: Session, action: Action, users: Sequence[User]) -> ExitStatus:
    """Print the users who would be changed."""
    if session.output.fields and not session.output.is_terminal:
        for user in users:  # `deleted` is a field, too
            session.output.line(action.record(Outcome(Target.of(user), is_done=False)))
    else:
        session.output.items(USER_VIEW, users)
    count = count_of(len(users), "user")
    session.output.message(f"would have {action.past} {count} of {session.project}")
    return ExitStatus.DONE


def act_on_named(
    session: Session, client: Client, action: Action, targets: Sequence[str]
) -> ExitStatus:
    """Do it to the users that are named, who are read only if `--fields` may ask for it."""

    def find(target: str) -> Result[Target, Error]:
        if session.output.fields:
            return read_user(client, target).map(Target.of)
        return find_id(client, target).map(lambda user_id: Target(user_id, target))

    def do(target: str) -> Result[Outcome, Error]:
        return find(target).bind(lambda found: carry_out(client, action, found))

    return run_each(session, targets, do, reporter(session, action), past=action.past)


def act_on_found(
    session: Session, client: Client, action: Action, users: Sequence[User]
) -> ExitStatus:
    """Do it to the users that were named, shown and confirmed."""

    def do(user: User) -> Result[Outcome, Error]:
        return carry_out(client, action, Target.of(user))

    return run_each(
        session, users, do, reporter(session, action), past=action.past, name=lambda user: user.id
    )


def act_on_matching(
    session: Session, client: Client, action: Action, filters: Filters, users: Sequence[User]
) -> ExitStatus:
    """Do it to the users that filters selected, if they are still as they were."""

    def do(user: User) -> Result[Outcome, Error]:
        return admin.get_user_by_id(client, user.id).bind(lambda now: unless_changed(user, now))

    def unless_changed(user: User, now: User) -> Result[Outcome, Error]:
        if filters.matches(now) and now.last_sign_in_at == user.last_sign_in_at:
            return carry_out(client, action, Target.of(now))
        return Success(Outcome(Target.of(now), is_done=False))

    return run_each(
        session, users, do, reporter(session, action), past=action.past, name=lambda user: user.id
    )


def carry_out(client: Client, action: Action, target: Target) -> Result[Outcome, Error]:
    """Do it to one user."""
    return action.call(client, target).map(lambda after: Outcome(after, is_done=True))


def reporter(session: Session, action: Action) -> Callable[[Outcome], str]:
    """Return what prints the outcome of a user, and returns the word under which it counts."""

    def report(outcome: Outcome) -> str:
        left = f"left {outcome.target.name} alone"
        sentence = action.sentence(outcome.target) if outcome.is_done else left
        session.output.record(action.record(outcome), sentence)
        return "done" if outcome.is_done else LEFT_ALONE

    return report
