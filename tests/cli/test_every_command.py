"""Every command of the table in every format: the fields that it promises, and no others."""

import csv
import importlib
import io
import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest

from supabase_gotrue import admin
from supabase_gotrue import cli as package
from supabase_gotrue.cli.output.tables import View
from supabase_gotrue.cli.parser import COMMON_OPTIONS, fields_of, nameable_fields
from supabase_gotrue.cli.table.commands import COMMANDS
from supabase_gotrue.models.base import ServerStruct
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine, Finished
from tests.cli.test_parts import CHANGES, FILES
from tests.cli.test_users import PASSWORD, enroll_factor

FORMATS = next(option for option in COMMON_OPTIONS if option.flag == "--output").choices
# Arguments with which each command has something to print; names in braces are IDs.
ARGUMENTS: Mapping[str, str] = {
    "users list": "",
    "users count": "",
    "users get": "{user}",
    "users find": "ada@example.com",
    "users create": "--email grace@example.com",
    "users update": "{user} --set plan=pro",
    "users ban": "{user} --for 7d",
    "users unban": "{user}",
    "users invite": "grace@example.com",
    "users sign-out": "{user} --reset-password",
    "users delete": "{user} --yes",
    "factors list": "{user}",
    "factors delete": "{user} {factor} --yes",
    "passkeys list": "{user}",
    "passkeys delete": "{user} {passkey} --yes",
    "identities list": "{user}",
    "oauth list": "",
    "oauth get": "{client}",
    "oauth create": "--file client.json",
    "oauth update": "{client} --file client.json",
    "oauth delete": "{client} --yes",
    "oauth rotate-secret": "{client} --yes",
    "sso list": "",
    "sso get": "{sso}",
    "sso create": "--file sso-other.json",
    "sso update": "{sso} --file sso-change.json",
    "sso delete": "{sso} --yes",
    "providers list": "",
    "providers get": "custom:acme",
    "providers create": "--file other.json",
    "providers update": "custom:acme --file provider-change.json",
    "providers delete": "custom:acme --yes",
    "link": "magiclink ada@example.com",
    "send": "recovery ada@example.com",
    "audit": "",
    "import": "users.csv",
    "export": "-",
    "doctor": "",
    "profiles": "",
    "completion": "bash",
}
# What these print is no record: a number, a script, and the whole file.
RAW = {"users count", "completion", "export"}
# By command, the arguments with which it prints no record.
EMPTY: Mapping[str, str] = {
    "users list": "--banned",
    "users get": "-",
    "users update": "- --set plan=pro",
    "users ban": "- --for 7d",
    "users unban": "-",
    "users sign-out": "- --reset-password",
    "users delete": "- --yes",
    "factors list": "{other}",
    "factors delete": "{other} --all --yes",
    "passkeys list": "{other}",
    "oauth list": "",
    "sso list": "",
    "providers list": "",
    "audit": "--query action:nothing",
    "import": "users.csv --skip 1",
    "export": "- --banned",
    "profiles": "",
}


