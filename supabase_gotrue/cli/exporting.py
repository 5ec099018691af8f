"""The command `export`."""

from returns.result import Success

from supabase_gotrue import Client
from supabase_gotrue.cli.session import Session
from supabase_gotrue.cli.status import ExitStatus


def export_users(
    session: Session,
    file: str = "-",
    filter: str | None = None,
    resume: bool = False,
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
