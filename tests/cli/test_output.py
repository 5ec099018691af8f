"""What terminals and pipes get: tables, JSON, messages, and no control characters."""

import io
import json
import os
import re
import time
from datetime import timedelta, timezone
from pathlib import Path
from typing import TextIO

import pytest

from supabase_gotrue import AdminUserAttrs, User, admin
from supabase_gotrue.bulk import import_users
from supabase_gotrue.cli.output.output import Output
from tests.bulk.processes import HASH
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine, read_back, text_file
from tests.cli.test_users import NOBODY

LONG_EMAIL = "ada.with-a-long-name@example.com"
EVIL = "\x1b[31m\u202eevil\x9b"


@pytest.fixture
def users(server: Server) -> list[User]:
    attrs: list[AdminUserAttrs] = [
        {"email": LONG_EMAIL, "email_confirm": True},
        {"email": "grace@example.com", "phone": "+15550001111"},
        {"email": "joan@example.com", "email_confirm": True, "ban_duration": "1h"},
    ]
    return [admin.create_user(server.client, a).unwrap() for a in attrs]


@pytest.mark.parametrize(
    ("columns", "titles"),
    [
        pytest.param(30, ["Email or phone"], id="30 columns"),
        pytest.param(60, ["Email or phone", "State"], id="60 columns"),
        pytest.param(80, ["Email or phone", "Created", "State"], id="80 columns"),
        pytest.param(120, ["ID", "Email or phone", "Created", "State", "Providers"], id="120"),
        pytest.param(
            200,
            ["ID", "Email or phone", "Created", "Last sign-in", "State", "Name", "Providers"],
            id="200 columns",
        ),
    ],
)
def test_table_has_the_columns_that_fit(
    cli: CommandLine, users: list[User], columns: int, titles: list[str]
) -> None:
    finished = cli.on_terminal("users", "list", columns=columns)
    header, *rows = [line for line in finished.out.splitlines() if line.strip()]
    assert finished.status == 0
    assert re.split(r" {2,}", header.strip()) == titles
    *rows, last = rows
    assert last.startswith("3 of 3 users of 127.0.0.1:")
    assert last.endswith("times are in UTC")
    assert max(map(len, rows)) <= columns
    emails = [row for row in rows if LONG_EMAIL in row]
    assert len(emails) == (columns > 32)


def test_wide_table_shows_names_and_providers(cli: CommandLine, server: Server) -> None:
    admin.create_user(
        server.client, {"email": "ada@example.com", "user_metadata": {"full_name": "Ada 数"}}
    ).unwrap()
    shown = cli.on_terminal("users", "list", columns=200).out
    assert re.search(r"unconfirmed +Ada 数 +email", shown)


@pytest.mark.usefixtures("users")
def test_terminal_shows_fifty_users_and_how_many_there_are(
    cli: CommandLine, server: Server
) -> None:
    for number in range(60):
        admin.create_user(server.client, {"email": f"user{number}@example.com"}).unwrap()
    shown = cli.on_terminal("users", "list").out
    assert shown.count("@example.com") == 50
    assert "50 of 63 users of" in shown
    assert "2 of 63 users" in cli.on_terminal("users", "list", "--limit", "2").out
    assert len(cli("users", "list").records) == 63


def test_terminal_lists_in_the_order_that_is_asked_for(cli: CommandLine, users: list[User]) -> None:
    arguments = ("users", "list", "--sort", "created_at asc")
    assert [record["id"] for record in cli(*arguments).records] == [user.id for user in users]
    assert [r["id"] for r in cli(*arguments, "--limit", "2").records] == [u.id for u in users[:2]]
    filtered = cli("users", "list", "--filter", "grace@").records
    assert [record["email"] for record in filtered] == ["grace@example.com"]


def test_reads_page_after_page(cli: CommandLine, server: Server) -> None:
    rows: list[AdminUserAttrs] = [
        {"email": f"u{number}@example.com", "password_hash": HASH} for number in range(1001)
    ]
    created = [row.outcome for row in import_users(server.client, rows)]
    assert set(created) == {"created"}
    assert len(cli("users", "list", "--sort", "created_at desc").records) == 1001
    assert len(cli("users", "list", "--limit", "1001").records) == 1001


