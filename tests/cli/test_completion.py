"""Completion by pressing TAB, in the shells that this machine has."""

import os
import pty
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.driver import CommandLine
from tests.cli.test_process import TAKE_TERMINAL

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


def read_until(terminal: int, text: bytes, seconds: float = 60) -> bytes:
    """Read what a terminal shows until a text appears; a failure shows what it was instead."""
    shown = b""
    while text not in shown:
        if not select.select([terminal], [], [], seconds)[0]:
            break
        shown += os.read(terminal, 65536)
    assert text in shown
    return shown


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
    controller, device = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", TAKE_TERMINAL, program, *SHELLS[shell]],
        env=environ,
        cwd=tmp_path,
        stdin=device,
        stdout=device,
        stderr=device,
        start_new_session=True,
    ) as running:
        os.close(device)
        try:
            os.write(controller, LOADS[shell].encode())
            read_until(controller, b"ready")
            os.write(controller, f"{typed}\t".encode())
            rest = completed[len(typed.rpartition(" ")[2]) :]
            read_until(controller, rest.encode())
        finally:
            running.kill()
    os.close(controller)
