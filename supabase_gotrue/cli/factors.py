"""The group `factors`."""

from typing import Annotated, Final

import typer
from returns.result import Success

from supabase_gotrue import admin
from supabase_gotrue.cli.arguments import UserId
from supabase_gotrue.cli.command import Session, command
from supabase_gotrue.cli.output import count_of
from supabase_gotrue.cli.paging import print_items
from supabase_gotrue.cli.status import ExitStatus
from supabase_gotrue.cli.views import FACTOR_VIEW

app: Final = typer.Typer(no_args_is_help=True, help="Administer the MFA factors of a user.")

FactorId = Annotated[str, typer.Argument(metavar="FACTOR", help="The ID of the factor.")]


@command(app, "list", example="factors list 7d9e8f60-2c4b-4d0e-9b1a-5f3c2e1d0a99")
def list_factors(session: Session, user_id: UserId) -> ExitStatus:
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


@command(
    app,
    "delete",
    example="factors delete 7d9e8f60-2c4b-4d0e-9b1a-5f3c2e1d0a99"
    " 1c0e5a3f-8f2d-4a7b-9f3c-2d1e0b9a8c7d",
)
def delete_factor(session: Session, user_id: UserId, factor_id: FactorId) -> ExitStatus:
    """Delete an MFA factor of a user, who may have lost the device."""
    result = session.call(lambda client: admin.delete_factor(client, user_id, factor_id))
    return session.finish(
        result,
        lambda _: {"id": factor_id, "deleted": True},
        lambda _: f"deleted factor {factor_id}",
    )
