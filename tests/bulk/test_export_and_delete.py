"""export_users and delete_users."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from returns.result import Failure, Success

from supabase_gotrue import Client, Error, User
from supabase_gotrue.admin import create_user, delete_user, get_user_by_id, update_user_by_id
from supabase_gotrue.bulk import delete_users, export_users, import_users, readers, stream_users
from supabase_gotrue.emulator import Emulator
from tests.bulk.listing import LivingServer


@pytest.fixture
def client() -> Client:
    return Emulator().client()


def users_by_id(client: Client) -> dict[str, User]:
    return {user.id: user for user in (result.unwrap() for result in stream_users(client))}


def test_exports_a_line_for_each_user(client: Client) -> None:
    ada = create_user(client, {"email": "ada@example.com", "user_metadata": {"n": "é\n"}}).unwrap()
    create_user(client, {"email": "joan@example.com"}).unwrap()
    lines = [line.unwrap() for line in export_users(client)]
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in lines)
    exported = {user["id"]: user for user in map(json.loads, lines)}
    assert len(exported) == 2
    assert set(exported[ada.id]) == set(User.__struct_fields__)
    assert User.parse_list([exported[ada.id]]).unwrap() == (users_by_id(client)[ada.id],)


def test_exports_what_the_filter_matches(client: Client) -> None:
    create_user(client, {"email": "ada@example.com"}).unwrap()
    create_user(client, {"email": "joan@example.com"}).unwrap()
    (line,) = export_users(client, filter="joan")
    assert b"joan@example.com" in line.unwrap()


def test_export_ends_with_a_failure() -> None:
    server = LivingServer(cursor=True)
    server.create()
    server.fault = Error("timeout")
    assert list(export_users(server.client)) == [Failure(Error("timeout"))]


def settable(user: User) -> dict[str, Any]:
    """Return what an administrator can set, as far as an import keeps it."""
    metadata = {k: v for k, v in user.user_metadata.items() if k != "email_verified"}
    return {
        "id": user.id,
        "aud": user.aud,
        "role": user.role,
        "email": user.email,
        "phone": user.phone,
        "app_metadata": user.app_metadata,
        "user_metadata": metadata,
        "email_confirmed": user.email_confirmed_at is not None,
        "phone_confirmed": user.phone_confirmed_at is not None,
        "banned": user.banned_until is not None and user.banned_until > datetime.now(UTC),
    }


def test_export_and_import_keep_what_can_be_set(client: Client) -> None:
    ada = create_user(
        client,
        {
            "email": "ada@example.com",
            "phone": "15555550101",
            "email_confirm": True,
            "role": "editor",
            "app_metadata": {"plan": "pro", "provider": "google", "providers": ["google"]},
            "user_metadata": {"name": "Ada"},
            "ban_duration": "24h",
        },
    ).unwrap()
    joan = create_user(client, {"email": "joan@example.com", "ban_duration": "24h"}).unwrap()
    update_user_by_id(client, joan.id, {"ban_duration": "none"}).unwrap()
    create_user(client, {"phone": "15555550102", "phone_confirm": True}).unwrap()
    before = users_by_id(client)
    lines = [line.unwrap() for line in export_users(client)]

    other = Emulator().client()
    rows = readers.jsonl(lines)
    assert {row.outcome for row in import_users(other, rows)} == {"created"}
    after = users_by_id(other)
    assert {key: settable(user) for key, user in after.items()} == {
        key: settable(user) for key, user in before.items()
    }
    banned = before[ada.id].banned_until, after[ada.id].banned_until
    assert banned[0] is not None
    assert banned[1] is not None
    assert abs((banned[1] - banned[0]).total_seconds()) < 10
    assert rows.left_out["google"] == 1


def test_deletes_users(client: Client) -> None:
    ids = [create_user(client, {"email": f"u{n}@b.c"}).unwrap().id for n in range(20)]
    pairs = list(delete_users(client, [*ids[:10], UUID(ids[10]), ids[0]], max_concurrency=3))
    assert [user_id for user_id, _ in pairs] == [*ids[:11], ids[0]]
    assert [result for _, result in pairs[:11]] == [Success(None)] * 11
    assert pairs[-1][1].failure().error_code == "user_not_found"
    assert set(users_by_id(client)) == set(ids[11:])


def test_deletes_softly(client: Client) -> None:
    ada = create_user(client, {"email": "ada@example.com"}).unwrap()
    assert list(delete_users(client, [ada.id], should_soft_delete=True)) == [
        (ada.id, Success(None))
    ]
    assert get_user_by_id(client, ada.id).unwrap().deleted_at is not None


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        pytest.param({"client": None}, "client", id="client"),
        pytest.param({"should_soft_delete": None}, "should_soft_delete", id="flag"),
        pytest.param({"should_soft_delete": 1}, "should_soft_delete", id="number"),
        pytest.param({"max_concurrency": 0}, "max_concurrency", id="concurrency"),
        pytest.param({"user_ids": 3}, "items", id="ids"),
    ],
)
def test_invalid_arguments_delete_no_user(
    client: Client, arguments: dict[str, Any], field: str
) -> None:
    ada = create_user(client, {"email": "ada@example.com"}).unwrap()
    given: dict[str, Any] = {"client": client, "user_ids": [ada.id], **arguments}
    ((user_id, result),) = delete_users(**given)
    assert user_id == ""
    assert list(result.failure().errors) == [field]
    assert get_user_by_id(client, ada.id).unwrap().id == ada.id


@pytest.mark.parametrize("user_id", ["..", "", 7, None])
def test_invalid_id_is_a_failure(client: Client, user_id: Any) -> None:
    ((shown, result),) = delete_users(client, [user_id])
    assert shown == (user_id if isinstance(user_id, str) else "")
    assert list(result.failure().errors) == ["user_id"]


def test_softly_deleted_users_are_not_imported(client: Client) -> None:
    ada = create_user(client, {"email": "ada@example.com"}).unwrap()
    delete_user(client, ada.id, True).unwrap()
    (row,) = readers.jsonl([line.unwrap() for line in export_users(client)])
    assert row.failure().message.startswith("line 1: deleted_at is set")