def test_details_leave_out_what_is_not_set(cli: CommandLine, users: list[User]) -> None:
    shown = cli.on_terminal("users", "get", users[2].id).out
    fields = dict(line.strip().split(maxsplit=1) for line in shown.splitlines())
    assert fields["email"] == "joan@example.com"
    assert fields["identities"] == "email joan@example.com"
    assert fields["state"] == "banned"
    assert fields.keys().isdisjoint({"phone", "factors", "invited_at", "is_anonymous"})


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["users", "create", "--email", "k@e.com"], "created k@e.com, ID", id="create"),
        pytest.param(["users", "update", "ID", "--role", "x"], "updated grace@", id="update"),
        pytest.param(["users", "ban", "ID", "--for", "1h"], "banned grace@", id="ban"),
        pytest.param(["users", "unban", "ID"], "unbanned grace@", id="unban"),
        pytest.param(["users", "invite", "k@e.com"], "invited k@e.com, ID", id="invite"),
        pytest.param(["users", "delete", "ID", "--yes"], "deleted", id="delete"),
    ],
)
def test_terminal_gets_a_sentence(
    cli: CommandLine, users: list[User], arguments: list[str], sentence: str
) -> None:
    finished = cli.on_terminal(*(users[1].id if a == "ID" else a for a in arguments))
    assert finished.status == 0
    assert finished.out.startswith(sentence)


def test_json_is_printed_on_a_terminal_if_asked_for(cli: CommandLine, users: list[User]) -> None:
    for arguments in (("--json", "users", "get"), ("users", "get", "--json")):
        assert cli.on_terminal(*arguments, users[0].id).record["id"] == users[0].id


def test_states(cli: CommandLine, server: Server) -> None:
    server.post("/signup")
    soft = admin.create_user(server.client, {"email": "kay@example.com"}).unwrap()
    admin.delete_user(server.client, soft.id, True).unwrap()
    listed = cli.on_terminal("users", "list", columns=200).out
    assert re.findall(r"  (deleted|anonymous) ", listed) == ["deleted", "anonymous"]


def test_control_characters_do_not_reach_a_terminal(cli: CommandLine, server: Server) -> None:
    metadata = {"name": EVIL, "[red]markup[/red]": ":smile:"}
    user = admin.create_user(
        server.client, {"email": "eve@example.com", "user_metadata": metadata}
    ).unwrap()
    shown = cli.on_terminal("users", "get", user.id).out
    assert "\\u001b[31m\\u202eevil\\x9b" in shown
    assert "[red]markup[/red]" in shown
    assert ":smile:" in shown
    assert set(shown).isdisjoint("\x1b\u202e\x9b")
    message = cli.on_terminal("users", "get", EVIL)
    assert message.status == 2


def test_json_on_a_terminal_is_escaped_and_piped_as_it_is(cli: CommandLine, server: Server) -> None:
    name = f"{EVIL}\x7f\x9d\U000e0001é数"
    user = admin.create_user(
        server.client, {"email": "eve@example.com", "user_metadata": {"name": name}}
    ).unwrap()
    for arguments in (
        ("users", "get", user.id, "--json"),
        ("users", "list", "--json"),
        ("export",),
    ):
        shown = cli.on_terminal(*arguments).out
        assert set(shown).isdisjoint("\x1b\u202e\x9b\x9d\x7f\U000e0001")
        assert "é数" in shown
        (line,) = [line for line in shown.splitlines() if line.startswith("{")]
        assert json.loads(line)["user_metadata"]["name"] == name
        piped = cli(*arguments)
        assert "\u202eevil\x9b\x7f" in piped.out
        assert piped.records[0]["user_metadata"] == json.loads(line)["user_metadata"]
    for name in ("csv", "ids", "table"):
        shown = cli.on_terminal("users", "list", "-o", name).out
        assert set(shown).isdisjoint("\x1b\u202e\x9b\x9d\x7f")


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        pytest.param(["-o", "ids"], "ID\n", id="ids"),
        pytest.param(
            ["--output", "csv", "--fields", "email,app_metadata.provider,phone"],
            "email,app_metadata.provider,phone\njoan@example.com,email,\n",
            id="csv",
        ),
        pytest.param(
            ["-o", "json", "--fields", "email,app_metadata"],
            '{"email":"joan@example.com","app_metadata":{"provider":"email","providers":["email"]}}\n',
            id="json",
        ),
    ],
)
def test_formats_and_fields(
    cli: CommandLine, users: list[User], arguments: list[str], out: str
) -> None:
    for command in (["users", "list", "--banned"], ["users", "get", users[2].id]):
        finished = cli(*command, *arguments)
        assert (finished.status, finished.err) == (0, "")
        assert finished.out == out.replace("ID", users[2].id)


