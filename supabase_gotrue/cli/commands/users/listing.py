"""The commands `users list` and `users count`."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from returns.result import Result, Success

from supabase_gotrue import Client, Error, User, UserPage, admin
from supabase_gotrue.cli.arguments.filters import Filters, parse_filters
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.output.views import USER_VIEW
from supabase_gotrue.cli.running.paging import TERMINAL_LIMIT, list_pages, print_items, show_table
from supabase_gotrue.cli.running.session import Session

ORDERS: Final = ("created_at asc", "created_at desc")


def list_users(
    session: Session, sort: str | None, limit: int | None, **filters: object
) -> ExitStatus:
    """List users, the newest first unless `--sort` says otherwise."""
    match parse_filters(filters, datetime.now(UTC)):
        case Success(Filters() as wanted):
            pass
        case invalid:
            return session.fail(invalid.failure())
    if sort not in (None, *ORDERS):
        return session.refuse(f"--sort: give one of {', '.join(map(repr, ORDERS))}")
    match session.connect():
        case Success(Client() as client):
            pass
        case failed:
            return session.fail(failed.failure())
    is_whole = sort is None and limit is None and not session.output.is_terminal
    if is_whole:
        return print_items(session, matching(client, wanted), USER_VIEW)
    if wanted.predicates:
        return list_matching(session, client, wanted, sort, limit)

    def read(page: int, per_page: int) -> Result[UserPage, Error]:
        return admin.list_users(
            client, {"filter": wanted.text, "sort": sort, "page": page, "per_page": per_page}
        )

    return list_pages(session, read, limit, USER_VIEW)


def matching(client: Client, wanted: Filters) -> Iterator[Result[User, Error]]:
    """Yield the users that filters select; a Failure is the last."""
    from supabase_gotrue.bulk import stream_users  # imported late: slow

    for result in stream_users(client, filter=wanted.text):
        match result:
            case Success(User() as user) if not wanted.matches(user):
                continue
            case _:
                yield result


def list_matching(
    session: Session, client: Client, wanted: Filters, sort: str | None, limit: int | None
) -> ExitStatus:
    """List the users that filters select in their order, which the server does not know."""
    found: list[User] = []
    for result in matching(client, wanted):
        match result:
            case Success(User() as user):
                found.append(user)
            case failed:
                return session.fail(failed.failure())
    found.sort(key=lambda user: user.created_at, reverse=sort != ORDERS[0])
    if session.output.is_terminal:
        show_table(session, USER_VIEW, found[: limit or TERMINAL_LIMIT], len(found))
        return ExitStatus.DONE
    return print_items(session, map(Success, found[:limit]), USER_VIEW)


def count_users(session: Session, **filters: object) -> ExitStatus:
    """Print how many users there are."""
    match parse_filters(filters, datetime.now(UTC)):
        case Success(Filters() as wanted):
            pass
        case invalid:
            return session.fail(invalid.failure())
    match session.connect():
        case Success(Client() as client):
            pass
        case unconnected:
            return session.fail(unconnected.failure())
    count = 0
    for result in matching(client, wanted):
        match result:
            case Success(_):
                count += 1
            case failed:
                return session.fail(failed.failure())
    options = session.options
    if options.json or options.fields or options.output in ("json", "csv"):
        session.output.line({"count": count})
    else:
        session.output.data(f"{count}\n".encode())
    return ExitStatus.DONE
