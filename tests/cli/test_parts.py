"""Parts of the command line that processes do not show: progress, the start, interruptions."""

import inspect
import re
import shlex
import signal
import sys
from importlib.abc import MetaPathFinder
from io import StringIO
from pathlib import Path
from typing import TextIO

import pytest
from msgspec.structs import fields

from supabase_gotrue import __version__, admin
from supabase_gotrue.cli import MISSING_EXTRA
from supabase_gotrue.cli.arguments.filters import PREDICATES
from supabase_gotrue.cli.arguments.options import Options
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.parser import COMMON_OPTIONS, load
from supabase_gotrue.cli.table.commands import ATTRIBUTES, COMMANDS, FACTOR, FILTERS, GROUPS, ID
from supabase_gotrue.cli.table.declarations import Command
from supabase_gotrue.cli.terminal.interruption import STOPPING, stop_on_interrupt
from supabase_gotrue.cli.terminal.progress import ProgressLines
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine, text_file
from tests.cli.test_users import NOBODY
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs" / "command-line.md").read_text()
APP = "supabase_gotrue.cli.parser"
LISTING = f"supabase_gotrue.cli.commands.{COMMANDS['users list'].function.partition(':')[0]}"


def test_progress_is_a_line_every_few_seconds() -> None:
    lines: list[str] = []
    times = iter([0.0, 4.9, 5.0, 9.9, 10.0, 15.0])
    with ProgressLines("importing", 100, lines.append, lambda: next(times)) as progress:
        progress.update(110, 200)
        progress.update(120, 200)
        progress.update(130, None)
        progress.update(140, None)
        progress.update(100, 200)
    assert lines == [
        "importing: 120 users, 4/s, 60%, 20 s left",
        "importing: 140 users, 4/s",
        "importing: 100 users, 0/s, 50%",
    ]


def test_page_has_each_status() -> None:
    listed = re.findall(r"^\| (\d+) \| .+ \|$", PAGE, re.M)
    assert [int(status) for status in listed] == list(ExitStatus)


def test_page_has_each_command() -> None:
    groups = "|".join(GROUPS)
    table = PAGE.partition("## Connect")[0]
    listed = re.findall(rf"`((?:(?:{groups}) )?[a-z-]+)[^`]*`", table)
    assert COMMANDS.keys() - set(listed) == set()


@pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda c: c.path)
def test_function_of_each_command_takes_its_parameters(command: Command) -> None:
    taken = inspect.signature(load(command.function)).parameters
    groups = {"filters": FILTERS, "attributes": ATTRIBUTES}  # each is taken together
    together = [group for group in groups if group in taken]
    grouped = [option for group in together for option in groups[group]]
    assert set(grouped) <= set(command.parameters)
    own = [p.parameter for p in command.parameters if p not in grouped] + together
    assert list(taken) == ["session", *own]


def test_each_filter_has_a_predicate() -> None:
    assert [option.parameter for option in FILTERS] == ["filter", *PREDICATES]


def test_common_options_are_the_fields_of_options() -> None:
    assert {o.parameter: o.default for o in COMMON_OPTIONS if o.metavar} == {
        f.name: f.default for f in fields(Options) if f.default is not False
    }
    assert [o.parameter for o in COMMON_OPTIONS] == [f.name for f in fields(Options)]


@pytest.mark.parametrize(
    "words", [[], *(path.split() for path in (*GROUPS, *COMMANDS))], ids=" ".join
)
def test_help_is_the_same_with_other_options(offline: CommandLine, words: list[str]) -> None:
    shown = offline(*words, "--help")
    assert (shown.status, shown.err) == (0, "")
    assert offline(*words, "-h") == shown
    assert offline("--json", *words, "--help") == shown


FILES = {
    "users.csv": "email,email_confirm\nada@example.com,true\n",
    "client.json": '{"client_name": "App", "redirect_uris": ["https://example.com/cb"]}',
    "sso.json": '{"type": "saml", "metadata_url": "https://idp.example.com/metadata"}',
    "provider.json": '{"provider_type": "oauth2", "identifier": "custom:acme", "name": "Acme",'
    ' "client_id": "1", "client_secret": "2", "authorization_url": "https://acme.example.com/a",'
    ' "token_url": "https://acme.example.com/t", "userinfo_url": "https://acme.example.com/u"}',
}


# What does not change is not in the files of an update.
CHANGES = {"sso.json": '{"disabled": true}', "provider.json": '{"name": "Acme"}'}


