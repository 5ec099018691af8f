"""The command `export`."""

from typing import Annotated

import typer
from returns.result import Success

from supabase_gotrue import Client
from supabase_gotrue.cli.command import Session
from supabase_gotrue.cli.status import ExitStatus


def export_users(
    session: Session,
    file: Annotated[
        str, typer.Argument(metavar="[FILE|-]", help="The file, or - for stdout.")
    ] = "-",
    filter: Annotated[
        str | None,
        typer.Option("--filter", metavar="TEXT", help="A part of the email address or full name."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--continue", help="Go on with an export of this file that stopped.")
    ] = False,
) -> ExitStatus:
    """Write all users as JSON Lines, which import reads.

    Passwords are not among the fields. The file appears under its name when it is complete.
    """
    if resume and file == "-":
        return session.refuse("--continue needs the file of the export that stopped")
    match session.connect():
        case Success(Client() as client):
            from supabase_gotrue.cli.export_job import ExportJob  # imported late: slow

            return ExportJob(session, client, file, filter, is_resumed=resume).run()
        case failed:
            return session.fail(failed.failure())
