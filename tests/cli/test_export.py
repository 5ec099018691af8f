"""`export`: complete files alone, and what is needed to continue after a stop."""

import errno
import json
import os
import re
import shlex
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from supabase_gotrue import admin
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.store.database import IN_MEMORY
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine

COUNT = 2050  # more than two pages have


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    """A database with many users, and their IDs."""
    path = str(tmp_path_factory.mktemp("users") / "users.db")
    with closing(Emulator(path, autoconfirm=True)) as emulator:
        admin.create_user(emulator.client(), {"email": "ada@example.com"}).unwrap()
    # Rows of a database are made much faster than requests are handled.
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.row_factory = sqlite3.Row
        ada: dict[str, Any] = {**connection.execute("SELECT * FROM users").fetchone(), "seq": None}
        users: list[dict[str, Any]] = [
            {**ada, "id": str(uuid4()), "email": f"user{n}@example.com", "created_at": time}
            for n, time in enumerate(range(ada["created_at"], ada["created_at"] + COUNT - 1))
        ]
        values = ", ".join(f":{name}" for name in ada)
        connection.executemany(f"INSERT INTO users VALUES ({values})", users)
    return Path(path), {ada["id"], *(user["id"] for user in users)}


@pytest.fixture
def database(request: pytest.FixtureRequest, filled: tuple[Path, set[str]], tmp_path: Path) -> str:
    """A copy of the many users for tests that need their IDs."""
    if "ids" not in request.fixturenames:
        return IN_MEMORY
    return str(shutil.copy(str(filled[0]), str(tmp_path.with_suffix(".db"))))


@pytest.fixture
def ids(filled: tuple[Path, set[str]]) -> set[str]:
    return filled[1]