EACH_COMMAND = pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda c: c.path)
# What an example names is not in an empty emulator, and these do not look for it.
NAMES_NOTHING = {"users create", "users invite", "audit"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with the configuration in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path


def example_of(cli: CommandLine, command: Command) -> list[str]:
    """Return the arguments of the example that help shows, and write the files that it names."""
    for name, text in {**FILES, **(CHANGES if command.name == "update" else {})}.items():
        Path(name).write_text(text)
    shown = cli(*command.path.split(), "--help").out
    (example,) = re.findall(r"Example:\n  supabase-gotrue (.+)\n", shown)
    return shlex.split(example)


@EACH_COMMAND
def test_example_of_each_command_runs(offline: CommandLine, command: Command, folder: Path) -> None:
    example = example_of(offline, command)
    assert example[: len(command.path.split())] == command.path.split()
    finished = offline(*example, "--emulator")
    is_named = not {*example}.isdisjoint({ID, "ada@example.com", "custom:acme"})
    if is_named and command.path not in NAMES_NOTHING:
        assert (finished.status, finished.out) == (3, "")
        assert "not found" in finished.err
        return
    assert finished.status == 0
    assert "error" not in finished.err
    is_list = command.name in ("list", "audit")
    assert bool(finished.out or finished.err) is not is_list


@pytest.mark.parametrize(
    "path", [p for p, c in COMMANDS.items() if ID in c.example or "ada@" in c.example]
)
def test_examples_about_a_user_run(
    cli: CommandLine, server: Server, folder: Path, path: str
) -> None:
    example = example_of(cli, COMMANDS[path])
    if path not in NAMES_NOTHING:
        admin.create_user(server.client, {"id": ID, "email": "ada@example.com"}).unwrap()
        admin.create_user(server.client, {"email": "grace@example.com"}).unwrap()
    finished = cli(*example)
    # There is no factor, client or provider of that ID.
    is_other = FACTOR in example or path.startswith(("oauth", "sso"))
    assert finished.status == (3 if is_other else 0)


def test_shows_its_version(offline: CommandLine) -> None:
    assert offline("--version") == (0, f"supabase-gotrue {__version__}\n", "")


def test_needs_a_command(offline: CommandLine) -> None:
    for arguments in ((), ("users",)):
        finished = offline(*arguments)
        assert finished.status == 2
        assert "Usage: supabase-gotrue" in finished.out + finished.err


def test_names_the_extra_that_is_missing(
    offline: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, APP)
    monkeypatch.setitem(sys.modules, "click", None)
    assert offline("users", "list") == (2, "", f"{MISSING_EXTRA}\n")


def test_names_no_extra_for_another_module(
    offline: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, APP, None)
    with pytest.raises(ModuleNotFoundError, match=APP):
        offline("users", "list")


class Interrupt(MetaPathFinder):
    """Ctrl-C while a module is looked for."""

    def __init__(self, module: str) -> None:
        self._module = module

    def find_spec(self, name: str, *_: object) -> None:
        if name == self._module:
            raise KeyboardInterrupt


@pytest.mark.parametrize("module", [APP, LISTING])
def test_ctrl_c_at_the_start_ends_quietly(
    offline: CommandLine, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupt(module), *sys.meta_path])
    finished = offline("users", "list")
    assert (finished.status, finished.out, finished.err.strip()) == (130, "", "")


def test_second_signal_is_not_reported_again() -> None:
    messages: list[str] = []
    with stop_on_interrupt(messages.append) as interruption:
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
    assert (messages, interruption.status) == ([STOPPING], ExitStatus.TERMINATED)


@pytest.mark.usefixtures("capfd")
def test_help_is_80_columns_wide_without_a_terminal(offline: CommandLine) -> None:
    offline.environ["COLUMNS"] = ""
    shown = offline("users", "--help")
    offline.environ["COLUMNS"] = "80"
    assert shown == offline("users", "--help")


def test_ctrl_c_during_a_call_ends_it(cli: CommandLine, server: Server) -> None:
    server.emulator.interrupt_at(f"GET /auth/v1/admin/users/{NOBODY}", 1)
    assert cli("users", "get", NOBODY) == (130, "", "interrupted\n")
    server.emulator.interrupt_at(f"GET /auth/v1/admin/users/{NOBODY}", 1)
    assert cli.on_terminal("users", "get", NOBODY).out == "\ninterrupted\n"


def test_password_is_asked_for_on_a_terminal(cli: CommandLine) -> None:
    cli.secrets.append("Correct-horse-1")
    arguments = ("users", "create", "--email", "ada@example.com", "--password-stdin")
    assert cli.on_terminal(*arguments, answers="Correct-horse-1\n").status == 0
    assert cli.on_terminal(*arguments, answers="\x04").status == 2


@pytest.mark.parametrize("name", ["stdin", "stdout", "stderr"])
def test_closed_streams_are_replaced(offline: CommandLine, name: str) -> None:
    with text_file() as stdin, text_file() as stdout, text_file() as stderr:
        streams: dict[str, TextIO | None] = {"stdin": stdin, "stdout": stdout, "stderr": stderr}
        assert offline.run(("users", "list", "--emulator"), **{**streams, name: None}) == 0


def test_streams_may_be_replaced_by_the_caller(offline: CommandLine) -> None:
    out, err = StringIO(), StringIO()
    assert offline.run(("--version",), None, out, err) == 0
    assert (out.getvalue(), err.getvalue()) == (f"supabase-gotrue {__version__}\n", "")
