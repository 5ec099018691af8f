"""The command line as a process of its own: how it starts, how it stops, what it never shows."""

import json
import os
import re
import shlex
import signal
import sys
from pathlib import Path

import pytest

from supabase_gotrue import AdminUserAttrs, __version__, admin
from supabase_gotrue.bulk import import_users
from tests.bulk.processes import HASH
from tests.cli.conftest import Server
from tests.cli.driver import COMMAND, CommandLine, start_on_terminal
from tests.programs import (
    PATIENCE,
    CompletedProcess,
    Process,
    run_command,
    run_program,
    stop_process,
)

SCRIPT = Path(sys.executable).with_name("supabase-gotrue")
HEAVY = ("click", "msgspec", "returns", "rich", "supabase_gotrue.error")
PASSWORD = "Correct-horse-1"
CTRL_C = b"\x03"


@pytest.fixture
def users(server: Server) -> list[str]:
    """The IDs of many users: more than a pipe holds."""
    rows: list[AdminUserAttrs] = [
        {"email": f"user{n}@example.com", "password_hash": HASH} for n in range(300)
    ]
    return [str(row.user_id) for row in import_users(server.client, rows)]


@pytest.mark.parametrize("command", [[str(SCRIPT)], [*COMMAND]], ids=["script", "module"])
def test_script_and_module_are_the_same(command: list[str]) -> None:
    ran = run_command(*command, "--version")
    assert (ran.stdout, ran.stderr) == (f"supabase-gotrue {__version__}\n", "")


def run_lines(*lines: str, status: int = 0) -> CompletedProcess:
    return run_program("\n".join(["import sys", *lines]), status=status)


MAIN = ("from supabase_gotrue.cli import main", "sys.argv = ['supabase-gotrue', '--help']")
LIST = ("from supabase_gotrue.cli import main", "sys.argv = ['supabase-gotrue', 'users', 'list']")


def test_help_imports_nothing_heavy() -> None:
    ran = run_lines(*MAIN, "try: main()", "finally: print(*sys.modules, file=sys.stderr)")
    assert set(ran.stderr.split()).isdisjoint(HEAVY)


def test_says_how_to_install_what_is_missing() -> None:
    ran = run_lines("sys.modules['click'] = None", *LIST, "main()", status=2)
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert "pip install 'supabase-gotrue[cli]'" in ran.stderr


def test_other_missing_modules_are_not_hidden() -> None:
    missing = "sys.modules['supabase_gotrue.cli.running.session'] = None"
    ran = run_lines("import supabase_gotrue", missing, *LIST, "main()", status=1)
    assert "supabase_gotrue.cli.running.session" in ran.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completes_commands(offline: CommandLine, shell: str) -> None:
    offline.environ |= {
        "COMP_WORDS": "supabase-gotrue users ",
        "COMP_CWORD": "" if shell == "fish" else "2",
        "_SUPABASE_GOTRUE_COMPLETE": f"{shell}_complete",
    }
    completed = offline()
    assert {"list", "create", "sign-out"} <= set(re.findall(r"[a-z-]+", completed.out))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_prints_the_script_for_a_shell(offline: CommandLine, shell: str) -> None:
    printed = offline("completion", shell)
    assert (printed.status, printed.err) == (0, "")
    assert f"_SUPABASE_GOTRUE_COMPLETE={shell}_complete" in printed.out


def test_process_talks_to_the_server(cli: CommandLine, server: Server) -> None:
    cli.secrets.append(PASSWORD)
    created = cli.process(
        *("users", "create", "--email", "ada@example.com", "--password-stdin"), stdin=PASSWORD
    )
    assert (created.status, created.err) == (0, "")
    found = cli.process("users", "find", "ada@example.com").record
    assert (found["id"], found["factors"]) == (created.record["id"], [])


def test_closed_pipe_ends_quietly(cli: CommandLine, users: list[str]) -> None:
    for arguments in (("users", "list"), ("export", "--quiet"), ("audit",)):
        with cli.start(*arguments) as running:
            assert running.stdout
            assert running.stderr
            json.loads(running.stdout.readline())
            running.stdout.close()
            assert running.stderr.read() == ""
        assert running.returncode == 0


