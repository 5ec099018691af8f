"""The group `factors`."""

from returns.result import Success

from supabase_gotrue import admin
from supabase_gotrue.cli.output import count_of
from supabase_gotrue.cli.paging import print_items
from supabase_gotrue.cli.session import Session
from supabase_gotrue.cli.status import ExitStatus
from supabase_gotrue.cli.views import FACTOR_VIEW


def list_factors(session: Session, user_id: str) -> ExitStatus:
    """List the MFA factors of a user."""
    match session.call(lambda client: admin.list_factors(client, user_id)):
        case Success(factors):
            pass
        case failed:
            return session.fail(failed.failure())
    if session.output.is_terminal:
        session.output.table(FACTOR_VIEW.titles, map(FACTOR_VIEW.row, factors))
        session.output.message(count_of(len(factors), "factor"))
        return ExitStatus.DONE
    return print_items(session, map(Success, factors), FACTOR_VIEW)


def delete_factor(session: Session, user_id: str, factor_id: str) -> ExitStatus:
    """Delete an MFA factor of a user, who may have lost the device."""
    result = session.call(lambda client: admin.delete_factor(client, user_id, factor_id))
    return session.finish(
        result,
        lambda _: {"id": factor_id, "deleted": True},
        lambda _: f"deleted factor {factor_id}",
    )