@pytest.fixture(params=["hard links", "no hard links"])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system with hard links, and one without, such as FAT."""

    def refuse(*_args: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    if request.param == "no hard links":
        monkeypatch.setattr(os, "link", refuse)


def ids_in(text: str) -> list[str]:
    return [json.loads(line)["id"] for line in text.splitlines()]


def test_exports_all_users_to_a_file(
    cli: CommandLine, server: Server, folder: Path, ids: set[str]
) -> None:
    finished = cli("export", "users.jsonl")
    assert (finished.status, finished.out) == (0, "")
    assert finished.err == f"exported 2,050 users of {server.url[7:]} to users.jsonl\n"
    exported = ids_in(Path("users.jsonl").read_text())
    assert (len(exported), set(exported)) == (COUNT, ids)
    assert os.listdir() == ["users.jsonl"]


def test_exports_to_stdout(cli: CommandLine, server: Server) -> None:
    user = admin.create_user(server.client, {"email": "ada@example.com"}).unwrap()
    for arguments in (("export",), ("export", "-"), ("export", "--filter", "ada@")):
        assert [record["id"] for record in cli(*arguments).records] == [user.id]
    assert cli("export", "--filter", "grace@").out == ""
    shown = cli.on_terminal("export").out
    assert ids_in(shown) == [user.id]


def test_exported_users_can_be_imported(
    cli: CommandLine, server: Server, folder: Path, links: None
) -> None:
    user = admin.create_user(
        server.client, {"email": "ada@example.com", "app_metadata": {"plan": "pro"}}
    ).unwrap()
    cli("export", "users.jsonl")
    admin.delete_user(server.client, user.id).unwrap()
    assert cli("import", "users.jsonl").status == 0
    assert admin.get_user_by_id(server.client, user.id).unwrap().app_metadata["plan"] == "pro"


def test_failure_leaves_the_old_file_and_continues(
    cli: CommandLine, server: Server, folder: Path, ids: set[str]
) -> None:
    Path("users.jsonl").write_text("old\n")
    server.emulator.fail_from("GET /auth/v1/admin/users", 3)
    finished = cli("export", "users.jsonl", "--force")
    assert finished.status == 1
    assert Path("users.jsonl").read_text() == "old\n"
    (command,) = re.findall("to continue, run: supabase-gotrue (.+)", finished.err)
    server.emulator.fail_from("", 0)
    rest = cli(*shlex.split(command))
    assert (rest.status, rest.err) == (
        0,
        f"exported 2,050 users of {server.url[7:]} to users.jsonl\n",
    )
    exported = ids_in(Path("users.jsonl").read_text())
    assert (len(exported), set(exported)) == (COUNT, ids)
    assert os.listdir() == ["users.jsonl"]


def test_export_by_filters_says_how_many_were_read(
    cli: CommandLine, server: Server, folder: Path, ids: set[str]
) -> None:
    arguments = ("users.jsonl", "--created-before", "2000-01-01", "--metadata", "plan=pro")
    server.emulator.interrupt_at("GET /auth/v1/admin/users", 3)
    finished = cli("export", *arguments)
    assert re.search(rf"exported 0 users, having read [1-9][\d,]* of {COUNT:,}", finished.err)
    server.emulator.interrupt_at("GET /auth/v1/admin/users", 1)
    quiet = cli("export", *arguments, "--continue", "-q")
    assert quiet.err == "to continue, run: supabase-gotrue export users.jsonl --continue --quiet\n"
    assert cli("export", *arguments, "--continue").status == 0
    assert Path("users.jsonl").read_text() == ""


def test_blank_name_is_wrong_usage(cli: CommandLine) -> None:
    finished = cli("export", "")
    assert (finished.status, "name a file, or - for stdout" in finished.err) == (2, True)


def test_failure_at_once_leaves_nothing(cli: CommandLine, server: Server, folder: Path) -> None:
    server.emulator.fail_next(403, {"code": "not_admin", "message": "no"})
    finished = cli("export", "users.jsonl")
    assert finished.status == 5
    assert "to continue" not in finished.err
    assert os.listdir() == []


def test_stops_at_ctrl_c_and_continues(
    cli: CommandLine, server: Server, folder: Path, ids: set[str]
) -> None:
    server.emulator.interrupt_at("GET /auth/v1/admin/users", 3)
    finished = cli("export", "users.jsonl", "--filter", "@example.com")
    assert finished.status == 130
    assert re.search(r"exported [\d,]+ of 2,050 users", finished.err)
    assert sorted(os.listdir()) == ["users.jsonl.partial", "users.jsonl.position"]
    (command,) = re.findall("to continue, run: supabase-gotrue (.+)", finished.err)
    assert command == "export users.jsonl --continue"
    rest = cli(*shlex.split(command))
    assert rest.status == 0
    exported = ids_in(Path("users.jsonl").read_text())
    assert (len(exported), set(exported)) == (COUNT, ids)


def test_continues_after_what_was_written_since_is_cut_off(
    cli: CommandLine, server: Server, folder: Path, ids: set[str]
) -> None:
    server.emulator.interrupt_at("GET /auth/v1/admin/users", 3)
    cli("export", "users.jsonl")
    with Path("users.jsonl.partial").open("a") as file:
        file.write("half a li")
    assert cli("export", "users.jsonl", "--continue").status == 0
    assert set(ids_in(Path("users.jsonl").read_text())) == ids


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"users.jsonl.position": "{}"}, id="no partial file"),
        pytest.param({"users.jsonl.position": "no JSON", "users.jsonl.partial": ""}, id="no JSON"),
        pytest.param(
            {"users.jsonl.position": '{"size": 9}', "users.jsonl.partial": "short"}, id="cut off"
        ),
    ],
)
def test_nothing_to_continue_is_wrong_usage(
    cli: CommandLine, folder: Path, files: dict[str, str]
) -> None:
    for name, text in files.items():
        Path(name).write_text(text)
    finished = cli("export", "users.jsonl", "--continue")
    assert (finished.status, "nothing to continue" in finished.err) == (2, True)
    assert {name: Path(name).read_text() for name in os.listdir()} == files


def test_stdout_cannot_be_continued(cli: CommandLine) -> None:
    assert cli("export", "--continue").status == 2


def test_export_without_continue_begins_anew(
    cli: CommandLine, server: Server, folder: Path, ids: set[str]
) -> None:
    server.emulator.interrupt_at("GET /auth/v1/admin/users", 3)
    cli("export", "users.jsonl")
    position, seen = Path("users.jsonl.position"), list[bool]()
    assert position.exists()
    server.emulator.at("GET /auth/v1/admin/users", 2, lambda: seen.append(position.exists()))
    assert cli("export", "users.jsonl").status == 0
    assert len(ids_in(Path("users.jsonl").read_text())) == COUNT
    assert os.listdir() == ["users.jsonl"]
    assert set(seen) == {False}


def test_export_continues_with_its_own_filters_alone(
    cli: CommandLine, server: Server, folder: Path, ids: set[str]
) -> None:
    server.emulator.interrupt_at("GET /auth/v1/admin/users", 3)
    cli("export", "users.jsonl", "--filter", "@example.com")
    refused = cli("export", "users.jsonl", "--continue", "--filter", "user1")
    assert (refused.status, "had other filters" in refused.err) == (2, True)
    assert sorted(os.listdir()) == ["users.jsonl.partial", "users.jsonl.position"]


def test_only_the_owner_can_read_an_export(
    cli: CommandLine, server: Server, folder: Path, ids: set[str]
) -> None:
    server.emulator.interrupt_at("GET /auth/v1/admin/users", 3)
    cli("export", "users.jsonl")
    assert {name: mode(name) for name in os.listdir()} == {
        "users.jsonl.partial": 0o600,
        "users.jsonl.position": 0o600,
    }
    assert cli("export", "users.jsonl", "--continue").status == 0
    assert mode("users.jsonl") == 0o600


def mode(name: str) -> int:
    return stat.S_IMODE(os.lstat(name).st_mode)


def test_planted_links_are_not_followed(cli: CommandLine, server: Server, folder: Path) -> None:
    admin.create_user(server.client, {"email": "ada@example.com"}).unwrap()
    for name in ("users.jsonl.partial", "users.jsonl.position"):
        Path(name).symlink_to("victim")
    Path("victim").write_text("untouched")
    assert cli("export", "users.jsonl").status == 0
    assert Path("victim").read_text() == "untouched"
    assert sorted(os.listdir()) == ["users.jsonl", "victim"]


def test_planted_link_cannot_be_continued(cli: CommandLine, folder: Path) -> None:
    Path("victim").write_text("untouched")
    Path("users.jsonl.partial").symlink_to("victim")
    Path("users.jsonl.position").write_text('{"size": 4, "count": 1}')
    assert cli("export", "users.jsonl", "--continue").status == 1
    assert Path("victim").read_text() == "untouched"


@pytest.mark.parametrize("is_link", [False, True])
def test_existing_file_is_only_replaced_by_force(
    cli: CommandLine, folder: Path, is_link: bool
) -> None:
    Path("users-2.jsonl").write_text("taken")
    if is_link:
        Path("users.jsonl").symlink_to("nowhere")
    else:
        Path("users.jsonl").write_text("old")
    finished = cli("export", "users.jsonl")
    assert finished.status == 2
    assert "give --force to replace it, or another name, such as users-3.jsonl" in finished.err
    assert cli("export", "users.jsonl", "--force").status == 0
    assert (Path("users.jsonl").read_text(), Path("nowhere").exists()) == ("", False)


def test_file_that_appears_meanwhile_is_not_replaced(
    cli: CommandLine, server: Server, folder: Path, links: None
) -> None:
    def create() -> None:
        Path("users.jsonl").write_text("new")

    server.emulator.at("GET /auth/v1/admin/users", 1, create)
    finished = cli("export", "users.jsonl")
    assert (finished.status, finished.err) == (
        0,
        f"exported 0 users of {server.url[7:]} to users-2.jsonl\n",
    )
    assert (Path("users.jsonl").read_text(), Path("users-2.jsonl").read_text()) == ("new", "")
    assert sorted(os.listdir()) == ["users-2.jsonl", "users.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["users.tsv"], "name the file users.jsonl", id="tabs"),
        pytest.param(["users.jsonl.gz"], "name the file users.jsonl", id="gzip"),
        pytest.param(["users.csv", "-o", "json"], "the name of CSV, not of JSON Lines", id="JSON"),
        pytest.param(["users.jsonl", "-o", "csv"], "the name of JSON Lines, not of CSV", id="CSV"),
        pytest.param(["-o", "table"], "a table is for terminals", id="table"),
        pytest.param(["users.csv", "--fields", "emial"], "there is no field emial", id="field"),
    ],
)
def test_other_formats_are_refused(
    cli: CommandLine, folder: Path, arguments: list[str], message: str
) -> None:
    finished = cli("export", *arguments)
    assert (finished.status, message in finished.err) == (2, True)
    assert os.listdir() == []


def test_exports_fields_as_json_and_csv(cli: CommandLine, server: Server, folder: Path) -> None:
    admin.create_user(
        server.client, {"email": "ada@example.com", "app_metadata": {"plan": "pro"}}
    ).unwrap()
    fields = ("--fields", "email,app_metadata.plan")
    expected = {"email": "ada@example.com", "app_metadata.plan": "pro"}
    assert cli("export", "-", *fields).record == expected
    assert cli("export", "-", "-o", "csv", "--fields", "email").out == "email\nada@example.com\n"
    assert cli("export", "users.CSV", *fields).status == 0
    assert Path("users.CSV").read_text() == "email,app_metadata.plan\nada@example.com,pro\n"


def test_exported_csv_can_be_imported(cli: CommandLine, server: Server, folder: Path) -> None:
    user = admin.create_user(server.client, {"email": "ada@example.com", "role": "x"}).unwrap()
    assert cli("export", "users.csv").status == 0
    admin.delete_user(server.client, user.id).unwrap()
    assert cli("import", "users.csv").record["user_id"] == user.id


def test_csv_that_stopped_continues_without_a_second_header(
    cli: CommandLine, server: Server, folder: Path, ids: set[str]
) -> None:
    server.emulator.interrupt_at("GET /auth/v1/admin/users", 2)
    assert cli("export", "users.csv", "--fields", "id").status == 130
    other = cli("export", "users.csv", "--continue", "--fields", "id,email")
    assert (other.status, "other filters, fields or another format" in other.err) == (2, True)
    assert cli("export", "users.csv", "--continue", "--fields", "id").status == 0
    header, *lines = Path("users.csv").read_text().splitlines()
    assert (header, len(lines), set(lines)) == ("id", COUNT, ids)


def test_device_stays_a_device(cli: CommandLine, ids: set[str]) -> None:
    assert cli("export", "/dev/null").status == 0
    assert Path("/dev/null").is_char_device()
    assert cli("export", "/dev/full").status == 1


@pytest.mark.parametrize("name", ["no/such/folder.jsonl", "."])
def test_file_that_cannot_be_written_is_wrong_usage(
    cli: CommandLine, folder: Path, name: str
) -> None:
    assert cli("export", name).status == 2


def test_needs_a_connection(offline: CommandLine) -> None:
    assert offline("export").status == 2
