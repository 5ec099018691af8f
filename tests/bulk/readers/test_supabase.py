"""`readers.supabase`."""

import json
from typing import Final

import pytest

from supabase_gotrue.bulk import readers
from tests.bulk.readers.shown import (
    BAN,
    SAMPLES,
    rows,
    users_of,
    without_hash,
)


def test_csv() -> None:
    with (SAMPLES / "supabase.csv").open("rb") as file:
        reader = readers.supabase(file)
        found = [without_hash(row) for row in rows(reader)]
    common = {"aud": "authenticated", "role": "authenticated", "user_metadata": ADAS_METADATA}
    assert found[0] == {
        **common,
        "id": ADA,
        "email": "ada@supabase.example",
        "email_confirm": True,
        "app_metadata": {"plan": "pro", "provider": "email", "providers": ["email"]},
        "password_hash": True,
    }
    assert "email_confirm" not in found[2]
    assert found[3]["ban_duration"] == BAN
    assert (found[4]["phone"], found[4]["phone_confirm"]) == ("15555550101", True)
    assert found[5:] == [
        "line 7: is_sso_user is true (an SSO user cannot be created); "
        "provider is SSO (an SSO user cannot be created)",
        "line 8: is_anonymous is true (a user without an address cannot be created)",
        "line 9: deleted_at is set (a softly deleted user cannot be created)",
    ]
    assert reader.carried == {
        "id": 5,
        "aud": 5,
        "role": 5,
        "email": 4,
        "confirmed email": 3,
        "phone": 1,
        "confirmed phone": 1,
        "password": 3,
        "ban": 1,
        "app_metadata": 5,
        "user_metadata": 5,
    }
    assert reader.left_out == {
        "google": 1,
        "instance_id": 5,
        "created_at": 5,
        "updated_at": 5,
        "confirmed_at": 4,
        "last_sign_in_at": 1,
        "confirmation_token": 1,
    }


ADA: Final = "5b1d9a3e-0000-4000-8000-000000000001"
ADAS_METADATA: Final = {"sub": ADA, "email_verified": True}


def test_json_lines_and_an_array() -> None:
    with (SAMPLES / "supabase.csv").open("rb") as file:
        expected = users_of(rows(readers.supabase(file)))
    with (SAMPLES / "supabase.jsonl").open("rb") as file:
        found = rows(readers.supabase(file))
    assert users_of(found) == expected
    lines = (SAMPLES / "supabase.jsonl").read_text().splitlines()
    array = f"[{', '.join(lines)}]"
    assert rows(readers.supabase([array]))[:5] == expected


def test_some_columns() -> None:
    lines = ["ID,Email", f"{ADA},a@b.c"]
    assert rows(readers.supabase(lines)) == [{"id": ADA, "email": "a@b.c"}]
    lines = ["email,raw_user_meta_data,team", 'a@b.c,"{""a"": 1}",x']
    reader = readers.supabase(lines)
    assert rows(reader) == [{"email": "a@b.c", "user_metadata": {"a": 1}}]
    assert reader.left_out == {"team": 1}


def test_other_columns_alone_are_another_source() -> None:
    (row,) = rows(readers.supabase(["email,name", "a@b.c,Ada"]))
    assert row.startswith("line 1: record is not one of the rows of auth.users")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"is_sso_user": "y"}, "is_sso_user is invalid", id="flag"),
        pytest.param({"banned_until": "2027-01-01 00:00:00"}, "banned_until is invalid", id="zone"),
        pytest.param({"email_confirmed_at": "now"}, "email_confirmed_at is invalid", id="time"),
        pytest.param(
            {"raw_app_meta_data": "[1]"}, "raw_app_meta_data is not a JSON object", id="JSON"
        ),
        pytest.param({"encrypted_password": "md5"}, "encrypted_password is not bcrypt", id="hash"),
        pytest.param({"encrypted_password": 7}, "encrypted_password is invalid", id="type"),
    ],
)
def test_invalid_fields(fields: dict[str, object], message: str) -> None:
    record = {"email": "a@b.c", "is_anonymous": False, **fields}
    (row,) = rows(readers.supabase([json.dumps(record)]))
    assert row.startswith(f"line 1: {message}")


@pytest.mark.parametrize(
    "time",
    [
        "2026-01-01 00:00:00+00",
        "2026-01-01 00:00:00.5+00",
        "2026-01-01 00:00:00.502713+05:30",
        "2026-01-01T00:00:00.502Z",
        "infinity",
        "12026-01-01 00:00:00+00",
        1767225600,
        1767225600000,
        "1767225600000",
    ],
)
def test_times_of_many_systems(time: object) -> None:
    record = {"email": "a@b.c", "email_confirmed_at": time}
    assert rows(readers.supabase([json.dumps(record)])) == [
        {"email": "a@b.c", "email_confirm": True}
    ]
