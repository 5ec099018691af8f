"""The command `completion`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from click import Command
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.cli.table.commands import NAME

# Where the script asks for completions; click's own name for it.
VARIABLE: Final = "_SUPABASE_GOTRUE_COMPLETE"
SHELLS: Final[Mapping[str, type[ShellComplete]]] = MappingProxyType(
    {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}
)


def print_script(session: Session, shell: str) -> ExitStatus:
    """Print the script by which a shell completes commands, options and their values."""
    session.output.data(SHELLS[shell](Command(NAME), {}, NAME, VARIABLE).source().encode())
    return ExitStatus.DONE
