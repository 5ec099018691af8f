"""Programs in processes of their own, whose errors are shown when a test fails."""

import signal
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from tests.docs.pages import ROOT

Process = subprocess.Popen[str]
CompletedProcess = subprocess.CompletedProcess[str]

# Far more than any takes on a busy machine, and less than pytest allows a test.
PATIENCE: Final = 200.0
# A signal that arrives between Python's last look for signals and a call that waits has no effect
# until that call returns: after a silence of so many seconds it is sent again.
SIGNAL_AGAIN: Final = 10.0


@contextmanager
def start_process(command: Sequence[str], **options: Any) -> Generator[Process]:
    """Start a process that ends by the end of the block; a test that fails kills it."""
    with subprocess.Popen(command, text=True, **options) as process:
        try:
            yield process
            process.wait(PATIENCE)
        finally:
            process.kill()


def stop_process(process: Process, by: signal.Signals) -> None:
    """Send a signal to a process until it ends."""
    while process.poll() is None:
        process.send_signal(by)
        with suppress(subprocess.TimeoutExpired):
            process.wait(SIGNAL_AGAIN)


def run_command(
    *command: str,
    status: int = 0,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> CompletedProcess:
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
) -> CompletedProcess:
    """Run Python code, which must end with this status, and return what it printed.

    `options` are Python's, as `-W`; `arguments` are the program's.
    """
    return run_command(sys.executable, *options, "-c", code, *arguments, status=status, env=env)
