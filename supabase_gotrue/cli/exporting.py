"""The command `export`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from returns.result import Success

from supabase_gotrue import Client
from supabase_gotrue.cli import private_files
from supabase_gotrue.cli.filters import parse_filters
from supabase_gotrue.cli.session import Session
from supabase_gotrue.cli.status import ExitStatus

# Export writes none of these formats.
OTHER_SUFFIXES: Final = frozenset({".csv", ".tsv", ".xls", ".xlsx", ".parquet"})


def export_users(
    session: Session, file: str, resume: bool, force: bool, **filters: object
) -> ExitStatus:
    """Write users as JSON Lines, which import reads."""
    problem = None if file == "-" else file_problem(Path(file), overwrites=force)
    if resume and file == "-":
        problem = "--continue needs the file of the export that stopped"
    if problem is not None:
        return session.refuse(problem)
    match parse_filters(filters, datetime.now(UTC)).bind(lambda _: session.connect()):
        case Success(Client() as client):
            from supabase_gotrue.cli.export_job import ExportJob  # imported late: slow

            return ExportJob(
                session, client, file, filters, is_resumed=resume, overwrites=force
            ).run()
        case failed:
            return session.fail(failed.failure())


def file_problem(path: Path, *, overwrites: bool) -> str | None:
    """Return why users cannot be exported to a file, if they cannot."""
    if path.is_dir():
        return f"{path} is a folder"
    if path.suffix.lower() in OTHER_SUFFIXES:
        lines = path.with_suffix(".jsonl")
        return f"export writes JSON Lines: name the file {lines}, or use users list --output csv"
    if private_files.exists(path) and not (overwrites or private_files.is_special(path)):
        other = private_files.next_name(path)
        return f"{path} exists: give --force to replace it, or another name, such as {other}"
    return None
