"""`readers.firebase`."""

import json
from typing import Any, Final

import pytest

from supabase_gotrue.bulk import readers
from tests.bulk.readers.shown import (
    BAN,
    CONFIG,
    SAMPLES,
    rows,
    users_of,
    without_hash,
)

KEY: Final = CONFIG["base64_signer_key"]


def test_sample() -> None:
    with (SAMPLES / "firebase.json").open() as file:
        reader = readers.firebase(file, CONFIG)
        found = [without_hash(row) for row in rows(reader)]
    assert found == [
        {
            "email": "ada@firebase.example",
            "email_confirm": True,
            "app_metadata": {"plan": "pro", "admin": True},
            "user_metadata": {
                "name": "Ada Lovelace",
                "picture": "https://example.com/ada.png",
            },
            "password_hash": True,
        },
        {"email": "grace@firebase.example", "email_confirm": True, "password_hash": True},
        {"email": "joan@firebase.example", "password_hash": True},
        {"phone": "+15555550101", "phone_confirm": True, "password_hash": False},
        {
            "email": "mallory@firebase.example",
            "email_confirm": True,
            "ban_duration": BAN,
            "password_hash": True,
        },
        {
            "email": "edith@firebase.example",
            "email_confirm": True,
            "user_metadata": {"name": "Edith Clarke"},
            "password_hash": False,
        },
        "line 89: email at least an email or phone is required; "
        "phone at least an email or phone is required",
        "line 94: passwordHash is redacted (export with a role that may see it)",
        {
            "email": "dorothy@firebase.example",
            "email_confirm": True,
            "user_metadata": {"name": 'Dorothy "Dot" Vaughan {['},
            "password_hash": True,
        },
    ]
    assert reader.left_out == {
        "localId": 7,
        "createdAt": 7,
        "lastSignedInAt": 1,
        "google.com": 2,
        "facebook.com": 1,
    }


def test_hash_has_standard_base64() -> None:
    user = {"localId": "1", "passwordHash": KEY, "salt": "QqH11sjpCzeq-w", "email": "a@b.c"}
    (row,) = rows(readers.firebase([json.dumps({"users": [user]})], CONFIG))
    prefix = f"$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk={CONFIG['base64_signer_key']}"
    assert row["password_hash"] == f"{prefix}$QqH11sjpCzeq+w==${CONFIG['base64_signer_key']}"


def test_hash_config_as_the_console_shows_it() -> None:
    lines = "".join(f"  {name}: {value},\n" for name, value in CONFIG.items())
    text = f"hash_config {{\n{lines}}}"
    export = (SAMPLES / "firebase.json").read_text().splitlines()
    assert rows(readers.firebase(export, text)) == rows(readers.firebase(export, CONFIG))


def test_separator_may_be_empty() -> None:
    user = {"uid": "1", "email": "a@b.c", "passwordHash": KEY, "passwordSalt": "AAEC"}
    config = {**CONFIG, "base64_salt_separator": ""}
    (row,) = rows(readers.firebase([json.dumps([user])], config))
    assert ",p=1,sk=" in row["password_hash"]


@pytest.mark.parametrize(
    ("config", "message"),
    [
        pytest.param(7, "is invalid", id="number"),
        pytest.param({**CONFIG, "mem_cost": 40}, "is invalid (a hash has", id="memory"),
        pytest.param("", "lacks mem_cost and rounds and base64_signer_key", id="empty"),
        pytest.param({**CONFIG, "rounds": 0}, "lacks rounds", id="rounds"),
        pytest.param({**CONFIG, "base64_signer_key": ""}, "lacks base64_signer_key", id="key"),
        pytest.param(
            {**CONFIG, "base64_salt_separator": 7}, "lacks base64_salt_separator", id="salt"
        ),
        pytest.param({**CONFIG, "algorithm": "BCRYPT"}, "is not for", id="algorithm"),
    ],
)
def test_invalid_hash_config(config: Any, message: str) -> None:
    (row,) = rows(readers.firebase(["[]"], config))
    assert row.startswith(f"line 1: hash_config {message}")


@pytest.mark.parametrize(
    ("user", "message"),
    [
        pytest.param({"passwordHash": "AAEC"}, "passwordHash has no salt", id="salt"),
        pytest.param({"passwordHash": 1, "salt": "A"}, "passwordHash has no salt", id="hash"),
        pytest.param(
            {"customAttributes": "[1]"}, "customAttributes is not a JSON object", id="claims"
        ),
        pytest.param({"email": 1}, "email is invalid", id="email"),
    ],
)
def test_invalid_user(user: dict[str, Any], message: str) -> None:
    text = json.dumps({"users": [{"localId": "1", "email": "a@b.c", **user}]})
    assert rows(readers.firebase([text], CONFIG)) == [f"line 1: {message}"]


