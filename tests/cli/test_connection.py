"""Where the URL and the key come from, and what `doctor` finds."""

import base64
import json
import re
import shlex
import socket
import sys
import time
from email.utils import formatdate
from pathlib import Path

import pytest
from returns.result import Success

from supabase_gotrue import init_client
from supabase_gotrue.cli.connection.diagnosis import check_admin, checks
from supabase_gotrue.cli.connection.keys import inspect_key
from supabase_gotrue.cli.output.status import ExitStatus
from tests.canned import Canned
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine, Finished

LIST = ("users", "list")


@pytest.fixture
def key_file(tmp_path: Path, server: Server) -> Path:
    path = tmp_path / "key"
    path.write_text(f"{server.key}\n")
    return path


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({"SUPABASE_URL": "URL", "SUPABASE_SECRET_KEY": "KEY"}, id="secret key"),
        pytest.param({"SUPABASE_URL": "URL", "SUPABASE_SERVICE_ROLE_KEY": "KEY"}, id="role key"),
        pytest.param({"GOTRUE_URL": "URL", "SUPABASE_SECRET_KEY": "KEY"}, id="bare GoTrue"),
        pytest.param(
            {"SUPABASE_URL": "URL", "SUPABASE_SECRET_KEY": " ", "SUPABASE_SERVICE_ROLE_KEY": "KEY"},
            id="blank variable",
        ),
    ],
)
def test_environment_connects(
    offline: CommandLine, server: Server, environ: dict[str, str]
) -> None:
    values = {"URL": server.url, "KEY": server.key}
    offline.environ |= {name: values.get(value, value) for name, value in environ.items()}
    assert offline(*LIST).status == 0


@pytest.mark.parametrize("option", ["--url", "--auth-url"])
def test_options_replace_the_environment(
    offline: CommandLine, server: Server, key_file: Path, option: str
) -> None:
    offline.environ |= {
        "SUPABASE_URL": "http://127.0.0.1:1",
        "GOTRUE_URL": "http://127.0.0.1:1",
        "SUPABASE_SECRET_KEY": "wrong",
    }
    offline.secrets.append(server.key)
    connection = (option, server.url, "--key-file", str(key_file), "--timeout", "5")
    assert offline(*LIST, *connection).status == 0
    assert offline(*connection, *LIST).status == 0


def test_option_of_the_command_replaces_the_one_before_it(cli: CommandLine) -> None:
    assert (
        cli("--url", "http://127.0.0.1:1", *LIST, "--url", cli.environ["SUPABASE_URL"]).status == 0
    )
    refused = cli("--url", "http://127.0.0.1:1", *LIST)
    assert (refused.status, "give --key-file" in refused.err) == (2, True)


def test_terminal_is_asked_for_the_key(offline: CommandLine, server: Server) -> None:
    offline.secrets.append(server.key)
    offline.environ["SUPABASE_URL"] = server.url
    asked = offline.on_terminal(*LIST, answers=f"{server.key}\n")
    assert (asked.status, "0 of 0 users" in asked.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param([], "SUPABASE_URL can't be blank", id="nothing"),
        pytest.param(
            ["--url", "http://localhost"], "--url needs a key: give --key-file", id="no key"
        ),
        pytest.param(["--url", "ftp://x", "--key-file", "KEY"], "base_url is invalid", id="URL"),
        pytest.param(
            ["--url", "http://x", "--key-file", "EMPTY"], "api_key can't be blank", id="empty file"
        ),
        pytest.param(
            ["--url", "http://x", "--key-file", "BINARY"], "key_file cannot be read", id="binary"
        ),
        pytest.param(["--key-file", "no-such-file"], "no-such-file", id="no such file"),
        pytest.param(
            ["--timeout", "0", "--url", "http://x", "--key-file", "KEY"], "timeout", id="0"
        ),
    ],
)
def test_wrong_connection_is_wrong_usage(
    offline: CommandLine, key_file: Path, tmp_path: Path, arguments: list[str], named: str
) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"\xff")
    files = {"KEY": key_file, "EMPTY": tmp_path / "empty", "BINARY": tmp_path / "binary"}
    finished = offline(*LIST, *(str(files.get(a, a)) for a in arguments))
    assert (finished.status, finished.out) == (2, "")
    assert named in finished.err


def test_end_of_input_is_no_key(offline: CommandLine, server: Server) -> None:
    offline.environ["SUPABASE_URL"] = server.url
    assert offline.on_terminal(*LIST, answers="\x04").status == 2


