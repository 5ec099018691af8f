"""Runs the command line: in this process, on a terminal, and as a process of its own."""

import contextlib
import json
import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import pytest

from supabase_gotrue.cli import main
from tests.docs.pages import ROOT
from tests.programs import PATIENCE, SIGNAL_AGAIN, Process, start_process

COMMAND = (sys.executable, "-m", "supabase_gotrue")
ANSI = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
# Is printed by what takes seconds, and on a busy machine everything does.
PROGRESS = re.compile(r"^(?:ex|im)porting: .*\n", re.MULTILINE)
CONNECTION = (
    "GOTRUE_URL",
    "SUPABASE_URL",
    "SUPABASE_SECRET_KEY",
    "SUPABASE_SERVICE_ROLE_KEY",
)


class Finished(NamedTuple):
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str = ""

    @property
    def records(self) -> list[dict[str, object]]:
        """The lines of JSON on stdout."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def record(self) -> dict[str, object]:
        """The only line of JSON on stdout."""
        (record,) = self.records
        return record


@dataclass
class CommandLine:
    """The command line with an environment; no output may hold a secret of it."""

    monkeypatch: pytest.MonkeyPatch
    environ: dict[str, str] = field(default_factory=dict[str, str])
    secrets: list[str] = field(default_factory=list[str])

    def __call__(self, *args: str, stdin: str = "") -> Finished:
        """Run a command in this process, with files for its input and output."""
        with text_file(stdin) as given, text_file() as out, text_file() as err:
            status = self.run(args, given, out, err)
            return self.checked(Finished(status, read_back(out), read_back(err)))

    def on_terminal(self, *args: str, answers: str = "", columns: int = 120) -> Finished:
        """Run a command in this process, on a terminal, where somebody types answers."""
        self.environ |= {"COLUMNS": str(columns), "TERM": "xterm"}
        screen = Screen(answers)
        try:
            status = self.run(args, screen.input, screen.output, screen.output)
        finally:
            text = screen.close()
        return self.checked(Finished(status, text))

    def run(
        self,
        args: tuple[str, ...],
        stdin: TextIO | None,
        stdout: TextIO | None,
        stderr: TextIO | None,
    ) -> int:
        """Run a command in this process, and return its exit status."""
        with self.monkeypatch.context() as patch:
            for name in CONNECTION:
                patch.delenv(name, raising=False)
            for name, value in self.environ.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["supabase-gotrue", *args])
            patch.setattr(sys, "stdin", stdin)
            patch.setattr(sys, "stdout", stdout)
            patch.setattr(sys, "stderr", stderr)
            # It would ask on the terminal of whoever runs the tests.
            patch.setattr("getpass.getpass", answer_of)
            with pytest.raises(SystemExit) as ended:
                main()
            for name, given in (("stdin", stdin), ("stdout", stdout), ("stderr", stderr)):
                if given is None:  # replaced by the command
                    getattr(sys, name).close()
        return int(ended.value.code or 0)

    def process(self, *args: str, stdin: str = "", cwd: Path | None = None) -> Finished:
        """Run a command as a process of its own."""
        ran = subprocess.run(
            [*COMMAND, *args],
            input=stdin,
            env=self.process_environ(),
            capture_output=True,
            text=True,
            check=False,
            cwd=cwd,
            timeout=PATIENCE,
        )
        return self.checked(Finished(ran.returncode, ran.stdout, ran.stderr))

    def start(self, *args: str, cwd: Path | None = None) -> AbstractContextManager[Process]:
        """Start a command as a process of its own, which ends by the end of the block."""
        return start_process(
            [*COMMAND, *args],
            env=self.process_environ(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
        )

    def process_environ(self) -> dict[str, str]:
        """Return the environment of a process."""
        inherited = {name: value for name, value in os.environ.items() if name not in CONNECTION}
        return {**inherited, "PYTHONPATH": str(ROOT), **self.environ}

    def checked(self, finished: Finished) -> Finished:
        """Return what a command printed, in which no secret stands, without progress."""
        for secret in self.secrets:
            assert secret not in finished.out + finished.err
        return finished._replace(err=PROGRESS.sub("", finished.err))


def answer_of(_prompt: str, stream: TextIO) -> str:
    """Read an answer as `getpass` does, which would open another terminal."""
    answer = sys.stdin.readline()
    stream.write("\n")
    if not answer:
        raise EOFError
    return answer.rstrip("\n")


@contextmanager
def text_file(text: str = "") -> Generator[TextIO]:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        file.write(text)
        file.seek(0)
        yield file


def read_back(file: TextIO) -> str:
    file.flush()
    file.seek(0)
    return file.read()


# The new session has no terminal yet: the standard input becomes it.
TAKE_TERMINAL = (
    "import fcntl, os, sys, termios\n"
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
    "os.execv(sys.argv[1], sys.argv[1:])"
)
SILENCES = int(PATIENCE / SIGNAL_AGAIN)


class Terminal(NamedTuple):
    """The terminal of a process, as somebody uses it who looks at it and types."""

    process: Process
    controller: int

    def type(self, text: bytes) -> None:
        os.write(self.controller, text)

    def read_until(self, text: bytes) -> bytes:
        """Return what is shown until a text appears; a failure shows what it was instead."""
        shown = b""
        while text not in shown and (piece := self._read()):
            shown += piece
        assert text in shown
        return shown

    def read_to_end(self, typed_in_silence: bytes = b"") -> bytes:
        """Return what is shown until the process ends.

        Args:
            typed_in_silence: Typed whenever nothing was shown for `SIGNAL_AGAIN` seconds.
        """
        shown = b""
        while piece := self._read(typed_in_silence):
            shown += piece
        return shown

    def _read(self, typed_in_silence: bytes = b"") -> bytes:
        for _ in range(SILENCES):
            if select.select([self.controller], [], [], SIGNAL_AGAIN)[0]:
                with contextlib.suppress(OSError):  # raised when the process has ended
                    return os.read(self.controller, 65536)
                return b""
            self.type(typed_in_silence)
        return b""


@contextmanager
def start_on_terminal(*command: str, **options: Any) -> Generator[Terminal]:
    """Start a process on a terminal of its own; it ends by the end of the block."""
    controller, device = pty.openpty()
    files = dict.fromkeys(("stdin", "stdout", "stderr"), device)
    take = [sys.executable, "-c", TAKE_TERMINAL, *command]
    try:
        with start_process(take, **files, start_new_session=True, **options) as process:
            os.close(device)
            yield Terminal(process, controller)
    finally:
        os.close(controller)


class Screen:
    """A terminal that shows no echo, and what was written to it."""

    def __init__(self, answers: str) -> None:
        self._controller, device = pty.openpty()
        settings = termios.tcgetattr(device)
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(device, termios.TCSANOW, settings)
        self.input = os.fdopen(device, encoding="utf-8")
        self.output = os.fdopen(os.dup(device), "w", encoding="utf-8")
        self._written = b""
        self._thread = threading.Thread(target=self._collect)
        self._thread.start()
        os.write(self._controller, answers.encode())

    def _collect(self) -> None:
        with contextlib.suppress(OSError):  # raised when all files of the device are closed
            while piece := os.read(self._controller, 65536):
                self._written += piece

    def close(self) -> str:
        """Close it, and return its text without colours."""
        self.output.close()
        self.input.close()
        self._thread.join()
        os.close(self._controller)
        return ANSI.sub("", self._written.decode()).replace("\r", "")
