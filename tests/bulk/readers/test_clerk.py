"""`readers.clerk`."""

import json

import pytest

from supabase_gotrue.bulk import readers
from tests.bulk.readers.shown import (
    BAN,
    CONFIG,
    SAMPLES,
    rows,
    without_hash,
)


def test_csv_of_the_dashboard() -> None:
    with (SAMPLES / "clerk.csv").open("rb") as file:
        reader = readers.clerk(file)
        found = rows(reader)
    assert [without_hash(row) for row in found] == [
        {
            "email": "ada@clerk.example",
            "email_confirm": True,
            "user_metadata": {"first_name": "Ada", "last_name": "Lovelace", "username": "ada"},
            "password_hash": True,
        },
        {
            "email": "grace@clerk.example",
            "email_confirm": True,
            "user_metadata": {"first_name": "Grace", "last_name": "Hopper"},
            "password_hash": True,
        },
        {
            "email": "joan@clerk.example",
            "user_metadata": {"first_name": "Joan"},
            "password_hash": True,
        },
        {"phone": "+15555550102", "phone_confirm": True, "password_hash": False},
        "line 6: password_digest is not bcrypt, argon2i, argon2id or Firebase scrypt",
    ]
    assert reader.left_out == {"id": 4, "second factors": 1, "other email addresses": 1}


def test_leaves_out_passwords_that_the_server_cannot_verify() -> None:
    with (SAMPLES / "clerk.csv").open("rb") as file:
        reader = readers.clerk(file, unsupported_passwords="leave_out")
        assert rows(reader)[4]["email"] == "edith@clerk.example"
    assert reader.left_out["password"] == 1


def test_json_of_the_backend_api() -> None:
    with (SAMPLES / "clerk.json").open("rb") as file:
        reader = readers.clerk(file)
        assert rows(reader) == [
            {
                "email": "ada@clerk.example",
                "email_confirm": True,
                "app_metadata": {"plan": "pro"},
                "user_metadata": {"color": "blue", "first_name": "Ada", "last_name": "Lovelace"},
            },
            {
                "email": "mallory@clerk.example",
                "email_confirm": True,
                "user_metadata": {"first_name": "Mallory"},
                "ban_duration": BAN,
            },
            {"phone": "+15555550102", "phone_confirm": True},
        ]
    some = ("password", "private_metadata", "oauth_google", "second factors", "created_at")
    assert [reader.left_out[name] for name in some] == [1, 1, 1, 2, 3]
    assert reader.left_out["other email addresses"] == 1


def test_hash_of_a_user_who_came_from_firebase() -> None:
    key = CONFIG["base64_signer_key"]
    digest = f"{key}$QqH11sjpCzeq+w==${key}$Bw==$8$14"
    lines = [
        "primary_email_address,password_digest,password_hasher",
        f"a@b.c,{digest},scrypt_firebase",
    ]
    (row,) = rows(readers.clerk(lines))
    assert row["password_hash"] == (
        f"$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk={key}$QqH11sjpCzeq+w==${key}"
    )


def test_hasher_without_a_hash_is_a_password_that_is_left_out() -> None:
    record = {"primary_email_address": "a@b.c", "password_hasher": "bcrypt"}
    reader = readers.clerk([json.dumps(record)])
    assert rows(reader) == [{"email": "a@b.c"}]
    assert reader.left_out["password"] == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        pytest.param({"email_addresses": "x"}, "email_addresses is invalid", id="text"),
        pytest.param({"email_addresses": [7]}, "email_addresses is invalid", id="item"),
        pytest.param({"phone_numbers": [{"id": 1}]}, "phone_numbers is invalid", id="no number"),
        pytest.param(
            {"primary_email_address": 7}, "primary_email_address is invalid", id="primary"
        ),
        pytest.param({"banned": "maybe"}, "banned is invalid", id="flag"),
        pytest.param({"public_metadata": [1]}, "public_metadata is not a JSON object", id="JSON"),
    ],
)
def test_invalid_fields(fields: dict[str, object], message: str) -> None:
    record = {"primary_email_address": "a@b.c", **fields}
    assert rows(readers.clerk([json.dumps(record)])) == [f"line 1: {message}"]
