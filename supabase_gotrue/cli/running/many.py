"""Commands for many users at a time, and what became of each."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from itertools import takewhile
from typing import Final, TypeVar

from returns.result import Result, Success

from supabase_gotrue import Client, Error, User, admin
from supabase_gotrue.cli.arguments.targets import is_email, read_targets
from supabase_gotrue.cli.output.status import ExitStatus, worst
from supabase_gotrue.cli.output.views import address_of
from supabase_gotrue.cli.output.words import count_of
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.cli.terminal.interruption import Interruption, stop_on_interrupt

_A = TypeVar("_A")
_T = TypeVar("_T")

CONCURRENCY: Final = 8
# Failures one after the other that are no fault of a user: the server is gone, or refuses the key.
MAX_OUTAGE: Final = 32
OUTAGE: Final = (ExitStatus.NO_CONNECTION, ExitStatus.NOT_ADMIN)


def find_id(client: Client, target: str) -> Result[str, Error]:
    """Return the ID of a user who is named by the ID or the email address."""
    if is_email(target):
        return admin.get_user_by_email(client, target).map(lambda user: user.id)
    return Success(target)


def read_user(client: Client, target: str) -> Result[User, Error]:
    """Return a user with identities and factors, named by the ID or the email address."""
    return find_id(client, target).bind(lambda user_id: admin.get_user_by_id(client, user_id))


class Tally:
    """What became of the users so far.

    Args:
        session: Where failures are reported.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._outage = 0
        self.status: ExitStatus = ExitStatus.DONE
        self.counts: Counter[str] = Counter()

    @property
    def is_outage(self) -> bool:
        """Whether to stop: too many consecutive connection failures."""
        return self._outage >= MAX_OUTAGE

    def succeed(self, outcome: str = "done") -> None:
        """Count a user."""
        self._outage = 0
        self.counts[outcome] += 1

    def fail(self, error: Error, subject: str | None) -> None:
        """Report and count a user for whom it failed."""
        status = self._session.fail(error, subject)
        self._outage = self._outage + 1 if status in OUTAGE else 0
        self.status = worst([self.status, status])
        self.counts["failed"] += 1


def call_each(
    function: Callable[[_A], Result[_T, Error]], items: Sequence[_A], is_wanted: Callable[[], bool]
) -> Iterator[tuple[_A, Result[_T, Error]]]:
    """Call a function for each item, several at a time, in order, while more is wanted."""
    if len(items) == 1:
        return iter([(items[0], function(items[0]))])
    from supabase_gotrue.bulk import map_concurrent  # imported late: slow

    wanted = takewhile(lambda _: is_wanted(), items)
    return map_concurrent(function, wanted, max_concurrency=CONCURRENCY)


def connect_for(session: Session, users: Sequence[str]) -> Result[tuple[Client, list[str]], Error]:
    """Read who is meant, and connect."""
    return read_targets(users).bind(
        lambda targets: session.connect().map(lambda client: (client, targets))
    )


def for_each_named(
    session: Session,
    users: Sequence[str],
    function: Callable[[Client, str], Result[_T, Error]],
    report: Callable[[_T], str],
    *,
    past: str,
    is_change: bool = True,
) -> ExitStatus:
    """Call a function for each user that is named, by the ID or the email address."""
    match connect_for(session, users):
        case Success((client, targets)):
            pass
        case failed:
            return session.fail(failed.failure())

    def call(target: str) -> Result[_T, Error]:
        return function(client, target)

    return run_each(session, targets, call, report, past=past, is_change=is_change)


def run_each(
    session: Session,
    items: Sequence[_A],
    function: Callable[[_A], Result[_T, Error]],
    report: Callable[[_T], str],
    *,
    past: str,
    is_change: bool = True,
    name: Callable[[_A], str] = str,
) -> ExitStatus:
    """Call a function for each user, print each result, and one summary; return the worst status.

    Args:
        session: Where it prints.
        items: The users.
        function: Called for each.
        report: Prints a result, and returns under which word it is counted.
        past: What was done, for the summary: "deleted".
        is_change: Whether Ctrl-C waits for the calls that are running.
        name: Returns what an item is called in an error.
    """
    output = session.output
    output.keeps_going = is_change
    tally = Tally(session)
    is_many = len(items) != 1
    guard: AbstractContextManager[Interruption] = (
        stop_on_interrupt(output.message_at_once)
        if is_change and is_many
        else nullcontext(Interruption())
    )
    with guard as interruption:

        def is_wanted() -> bool:
            return not (interruption.is_requested or tally.is_outage)

        for item, result in call_each(function, items, is_wanted):
            match result:
                case Success(value):
                    tally.succeed(report(value))
                case failed:
                    tally.fail(failed.failure(), name(item) if is_many else None)
    if is_many:
        summarize(session, tally.counts, len(items), past)
    return interruption.status if interruption.is_requested else tally.status


def summarize(session: Session, counts: Counter[str], total: int, past: str) -> None:
    """Print how many users were done, and what became of the others."""
    parts = [f"{past} {counts['done']:,} of {count_of(total, 'user')} of {session.project}"]
    parts += [f"{number:,} {word}" for word, number in counts.items() if word != "done"]
    left = total - counts.total()
    parts += [f"{left:,} not tried"] if left else []
    session.output.message("; ".join(parts))


def user_reporter(session: Session, sentence: str) -> Callable[[User], str]:
    """Return what prints a user: the record, or a sentence with the address."""

    def report(user: User) -> str:
        session.output.record(user.to_dict(), sentence.format(address_of(user)))
        return "done"

    return report