@pytest.mark.usefixtures("users")
def test_fields_are_the_columns_of_a_table(cli: CommandLine) -> None:
    shown = cli.on_terminal("users", "list", "--banned", "--fields", "email,banned_until").out
    assert shown.splitlines()[0].split() == ["email", "banned_until"]
    assert "1 of 1 users" in shown


def test_fields_of_one_user_are_lines_on_a_terminal(cli: CommandLine, users: list[User]) -> None:
    shown = cli.on_terminal("users", "get", users[1].id, "--fields", "phone,email").out
    assert [line.split() for line in shown.splitlines()] == [
        ["phone", "15550001111"],
        ["email", "grace@example.com"],
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["users", "list", "--fields", "emial"], "no field emial; there are id, aud"),
        pytest.param(["users", "list", "--fields", ","], "name fields, such as id,email"),
        pytest.param(["completion", "bash", "--fields", "id"], "has no fields"),
        pytest.param(["import", "x.csv", "--fields", "id"], "there are number, line, outcome"),
    ],
)
def test_wrong_fields_are_wrong_usage(
    offline: CommandLine, arguments: list[str], message: str
) -> None:
    finished = offline(*arguments)
    assert (finished.status, finished.out, message in finished.err) == (2, "", True)


@pytest.mark.usefixtures("users")
@pytest.mark.parametrize("columns", [60, 80])
def test_fields_are_folded_around_the_email_address(cli: CommandLine, columns: int) -> None:
    fields = "id,role,email,created_at,aud,phone,user_metadata"
    shown = cli.on_terminal("users", "list", "--fields", fields, columns=columns).out
    assert LONG_EMAIL in shown
    assert max(map(len, shown.splitlines()[:-2])) <= columns
    assert "the terminal is too narrow for id" in shown


def test_ids_are_what_commands_take(cli: CommandLine, users: list[User], tmp_path: Path) -> None:
    file = tmp_path / "client.json"
    file.write_text('{"client_name": "A", "redirect_uris": ["https://a.example/cb"]}')
    created = cli("oauth", "create", "--file", str(file)).record
    assert cli("oauth", "list", "-o", "ids").out == f"{created['client_id']}\n"
    (identity,) = cli("identities", "list", str(users[2].email)).records
    assert cli("identities", "list", users[2].id, "-o", "ids").out == f"{identity['identity_id']}\n"
    rows = tmp_path / "users.csv"
    rows.write_text("email\nnobody\n")
    assert cli("import", str(rows), "-o", "ids").out == ""


def test_message_within_the_handler_of_a_signal(capfd: pytest.CaptureFixture[str]) -> None:
    Output(format="json").message_at_once("stopping")
    Output(format="json", is_quiet=True).message_at_once("stopping")
    assert capfd.readouterr().err == "stopping\n"


