"""The command line `supabase-gotrue`; it needs the extra `cli`."""

import os
import sys
from io import TextIOWrapper

from supabase_gotrue._version import __version__

EXTRA = ("click", "platformdirs", "rich")
MISSING_EXTRA = (
    "supabase-gotrue: the command line needs click, platformdirs and rich;"
    " install them by: pip install 'supabase-gotrue[cli]'"
)


def main() -> None:
    """Run the command line with the arguments of the process, and exit."""
    prepare_streams()
    try:
        sys.exit(run(sys.argv[1:]))
    except ModuleNotFoundError as error:
        if error.name not in EXTRA:
            raise
        sys.stderr.write(f"{MISSING_EXTRA}\n")
        sys.exit(2)
    except KeyboardInterrupt:  # while modules are imported
        sys.exit(130)


def run(arguments: list[str]) -> int:
    """Run the command that arguments name, and return the exit status."""
    shown = text_for(arguments)
    if shown is None:
        from supabase_gotrue.cli.parser import run_command_line  # imported late: slow

        return run_command_line(arguments)
    try:
        sys.stdout.write(f"{shown}\n")
        sys.stdout.flush()
    except OSError:  # the reader is gone, as after `| head -1`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def text_for(arguments: list[str]) -> str | None:
    """Return the version or the help, where arguments ask for nothing else."""
    if arguments == ["--version"]:
        return f"supabase-gotrue {__version__}"
    if arguments and arguments[-1] in ("--help", "-h"):
        from supabase_gotrue.cli.table.help_text import help_for  # imported late: slow

        return help_for(" ".join(arguments[:-1]))
    return None


def prepare_streams() -> None:
    """Replace closed streams, and escape what the terminal's encoding does not have."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a caller of `main` may have replaced it
            stream.reconfigure(errors="backslashreplace")
