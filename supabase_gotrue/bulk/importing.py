"""`import_users`: create many users; the same input can be run again."""

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeVar

from returns.result import Failure, Result, Success

from supabase_gotrue.bulk.concurrency import (
    ITERABLE,
    Pause,
    Source,
    Threads,
    check_arguments,
)
from supabase_gotrue.bulk.import_planner import (
    Call,
    Done,
    ImportedRow,
    ImportPlanner,
    PauseAll,
    Start,
    Step,
    Wait,
    fail,
    next_step,
    operation_of,
)
from supabase_gotrue.bulk.readers import UserRows
from supabase_gotrue.client import BaseClient, Client, check_client, run
from supabase_gotrue.error import Error
from supabase_gotrue.schemas.admin_user import AdminUserParams
from supabase_gotrue.schemas.arguments import check_argument, combine
from supabase_gotrue.schemas.cast import cast_bool

# Rows read ahead for each thread, so that no thread waits until the caller takes a result.
READ_AHEAD: Final = 2

_C = TypeVar("_C", bound=BaseClient)


def import_users(
    client: Client,
    rows: Iterable[Result[AdminUserParams, Error] | AdminUserParams | Mapping[str, object]],
    *,
    max_concurrency: int = 8,
    unguessable_passwords: bool = True,
) -> Iterator[ImportedRow]:
    """Create users from rows, such as those of `bulk.readers`, on several threads.

    The same input can be run again after a crash, and creates no duplicates: a row without an
    `id` gets one that is always the same for its address and the client's key, and from which
    the address cannot be found out without the key. If a response is lost, that id is read, and
    the row counts as `created` if the user is there.

    Rows are checked before anything is sent. The checks also find hashes that the server would
    accept although no password matches them, and values that it would answer with a 500: see
    :func:`supabase_gotrue.bulk.password_hashes.password_hash_error`. A second row with the
    id, email or phone of an earlier one fails and names its line (or, if the rows do not
    come from a reader, its number); an earlier one that was itself invalid does not count.

    The import stops if the failures do not come from the rows: after 32 rows in succession that
    did not reach the server, and at once after a 401 or 403. When the server asks for a pause
    (`retry_after`), all calls pause; a row for which it asks for more than a minute fails at
    once. An import takes about 100 bytes of memory for each row.

    Without `email_confirm` (or `phone_confirm`) in a row, its user cannot sign in until the
    address is confirmed.

    Args:
        client: A client created with a secret or `service_role` key. Its `pool_size` should
            not be less than `max_concurrency`.
        rows: Attributes of `create_user`, or Results of them; a row that is a Failure is
            reported as `failed`. They are read lazily, at most twice `max_concurrency` ahead.
        max_concurrency: Maximum number of calls at a time, 1 to 1000. One or two for each
            processor of the server are enough.
        unguessable_passwords: Give a row without a password a random hash that no password
            matches, the default. Otherwise the server generates a password and hashes it,
            which takes four times as long. In both cases the user needs a recovery link.

    Returns:
        An iterator of `ImportedRow`, in the order in which rows are finished. A row whose
        response was lost and whose id cannot be read is `failed` with
        `error.outcome_unknown`: run it again. Invalid arguments, `rows` that raise, and an
        import that stops give a last row of number 0 with the Error.

    Route: POST /admin/users.
    Source: https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> rows = [{"email": "joan@example.com"}, {"email": "ada@example.com"}, {"email": 7}]
    >>> sorted((row.number, row.outcome) for row in import_users(client, rows))
    [(1, 'created'), (2, 'exists'), (3, 'failed')]
    """
    planned = plan_import(
        check_client(Client, client), rows, max_concurrency, unguessable_passwords
    )
    match planned:
        case Success(ImportPlanner() as planner):
            pass
        case failed:
            return iter([ImportedRow(0, "failed", error=failed.failure())])

    def work(start: Start, pause: Pause) -> Done | None:
        return _import_row(client, start, pause)

    threads = Threads(work, max_concurrency, fail)
    return _imported_rows(planner, threads, rows, max_concurrency * READ_AHEAD)


def plan_import(
    client: Result[_C, Error],
    rows: object,
    max_concurrency: object,
    unguessable_passwords: object,
    *,
    iterable: Sequence[str] = ITERABLE,
) -> Result[ImportPlanner, Error]:
    """Check the arguments of an import, and return its planner.

    Args:
        client: The client, if it is one.
        rows: Must have one of the methods in `iterable`.
        max_concurrency: Must be an int from 1 to 1000.
        unguessable_passwords: Must be a bool, or the text of one.
        iterable: The names of methods.
    """
    error = check_arguments(print, rows, max_concurrency, True, iterable=iterable)
    return combine(
        lambda checked, flag, _: ImportPlanner(checked.api_key, unguessable_passwords=flag),
        client,
        check_argument("unguessable_passwords", unguessable_passwords, cast_bool, bool),
        Success(None) if error is None else Failure(error),
    )


def line_of(rows: object) -> int | None:
    """Return the line of the row that was just read, or None if the rows have no lines.

    An iterator around the rows of a reader keeps their lines if it has a `line`, too.
    """
    try:
        line = getattr(rows, "line", None)
    except Exception:
        return None
    return line if type(line) is int else None


def is_parsed(rows: object) -> bool:
    """Whether rows are from a reader, whose parameters need not be checked again."""
    return type(rows) is UserRows


def _import_row(client: Client, start: Start, pause: Pause) -> Done | None:
    """Do what the planner says until a row is done; return None if the import has stopped."""
    step: Step = start.step
    if pause.is_closed:
        return None
    while pause.wait():
        match step:
            case Call():
                step = next_step(step, run(client, operation_of(step)))
            case Wait():
                pause.sleep(step.seconds)
                step = step.then
            case PauseAll():
                pause.extend(step.seconds)
                step = step.then
            case done:
                pause.is_closed |= done.failure_source == "key"
                return done
    return None


def _imported_rows(
    planner: ImportPlanner,
    threads: Threads[Start, Done | None],
    rows: Iterable[object],
    window: int,
) -> Generator[ImportedRow]:
    source = Source(rows)
    try:
        while True:
            while planner.has_room(window) and source.read():
                planner.add(source.item, line_of(rows), is_parsed=is_parsed(rows))
                _submit(planner, threads)
            imported = planner.take()
            if imported is not None:
                yield imported
                continue
            if planner.error is not None:
                threads.drop_waiting()
            if not threads.running:
                break
            ended = threads.next_ended()
            done = ended.unwrap()
            if done is not None:
                planner.finish(ended.item, done)
            _submit(planner, threads)
        threads.stop()
        threads.join()
        error = planner.error or source.error
        if error is not None:
            yield ImportedRow(0, "failed", error=error)
    finally:
        threads.stop()


def _submit(planner: ImportPlanner, threads: Threads[Start, Done | None]) -> None:
    while (start := planner.start()) is not None:
        threads.submit(start)
