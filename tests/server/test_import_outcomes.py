"""Outcomes of imports on a server: conflicts, deleted users, other keys, races."""

from collections import Counter
from collections.abc import Iterable
from threading import Barrier, Thread
from typing import Any, Final
from uuid import uuid4

import pytest

from supabase_gotrue import AdminUserAttrs, Client, with_options
from supabase_gotrue.admin import create_user, delete_user, update_user_by_id
from supabase_gotrue.bulk import ImportedRow, delete_users, import_users
from tests.server.server import new_email, new_phone

HASH: Final = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"


def imported(client: Client, rows: Iterable[Any]) -> list[tuple[str, str | None, list[str]]]:
    """Outcome, user and wrong fields of each row."""
    found = sorted(import_users(client, rows), key=lambda row: row.number)
    return [(row.outcome, row.user_id, fields(row)) for row in found]


def fields(row: ImportedRow) -> list[str]:
    return [] if row.error is None else list(row.error.errors)


def test_value_of_another_user_is_a_conflict(client: Client) -> None:
    email, phone, other_phone = new_email(), new_phone(), new_phone()
    ada = create_user(client, {"email": email, "phone": phone}).unwrap()
    create_user(client, {"phone": other_phone}).unwrap()
    rows = [
        {"email": email.upper()},
        {"email": new_email(), "phone": f"+{phone}"},
        {"phone": other_phone, "id": str(uuid4())},
        {"id": ada.id, "email": new_email()},
    ]
    assert imported(client, rows) == [
        ("exists", ada.id, []),
        ("conflict", None, ["phone"]),
        ("conflict", None, ["phone"]),
        ("conflict", ada.id, ["id"]),
    ]
    assert imported(client, [{"email": email, "phone": phone}]) == [("exists", ada.id, [])]
    assert imported(client, [{"email": email, "phone": new_phone()}]) == [("exists", ada.id, [])]
    assert imported(client, [{"email": email, "phone": other_phone}]) == [
        ("conflict", ada.id, ["phone"])
    ]
    assert imported(client, [{"email": email, "id": str(uuid4())}]) == [
        ("conflict", ada.id, ["email"])
    ]
    assert imported(client, [{"phone": other_phone}]) == [("exists", None, [])]


@pytest.mark.parametrize("name", ["email", "phone"])
def test_deleted_users_and_addresses_that_change_hands(client: Client, name: str) -> None:
    address = {"email": new_email, "phone": new_phone}[name]
    row: AdminUserAttrs = {"email": address()} if name == "email" else {"phone": address()}
    ((outcome, first, _),) = imported(client, [row])
    assert outcome == "created"
    assert imported(client, [row]) == [("exists", first, [])]
    change: AdminUserAttrs = {"email": new_email()} if name == "email" else {"phone": new_phone()}
    update_user_by_id(client, str(first), change).unwrap()
    # GoTrue still takes the email for the user's, if an identity has it.
    assert imported(client, [row])[0][:2] == ("conflict", first)
    delete_user(client, str(first), True).unwrap()
    assert imported(client, [row])[0] == ("conflict", first, ["id"])
    other = create_user(client, row).unwrap()
    found = imported(client, [row])
    assert found == [("exists", other.id if name == "email" else None, [])]


def test_another_key_finds_the_same_user(client: Client) -> None:
    row = {"email": new_email()}
    ((_, first, _),) = imported(client, [row])
    other = with_options(client, api_key="another", access_token=client.api_key).unwrap()
    assert imported(other, [row]) == [("exists", first, [])]


def test_user_of_another_audience_exists(client: Client) -> None:
    email = new_email()
    other = create_user(client, {"email": email, "aud": "robots"}).unwrap()
    assert imported(client, [{"email": email, "aud": "robots"}]) == [("exists", other.id, [])]


def test_imports_of_the_same_file_at_the_same_time(client: Client) -> None:
    rows = [{"email": new_email(), "password_hash": HASH} for _ in range(15)]
    other = with_options(client, api_key="another", access_token=client.api_key).unwrap()
    clients = [client, client, other]
    barrier, found = Barrier(len(clients)), list[ImportedRow]()

    def run(client: Client) -> None:
        barrier.wait()
        found.extend(import_users(client, rows, max_concurrency=4))

    threads = [Thread(target=run, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(row.outcome for row in found) == {"created": 15, "exists": 30}
    ids = {(row.number, row.user_id) for row in found}
    assert len(ids) == 15
    assert {result.unwrap() for _, result in delete_users(client, [str(i) for _, i in ids])} == {
        None
    }
