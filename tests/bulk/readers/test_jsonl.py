"""`readers.jsonl`."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from supabase_gotrue.bulk import readers
from tests.bulk.readers.shown import (
    BAN,
    HASH,
    rows,
)


def test_attributes() -> None:
    lines = ['{"email": "a@b.c", "app_metadata": {"n": 1}}\n', "\n", '{"emial": 1}', "[]"]
    found = rows(readers.jsonl(lines))
    assert found[0] == {"email": "a@b.c", "app_metadata": {"n": 1}}
    assert found[1].startswith("line 3: emial is unknown")
    assert found[2] == "line 4: record is not a JSON object"


def exported(**changes: object) -> str:
    user = {
        "id": "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4",
        "aud": "authenticated",
        "role": "authenticated",
        "email": "a@b.c",
        "phone": None,
        "created_at": "2025-01-01T00:00:00Z",
        "confirmed_at": "2025-01-01T00:00:00Z",
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "user_metadata": {},
        "new_email": "next@b.c",
    }
    return json.dumps({**user, **changes})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, {}, id="plain"),
        pytest.param({"password_hash": HASH}, {"password_hash": HASH}, id="hash"),
        pytest.param(
            {"phone": "15555550101", "phone_confirmed_at": "2025-01-01T00:00:00Z"},
            {"phone": "15555550101", "phone_confirm": True},
            id="phone",
        ),
        pytest.param(
            {"email_confirmed_at": "2025-01-01T00:00:00Z"}, {"email_confirm": True}, id="email"
        ),
        pytest.param({"banned_until": "9999-12-31 23:59:59+00"}, {"ban_duration": BAN}, id="ban"),
        pytest.param({"banned_until": "infinity"}, {"ban_duration": BAN}, id="endless ban"),
        pytest.param({"banned_until": "2025-12-31T00:00:00Z"}, {}, id="ban is over"),
    ],
)
def test_exported(changes: dict[str, object], expected: dict[str, object]) -> None:
    (row,) = rows(readers.jsonl([exported(**changes)]))
    common = {
        "id": "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4",
        "aud": "authenticated",
        "role": "authenticated",
        "email": "a@b.c",
        "app_metadata": {"provider": "email", "providers": ["email"]},
        "user_metadata": {},
    }
    assert row == common | expected


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"deleted_at": "2025-01-01T00:00:00Z"}, "deleted_at is set", id="gone"),
        pytest.param({"app_metadata": {"provider": "sso:1"}}, "provider is SSO", id="sso"),
        pytest.param({"banned_until": "never"}, "banned_until is invalid", id="ban"),
        pytest.param({"banned_until": "2027-01-01T00:00:00"}, "banned_until", id="no zone"),
        pytest.param({"email": None}, "email at least", id="anonymous"),
    ],
)
def test_users_that_cannot_be_created(changes: dict[str, object], message: str) -> None:
    (row,) = rows(readers.jsonl([exported(**changes)]))
    assert row.startswith(f"line 1: {message}")


def test_rest_of_a_ban() -> None:
    until = datetime.now(UTC) + timedelta(hours=2)
    (row,) = rows(readers.jsonl([exported(banned_until=until.isoformat())]))
    seconds = int(row["ban_duration"].removesuffix("s"))
    assert 3600 < seconds <= 7200


def test_counts_what_is_left_out() -> None:
    lines = [
        exported(app_metadata={"provider": "google", "providers": ["google", "email"]}),
        exported(app_metadata={"providers": ["github", "google"]}, factors=[{"id": "1"}]),
        exported(app_metadata=None, identities=[{"provider": "azure"}, {"provider": "email"}]),
    ]
    reader = readers.jsonl(lines)
    assert reader.left_out == {}
    assert len(rows(reader)) == 3
    assert reader.left_out == {
        "created_at": 3,
        "confirmed_at": 3,
        "new_email": 3,
        "google": 2,
        "github": 1,
        "azure": 1,
        "second factors": 1,
    }


@pytest.mark.parametrize(
    ("record", "message"),
    [
        pytest.param(
            {"user_id": "auth0|1", "email": "a@b.c", "created_at": "x"},
            "user_id is unknown: users of Auth0 are read by readers.auth0",
            id="Auth0",
        ),
        pytest.param(
            {"email": "a@b.c", "encrypted_password": "x", "created_at": "x"},
            "encrypted_password is unknown: rows of auth.users are read by readers.supabase",
            id="Supabase",
        ),
        pytest.param(
            {"localId": "1", "email": "a@b.c"},
            "localId is unknown: users of Firebase are read by readers.firebase",
            id="Firebase",
        ),
        pytest.param(
            {"model": "auth.user", "pk": 1, "fields": {}},
            "model is unknown: objects of Django are read by readers.django",
            id="Django",
        ),
    ],
)
def test_names_the_reader_of_another_source(record: dict[str, object], message: str) -> None:
    lines = [json.dumps(record), '{"email": "b@b.c"}']
    (row,) = rows(readers.jsonl(lines))
    assert row.startswith(f"line 1: {message}")


def test_fields_that_contradict_each_other() -> None:
    line = exported(email_confirm=False, email_confirmed_at="2025-01-01T00:00:00Z")
    assert rows(readers.jsonl([line])) == ["line 1: email_confirm is given twice"]


def test_unknown_names_of_exported_lines_are_errors() -> None:
    assert rows(readers.jsonl([exported(plan="pro")])) == ["line 1: plan is unknown"]


def test_counts_lines_from_the_first_line() -> None:
    lines = ['{"email": "a@b.c"}\n', "\n", "oops\n"]
    assert rows(readers.jsonl(lines, first_line=7))[1] == "line 9: record is not a JSON object"
