"""The application: all commands and groups."""

import os
import sys
from typing import TYPE_CHECKING, Annotated, Final, cast

import typer

from supabase_gotrue._version import __version__
from supabase_gotrue.cli import factors, users
from supabase_gotrue.cli.command import NAME, command, merge_options, set_signature
from supabase_gotrue.cli.doctor import diagnose
from supabase_gotrue.cli.exporting import export_users
from supabase_gotrue.cli.importing import import_users
from supabase_gotrue.cli.links import create_link
from supabase_gotrue.cli.listing import list_audit_logs

if TYPE_CHECKING:
    from io import TextIOWrapper

HELP: Final = "Administer the users of a Supabase project or any other GoTrue server."


def show_version(is_wanted: bool) -> None:
    """Print the version and exit."""
    if is_wanted:
        sys.stdout.write(f"{NAME} {__version__}\n")
        raise typer.Exit


def root(context: typer.Context, version: bool, **options: object) -> None:
    """Store the options that stand before the command."""
    context.obj = merge_options(context, options)


def root_parameters(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Have the parameters that `root` has in addition to the common options."""


set_signature(root, root_parameters)

# Without a markup mode, help is plain text: rich takes 60 ms to format it.
app: Final = typer.Typer(
    no_args_is_help=True, pretty_exceptions_enable=False, rich_markup_mode=None
)
app.callback(help=HELP)(root)
app.add_typer(users.app, name="users")
app.add_typer(factors.app, name="factors")
command(app, "link", example="link recovery ada@example.com")(create_link)
command(app, "audit", example="audit --query action:login --limit 100")(list_audit_logs)
command(app, "import", example="import users.csv --failures failed.csv")(import_users)
command(app, "export", example="export users.jsonl")(export_users)
command(app, "doctor", example="doctor --url https://project.supabase.co")(diagnose)


def prepare_streams() -> None:
    """Replace closed streams, and escape what the terminal's encoding does not have."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
    for stream in (sys.stdout, sys.stderr):
        cast("TextIOWrapper", stream).reconfigure(errors="backslashreplace")


def run() -> None:
    """Run the command that the arguments of the process name, and exit."""
    prepare_streams()
    app(prog_name=NAME)