def modules() -> Iterator[str]:
    """Yield the names of all modules of the command line."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield module.name


def views() -> Iterator[tuple[str, View[ServerStruct]]]:
    """Yield the views of all modules, by what they show."""
    for name in modules():
        for value in vars(importlib.import_module(name)).values():
            if isinstance(value, View):
                view = cast("View[ServerStruct]", value)
                yield view.model.__name__, view


VIEWS = dict(views())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cli: CommandLine) -> Path:
    """A folder with the files that the commands name."""
    monkeypatch.chdir(tmp_path)
    cli.environ["XDG_CONFIG_HOME"] = str(tmp_path)
    files = {
        **FILES,
        **{name.replace(".", "-change."): text for name, text in CHANGES.items()},
        "other.json": FILES["provider.json"].replace("custom:acme", "custom:other"),
        "sso-other.json": FILES["sso.json"].replace("idp.", "other."),
    }
    for name, text in files.items():
        Path(name).write_text(text)
    return tmp_path


@pytest.fixture
def ids(cli: CommandLine, server: Server, folder: Path) -> dict[str, str]:
    """The IDs of one of everything."""
    config = folder / "supabase-gotrue" / "config.toml"
    config.parent.mkdir()
    config.write_text('[profiles.staging]\nurl = "https://acme.example.com"\nkey_env = "KEY"\n')
    user = admin.create_user(
        server.client, {"email": "ada@example.com", "email_confirm": True, "password": PASSWORD}
    ).unwrap()
    server.emulator.add_passkey(user.id, "laptop")
    cli("providers", "create", "--file", "provider.json")
    return {
        "user": user.id,
        "factor": enroll_factor(server),
        "passkey": str(cli("passkeys", "list", user.id).record["id"]),
        "client": str(cli("oauth", "create", "--file", "client.json").record["client_id"]),
        "sso": str(cli("sso", "create", "--file", "sso.json").record["id"]),
    }


def run(cli: CommandLine, path: str, arguments: str, ids: dict[str, str], *more: str) -> Finished:
    return cli(*path.split(), *arguments.format(**ids).split(), *more)


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_each_command_is_tried() -> None:
    assert ARGUMENTS.keys() == COMMANDS.keys()


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("path", sorted(COMMANDS.keys() - RAW))
def test_format_of_each_command(
    cli: CommandLine, ids: dict[str, str], path: str, format: str
) -> None:
    finished = run(cli, path, ARGUMENTS[path], ids, "-o", format)
    assert (finished.status, "error" in finished.err) == (0, False), finished
    fields = fields_of(COMMANDS[path])
    match format:
        case "json":
            assert finished.records
            assert {tuple(record) for record in finished.records} == {fields}
        case "csv":
            header, *rows = rows_of(finished.out)
            assert (tuple(header), bool(rows)) == (fields, True)
            assert {len(row) for row in rows} == {len(fields)}
        case "ids":
            assert all(line.strip() for line in finished.out.splitlines())
        case _:
            # A summary on stderr is all that people see of an import.
            assert bool(finished.out.strip()) is (path != "import")
            assert not finished.out.startswith("{")


@pytest.mark.parametrize("path", sorted(COMMANDS.keys() - RAW))
def test_each_field_can_be_chosen(cli: CommandLine, ids: dict[str, str], path: str) -> None:
    fields = nameable_fields(COMMANDS[path])
    finished = run(cli, path, ARGUMENTS[path], ids, "--fields", ",".join(fields))
    assert finished.status == 0
    assert {tuple(record) for record in finished.records} == {fields}
    # What the output has without `--fields` is there, too.
    always = {"id", "user_id", "email", "deleted", "banned", "name", "step", "number", "client_id"}
    missing = {name for name in always & {*fields} if finished.records[0][name] is None}
    assert missing <= {"user_id", "name"} if path in ("link", "import") else not missing


@pytest.mark.parametrize("path", EMPTY)
def test_csv_without_records_has_its_header(
    cli: CommandLine, server: Server, folder: Path, path: str
) -> None:
    other = admin.create_user(server.client, {"email": "grace@example.com"}).unwrap()
    arguments = ("-o", "csv")
    finished = run(cli, path, EMPTY[path], {"other": other.id}, *arguments)
    assert finished.status == 0, finished
    fields = fields_of(COMMANDS[path]) or nameable_fields(COMMANDS[path])
    assert rows_of(finished.out) == [list(fields)]
    chosen = run(cli, path, EMPTY[path], {"other": other.id}, *arguments, "--fields", fields[0])
    assert rows_of(chosen.out) == [[fields[0]]]


def test_raw_output(cli: CommandLine, ids: dict[str, str]) -> None:
    for arguments in ((), ("-o", "table"), ("-o", "ids")):
        assert cli("users", "count", *arguments).out == "1\n"
    assert cli("users", "count", "-o", "json").out == '{"count":1}\n'
    assert cli("users", "count", "-o", "csv").out == "count\n1\n"
    assert cli("users", "count", "--fields", "count").out == '{"count":1}\n'
    assert cli("export", "-", "-o", "ids").out == f"{ids['user']}\n"
    assert cli("export", "-", "-o", "table").status == 2
    for name in FORMATS:
        assert "complete" in cli("completion", "bash", "-o", name).out


@pytest.mark.parametrize("name", VIEWS)
def test_view_is_of_a_command(name: str) -> None:
    assert sorted(VIEWS[name].order) == list(range(len(VIEWS[name].titles)))
    assert name in {command.record for command in COMMANDS.values()}


@pytest.mark.parametrize("path", [p for p in COMMANDS if p.endswith(" list")] + ["audit"])
def test_table_of_each_list(cli: CommandLine, ids: dict[str, str], path: str) -> None:
    view = VIEWS[COMMANDS[path].record]
    arguments = ARGUMENTS[path].format(**ids).split()
    shown = cli.on_terminal(*path.split(), *arguments, columns=300).out
    for title in view.titles:
        assert title in shown.splitlines()[0]
