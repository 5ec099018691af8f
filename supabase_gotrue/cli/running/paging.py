"""Lists of any length: page after page, up to a limit, as a table or as JSON Lines."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from returns.result import Failure, Result, Success

from supabase_gotrue import Error, Pagination
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.output.tables import View
from supabase_gotrue.cli.output.times import zone
from supabase_gotrue.cli.output.words import singular
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.models.base import ServerStruct

TERMINAL_LIMIT: Final = 50
PER_PAGE: Final = 1000

_T = TypeVar("_T", bound=ServerStruct)


# Returns the items of a page, by its number and size.
Reader = Callable[[int, int], Result[tuple[tuple[_T, ...], Pagination], Error]]


def list_pages(session: Session, read: Reader[_T], limit: int | None, view: View[_T]) -> ExitStatus:
    """Print the items of pages: all, or on a terminal a few."""
    if not session.output.is_terminal:
        return print_items(session, items_of(read_pages(read, limit)), view)
    shown: list[_T] = []
    total = 0
    for page in read_pages(read, limit or TERMINAL_LIMIT):
        match page:
            case Success((items, pagination)):
                shown += items
                total = pagination.total or len(shown)
            case failed:
                return session.fail(failed.failure())
    show_table(session, view, shown, total)
    return ExitStatus.DONE


def show_table(session: Session, view: View[_T], shown: Sequence[_T], total: int) -> None:
    """Print a table, and how many there are."""
    session.output.table(view, shown)
    session.output.message(
        f"{len(shown):,} of {total:,} {view.noun} of {session.project}; times are in {zone()}"
    )


def print_all(session: Session, items: Result[tuple[_T, ...], Error], view: View[_T]) -> ExitStatus:
    """Print all items of a list that has no pages."""
    match items:
        case Success(found):
            pass
        case failed:
            return session.fail(failed.failure())
    print_some = print_table if session.output.is_terminal else print_items
    return print_some(session, map(Success, found), view)


def print_table(session: Session, items: Iterable[Result[_T, Error]], view: View[_T]) -> ExitStatus:
    """Print items as a table, and their number."""
    shown: list[_T] = []
    for item in items:
        match item:
            case Success(value):
                shown.append(value)
            case failed:
                return session.fail(failed.failure())
    session.output.table(view, shown)
    session.output.message(
        f"{len(shown):,} {singular(view.noun) if len(shown) == 1 else view.noun}"
    )
    return ExitStatus.DONE


def print_items(session: Session, items: Iterable[Result[_T, Error]], view: View[_T]) -> ExitStatus:
    """Print items for programs, a line each."""
    for item in items:
        match item:
            case Success(value):
                session.output.line(value.to_dict())
            case failed:
                return session.fail(failed.failure())
    session.output.end(view.fields)
    return ExitStatus.DONE


def items_of(
    pages: Iterable[Result[tuple[tuple[_T, ...], Pagination], Error]],
) -> Iterator[Result[_T, Error]]:
    """Yield the items of pages; a Failure is the last."""
    for page in pages:
        match page:
            case Success((items, _)):
                yield from map(Success, items)
            case failed:
                yield Failure(failed.failure())


def read_pages(
    read: Reader[_T], limit: int | None
) -> Iterator[Result[tuple[tuple[_T, ...], Pagination], Error]]:
    """Read pages until the limit or the end; a Failure is the last."""
    per_page, number, count = min(limit or PER_PAGE, PER_PAGE), 0, 0
    is_last = False
    while not is_last:
        number += 1
        page = read(number, per_page)
        match page:
            case Success((items, pagination)):
                wanted = items if limit is None else items[: limit - count]
                count += len(wanted)
                is_last = len(items) < per_page or count == limit
                yield Success((wanted, pagination))
            case _:
                is_last = True
                yield page