def test_emulator_is_new_for_each_command(offline: CommandLine) -> None:
    created = offline("users", "create", "--email", "ada@example.com", "--emulator")
    assert (created.status, created.record["email"]) == (0, "ada@example.com")
    assert offline(*LIST, "--emulator").out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--emulator", "--url", "http://x"], "--emulator excludes --url"),
        (["--emulator", "--auth-url", "http://x"], "--emulator excludes --auth-url"),
        (["--emulator", "-p", "prod"], "--emulator excludes --profile"),
        (
            ["--emulator", "--url", "http://x", "--key-file", "KEY"],
            "--emulator excludes --url and --key-file",
        ),
        (["--url", "http://x", "--auth-url", "http://x"], "--url or --auth-url"),
        (["--json", "-o", "csv"], "--json excludes --output csv"),
        (["--profile", ""], "--profile: must not be blank"),
        (["--url", " "], "--url: must not be blank"),
        (["--auth-url", ""], "--auth-url: must not be blank"),
        (["--confirm", ""], "--confirm: must not be blank"),
    ],
    ids=" ".join,
)
def test_blank_and_contradicting_options_are_wrong_usage(
    cli: CommandLine, key_file: Path, arguments: list[str], message: str
) -> None:
    given = [str(key_file) if word == "KEY" else word for word in arguments]
    for command in ((*LIST, *given), (*given, *LIST)):
        finished = cli(*command)
        assert (finished.status, finished.out, message in finished.err) == (2, "", True)
    assert cli(*LIST, "--json", "-o", "json").status == 0


@pytest.mark.usefixtures("no_retry_delays")
def test_doctor_is_of_the_same_project(cli: CommandLine, key_file: Path) -> None:
    arguments = ("--url", "http://127.0.0.1:1", "--key-file", str(key_file))
    finished = cli(*LIST, *arguments)
    (command,) = re.findall("to find the cause, run: supabase-gotrue (.+)", finished.err)
    assert shlex.split(command) == ["doctor", *arguments]
    assert cli(*shlex.split(command)).status == 4


def test_emulator_needs_its_extra(offline: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "supabase_gotrue.emulator", None)
    finished = offline(*LIST, "--emulator")
    assert finished.status == 2
    assert "pip install 'supabase-gotrue[cli,emulator]'" in finished.err


# doctor


def failed_step(finished: Finished) -> tuple[object, str]:
    """Return the last step, which failed, and its advice."""
    *passed, last = finished.records
    assert {record["passed"] for record in passed} <= {True}
    assert last["passed"] is False
    return last["step"], str(last["advice"])


def test_doctor_finds_nothing_wrong(cli: CommandLine) -> None:
    finished = cli("doctor")
    details = {str(record["step"]): record["detail"] for record in finished.records}
    assert finished.status == 0
    assert list(details) == [
        "URL",
        "proxy",
        "connection",
        "server",
        "clock",
        "key",
        "access",
        "sign-up",
        "providers",
        "automatic confirmation",
        "SAML",
        "OAuth server",
        "cursor pagination",
    ]
    assert (details["proxy"], details["sign-up"], details["SAML"]) == ("not used", "on", "off")
    assert (details["OAuth server"], details["cursor pagination"]) == ("on", "off")
    assert {record["advice"] for record in finished.records} == {None}


def test_doctor_shows_sentences_on_a_terminal(cli: CommandLine, server: Server) -> None:
    cli.environ["SUPABASE_SERVICE_ROLE_KEY"] = server.emulator.key("anon")
    finished = cli.on_terminal("doctor")
    assert finished.status == 5
    *passed, failed, advice = finished.out.splitlines()
    assert {line[0] for line in passed} == {"✓"}
    assert failed.startswith("✗ access: User not allowed")
    assert advice.startswith("  → it is a key for apps; use the secret")


def jwt(**claims: object) -> str:
    """Return a token that no server has signed."""
    encoded = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{encoded}.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("key", "advice"),
    [
        pytest.param(jwt(role="service_role"), "not this server's", id="of another server"),
        pytest.param(jwt(role="service_role", exp=1), "has expired", id="expired"),
        pytest.param(jwt(role="authenticated"), "key for apps", id="of a user"),
        pytest.param("sb_secret_1", "accepts JWTs only", id="secret key"),
        pytest.param("nonsense", "not this server's", id="no key"),
        pytest.param("a.b.c", "not this server's", id="no JWT"),
        pytest.param("a.W10.c", "not this server's", id="JWT without claims"),
    ],
)
def test_doctor_finds_a_wrong_key(cli: CommandLine, key: str, advice: str) -> None:
    cli.environ["SUPABASE_SERVICE_ROLE_KEY"] = key
    cli.secrets.append(key)
    finished = cli("doctor")
    assert finished.status == 5
    step, found = failed_step(finished)
    assert (step, advice in found) == ("access", True)


def test_doctor_finds_a_publishable_key(cli: CommandLine) -> None:
    cli.environ["SUPABASE_SERVICE_ROLE_KEY"] = "sb_publishable_1"
    finished = cli("doctor")
    step, _ = failed_step(finished)
    assert (finished.status, step) == (2, "configuration")
    assert "api_key is a publishable key" in finished.out


def test_doctor_finds_a_key_of_another_project() -> None:
    client = init_client(
        "https://one.supabase.co",
        jwt(role="service_role", ref="two"),
        transport=Canned(401, b'{"code": "bad_jwt", "message": "invalid JWT"}'),
    ).unwrap()
    assert check_admin(client, inspect_key(client.api_key)).advice == (
        "the key is of the project two, the URL of one"
    )


