"""`import`: every format, failed rows that can be corrected, and stops."""

import gzip
import io
import json
import os
import re
import shlex
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supabase_gotrue import Error, admin
from supabase_gotrue.bulk import ImportedRow, readers
from supabase_gotrue.cli.arguments.options import Options
from supabase_gotrue.cli.files import private_files
from supabase_gotrue.cli.terminal.interruption import Interruption
from supabase_gotrue.cli.transfer.import_job import size_of
from supabase_gotrue.cli.transfer.import_options import ImportOptions
from supabase_gotrue.cli.transfer.input_formats import READERS
from supabase_gotrue.cli.transfer.outcomes import Outcomes
from supabase_gotrue.cli.transfer.source_rows import SourceRows
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine, Finished, text_file
from tests.cli.test_users import NOBODY
from tests.docs.pages import ROOT

SAMPLES = ROOT / "tests" / "samples" / "migration"
CSV = """email,email_confirm,app_metadata.plan
ada@example.com,true,pro
grace@example.com,maybe,pro
joan@example.com,true
"kay@example.com",true,"two
lines"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def emails(server: Server) -> set[str | None]:
    page = admin.list_users(server.client, {"per_page": 1000}).unwrap()
    return {user.email for user in page.users}


def outcomes(finished: Finished) -> list[object]:
    return [r["outcome"] for r in sorted(finished.records, key=lambda r: int(str(r["number"])))]


def test_imports_csv_and_writes_failed_rows(cli: CommandLine, server: Server, folder: Path) -> None:
    Path("users.csv").write_text(CSV)
    finished = cli("import", "users.csv", "--failures", "failed.csv")
    assert finished.status == 6
    assert outcomes(finished) == ["created", "failed", "failed", "created"]
    assert re.search(r"imported 4 rows into 127.0.0.1:\d+: 2 created, 2 failed", finished.err)
    assert "  line 3: email_confirm is invalid" in finished.err
    assert Path("failed.csv").read_text() == (
        "_error,email,email_confirm,app_metadata.plan\n"
        "line 3: email_confirm is invalid,grace@example.com,maybe,pro\n"
        '"line 4: row has 2 fields, the header 3",joan@example.com,true\n'
    )
    assert os.stat("failed.csv").st_mode & 0o077 == 0
    assert emails(server) == {"ada@example.com", "kay@example.com"}


def test_corrected_rows_are_imported_again(cli: CommandLine, server: Server, folder: Path) -> None:
    Path("users.csv").write_text(CSV)
    cli("import", "users.csv", "--failures", "failed.csv")
    again = cli("import", "failed.csv", "--failures", "failed-2.csv")
    assert (again.status, outcomes(again)) == (6, ["failed", "failed"])
    assert Path("failed-2.csv").read_text().splitlines()[0].count("_error") == 1
    corrected = Path("failed-2.csv").read_text().replace("maybe", "true")
    Path("failed-2.csv").write_text(
        corrected.replace("joan@example.com,true", "joan@example.com,true,")
    )
    last = cli("import", "failed-2.csv", "--failures", "failed-3.csv")
    assert (last.status, outcomes(last)) == (0, ["created", "created"])
    assert not Path("failed-3.csv").exists()
    assert len(emails(server)) == 4


def test_row_that_the_server_refuses_is_named(cli: CommandLine, folder: Path) -> None:
    Path("users.csv").write_text("email\nada@example.com\nnonsense\n")
    finished = cli("import", "users.csv")
    assert finished.status == 6
    assert "  line 3: Unable to validate email address" in finished.err


def test_same_input_creates_no_duplicates(cli: CommandLine, server: Server, folder: Path) -> None:
    Path("users.jsonl").write_text('{"email": "ada@example.com"}\n')
    assert outcomes(cli("import", "users.jsonl")) == ["created"]
    again = cli("import", "users.jsonl")
    assert (again.status, outcomes(again)) == (0, ["exists"])
    assert "1 exist already" in again.err


FAILING: dict[str, tuple[list[str], str]] = {
    "jsonl": ([], '{"email": "a@e.com", "phone": 1}\n\nno json\n{"_error": "x", "role": "r"}\n'),
    "auth0": (
        [],
        '{"user_id": "auth0|1", "email": 1}\n{"user_id": "auth0|2", "email": "ada@example.com"}\n',
    ),
    "cognito": ([], "cognito:username,email\nada,ada@example.com\n\nkay,\n"),
    "django": (
        [],
        '[{"model": "auth.group", "fields": {}},'
        ' {"model": "auth.user", "fields": {"password": "pbkdf2_sha256$1", "email": "a@e.com"}},'
        ' {"model": "auth.user", "fields": {"password": "!", "email": "k@e.com"}}]',
    ),
    "firebase": (
        ["--hash-config", str(SAMPLES / "firebase-hash-config.json")],
        '{"users": [{"localId": "1", "email": "a@e.com"}, {"localId": "2", "email": 7}, {"x": 1}]}',
    ),
}


@pytest.mark.parametrize("format", FAILING)
def test_failed_rows_of_each_format_fail_again(cli: CommandLine, folder: Path, format: str) -> None:
    options, text = FAILING[format]
    Path("users").write_text(text)
    arguments = ("--from", format, *options)
    first = cli("import", "users", "--failures", "failed", *arguments)
    assert first.status == 6
    failed = [outcome for outcome in outcomes(first) if outcome == "failed"]
    assert failed
    again = cli("import", "failed", "--failures", "failed-2", *arguments)
    assert outcomes(again) == failed
    assert reasons(again) == reasons(first)


def reasons(finished: Finished) -> list[str]:
    """Return why rows failed, without their lines."""
    return re.findall(r"  line \d+: (.+)", finished.err)


SAMPLE_FILES = {
    "csv": ["users.csv"],
    "firebase": ["firebase.json", "--hash-config", str(SAMPLES / "firebase-hash-config.json")],
    "auth0": ["auth0.ndjson", "--passwords", str(SAMPLES / "auth0-passwords.ndjson")],
    "django": ["django.json"],
    "cognito": ["cognito.csv"],
}


@pytest.mark.parametrize("format", SAMPLE_FILES)
def test_imports_the_exports_of_other_systems(
    cli: CommandLine, server: Server, format: str
) -> None:
    name, *options = SAMPLE_FILES[format]
    finished = cli("import", str(SAMPLES / name), "--from", format, *options)
    created = outcomes(finished).count("created")
    assert finished.status in (0, 6)
    assert created == len(emails(server)) > 0
    assert f"{created} created" in finished.err


def test_names_what_is_carried_over_and_left_out(cli: CommandLine) -> None:
    arguments = ("import", str(SAMPLES / "auth0.ndjson"), "--from", "auth0")
    checked = cli(*arguments, "--dry-run")
    assert re.search(r"^would carry over: .*\bemail \d", checked.err, re.M)
    assert re.search(r"^would leave out: .*google-oauth2 2", checked.err, re.M)
    finished = cli(*arguments)
    assert re.search(r"^carried over: .*\bemail \d", finished.err, re.M)
    assert re.search(r"^left out: .*google-oauth2 2", finished.err, re.M)


def test_carried_over_is_what_new_users_have(cli: CommandLine, folder: Path) -> None:
    first = '{"email": "ada@example.com", "role": "editor"}\n'
    Path("users.jsonl").write_text(first)
    assert "carried over: email 1, role 1\n" in cli("import", "users.jsonl").err
    others = '{"email": "grace@example.com"}\n{"email": "nonsense", "role": "r"}\n'
    Path("users.jsonl").write_text(first + others)
    assert "carried over: email 1\n" in cli("import", "users.jsonl").err
    assert "carried over" not in cli("import", "users.jsonl", "--skip", "2").err


def test_what_is_left_out_after_the_last_user_counts(cli: CommandLine, folder: Path) -> None:
    user = '{"model": "auth.user", "fields": {"email": "a@example.com", "password": "!"}}'
    Path("dump.json").write_text(f'[{user}, {{"model": "auth.group", "fields": {{}}}}]')
    assert "left out: auth.group 1" in cli("import", "dump.json", "--from", "django").err


def test_imports_from_stdin(cli: CommandLine, server: Server) -> None:
    text = '{"email": "ada@example.com"}\n{"email": "grace@example.com"'  # ends early
    finished = cli("import", "-", "--from", "jsonl", stdin=text)
    assert (finished.status, outcomes(finished)) == (6, ["created"])
    assert "error: line 2: file is incomplete" in finished.err
    assert emails(server) == {"ada@example.com"}


def test_dry_run_checks_the_rows_and_sends_nothing(
    cli: CommandLine, server: Server, folder: Path
) -> None:
    Path("users.csv").write_text(CSV)
    finished = cli("import", "users.csv", "--dry-run", "--failures", "failed.csv")
    assert finished.status == 6
    assert outcomes(finished) == ["valid", "failed", "failed", "valid"]
    assert "checked 4 rows: 2 are valid, 2 failed" in finished.err
    assert len(Path("failed.csv").read_text().splitlines()) == 3
    assert emails(server) == set()


def test_leaves_out_the_first_rows(cli: CommandLine, server: Server, folder: Path) -> None:
    Path("users.csv").write_text(CSV)
    finished = cli("import", "users.csv", "--skip", "3", "--failures", "failed.csv")
    assert [record["number"] for record in finished.records] == [4]
    assert emails(server) == {"kay@example.com"}


def test_terminal_gets_the_summary_alone(cli: CommandLine, folder: Path) -> None:
    Path("users.csv").write_text("email\n" + "".join(f"a@e.com,{n}\n" for n in range(12)))
    finished = cli.on_terminal("import", "users.csv", "--concurrency", "12")
    assert finished.status == 6
    assert re.search(r"imported 12 rows into \S+: 12 failed", finished.out)
    assert "  line 11:" in finished.out
    assert "  line 12:" not in finished.out
    assert "and 2 more" in finished.out
    assert "give --failures FILE" in finished.out
    assert '"number"' not in finished.out


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param(b'ada@example.com,"pro"fessional\n', "line 2: file has quotes", id="quotes"),
        pytest.param(b"jos\xe9@example.com,pro\n", "line 2: file is not UTF-8", id="encoding"),
    ],
)
def test_text_that_cannot_be_read_ends_the_import(
    cli: CommandLine, server: Server, folder: Path, row: bytes, message: str
) -> None:
    follows = b"grace@example.com,pro\n"
    Path("users.csv").write_bytes(b"email,app_metadata.plan\n" + row + follows)
    finished = cli("import", "users.csv", "--failures", "failed.csv")
    assert (finished.status, outcomes(finished)) == (2, [])
    assert message in finished.err
    assert not Path("failed.csv").exists()
    assert emails(server) == set()


@pytest.mark.parametrize(
    ("text", "status", "message"),
    [
        pytest.param("", 2, "holds no users", id="empty file"),
        pytest.param("email,email\na,b\n", 2, "repeated name", id="header that repeats a name"),
        pytest.param("email\n", 2, "holds no users", id="header alone"),
    ],
)
def test_input_without_records(
    cli: CommandLine, folder: Path, text: str, status: int, message: str
) -> None:
    Path("users.csv").write_text(text)
    finished = cli("import", "users.csv", "--failures", "failed.csv")
    assert finished.status == status
    assert message in finished.err
    assert not Path("failed.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param(["no-such-file.csv"], "no-such-file.csv", id="no such file"),
        pytest.param(["users.txt"], "--from", id="unknown suffix"),
        pytest.param(["users.csv", "--from", "firebase"], "auth:export", id="another format"),
        pytest.param(["users.csv", "--from", "auth0", "--delimiter", ";"], "csv", id="delimiter"),
        pytest.param(["users.csv", "--column", "email"], "TITLE=NAME", id="column"),
        pytest.param(["users.csv", "--model", "auth.user"], "django", id="model"),
        pytest.param(["users.csv", "--failures", "users.txt"], "users-2.txt", id="existing file"),
        pytest.param(["users.csv", "--hash-config", "users.txt"], "firebase", id="hash config"),
        pytest.param(["users.csv", "--passwords", "users.txt"], "auth0", id="passwords"),
        pytest.param(["users.csv", "--failures", "users.csv"], "--failures", id="same file"),
        pytest.param(["users.csv", "--failures", "x/y.csv"], "x/y.csv", id="no such folder"),
        pytest.param(["users.csv", "--concurrency", "0"], "--concurrency", id="concurrency"),
        pytest.param(["users.csv", "--from", "xml"], "xml", id="unknown format"),
    ],
)
def test_wrong_usage_imports_nothing(
    cli: CommandLine, server: Server, folder: Path, arguments: list[str], named: str
) -> None:
    for name in ("users.csv", "users.txt"):
        Path(name).write_text("email\nada@example.com\n")
    finished = cli("import", *arguments)
    assert (finished.status, finished.out) == (2, "")
    assert named in finished.err
    assert emails(server) == set()
    assert Path("users.csv").read_text() == "email\nada@example.com\n"


def test_needs_a_connection(offline: CommandLine, folder: Path) -> None:
    Path("users.csv").write_text(CSV)
    assert offline("import", "users.csv").status == 2


def many_rows(number: int) -> None:
    rows = (f"user{n}@example.com\n" for n in range(1, number + 1))
    Path("users.csv").write_text("email\n" + "".join(rows))


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        pytest.param(403, "not_admin", 5, id="key that is refused"),
        pytest.param(401, "bad_jwt", 5, id="key that expires"),
    ],
)
def test_stops_when_the_key_is_refused(
    cli: CommandLine, server: Server, folder: Path, status: int, code: str, expected: int
) -> None:
    many_rows(500)
    server.emulator.fail_next(status, {"code": code, "message": "no"}, times=500)
    finished = cli("import", "users.csv", "--failures", "failed.csv", "--concurrency", "2")
    assert finished.status == expected
    assert f"error: no ({code})" in finished.err
    assert "to continue, run: supabase-gotrue import users.csv --from csv" in finished.err
    assert "--skip" not in finished.err
    assert not Path("failed.csv").exists()
    assert finished.records == []  # the command that continues reports these rows


def test_refused_key_is_told_from_few_rows(cli: CommandLine, server: Server, folder: Path) -> None:
    many_rows(2)
    server.emulator.fail_next(403, {"code": "not_admin", "message": "no"}, times=2)
    assert cli("import", "users.csv").status == 5


@pytest.mark.usefixtures("no_retry_delays")
def test_stops_when_the_server_is_gone(offline: CommandLine, folder: Path) -> None:
    many_rows(100)
    offline.environ |= {"SUPABASE_URL": "http://127.0.0.1:1", "SUPABASE_SECRET_KEY": "key"}
    finished = offline("import", "users.csv", "--concurrency", "40")
    assert (finished.status, finished.out) == (4, "")
    assert "to continue, run:" in finished.err


@pytest.mark.usefixtures("no_retry_delays")
def test_few_rows_show_that_the_server_is_gone(offline: CommandLine, folder: Path) -> None:
    many_rows(2)
    offline.environ |= {"SUPABASE_URL": "http://127.0.0.1:1", "SUPABASE_SECRET_KEY": "key"}
    assert offline("import", "users.csv").status == 4
    Path("users.csv").write_text("email,email_confirm\nada@example.com,\nkay@example.com,maybe\n")
    finished = offline("import", "users.csv")  # the server has nothing to do with one of them
    assert (finished.status, outcomes(finished)) == (6, ["failed", "failed"])


def test_stops_at_ctrl_c_and_continues(cli: CommandLine, server: Server, folder: Path) -> None:
    many_rows(200)
    server.emulator.interrupt_at("POST /auth/v1/admin/users", 20)
    finished = cli("import", "users.csv", "--failures", "failed.csv", "--concurrency", "4")
    done = len(finished.records)
    assert finished.status == 130
    assert set(outcomes(finished)) == {"created"}
    assert 20 <= done < 200
    assert len(emails(server)) == done
    assert "press Ctrl-C again to stop at once" in finished.err
    assert f"imported {done} rows" in finished.err
    (command,) = re.findall("to continue, run: supabase-gotrue (.+)", finished.err)
    assert f"--skip {done}" in command
    assert "--failures failed.csv" in command  # nothing has failed: the name is free
    rest = cli(*shlex.split(command))
    assert (rest.status, outcomes(rest)) == (0, ["created"] * (200 - done))


@pytest.mark.parametrize(
    ("is_interrupted", "counts"),
    [
        pytest.param(True, {"created": 1}, id="the command that continues imports it"),
        pytest.param(False, {"created": 1, "failed": 1}, id="nothing comes after it"),
    ],
)
def test_last_row_without_a_connection(is_interrupted: bool, counts: dict[str, int]) -> None:
    file = io.BytesIO(b"email\nada@example.com\ngrace@example.com\n")
    source = SourceRows(readers.csv(file), 0, Interruption(), keeps_texts=False)
    found = Outcomes(source, None, 0, lambda row: row.outcome)
    assert len(list(source)) == 2
    found.add(ImportedRow(1, "created", NOBODY))
    found.add(ImportedRow(2, "failed", None, Error("connection_error")))
    found.finish(is_interrupted=is_interrupted)
    assert (found.counts, found.settled) == (counts, sum(counts.values()))


def test_failed_rows_of_an_import_that_stopped_are_kept(
    cli: CommandLine, server: Server, folder: Path
) -> None:
    many_rows(200)
    Path("users.csv").write_text(Path("users.csv").read_text().replace("user3@", "user3"))
    server.emulator.interrupt_at("POST /auth/v1/admin/users", 20)
    finished = cli("import", "users.csv", "--failures", "failed.csv")
    (command,) = re.findall("to continue, run: supabase-gotrue (.+)", finished.err)
    assert "--failures failed-2.csv" in command
    assert cli(*shlex.split(command)).status == 0
    assert len(Path("failed.csv").read_text().splitlines()) == 2


def test_command_that_continues_has_all_options(folder: Path) -> None:
    Path("failed.csv").write_text("email\n")
    options = ImportOptions(
        file=Path("a b.csv"),
        format="csv",
        column=("E-Mail=email", "Notes="),
        failures=Path("failed.csv"),
        concurrency=2,
        skip=3,
    )
    command = options.next_command(
        Options(url="http://localhost", json=True), 7, Path("failed.csv")
    )
    assert shlex.split(command) == [
        *("supabase-gotrue", "import", "a b.csv", "--from", "csv"),
        *("--column", "E-Mail=email", "--column", "Notes="),
        *("--failures", "failed-2.csv", "--concurrency", "2", "--skip", "7"),
        *("--url", "http://localhost", "--json"),
    ]


def test_full_disk_stops_the_import_with_a_summary(
    cli: CommandLine, server: Server, folder: Path
) -> None:
    Path("users.csv").write_text("email\nada@example.com\n" + "x,y\n" * 5000)
    finished = cli("import", "users.csv", "--failures", "/dev/full")
    assert finished.status == 1
    assert "No space left on device" in finished.err
    assert re.search(r"^imported \d rows? into ", finished.err)
    assert "to continue, run:" in finished.err
    assert "--skip 2" not in finished.err  # the second row is neither imported nor written


def test_json_that_breaks_off_ends_the_import(cli: CommandLine, folder: Path) -> None:
    Path("users.json").write_text('[{"model": "auth.user", "fields": {"password": "!", "ema')
    finished = cli("import", "users.json", "--from", "django", "--failures", "failed.json")
    assert (finished.status, outcomes(finished)) == (2, [])
    assert "file is incomplete" in finished.err
    assert not Path("failed.json").exists()


@pytest.mark.parametrize("name", ["failed.csv", "key"])
def test_failures_never_replace_a_file(cli: CommandLine, folder: Path, name: str) -> None:
    Path("users.csv").write_text(CSV)
    Path(name).write_text("precious")
    finished = cli("import", "users.csv", "--failures", name, "--key-file", name)
    assert (finished.status, finished.out) == (2, "")
    assert "is not replaced: give another name" in finished.err
    assert Path(name).read_text() == "precious"


def test_failures_do_not_replace_a_file_that_appears_meanwhile(
    cli: CommandLine, server: Server, folder: Path
) -> None:
    admin.create_user(server.client, {"email": "ada@example.com"}).unwrap()
    Path("users.csv").write_text(f"id,email\n{NOBODY},ada@example.com\n")
    server.emulator.at("POST /auth/v1/admin/users", 1, Path("failed.csv").touch)
    assert cli("import", "users.csv", "--failures", "failed.csv").status == 6
    assert Path("failed.csv").read_text() == ""
    assert len(Path("failed-2.csv").read_text().splitlines()) == 2


def test_failed_record_is_written_with_all_its_characters(cli: CommandLine, folder: Path) -> None:
    name = "a\u2028b\x0cc\x85d"  # not the ends of lines in CSV
    record = f"{name},ada@example.com,maybe"
    Path("users.csv").write_text(f"user_metadata.name,email,email_confirm\n{record}\n")
    assert cli("import", "users.csv", "--failures", "failed.csv").status == 6
    assert Path("failed.csv").read_text().endswith(f"email_confirm is invalid,{record}\n")


def test_hash_parameters_are_read_as_the_console_shows_them(cli: CommandLine, folder: Path) -> None:
    config = json.loads((SAMPLES / "firebase-hash-config.json").read_text())
    lines = "".join(f"  {name}: {value},\n" for name, value in config.items())
    Path("config").write_text(f"hash_config {{\n{lines}}}\n")
    finished = cli(
        *("import", str(SAMPLES / "firebase.json"), "--from", "firebase"),
        *("--hash-config", "config", "--dry-run"),
    )
    assert "valid" in outcomes(finished)
    assert "hash_config" not in finished.err


def test_unknown_columns_can_be_renamed(cli: CommandLine, folder: Path) -> None:
    Path("users.csv").write_text("E-Mail;Notes\nada@example.com;x\n")
    finished = cli("import", "users.csv")
    assert (finished.status, "notes is unknown" in finished.err) == (2, True)
    assert "--column TITLE=NAME" in finished.err


def test_excel_columns_are_renamed(cli: CommandLine, server: Server, folder: Path) -> None:
    Path("users.csv").write_bytes(
        b"\xef\xbb\xbfE-Mail;Email_Confirm;Notes\r\n ada@example.com ;TRUE;likes tea\r\n"
    )
    options = ("--column", "E-Mail=email", "--column", "Notes=")
    finished = cli("import", "users.csv", "--delimiter", ";", *options)
    assert (finished.status, outcomes(finished)) == (0, ["created"])
    assert "left out: Notes 1" in finished.err
    assert emails(server) == {"ada@example.com"}


def test_tabs_can_be_named(cli: CommandLine, server: Server, folder: Path) -> None:
    Path("users.csv").write_text("email\trole\nada@example.com\teditor\n")
    assert cli("import", "users.csv", "--delimiter", "tab").status == 0
    assert emails(server) == {"ada@example.com"}


def test_conflict_is_a_failure(cli: CommandLine, server: Server, folder: Path) -> None:
    other = admin.create_user(server.client, {"email": "ada@example.com"}).unwrap()
    Path("users.csv").write_text(f"id,email\n{other.id},grace@example.com\n")
    finished = cli("import", "users.csv", "--failures", "failed.csv")
    assert (finished.status, outcomes(finished)) == (6, ["conflict"])
    assert "1 conflict with other users" in finished.err
    assert finished.record["user_id"] == other.id
    assert len(Path("failed.csv").read_text().splitlines()) == 2


def test_dry_run_finds_malformed_addresses_and_duplicates(
    cli: CommandLine, server: Server, folder: Path
) -> None:
    long = f"{'a' * 250}@example.com"
    rows = ["nonsense", "ada@example.com", "ADA@example.com", long]
    Path("users.csv").write_text("\n".join(["email,phone", *(f"{row}," for row in rows), ",0"]))
    finished = cli("import", "users.csv", "--dry-run")
    assert outcomes(finished) == ["failed", "valid", "failed", "failed", "failed"]
    for reason in ("line 2: Unable to validate", "line 4: email is also in line 3"):
        assert reason in finished.err
    assert "line 5: email is" in finished.err
    assert "line 6: Invalid phone number format" in finished.err
    assert emails(server) == set()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(gzip.compress(b"email\n"), "is compressed by gzip", id="gzip"),
        pytest.param("email\nada@e.com\n".encode("utf-16"), "is UTF-16", id="UTF-16"),
        pytest.param(b"E-Mail;\xdcber\n", "is not UTF-8", id="Windows-1252"),
    ],
)
def test_other_encodings_are_named(
    cli: CommandLine, folder: Path, data: bytes, message: str
) -> None:
    Path("users.csv").write_bytes(data)
    finished = cli("import", "users.csv", "--failures", "failed.csv")
    assert (finished.status, message in finished.err) == (2, True)


@pytest.mark.parametrize("format", READERS)
@given(data=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_input_is_a_bug(cli: CommandLine, folder: Path, format: str, data: bytes) -> None:
    Path("users").write_bytes(data)
    failures = private_files.next_name(Path("failed"))
    finished = cli(
        "import", "users", "--from", format, "--failures", str(failures), "--dry-run", "--emulator"
    )
    assert finished.status in (0, 2, 6)
    assert "this is a bug" not in finished.err


def test_import_continues_when_the_pipe_is_closed(
    cli: CommandLine, server: Server, folder: Path
) -> None:
    many_rows(300)
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as closed, text_file() as stdin, text_file() as stderr:
        assert cli.run(("import", "users.csv"), stdin, closed, stderr) == 0
    assert len(emails(server)) == 300


@pytest.mark.parametrize("name", ["Ada", "Zoë"])
def test_total_of_rows_is_estimated_by_those_so_far(tmp_path: Path, name: str) -> None:
    """The position in the file would mislead: readers read ahead."""
    path = tmp_path / "users.csv"
    path.write_text(
        "email,user_metadata.name\n" + f"user@example.com,{name}\n" * 1000, encoding="utf-8"
    )
    with path.open("rb") as file:
        source = SourceRows(readers.csv(file), 0, Interruption(), keeps_texts=False)
        assert source.estimate_total(size_of(file)) is None
        next(source)
        estimate = source.estimate_total(size_of(file))
        assert estimate is not None
        assert 990 < estimate < 1010
        assert source.estimate_total(None) is None
        assert (len(list(source)), source.estimate_total(None)) == (999, 1000)


def test_row_after_a_lost_one_is_left_to_the_command_that_continues(
    cli: CommandLine, server: Server, folder: Path
) -> None:
    """Some rows fail before they are sent, the others with the connection."""
    rows = [f"user{n}@example.com,{'maybe' if n % 7 == 1 else 'true'}" for n in range(100)]
    Path("users.csv").write_text("\n".join(["email,email_confirm", *rows]))
    route = "POST /auth/v1/admin/users"
    server.emulator.at(route, 1, lambda: server.emulator.fail_next(403, {"code": "not_admin"}))
    stopped = cli("import", "users.csv", "--failures", "failed.csv")
    assert (stopped.status, stopped.out) == (5, "")
    assert not Path("failed.csv").exists()
    server.emulator.at(route, 10**6, server.emulator.fail_next)
    continued = cli("import", "users.csv")
    assert [record["number"] for record in continued.records] == list(range(1, 101))
    assert outcomes(continued) == ["failed" if n % 7 == 1 else "created" for n in range(100)]


@pytest.mark.parametrize(
    ("name", "next_one"),
    [
        ("failed.csv", "failed-2.csv"),
        ("failed-2.csv", "failed-3.csv"),
        ("failed-2026-01-31.csv", "failed-2026-01-31-2.csv"),
        ("7.csv", "7-2.csv"),
    ],
)
def test_next_name(tmp_path: Path, name: str, next_one: str) -> None:
    (tmp_path / name).touch()
    assert private_files.next_name(tmp_path / name).name == next_one
