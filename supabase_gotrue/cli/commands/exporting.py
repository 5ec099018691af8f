"""The command `export`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from returns.result import Success

from supabase_gotrue import Client
from supabase_gotrue.cli.arguments.filters import parse_filters
from supabase_gotrue.cli.files import private_files
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.running.session import Session

FORMAT_OF_SUFFIX: Final[Mapping[str, str]] = MappingProxyType(
    {".csv": "csv", ".jsonl": "json", ".ndjson": "json"}
)
FORMAT_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"json": "JSON Lines", "csv": "CSV", "ids": "a list of IDs"}
)
# Export writes none of these formats.
OTHER_SUFFIXES: Final = frozenset(
    {
        *(".tsv", ".xls", ".xlsx", ".ods", ".parquet"),
        *(".gz", ".bz2", ".xz", ".zst", ".zip"),
    }
)


def export_users(
    session: Session, file: str, resume: bool, force: bool, **filters: object
) -> ExitStatus:
    """Write users as JSON Lines or CSV, which import reads."""
    wanted = "json" if session.options.json else session.options.output
    problem = format_problem(Path(file), wanted)
    if not file:
        problem = "name a file, or - for stdout"
    elif problem is None and file != "-":
        problem = file_problem(Path(file), overwrites=force)
    if resume and file == "-":
        problem = "--continue needs the file of the export that stopped"
    if problem is not None:
        return session.refuse(problem)
    match parse_filters(filters, datetime.now(UTC)).bind(lambda _: session.connect()):
        case Success(Client() as client):
            from supabase_gotrue.cli.transfer.export_job import ExportJob  # imported late: slow
            from supabase_gotrue.cli.transfer.partial_file import Selection

            selection = Selection(
                filters=filters,
                format=wanted or FORMAT_OF_SUFFIX.get(Path(file).suffix.lower(), "json"),
                fields=session.output.fields,
            )
            return ExportJob(
                session, client, file, selection, is_resumed=resume, overwrites=force
            ).run()
        case failed:
            return session.fail(failed.failure())


def format_problem(path: Path, wanted: str | None) -> str | None:
    """Return why users cannot be exported in a format to a file of that name, if they cannot."""
    suffix = path.suffix.lower()
    if wanted == "table":
        return "export writes json, csv or ids: a table is for terminals"
    if suffix in OTHER_SUFFIXES:
        inner = path.with_suffix("")  # users.jsonl of users.jsonl.gz
        name = inner if inner.suffix in FORMAT_OF_SUFFIX else path.with_suffix(".jsonl")
        return f"export writes JSON Lines or CSV: name the file {name}"
    named = FORMAT_OF_SUFFIX.get(suffix)
    if None in (named, wanted) or named == wanted:
        return None
    return f"{path} is the name of {FORMAT_NAMES[str(named)]}, not of {FORMAT_NAMES[str(wanted)]}"


def file_problem(path: Path, *, overwrites: bool) -> str | None:
    """Return why users cannot be exported to a file, if they cannot."""
    if path.is_dir():
        return f"{path} is a folder"
    if not path.parent.is_dir():
        return f"there is no folder {path.parent}"
    if private_files.exists(path) and not (overwrites or private_files.is_special(path)):
        other = private_files.next_name(path)
        return f"{path} exists: give --force to replace it, or another name, such as {other}"
    return None
