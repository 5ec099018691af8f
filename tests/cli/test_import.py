"""`import`: every format, failed rows that can be mended, and stops."""

import os
from pathlib import Path

import pytest

from supabase_gotrue import admin
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine, Finished
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
    assert "imported 4 rows: 2 created, 2 failed" in finished.err
    assert "row 2: line 3: email_confirm is invalid" in finished.err
    assert Path("failed.csv").read_text() == (
        "_error,email,email_confirm,app_metadata.plan\n"
        "line 3: email_confirm is invalid,grace@example.com,maybe,pro\n"
        '"line 4: row has 2 fields, the header 3",joan@example.com,true\n'
    )
    assert os.stat("failed.csv").st_mode & 0o077 == 0
    assert emails(server) == {"ada@example.com", "kay@example.com"}


def test_mended_rows_are_fed_in_again(cli: CommandLine, server: Server, folder: Path) -> None:
    Path("users.csv").write_text(CSV)
    cli("import", "users.csv", "--failures", "failed.csv")
    again = cli("import", "failed.csv", "--failures", "failed.2.csv")
    assert (again.status, outcomes(again)) == (6, ["failed", "failed"])
    assert Path("failed.2.csv").read_text().splitlines()[0].count("_error") == 1
    mended = Path("failed.2.csv").read_text().replace("maybe", "true")
    Path("failed.2.csv").write_text(
        mended.replace("joan@example.com,true", "joan@example.com,true,")
    )
    last = cli("import", "failed.2.csv", "--failures", "failed.3.csv")
    assert (last.status, outcomes(last)) == (0, ["created", "created"])
    assert not Path("failed.3.csv").exists()
    assert len(emails(server)) == 4


def test_same_input_creates_nobody_twice(cli: CommandLine, server: Server, folder: Path) -> None:
    Path("users.jsonl").write_text('{"email": "ada@example.com"}\n')
    assert outcomes(cli("import", "users.jsonl")) == ["created"]
    again = cli("import", "users.jsonl")
    assert (again.status, outcomes(again)) == (0, ["exists"])
    assert "1 exist already" in again.err


FAILING: dict[str, tuple[list[str], str]] = {
    "jsonl": ([], '{"email": "a@e.com", "phone": 1}\n\nno json\n{"_error": "x", "role": "r"}\n'),
    "auth0": ([], '{"email": 1}\n{"email": "ada@example.com", "email_verified": true}\n'),
    "cognito": ([], "cognito:username,email\nada,ada@example.com\nkay,\n"),
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
def test_failed_rows_of_each_format_fail_again_for_the_same_reason(
    cli: CommandLine, folder: Path, format: str
) -> None:
    options, text = FAILING[format]
    Path("users").write_text(text)
    arguments = ("--from", format, *options)
    first = cli("import", "users", "--failures", "failed", *arguments)
    assert first.status == 6
    failed = [o for o in outcomes(first) if o == "failed"]
    assert len(failed) > 0
    again = cli("import", "failed", "--failures", "failed.2", *arguments)
    assert outcomes(again) == failed
    assert Path("failed.2").read_text().replace("line 1", "line 2") != ""