def test_file_that_grows_too_large_leaves_nothing(
    cli: CommandLine, users: list[str], tmp_path: Path
) -> None:
    export = shlex.join([*COMMAND, "export", "--quiet", "users.jsonl"])
    script = f"ulimit -f 100; exec {export}"
    ran = run_command("sh", "-c", script, env=cli.process_environ(), cwd=tmp_path, status=1)
    assert ran.stderr == "error: File too large\n"
    assert os.listdir(tmp_path) == []


STOPS = pytest.mark.parametrize(
    ("stop", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str
)


def interrupt(running: Process, server: Server, *signals: signal.Signals) -> tuple[str, str]:
    """Send signals to a process at a request that is held back; return what it printed."""
    assert server.emulator.reached.wait(PATIENCE)
    assert running.stdout
    assert running.stderr
    first = ""
    for each in signals:
        running.send_signal(each)
        first += running.stderr.readline()
    server.emulator.gate.set()
    rest = running.stderr.read()  # communicate() would lose what readline() has buffered
    return running.stdout.read(), first + rest


@STOPS
def test_signal_stops_an_import_after_the_running_calls(
    cli: CommandLine, server: Server, tmp_path: Path, stop: signal.Signals, status: int
) -> None:
    emails = [f"user{number}@example.com" for number in range(300)]
    (tmp_path / "users.csv").write_text("\n".join(["email", *emails]))
    server.emulator.hold_from("POST /auth/v1/admin/users", 50)
    with cli.start("import", "users.csv", cwd=tmp_path) as running:
        out, err = interrupt(running, server, stop)
    assert running.returncode == status
    assert {json.loads(line)["outcome"] for line in out.splitlines()} == {"created"}
    done = out.count("\n")
    assert 49 < done < 300
    assert re.search(rf"imported {done} rows into \S+: {done} created", err)
    assert f"to continue, run: supabase-gotrue import users.csv --from csv --skip {done}" in err
    assert "Traceback" not in err


def test_second_ctrl_c_stops_an_import_at_once(
    cli: CommandLine, server: Server, tmp_path: Path
) -> None:
    emails = [f"user{number}@example.com" for number in range(300)]
    (tmp_path / "users.csv").write_text("\n".join(["email", *emails]))
    server.emulator.hold_from("POST /auth/v1/admin/users", 50)
    with cli.start("import", "users.csv", cwd=tmp_path) as running:
        _, err = interrupt(running, server, signal.SIGINT, signal.SIGINT)
    assert running.returncode == 130
    assert "to continue, run: supabase-gotrue import users.csv --from csv --skip" in err
    assert err.endswith("interrupted\n")
    assert "Traceback" not in err


@STOPS
def test_signal_stops_an_export_without_a_file_of_that_name(
    cli: CommandLine,
    server: Server,
    users: list[str],
    tmp_path: Path,
    stop: signal.Signals,
    status: int,
) -> None:
    server.emulator.hold_from("GET /auth/v1/admin/users", 2)
    with cli.start("export", "users.jsonl", cwd=tmp_path) as running:
        _, err = interrupt(running, server, stop)
    assert running.returncode == status
    assert "to continue, run: supabase-gotrue export users.jsonl --continue" in err
    assert not (tmp_path / "users.jsonl").exists()
    assert cli.process("export", "users.jsonl", "--continue", cwd=tmp_path).status == 0
    exported = (tmp_path / "users.jsonl").read_text().splitlines()
    assert {json.loads(line)["id"] for line in exported} == set(users)


@pytest.mark.parametrize("arguments", [["users", "list"], ["doctor"]])
def test_ctrl_c_stops_other_commands_at_once(
    cli: CommandLine, server: Server, arguments: list[str]
) -> None:
    server.emulator.hold_from("GET /auth/v1/admin/users", 1)
    with cli.start(*arguments) as running:
        assert server.emulator.reached.wait(PATIENCE)
        stop_process(running, signal.SIGINT)
        assert running.stderr
        err = running.stderr.read()
    server.emulator.gate.set()
    assert (running.returncode, err) == (130, "interrupted\n")


def type_on_terminal(
    cli: CommandLine, prompt: bytes, answer: bytes, *args: str, in_silence: bytes = b""
) -> tuple[int, str]:
    """Run a process on a terminal of its own, and answer a prompt; return all that it shows."""
    with start_on_terminal(*COMMAND, *args, env=cli.process_environ()) as terminal:
        shown = terminal.read_until(prompt)
        terminal.type(answer)
        shown += terminal.read_to_end(in_silence)
    return terminal.process.returncode, shown.decode()


def test_terminal_hides_the_key_that_is_typed(offline: CommandLine, server: Server) -> None:
    offline.environ["SUPABASE_URL"] = server.url
    prompt, key = b"Secret key of 127.0.0.1:", f"{server.key}\n".encode()
    status, shown = type_on_terminal(offline, prompt, key, "users", "list")
    assert (status, "0 of 0 users" in shown) == (0, True)
    assert server.key not in shown


def test_terminal_hides_the_password_that_is_typed(cli: CommandLine, server: Server) -> None:
    arguments = (
        "users",
        "create",
        "--email",
        "ada@example.com",
        "--email-confirm",
        "--password-stdin",
    )
    status, shown = type_on_terminal(cli, b"Password: ", f"{PASSWORD}\n".encode(), *arguments)
    assert (status, "created ada@example.com" in shown) == (0, True)
    assert PASSWORD not in shown
    token = server.post("/token?grant_type=password", email="ada@example.com", password=PASSWORD)
    assert token.status == 200


def test_ctrl_c_at_a_prompt_stops(offline: CommandLine) -> None:
    offline.environ["SUPABASE_URL"] = "http://127.0.0.1:1"
    status, shown = type_on_terminal(
        offline, b"127.0.0.1:1: ", CTRL_C, "users", "list", in_silence=CTRL_C
    )
    assert status == 130
    assert "Traceback" not in shown


def test_bug_is_reported_without_what_it_holds(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        message = "sb_secret_1"
        raise ValueError(message)

    monkeypatch.setattr(admin, "get_user_by_id", fail)
    cli.secrets.append("sb_secret_1")
    finished = cli("users", "get", "x")
    assert finished.status == 1
    assert re.fullmatch(
        r"error: ValueError at .+test_process\.py:\d+; this is a bug of .+\n", finished.err
    )


@pytest.mark.parametrize(
    ("redirections", "status"),
    [
        pytest.param("<&-", 0, id="stdin"),
        pytest.param(">&-", 0, id="stdout"),
        pytest.param("2>&-", 0, id="stderr"),
        pytest.param("<&- >&- 2>&-", 0, id="all"),
    ],
)
def test_streams_can_be_closed(cli: CommandLine, redirections: str, status: int) -> None:
    script = f"exec {shlex.join(COMMAND)} users list {redirections}"
    ran = run_command("sh", "-c", script, env=cli.process_environ(), status=status)
    assert (ran.stdout, ran.stderr) == ("", "")


def test_closed_stdin_is_no_answer(cli: CommandLine) -> None:
    script = f"exec {shlex.join(COMMAND)} users create --email a@example.com --password-stdin <&-"
    ran = run_command("sh", "-c", script, env=cli.process_environ(), status=2)
    assert ran.stdout == ""
    assert "password can't be blank" in ran.stderr


def test_terminal_without_unicode_gets_escapes(offline: CommandLine) -> None:
    offline.environ["PYTHONIOENCODING"] = "ascii"
    status, shown = type_on_terminal(offline, b"URL", b"", "doctor", "--emulator")
    assert status == 0
    assert "\\u2713 access: the key is an administrator's" in shown


def test_unicode_is_utf8_in_json(cli: CommandLine, server: Server) -> None:
    cli.environ["PYTHONIOENCODING"] = "ascii"
    admin.create_user(
        server.client, {"email": "ada@example.com", "user_metadata": {"name": "José"}}
    ).unwrap()
    ran = run_command(*COMMAND, "users", "list", env=cli.process_environ())
    assert json.loads(ran.stdout)["user_metadata"]["name"] == "José"
