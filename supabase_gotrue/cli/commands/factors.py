"""The group `factors`."""

from collections.abc import Sequence
from typing import Final

from returns.result import Result, Success

from supabase_gotrue import Client, Error, Factor, admin
from supabase_gotrue.cli.output.status import ExitStatus, worst
from supabase_gotrue.cli.output.tables import View
from supabase_gotrue.cli.output.times import minute
from supabase_gotrue.cli.output.words import count_of
from supabase_gotrue.cli.running.many import find_id, for_each_named
from supabase_gotrue.cli.running.session import Session


def factor_row(factor: Factor) -> tuple[str, ...]:
    """Return the cells of a factor."""
    name = factor.friendly_name or factor.phone or ""
    return (factor.id, factor.factor_type, name, factor.status, minute(factor.created_at))


FACTOR_VIEW: Final = View(
    "factors",
    ("ID", "Type", "Name", "State", "Created"),
    (0, 1, 3, 2, 4),
    factor_row,
    Factor,
)


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
    if session.output.is_terminal and (listed or status is ExitStatus.DONE):
        session.output.table(FACTOR_VIEW, listed)
        session.output.message(count_of(len(listed), "factor"))
    return status


def delete_factors(
    session: Session, user_id: str, factor_id: str | None, all: bool, yes: bool
) -> ExitStatus:
    """Ask, and delete one MFA factor of a user, or all."""
    if (factor_id is None) is not all:
        return session.refuse("give a factor or --all")
    what = "all factors" if factor_id is None else f"the factor {factor_id}"
    stopped = session.ask_to_delete(
        f"{what} of {user_id}, a user of {session.project}", is_given=yes
    )
    if stopped is not None:
        return stopped
    match session.connect():
        case Success(client):
            pass
        case failed:
            return session.fail(failed.failure())
    match find_id(client, user_id).bind(lambda found: factors_of(client, found, factor_id)):
        case Success((found_id, factor_ids)):
            pass
        case missing:
            return session.fail(missing.failure())
    if not factor_ids:
        session.output.message(f"{user_id} has no factors")
    return worst([delete_factor(session, client, found_id, each) for each in factor_ids])


def factors_of(
    client: Client, user_id: str, factor_id: str | None
) -> Result[tuple[str, list[str]], Error]:
    """Return the ID of a user, and those of the factors that are meant."""
    if factor_id is not None:
        return Success((user_id, [factor_id]))
    return admin.list_factors(client, user_id).map(
        lambda factors: (user_id, [factor.id for factor in factors])
    )


def delete_factor(session: Session, client: Client, user_id: str, factor_id: str) -> ExitStatus:
    """Delete an MFA factor, and print it."""
    result = admin.delete_factor(client, user_id, factor_id)
    return session.finish_deletion(result, "factor", factor_id)
