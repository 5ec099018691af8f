"""The command `import`."""

from pathlib import Path
from typing import Annotated

import typer
from returns.result import Success

from supabase_gotrue import Client
from supabase_gotrue.cli.command import Session
from supabase_gotrue.cli.dry_run import without_network
from supabase_gotrue.cli.import_options import FORMAT_OF_SUFFIX, FormatName, ImportOptions
from supabase_gotrue.cli.status import ExitStatus


def import_users(
    session: Session,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="The file, or - for stdin."),
    ],
    format: Annotated[
        FormatName | None,
        typer.Option("--from", help="The format. Default: by the suffix .csv, .jsonl or .ndjson."),
    ] = None,
    hash_config: Annotated[
        Path | None,
        typer.Option(
            "--hash-config",
            metavar="FILE",
            help="Firebase's password hash parameters, as its console shows them.",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
    passwords: Annotated[
        Path | None,
        typer.Option(
            "--passwords",
            metavar="FILE",
            help="The file of password hashes that Auth0's support sends.",
            exists=True,
            dir_okay=False,
            readable=True,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check all rows, and send nothing.")
    ] = False,
    failures: Annotated[
        Path | None,
        typer.Option(
            "--failures",
            metavar="FILE",
            help="Write failed rows there in the format of the input, to be mended and imported.",
            dir_okay=False,
            writable=True,
        ),
    ] = None,
    concurrency: Annotated[
        int,
        typer.Option("--concurrency", metavar="N", min=1, max=1000, help="Calls at a time."),
    ] = 8,
    skip: Annotated[
        int, typer.Option("--skip", metavar="N", min=0, help="Leave out the first rows.")
    ] = 0,
) -> ExitStatus:
    """Create users from a file.

    The same file can be imported again, and creates nobody twice. A row without email_confirm
    makes a user who cannot sign in until the address is confirmed.
    """
    options = ImportOptions(
        file=file,
        format=format or FORMAT_OF_SUFFIX.get(file.suffix.lower()),
        hash_config=hash_config,
        passwords=passwords,
        dry_run=dry_run,
        failures=failures,
        concurrency=concurrency,
        skip=skip,
    )
    problem = options.problem()
    if problem is not None:
        return session.refuse(problem)
    connected = session.connect(pool_size=concurrency)
    match connected.bind(without_network) if dry_run else connected:
        case Success(Client() as client):
            from supabase_gotrue.cli.import_job import ImportJob  # imported late: slow

            return ImportJob(session, client, options).run()
        case failed:
            return session.fail(failed.failure())
