"""The command `users list`."""

from returns.result import Result, Success

from supabase_gotrue import Client, Error, UserPage, admin
from supabase_gotrue.cli.paging import list_pages, print_items
from supabase_gotrue.cli.session import Session
from supabase_gotrue.cli.status import ExitStatus
from supabase_gotrue.cli.views import USER_VIEW


def list_users(
    session: Session,
    filter: str | None = None,
    sort: str | None = None,
    limit: int | None = None,
) -> ExitStatus:
    """List users, the newest first unless --sort says otherwise.

    Without --sort and --limit, piped output has all users, each of them once, in any order.
    """
    match session.connect():
        case Success(Client() as client):
            pass
        case failed:
            return session.fail(failed.failure())
    if sort is None and limit is None and not session.output.is_terminal:
        from supabase_gotrue.bulk import stream_users  # imported late: slow

        return print_items(session, stream_users(client, filter=filter), USER_VIEW)

    def read(page: int, per_page: int) -> Result[UserPage, Error]:
        return admin.list_users(
            client, {"filter": filter, "sort": sort, "page": page, "per_page": per_page}
        )

    return list_pages(session, read, limit, USER_VIEW)
