"""The command `import`."""

from pathlib import Path
from types import MappingProxyType
from typing import Final

from returns.result import Success

from supabase_gotrue import Client
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.cli.transfer.dry_run import accepting_new_users
from supabase_gotrue.cli.transfer.import_options import FORMAT_OF_SUFFIX, ImportOptions

TAB_NAMES: Final = MappingProxyType({"tab": "\t", r"\t": "\t"})


def import_users(
    session: Session,
    file: Path,
    format: str | None = None,
    hash_config: Path | None = None,
    passwords: Path | None = None,
    delimiter: str | None = None,
    column: tuple[str, ...] = (),
    model: str | None = None,
    unsupported_passwords: str = "fail",
    dry_run: bool = False,
    failures: Path | None = None,
    concurrency: int = 8,
    skip: int = 0,
) -> ExitStatus:
    """Create users from a file."""
    options = ImportOptions(
        file=file,
        format=format or FORMAT_OF_SUFFIX.get(file.suffix.lower()),
        hash_config=hash_config,
        passwords=passwords,
        delimiter=TAB_NAMES.get(delimiter or "", delimiter),
        column=tuple(column),
        model=model,
        unsupported_passwords=unsupported_passwords,
        dry_run=dry_run,
        failures=failures,
        concurrency=concurrency,
        skip=skip,
    )
    problem = options.problem()
    if problem is not None:
        return session.refuse(problem)
    if not dry_run:
        question = f"Import users into {session.project}?"
        stopped = session.ask_consent(question, is_given=True, declined="no user was imported")
        if stopped is not None:
            return stopped
    connected = session.connect(pool_size=concurrency)
    match connected.bind(accepting_new_users) if dry_run else connected:
        case Success(Client() as client):
            from supabase_gotrue.cli.transfer.import_job import ImportJob  # imported late: slow

            return ImportJob(session, client, options).run()
        case failed:
            return session.fail(failed.failure())
