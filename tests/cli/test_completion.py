"""Completion by pressing TAB, in the shells that this machine has."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.cli.driver import CommandLine, start_on_terminal

BIN = Path(sys.executable).parent
SHELLS = {
    "bash": ["--norc", "--noprofile", "-i"],
    "zsh": ["-f", "-i"],
    "fish": ["--no-config", "-i"],
}
LOADS = {
    "bash": 'source completion && echo "rea"dy\n',
    "zsh": 'autoload -U compinit && compinit -u && source ./completion && echo "rea"dy\n',
    "fish": 'source completion && echo "rea"dy\n',
}


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        pytest.param("supabase-gotrue users unb", "unban", id="command"),
        pytest.param("supabase-gotrue users delete --never", "--never-signed-in", id="option"),
        pytest.param("supabase-gotrue link reco", "recovery", id="value"),
    ],
)
def test_tab_completes(
    offline: CommandLine, tmp_path: Path, shell: str, typed: str, completed: str
) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"this machine has no {shell}")
    (tmp_path / "completion").write_text(offline("completion", shell).out)
    environ = offline.process_environ()
    environ |= {"PATH": f"{BIN}:{environ['PATH']}", "HOME": str(tmp_path), "TERM": "xterm"}
    shell_command = (program, *SHELLS[shell])
    with start_on_terminal(*shell_command, env=environ, cwd=tmp_path) as terminal:
        terminal.type(LOADS[shell].encode())
        terminal.read_until(b"ready")
        terminal.type(f"{typed}\t".encode())
        rest = completed[len(typed.rpartition(" ")[2]) :]
        terminal.read_until(rest.encode())
        terminal.process.kill()
