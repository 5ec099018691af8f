"""The group `factors`."""

from collections.abc import Sequence

from returns.result import Result

from supabase_gotrue import Client, Error, Factor, admin
from supabase_gotrue.cli.many import find_id
from supabase_gotrue.cli.output import count_of
from supabase_gotrue.cli.session import Session
from supabase_gotrue.cli.status import ExitStatus
from supabase_gotrue.cli.users import for_each_named
from supabase_gotrue.cli.views import FACTOR_VIEW


def list_factors(session: Session, users: Sequence[str]) -> ExitStatus:
    """List the MFA factors of users."""
    listed: list[Factor] = []

    def read(client: Client, target: str) -> Result[tuple[str, tuple[Factor, ...]], Error]:
        return find_id(client, target).bind(
            lambda user_id: admin.list_factors(client, user_id).map(lambda found: (user_id, found))
        )

    def show(factors: tuple[str, tuple[Factor, ...]]) -> str:
        user_id, all_factors = factors
        listed.extend(all_factors)
        if not session.output.is_terminal:
            for factor in all_factors:
                session.output.line({"user_id": user_id, **factor.to_dict()})
        return "done"

    status = for_each_named(session, users, read, show, past="read", is_change=False)
    if session.output.is_terminal and status is ExitStatus.DONE:
        session.output.table(FACTOR_VIEW, listed)
        session.output.message(count_of(len(listed), "factor"))
    return status


def delete_factor(session: Session, user_id: str, factor_id: str) -> ExitStatus:
    """Delete an MFA factor of a user, who may have lost the device."""
    result = session.call(lambda client: admin.delete_factor(client, user_id, factor_id))
    return session.finish(
        result,
        lambda _: {"id": factor_id, "deleted": True},
        lambda _: f"deleted factor {factor_id}",
    )