def test_claims_may_be_an_object() -> None:
    text = json.dumps([{"uid": "1", "email": "a@b.c", "customAttributes": {"plan": "pro"}}])
    (row,) = rows(readers.firebase([text], CONFIG))
    assert row["app_metadata"] == {"plan": "pro"}


def test_names_the_line_of_what_is_no_json() -> None:
    user = '{"localId": "1", "email": "a@b.c"},\n'
    lines = ['{"users": [\n', user, '{"email": oops},\n', "7,\n", '"x"\n', "]}"]
    assert rows(readers.firebase(lines, CONFIG)) == [
        {"email": "a@b.c"},
        "line 3: record is not a JSON object",
        "line 4: record is not a JSON object",
        "line 5: record is not a JSON object",
    ]


def test_names_of_the_rest_api() -> None:
    config = {
        "algorithm": "SCRYPT",
        "signerKey": CONFIG["base64_signer_key"],
        "saltSeparator": CONFIG["base64_salt_separator"],
        "rounds": 8,
        "memoryCost": 14,
    }
    with (SAMPLES / "firebase.json").open() as file:
        expected = rows(readers.firebase(file, CONFIG))
    for given_config in (config, {"signIn": {"hashConfig": config}}, json.dumps(config)):
        with (SAMPLES / "firebase.json").open("rb") as file:
            assert rows(readers.firebase(file, given_config)) == expected


def test_csv_of_the_export() -> None:
    with (SAMPLES / "firebase.json").open() as file:
        expected = users_of(rows(readers.firebase(file, CONFIG)))
    with (SAMPLES / "firebase.csv").open("rb") as file:
        reader = readers.firebase(file, CONFIG)
        assert rows(reader) == expected
    assert reader.left_out["google.com"] == 2
    assert reader.header == ""


def test_csv_with_a_header() -> None:
    lines = ["UID;Email;Email Verified;Google ID;Team", "1;a@b.c;TRUE;1181;x", "2;b@b.c"]
    reader = readers.firebase(lines)
    assert rows(reader) == [
        {"email": "a@b.c", "email_confirm": True},
        "line 3: row has 2 fields, the header 5",
    ]
    assert reader.left_out == {"localId": 1, "google.com": 1, "Team": 1}
    assert reader.header == lines[0]


@pytest.mark.parametrize("lines", [["email,name", "a@b.c,Ada"], ["a,b,maybe" + "," * 30]])
def test_csv_of_something_else(lines: list[str]) -> None:
    assert rows(readers.firebase(lines)) == [
        "line 1: file is neither JSON nor the CSV of auth:export"
    ]


def test_users_of_the_admin_sdk() -> None:
    with (SAMPLES / "firebase-admin-sdk.json").open("rb") as file:
        reader = readers.firebase(file, CONFIG)
        found = [without_hash(row) for row in rows(reader)]
    assert found[0] == {
        "email": "ada@firebase.example",
        "email_confirm": True,
        "app_metadata": {"plan": "pro", "admin": True},
        "user_metadata": {"name": "Ada Lovelace", "picture": "https://example.com/ada.png"},
        "password_hash": True,
    }
    assert [row["password_hash"] for row in found] == [True, True, True, False]
    assert found[2]["ban_duration"] == BAN
    assert reader.left_out == {
        "uid": 4,
        "metadata": 4,
        "tokensValidAfterTime": 4,
        "google.com": 2,
        "facebook.com": 1,
    }


def test_no_parameters_are_needed_without_passwords() -> None:
    users: list[dict[str, str]] = [
        {"localId": "1", "email": "a@b.c"},
        {"localId": "2", "email": "b@b.c"},
    ]
    assert len(rows(readers.firebase([json.dumps(users)]))) == 2
    users[1] |= {"passwordHash": KEY, "salt": "AAEC"}
    users.append({"localId": "3", "email": "c@b.c"})
    assert rows(readers.firebase([json.dumps(users)])) == [
        {"email": "a@b.c"},
        "line 1: hash_config is missing (this user has a password)",
    ]
    reader = readers.firebase([json.dumps(users)], unsupported_passwords="leave_out")
    assert len(rows(reader)) == 3
    assert reader.left_out["password"] == 1


def test_salt_without_a_hash() -> None:
    reader = readers.firebase([json.dumps([{"localId": "1", "email": "a@b.c", "salt": "x"}])])
    assert rows(reader) == [{"email": "a@b.c"}]
    assert reader.left_out == {"localId": 1, "salt": 1}


def test_second_factors() -> None:
    users = [
        {"localId": "1", "email": "a@b.c", "mfaInfo": [{"mfaEnrollmentId": "x"}]},
        {"uid": "2", "email": "b@b.c", "multiFactor": {"enrolledFactors": [{"uid": "x"}]}},
    ]
    reader = readers.firebase([json.dumps({"users": users})])
    assert len(rows(reader)) == 2
    assert reader.left_out["second factors"] == 2
