"""The command line `supabase-gotrue`; it needs the extra `cli`."""

import sys
from typing import Final

MISSING_EXTRA: Final = (
    "supabase-gotrue: the command line needs typer and rich;"
    " install them by: pip install 'supabase-gotrue[cli]'"
)


def main() -> None:
    """Run the command line with the arguments of the process, and exit."""
    try:
        from supabase_gotrue.cli.app import run
    except ModuleNotFoundError as error:
        if error.name != "typer":
            raise
        sys.stderr.write(f"{MISSING_EXTRA}\n")
        sys.exit(2)
    except KeyboardInterrupt:  # while modules are imported
        sys.exit(130)
    run()
