"""`import_users` for asyncio."""

from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping

from returns.result import Result, Success

from supabase_gotrue.aio.bulk.concurrency import ASYNC_ITERABLE, Pause, Source, Tasks
from supabase_gotrue.aio.client import AsyncClient, run
from supabase_gotrue.bulk.import_planner import (
    Call,
    Done,
    ImportedRow,
    ImportPlanner,
    PauseAll,
    Start,
    Step,
    Wait,
    next_step,
    operation_of,
)
from supabase_gotrue.bulk.importing import is_parsed, line_of, plan_import
from supabase_gotrue.client import check_client
from supabase_gotrue.error import Error
from supabase_gotrue.schemas.admin_user import AdminUserParams

Rows = Result[AdminUserParams, Error] | AdminUserParams | Mapping[str, object]


async def import_users(
    client: AsyncClient,
    rows: Iterable[Rows] | AsyncIterable[Rows],
    *,
    max_concurrency: int = 8,
    unguessable_passwords: bool = True,
) -> AsyncGenerator[ImportedRow, None]:
    """Create users from rows, such as those of `bulk.readers`, in tasks.

    Async version of :func:`supabase_gotrue.bulk.import_users`. At most `max_concurrency` rows
    are read ahead. When the caller stops (it is cancelled, or closes the generator, as
    `contextlib.aclosing` does), calls that are running are cancelled: their users may have
    been created, and running the same input again tells.

    Args:
        client: A client created with a secret or `service_role` key. Its `pool_size` should
            not be less than `max_concurrency`.
        rows: Anything iterable, or async iterable.
        max_concurrency: Maximum number of calls at a time.
        unguessable_passwords: As in the blocking version.

    Returns:
        An async iterator of `ImportedRow`, in the order in which rows are finished.

    >>> import asyncio
    >>> async def outcomes(client, rows):
    ...     return [row.outcome async for row in import_users(client, rows, max_concurrency=1)]
    >>> asyncio.run(outcomes(async_client, [{"email": "joan@example.com"}, {"email": 7}]))
    ['created', 'failed']
    """
    planned = plan_import(
        check_client(AsyncClient, client),
        rows,
        max_concurrency,
        unguessable_passwords,
        iterable=ASYNC_ITERABLE,
    )
    match planned:
        case Success(ImportPlanner() as planner):
            pass
        case failed:
            yield ImportedRow(0, "failed", error=failed.failure())
            return

    async def work(start: Start, pause: Pause) -> Done:
        return await _import_row(client, start, pause)

    tasks = Tasks(work, ordered=False)
    source = Source[object](rows)
    try:
        while True:
            while planner.has_room(max_concurrency) and await source.read():
                planner.add(source.item, line_of(rows), is_parsed=is_parsed(rows))
            while (start := planner.start()) is not None:
                tasks.submit(start)
            imported = planner.take()
            if imported is not None:
                yield imported
            elif tasks.running:
                ended = await tasks.next_ended()
                planner.finish(ended.item, ended.result)
            else:
                break
    finally:
        await tasks.cancel()
        await source.aclose()
    error = planner.error or source.error
    if error is not None:
        yield ImportedRow(0, "failed", error=error)


async def _import_row(client: AsyncClient, start: Start, pause: Pause) -> Done:
    """Do what the planner says until a row is done."""
    step: Step = start.step
    while True:
        await pause.wait()
        match step:
            case Call():
                step = next_step(step, await run(client, operation_of(step)))
            case Wait():
                await pause.sleep(step.seconds)
                step = step.then
            case PauseAll():
                pause.extend(step.seconds)
                step = step.then
            case done:
                return done
