"""The database: files, transactions, threads."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from returns.result import Result, Success

from supabase_gotrue import Error, Request, User, admin
from supabase_gotrue.emulator import Emulator
from tests.emulator.helpers import EMAIL, PHONE, post
from tests.programs import run_program


def test_file_is_persistent_and_shared(tmp_path: Path) -> None:
    path = str(tmp_path / "state.db")
    first, second = Emulator(path), Emulator(path)
    user = admin.create_user(first.client(), {"email": EMAIL}).unwrap()
    assert admin.get_user_by_id(second.client(), user.id) == Success(user)
    first.close()
    second.close()
    third = Emulator(path)
    assert admin.get_user_by_id(third.client(), user.id) == Success(user)
    third.close()
    with pytest.raises(sqlite3.Error):
        Emulator(str(tmp_path / "missing" / "state.db"))


def test_failed_request_is_rolled_back() -> None:
    emulator = Emulator(email_rate_limit=0)
    assert post(emulator, "/invite", {"email": EMAIL}) == "over_email_send_rate_limit"
    assert admin.list_users(emulator.client()).unwrap().users == ()
    assert emulator.outbox == ()


def test_is_thread_safe() -> None:
    client = Emulator().client()

    def creating(email: str) -> Result[User, Error]:
        return admin.create_user(client, {"email": email})

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(creating, [f"u{n}@example.com" for n in range(64)]))
    assert all(isinstance(each, Success) for each in made)
    with ThreadPoolExecutor(8) as threads:
        raced = list(threads.map(creating, ["same@example.com"] * 16))
    assert sum(isinstance(each, Success) for each in raced) == 1
    assert admin.list_users(client).unwrap().pagination.total == 65


def test_dropped_emulator_closes_its_database() -> None:
    # Python 3.13 and later warn about connections that are not closed.
    code = "from supabase_gotrue.emulator import Emulator; Emulator()"
    assert run_program(code, options=["-W", "always::ResourceWarning"]).stderr == ""


def violated(emulator: Emulator, method: str, path: str, body: object, token: str) -> Any:
    """The error of a request without an API version, which shows what PostgreSQL says."""
    headers = {"authorization": f"Bearer {token}"}
    data = json.dumps(body).encode()
    response = emulator(Request(method, f"http://localhost{path}", headers, data)).unwrap()
    assert (response.status, response.headers["x-sb-error-code"]) == (500, "unexpected_failure")
    return json.loads(response.body)["message"]


def test_taken_id_counts_before_taken_address() -> None:
    emulator = Emulator()
    user = admin.create_user(emulator.client(), {"email": EMAIL}).unwrap()
    body = {"id": user.id, "email": EMAIL, "aud": "other"}
    message = violated(emulator, "POST", "/admin/users", body, emulator.key())
    assert message.endswith('"users_pkey"')


def test_taken_phone_of_another_audience_shows_the_constraint() -> None:
    emulator = Emulator(autoconfirm=True)
    headers = {"authorization": f"Bearer {emulator.key()}"}
    other = json.dumps({"phone": PHONE, "aud": "other"}).encode()
    emulator(Request("POST", "http://localhost/admin/users", headers, other)).unwrap()
    admin.create_user(emulator.client(), {"email": EMAIL}).unwrap()
    session = emulator.sign_in(EMAIL).unwrap()
    message = violated(emulator, "PUT", "/user", {"phone": PHONE}, session.access_token)
    assert message.endswith('"users_phone_key"')
