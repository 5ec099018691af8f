"""What an import and a command cost before they do anything."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench.figures import OURS, ROUNDS, THEIRS, Figure, Rows, ratios, show, transposed

PROCESSES = 3
NOTHING, BASE = "nothing", "returns and msgspec"
IMPORTS = {
    NOTHING: "pass",
    OURS: "import supabase_gotrue; supabase_gotrue.admin.create_user; supabase_gotrue.init_client",
    THEIRS: "import supabase_auth",
    BASE: "import msgspec, returns.result",
    "requests": "import requests",
    "httpx": "import httpx",
}
COMMANDS: Mapping[str, tuple[str, ...]] = {
    "--version": ("--version",),
    "--help": ("--help",),
    "users list": ("users", "list"),
}
PROGRAM = str(Path(sys.executable).with_name("supabase-gotrue"))


def measure() -> Iterator[Figure]:
    each_import()  # compiles the modules
    imports = beyond(transposed(each_import() for _ in range(ROUNDS)), NOTHING)
    show("import, CPU beyond an empty program", "ms", imports)
    yield Figure("import / supabase_auth", ratios(imports))
    on_top = [
        (ours - base) / theirs
        for ours, base, theirs in zip(imports[OURS], imports[BASE], imports[THEIRS], strict=True)
    ]
    yield Figure("import beyond returns and msgspec / supabase_auth", on_top, 0.05)
    with served_emulator() as environment:
        each_command(environment)
        commands = transposed(each_command(environment) for _ in range(ROUNDS))
    show("command line, CPU", "ms", commands)
    for name in COMMANDS:
        goal = 15 if name == "users list" else 5
        yield Figure(f"{name} / python -c pass", ratios(commands, name, NOTHING), goal)


def each_import() -> dict[str, float]:
    return {name: cpu([sys.executable, "-c", program]) for name, program in IMPORTS.items()}


def each_command(environment: Mapping[str, str]) -> dict[str, float]:
    measured = {NOTHING: cpu([sys.executable, "-c", "pass"])}
    for name, arguments in COMMANDS.items():
        measured[name] = cpu([PROGRAM, *arguments], environment)
    return measured


def cpu(command: list[str], environment: Mapping[str, str] | None = None) -> float:
    """Return the milliseconds of CPU that a process takes, user and system: the least of a few."""
    return min(cpu_of_one(command, environment or {}) for _ in range(PROCESSES))


def cpu_of_one(command: list[str], environment: Mapping[str, str]) -> float:
    variables = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environment}
    with tempfile.TemporaryDirectory() as empty:
        process = subprocess.Popen(command, env=variables, cwd=empty, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    return (usage.ru_utime + usage.ru_stime) * 1000


def beyond(rows: Rows, base: str) -> Rows:
    return {
        name: [value - nothing for value, nothing in zip(values, rows[base], strict=True)]
        for name, values in rows.items()
        if name != base
    }


@contextmanager
def served_emulator() -> Generator[dict[str, str]]:
    """Serve an emulator; yield the environment of commands that use it."""
    command = [sys.executable, "-m", "supabase_gotrue.emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        lines = [server.stdout.readline().strip() for _ in range(4)]
        pairs = (line.removeprefix("export ").partition("=") for line in lines[1:])
        yield {name: value for name, _, value in pairs}
        server.terminate()
