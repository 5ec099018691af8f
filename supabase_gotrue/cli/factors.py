"""The group `factors`."""

from supabase_gotrue import admin
from supabase_gotrue.cli.paging import print_all
from supabase_gotrue.cli.session import Session
from supabase_gotrue.cli.status import ExitStatus
from supabase_gotrue.cli.views import FACTOR_VIEW


def list_factors(session: Session, user_id: str) -> ExitStatus:
    """List the MFA factors of a user."""
    result = session.call(lambda client: admin.list_factors(client, user_id))
    return print_all(session, result, FACTOR_VIEW)


def delete_factor(session: Session, user_id: str, factor_id: str) -> ExitStatus:
    """Delete an MFA factor of a user, who may have lost the device."""
    result = session.call(lambda client: admin.delete_factor(client, user_id, factor_id))
    return session.finish(
        result,
        lambda _: {"id": factor_id, "deleted": True},
        lambda _: f"deleted factor {factor_id}",
    )