def test_times_are_local_or_utc(
    cli: CommandLine, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = admin.create_user(server.client, {"email": "ada@example.com"}).unwrap()
    monkeypatch.setenv("TZ", "XYZ-5")
    time.tzset()
    local = user.created_at.astimezone(timezone(timedelta(hours=5)))
    try:
        assert f"{local:%Y-%m-%d %H:%M} XYZ" in cli.on_terminal("users", "get", user.id).out
        listed = cli.on_terminal("users", "list").out
        assert (f"{local:%Y-%m-%d %H:%M}" in listed, "times are in XYZ" in listed) == (True, True)
        field = cli.on_terminal("users", "list", "--fields", "created_at").out
        assert f"{local:%Y-%m-%d %H:%M}" in field
        utc = cli.on_terminal("users", "list", "--utc").out
        assert (f"{user.created_at:%Y-%m-%d %H:%M}" in utc, "in UTC" in utc) == (True, True)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_errors_are_json_if_json_is_wanted(cli: CommandLine) -> None:
    for arguments in (["--json"], ["-o", "json"], ["--output=json"]):
        error = json.loads(cli("users", "get", NOBODY, *arguments).err)["error"]
        assert (error["code"], error["error_code"]) == ("not_found", "user_not_found")
        error = json.loads(cli("users", "get", *arguments).err)["error"]
        assert (error["code"], "USER" in error["message"]) == ("validation", True)
    error = json.loads(cli("users", "delete", "--json").err)["error"]
    assert error["message"].startswith("name users, or give a filter")
    shown = cli.on_terminal("users", "get", f"{EVIL}@x", "--json").out
    assert set(shown).isdisjoint("\x1b\u202e\x9b")


@pytest.mark.usefixtures("users")
def test_quiet_prints_no_summary(cli: CommandLine) -> None:
    assert "users of" not in cli.on_terminal("users", "list", "-q").out


def test_debug_shows_requests_without_secrets(cli: CommandLine) -> None:
    finished = cli("users", "list", "--debug", "--limit", "1")
    assert "GET /admin/users" in finished.err


def test_messages_of_the_server_are_made_printable(cli: CommandLine, server: Server) -> None:
    server.emulator.fail_next(400, {"code": "bad", "message": EVIL})
    assert "\\x1b[31m\\u202eevil\\x9b" in cli("users", "get", NOBODY).err


@pytest.mark.parametrize(
    ("status", "body", "headers", "hint"),
    [
        pytest.param(404, "no page", {}, "is the URL right?", id="page that is not GoTrue's"),
        pytest.param(
            429,
            {"code": "over_request_rate_limit", "message": "slow"},
            {"retry-after": "99"},
            "try again in 99 seconds",
            id="rate limit",
        ),
        pytest.param(
            403, {"code": "not_admin", "message": "no"}, {}, "not an administrator's", id="key"
        ),
        pytest.param(401, {"code": "bad_jwt", "message": "no"}, {}, "not accepted", id="token"),
        pytest.param(503, "down", {}, "may have been carried out", id="gateway"),
    ],
)
def test_error_says_what_can_be_done(
    cli: CommandLine, server: Server, status: int, body: object, headers: dict[str, str], hint: str
) -> None:
    server.emulator.fail_next(status, body, headers, times=9)
    finished = cli("users", "ban", NOBODY, "--for", "1h")
    assert finished.status == (5 if status in (401, 403) else 1)
    assert hint in finished.err


def run_into(cli: CommandLine, stdout: TextIO, *arguments: str) -> tuple[int, str]:
    """Run a command with another stdout; return its status and stderr."""
    with text_file() as stdin, text_file() as stderr:
        status = cli.run(arguments, stdin, stdout, stderr)
        return status, read_back(stderr)


@pytest.mark.parametrize("arguments", [["users", "get", "ID"], ["users", "list"], ["export"]])
def test_full_disk_is_an_error(cli: CommandLine, users: list[User], arguments: list[str]) -> None:
    with open("/dev/full", "w") as full:
        finished = run_into(cli, full, *(users[0].id if a == "ID" else a for a in arguments))
    assert finished == (1, "error: No space left on device\n")


@pytest.mark.parametrize(
    "arguments", [["users", "get", "ID"], ["users", "list"], ["export"], ["--help"]]
)
def test_closed_pipe_ends_quietly(
    cli: CommandLine, users: list[User], arguments: list[str]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        finished = run_into(cli, closed, *(users[0].id if a == "ID" else a for a in arguments))
    assert finished == (0, "")


@pytest.mark.parametrize(
    "arguments", [["users", "list"], ["users", "create", "--email", "kay@example.com"]]
)
@pytest.mark.usefixtures("users")
def test_terminal_that_is_full_is_an_error(cli: CommandLine, arguments: list[str]) -> None:
    class FullTerminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    with FullTerminal(open("/dev/full", "wb"), "utf-8", write_through=True) as full:
        assert run_into(cli, full, *arguments) == (1, "error: No space left on device\n")


def test_deletion_continues_when_the_pipe_is_closed(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed:
        status, _ = run_into(cli, closed, "users", "delete", "--yes", *(u.id for u in users))
    assert status == 0
    assert cli("users", "list").out == ""