def test_doctor_looks_at_the_configuration_first(offline: CommandLine) -> None:
    finished = offline("doctor")
    step, advice = failed_step(finished)
    assert (finished.status, step) == (2, "configuration")
    assert "SUPABASE_URL" in advice


@pytest.mark.parametrize(
    ("variable", "failures", "advice"),
    [
        pytest.param("SUPABASE_URL", 1, "give --auth-url URL, or set GOTRUE_URL", id="bare GoTrue"),
        pytest.param("GOTRUE_URL", 1, "give --url URL, or set SUPABASE_URL", id="project"),
        pytest.param("GOTRUE_URL", 2, "check the URL", id="neither"),
    ],
)
def test_doctor_finds_the_root_of_the_server(
    offline: CommandLine, server: Server, variable: str, failures: int, advice: str
) -> None:
    offline.environ |= {variable: server.url, "SUPABASE_SECRET_KEY": server.key}
    server.emulator.fail_next(404, "no such page", times=failures)
    finished = offline("doctor")
    assert finished.status == 1
    step, found = failed_step(finished)
    assert (step, found.replace(server.url, "URL").startswith(advice)) == ("server", True)


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected", "advice"),
    [
        pytest.param(301, "", {"location": "https://x/?a=1"}, 1, "use that URL", id="redirect"),
        pytest.param(401, {}, {}, 5, "use the secret or", id="gateway that refuses the key"),
    ],
)
def test_doctor_finds_what_stands_before_the_server(
    cli: CommandLine,
    server: Server,
    status: int,
    body: object,
    headers: dict[str, str],
    expected: int,
    advice: str,
) -> None:
    server.emulator.fail_next(status, body, headers)
    finished = cli("doctor")
    step, found = failed_step(finished)
    assert (finished.status, step, found.startswith(advice)) == (expected, "server", True)


@pytest.mark.parametrize(
    ("offset", "detail"),
    [
        pytest.param(3600, "behind the server's", id="behind"),
        pytest.param(-3600, "ahead of the server's", id="ahead"),
    ],
)
def test_doctor_warns_of_the_clock(
    cli: CommandLine, server: Server, offset: int, detail: str
) -> None:
    date = formatdate(time.time() + offset, usegmt=True)
    server.emulator.fail_next(200, {"name": "GoTrue"}, {"date": date})
    finished = cli.on_terminal("doctor")
    assert finished.status == 0
    (line,) = [line for line in finished.out.splitlines() if " clock: " in line and line[0] != " "]
    assert line.startswith("! clock: ")
    assert detail in line


def test_doctor_works_with_the_emulator(offline: CommandLine) -> None:
    finished = offline("doctor", "--emulator")
    details = {record["step"]: record["detail"] for record in finished.records}
    assert finished.status == 0
    assert details["clock"] == "the server does not send its time"


def test_doctor_looks_into_the_server_when_lists_fail(cli: CommandLine, server: Server) -> None:
    server.emulator.fail_next(200, {"name": "GoTrue"})
    server.emulator.fail_next(500)
    finished = cli("doctor")
    assert (finished.status, failed_step(finished)) == (1, ("access", "look into the server's log"))


@pytest.mark.parametrize(
    ("url", "environ", "advice"),
    [
        pytest.param("http://127.0.0.1:1", {}, "nothing accepts connections there", id="refused"),
        pytest.param("http://no-such-host.invalid", {}, "no such name is known", id="name"),
        pytest.param("https://127.0.0.1:PORT", {}, "certificate", id="TLS with a plain server"),
        pytest.param(
            "http://project.example",
            {"http_proxy": "http://user:hunter22@127.0.0.1:1"},
            "check the proxy 127.0.0.1:1,",
            id="proxy",
        ),
    ],
)
def test_doctor_says_why_there_is_no_connection(
    offline: CommandLine, server: Server, url: str, environ: dict[str, str], advice: str
) -> None:
    port = server.url.rpartition(":")[2]
    offline.secrets.append("hunter22")
    url = url.replace("PORT", port)
    offline.environ |= {"SUPABASE_URL": url, "SUPABASE_SECRET_KEY": server.key, **environ}
    finished = offline("doctor")
    assert finished.status == 4
    step, found = failed_step(finished)
    assert (step, advice in found) == ("connection", True)


def test_doctor_says_that_a_server_does_not_respond(offline: CommandLine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        offline.environ |= {"SUPABASE_URL": url, "SUPABASE_SECRET_KEY": "sb_secret_1"}
        finished = offline("doctor", "--timeout", "1")
    assert finished.status == 4
    assert "does not respond" in failed_step(finished)[1]


def test_doctor_warns_of_a_key_in_plain_text(offline: CommandLine) -> None:
    offline.environ |= {"SUPABASE_URL": "http://no-such-host.invalid", "SUPABASE_SECRET_KEY": "k"}
    assert offline("doctor").records[0]["advice"] == "the key is sent unencrypted: use https"


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"name": "other"}'])
def test_doctor_tells_other_servers_from_gotrue(body: bytes) -> None:
    found = checks(Success(Canned(200, body).client()))
    failed = next(check for check in found if not check.is_passed)
    assert (failed.step, failed.status) == ("server", ExitStatus.REFUSED)
