"""`readers.django`."""

import json
from typing import Any, Final

import pytest

from supabase_gotrue.bulk import readers
from tests.bulk.readers.shown import (
    BAN,
    SAMPLES,
    rows,
    without_hash,
)

EXPECTED: Final = [
    {
        "email": "ada@django.example",
        "email_confirm": True,
        "user_metadata": {"username": "ada", "first_name": "Ada", "last_name": "Lovelace"},
        "password_hash": True,
    },
    {
        "email": "grace@django.example",
        "email_confirm": True,
        "user_metadata": {"username": "grace"},
        "password_hash": True,
    },
    "line 1: password of pbkdf2_sha256 cannot be carried over",
    {
        "email": "mallory@django.example",
        "email_confirm": True,
        "user_metadata": {"username": "mallory"},
        "ban_duration": BAN,
        "password_hash": True,
    },
    {
        "email": "edith@django.example",
        "email_confirm": True,
        "user_metadata": {"username": "edith"},
        "password_hash": False,
    },
    "line 1: password of bcrypt_sha256 cannot be carried over",
    "line 1: email at least an email or phone is required; "
    "phone at least an email or phone is required",
]


def test_sample() -> None:
    with (SAMPLES / "django.json").open() as file:
        found = rows(readers.django(file))
    assert [without_hash(row) for row in found] == EXPECTED
    assert found[0]["password_hash"].startswith("$2b$10$")
    assert found[1]["password_hash"].startswith("$argon2id$v=19$")


def test_json_lines() -> None:
    entries = json.loads((SAMPLES / "django.json").read_text())
    lines = [json.dumps(entry) + "\n" for entry in entries]
    reader = readers.django(lines)
    found = [without_hash(row) for row in rows(reader)]
    assert [row for row in found if not isinstance(row, str)] == [
        row for row in EXPECTED if not isinstance(row, str)
    ]
    assert found[2] == "line 4: password of pbkdf2_sha256 cannot be carried over"
    assert reader.left_out == {"auth.group": 1, "pk": 4, "date_joined": 4}


def test_leaves_out_passwords_that_the_server_cannot_verify() -> None:
    with (SAMPLES / "django.json").open("rb") as file:
        reader = readers.django(file, unsupported_passwords="leave_out")
        found = rows(reader)
    assert [row["email"][:5] for row in found if not isinstance(row, str)] == [
        "ada@d", "grace", "joan@", "mallo", "edith", "radia",
    ]  # fmt: skip
    assert reader.left_out["password"] == 2


def entry(model: str = "auth.user", pk: object = 1, **fields: object) -> dict[str, object]:
    return {"model": model, "pk": pk, "fields": {"password": "!", **fields}}


def address(user: object, email: str, *, verified: bool, primary: bool = False) -> Any:
    fields = {"user": user, "email": email, "verified": verified, "primary": primary}
    return {"model": "account.emailaddress", "pk": 1, "fields": fields}


def test_verified_addresses_of_allauth() -> None:
    dump = [
        entry(pk=1, email="Ada@b.c"),
        entry(pk=2, email="grace@b.c"),
        entry(pk=3, email="joan@b.c"),
        entry(pk=4, username="edith", email=""),
        address(1, "ada@b.c", verified=True, primary=True),
        address(1, "countess@b.c", verified=False),
        address(2, "grace@b.c", verified=False),
        address(["edith"], "edith@b.c", verified=True, primary=True),
        {"model": "account.emailaddress", "fields": {"user": 1}},
    ]
    reader = readers.django([json.dumps(dump)])
    assert rows(reader) == [
        {"email": "Ada@b.c", "email_confirm": True},
        {"email": "grace@b.c"},
        {"email": "joan@b.c"},
        {"email": "edith@b.c", "email_confirm": True, "user_metadata": {"username": "edith"}},
    ]
    assert reader.left_out["other email addresses"] == 1


USER_ID: Final = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"


def test_other_members_of_an_object() -> None:
    reader = readers.django([json.dumps({**entry(email="a@b.c"), "_error": "x", "note": "y"})])
    assert len(rows(reader)) == 1
    assert reader.left_out == {"pk": 1, "note": 1}


def test_primary_key_that_is_a_uuid() -> None:
    dump = [entry(pk=USER_ID, email="a@b.c"), entry(pk=7, email="b@b.c")]
    reader = readers.django([json.dumps(dump)])
    assert [row.get("id") for row in rows(reader)] == [USER_ID, None]
    assert reader.left_out == {"pk": 1}


def test_several_models_with_passwords() -> None:
    dump = [
        entry("accounts.historicaluser", email="gone@b.c"),
        entry("accounts.user", email="a@b.c"),
    ]
    text = [json.dumps(dump)]
    assert rows(readers.django(text)) == [
        "line 1: model must be given "
        "(several models have passwords: accounts.historicaluser, accounts.user)"
    ]
    reader = readers.django(text, model="accounts.User")
    assert [row["email"] for row in rows(reader)] == ["a@b.c"]
    assert reader.left_out == {"pk": 1, "accounts.historicaluser": 1}


@pytest.mark.parametrize(
    ("dump", "model", "message"),
    [
        pytest.param(
            [{"model": "auth.group", "fields": {"name": "x"}}],
            None,
            "line 1: file holds no users (it has auth.group, without passwords)",
            id="other models",
        ),
        pytest.param([], None, "line 1: file holds no users (it is empty)", id="empty"),
        pytest.param(
            [entry()],
            "auth.users",
            "line 1: model is not in the dump (it has auth.user)",
            id="model",
        ),
        pytest.param([entry()], 7, "line 1: model is not the name of a model", id="type"),
        pytest.param(
            [{"localId": "a"}],
            None,
            "line 1: record is not one of the objects of Django "
            "(users of Firebase are read by readers.firebase)",
            id="other source",
        ),
    ],
)
def test_no_users(dump: Any, model: Any, message: str) -> None:
    assert rows(readers.django([json.dumps(dump)], model=model)) == [message]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param('{"fields": {"password": 1}}', "password is invalid", id="type"),
        pytest.param(
            '{"fields": {"password": "md5"}}',
            "password of an unknown algorithm cannot be carried over",
            id="format",
        ),
        pytest.param("{oops}", "record is not a JSON object", id="json"),
        pytest.param("]", "file is not JSON", id="bracket"),
    ],
)
def test_names_the_line(line: str, message: str) -> None:
    (row,) = rows(readers.django(["\n", line]))
    assert row.startswith(f"line 2: {message}")


def test_objects_that_cannot_be_read_fail_alone() -> None:
    lines = [
        json.dumps(entry(email="a@b.c")),
        '{"model": "x"}',
        "{oops}",
        json.dumps(entry(email=7)),
    ]
    reader = readers.django([line + "\n" for line in lines])
    assert rows(reader) == [
        {"email": "a@b.c", "email_confirm": True},
        "line 2: record is not an object of Django",
        "line 3: record is not a JSON object",
        "line 4: email is invalid",
    ]
    assert reader.text == lines[3]
