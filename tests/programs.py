"""Programs in processes of their own, whose errors are shown when a test fails."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.docs.pages import ROOT

# Far more than any takes on a busy machine, and less than pytest allows a test.
PATIENCE: Final = 200.0


def run_command(
    *command: str,
    status: int = 0,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> "subprocess.CompletedProcess[str]":
    """Run a command, which must end with this status, and return what it printed."""
    done = subprocess.run(
        command,
        input=stdin,
        env=env,
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == status, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def run_program(
    code: str,
    *arguments: str,
    status: int = 0,
    options: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> "subprocess.CompletedProcess[str]":
    """Run Python code, which must end with this status, and return what it printed.

    `options` are Python's, as `-W`; `arguments` are the program's.
    """
    return run_command(sys.executable, *options, "-c", code, *arguments, status=status, env=env)
