"""The recorder writes exchanges as the samples are."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from supabase_gotrue import admin
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.serving import running
from tests.calls import EXCHANGES, canned
from tests.record import main

SAMPLE = EXCHANGES / "get_user" / "full.json"


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    emulator = Emulator()
    with running(emulator) as url:
        monkeypatch.setenv("GOTRUE_URL", url)
        monkeypatch.setenv("GOTRUE_JWT_SECRET", emulator.settings.jwt_secret)
        yield emulator


def test_records_what_the_tests_replay(emulator: Emulator, tmp_path: Path) -> None:
    arguments = ["get_user/new", "GET", "/admin/users/{user_id}", "--folder", str(tmp_path)]
    assert main(arguments) == 0
    file = tmp_path / "get_user" / "new.json"
    recorded, sample = (json.loads(path.read_text()) for path in (file, SAMPLE))
    assert recorded.keys() == sample.keys()
    assert recorded["request"].keys() == sample["request"].keys()
    assert recorded["request"]["headers"] == sample["request"]["headers"]
    assert recorded["response"].keys() == sample["response"].keys()
    user = admin.get_user_by_id(canned(file).client(), "1").unwrap()
    assert recorded["request"]["path"] == f"/admin/users/{user.id}"
    assert admin.list_users(emulator.client()).unwrap().users == ()


def test_prepares_what_the_request_reads(emulator: Emulator, tmp_path: Path) -> None:
    arguments = ["own/update", "PUT", "/admin/users/{prepared_id}", '{"role": "editor"}']
    prepare = ["--prepare", "POST", "/admin/users", '{"email": "x-{email}"}']
    assert main([*arguments, *prepare, "--folder", str(tmp_path)]) == 0
    recorded = json.loads((tmp_path / "own" / "update.json").read_text())
    assert recorded["request"]["body"] == {"role": "editor"}
    assert json.loads(recorded["response"]["body"])["role"] == "editor"


def test_prepared_list_gives_the_id_of_its_first_item(emulator: Emulator, tmp_path: Path) -> None:
    path = "/admin/users/{prepared_id}"
    arguments = ["a/b", "GET", path, "--prepare", "GET", "/admin/audit", "--folder", str(tmp_path)]
    assert main(arguments) == 0
    oldest = admin.list_audit_logs(emulator.client()).unwrap().entries[-1]
    recorded = json.loads((tmp_path / "a" / "b.json").read_text())
    assert recorded["request"]["path"] == path.replace("{prepared_id}", oldest.id)


@pytest.mark.parametrize(
    ("token", "status"), [("anon", 403), ("none", 401), ("session", 403), ("service_role", 200)]
)
def test_token_is_not_in_the_file(
    emulator: Emulator, tmp_path: Path, token: str, status: int
) -> None:
    arguments = ["list/users", "GET", "/admin/users", "--token", token, "--folder", str(tmp_path)]
    assert main(arguments) == 0
    text = (tmp_path / "list" / "users.json").read_text()
    assert json.loads(text)["response"]["status"] == status
    assert "eyJ" not in text


def test_exchange_is_kept_unless_it_is_to_be_replaced(
    emulator: Emulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["a/b", "GET", "/admin/users/1", "--folder", str(tmp_path)]
    assert [main(arguments), main(arguments), main([*arguments, "--replace"])] == [0, 1, 0]
    assert "--replace" in capsys.readouterr().err


def test_needs_a_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GOTRUE_URL", raising=False)
    assert main(["a/b", "GET", "/", "--folder", str(tmp_path)]) == 2
    monkeypatch.setenv("GOTRUE_URL", "ftp://localhost")
    monkeypatch.setenv("GOTRUE_JWT_SECRET", "x" * 32)
    assert main(["a/b", "GET", "/", "--folder", str(tmp_path)]) == 2
