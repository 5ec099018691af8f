"""The command `users list`."""

import itertools
from collections.abc import Iterable, Iterator
from typing import Annotated, Final

import typer
from returns.result import Failure, Result, Success

from supabase_gotrue import Client, Error, PageParams, User, UserPage, admin
from supabase_gotrue.cli.command import Session
from supabase_gotrue.cli.status import ExitStatus
from supabase_gotrue.cli.views import USER_TITLES, user_row

TERMINAL_LIMIT: Final = 50
PER_PAGE: Final = 1000


def list_users(
    session: Session,
    filter: Annotated[
        str | None,
        typer.Option("--filter", metavar="TEXT", help="A part of the email address or full name."),
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option("--sort", metavar="ORDER", help="'created_at asc' or 'created_at desc'."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", metavar="N", min=1, help="Default: 50 on a terminal, otherwise all."
        ),
    ] = None,
) -> ExitStatus:
    """List users, the newest first unless --sort says otherwise.

    Without --sort and --limit, piped output has all users, each of them once, in no order.
    """
    params: PageParams = {"filter": filter, "sort": sort}
    match session.connect():
        case Success(Client() as client):
            if session.output.is_terminal:
                return show_users(session, read_pages(client, params, limit or TERMINAL_LIMIT))
            if limit is None and sort is None:
                return print_users(session, read_all(client, filter))
            return print_users(session, users_of(read_pages(client, params, limit)))
        case failed:
            return session.fail(failed.failure())


def read_all(client: Client, filter: str | None) -> Iterator[Result[User, Error]]:
    """Read all users, whatever changes meanwhile; a Failure is the last."""
    from supabase_gotrue.bulk import stream_users  # imported late: slow

    return stream_users(client, filter=filter)


def users_of(pages: Iterable[Result[UserPage, Error]]) -> Iterator[Result[User, Error]]:
    """Yield the users of pages."""
    for page in pages:
        match page:
            case Success(UserPage(users)):
                yield from map(Success, users)
            case failed:
                yield Failure(failed.failure())


def read_pages(
    client: Client, params: PageParams, limit: int | None
) -> Iterator[Result[UserPage, Error]]:
    """Read pages until the limit or the end; a Failure is the last."""
    per_page, count = min(limit or PER_PAGE, PER_PAGE), 0
    for number in itertools.count(1):
        result = admin.list_users(client, {**params, "page": number, "per_page": per_page})
        match result:
            case Success(UserPage(users, pagination)):
                wanted = users if limit is None else users[: limit - count]
                count += len(wanted)
                yield Success(UserPage(wanted, pagination))
                if len(users) < per_page or count == limit:
                    return
            case _:
                yield result
                return


def print_users(session: Session, users: Iterable[Result[User, Error]]) -> ExitStatus:
    """Print users as JSON Lines."""
    for result in users:
        match result:
            case Success(User() as user):
                session.output.line(user.to_dict())
            case failed:
                return session.fail(failed.failure())
    return ExitStatus.DONE


def show_users(session: Session, pages: Iterable[Result[UserPage, Error]]) -> ExitStatus:
    """Show users as a table, and how many there are."""
    shown: list[User] = []
    total: int | None = None
    for page in pages:
        match page:
            case Success(UserPage(users, pagination)):
                shown += users
                total = pagination.total
            case failed:
                return session.fail(failed.failure())
    session.output.table(USER_TITLES, map(user_row, shown))
    session.output.message(f"{len(shown):,} of {total or len(shown):,} users")
    return ExitStatus.DONE
