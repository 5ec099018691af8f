"""`readers.auth0`."""

import io
import json
from typing import Any, Final

import pytest

from supabase_gotrue.bulk import readers
from tests.bulk.readers.shown import (
    ARGON2,
    BAN,
    HASH,
    SAMPLES,
    rows,
    without_hash,
)


def test_sample() -> None:
    users = (SAMPLES / "auth0.ndjson").read_text().splitlines()
    with (SAMPLES / "auth0-passwords.ndjson").open() as hashes:
        reader = readers.auth0(users, hashes)
        found = [without_hash(row) for row in rows(reader)]
    assert found == [
        {
            "email": "ada@auth0.example",
            "email_confirm": True,
            "app_metadata": {"plan": "pro"},
            "user_metadata": {
                "color": "blue",
                "name": "Countess",
                "nickname": "ada",
                "picture": "https://s.gravatar.com/ada.png",
            },
            "password_hash": True,
        },
        {"email": "Grace@Auth0.example", "email_confirm": True, "password_hash": True},
        {"email": "joan@auth0.example", "password_hash": True},
        {
            "email": "mallory@auth0.example",
            "email_confirm": True,
            "ban_duration": BAN,
            "password_hash": True,
        },
        {
            "email": "edith@auth0.example",
            "email_confirm": True,
            "user_metadata": {
                "name": "Edith Clarke",
                "given_name": "Edith",
                "family_name": "Clarke",
            },
            "password_hash": False,
        },
        {"phone": "+15555550102", "phone_confirm": True, "password_hash": False},
    ]
    assert reader.left_out == {
        "user_id": 6,
        "created_at": 1,
        "updated_at": 1,
        "name": 1,  # another is in user_metadata
        "google-oauth2": 2,
    }


def user(user_id: str | None, email: str = "ada@b.c", **fields: Any) -> str:
    return json.dumps({"user_id": user_id, "email": email, **fields})


def hashed(password_hash: str, user_id: str | None = None, email: str | None = None) -> str:
    fields = {"_id": user_id and {"$oid": user_id}, "email": email, "passwordHash": password_hash}
    return json.dumps({name: value for name, value in fields.items() if value})


def hash_of(row: Any) -> Any:
    return row if isinstance(row, str) else row.get("password_hash")


OTHER_HASH: Final = "$2b$10$" + "b" * 52 + "u"
TWICE: Final = "line 1: password_lines is a second password"


@pytest.mark.parametrize(
    ("users", "hashes", "expected"),
    [
        pytest.param([user("auth0|1")], [hashed(HASH, "1")], [HASH], id="id"),
        pytest.param(
            [user("auth0|1"), user("auth0|2")], [hashed(HASH, "2", "ada@b.c")], [None, HASH],
            id="id of another account with the same address",
        ),
        pytest.param([user("auth0|1")], [hashed(HASH, None, "ADA@b.c ")], [HASH], id="address"),
        pytest.param(
            [user("google-oauth2|1")], [hashed(HASH, None, "ada@b.c")], [None],
            id="address of an account without a password",
        ),
        pytest.param(
            [user("auth0|1")], [hashed(HASH, None, "ada@b.c"), hashed(OTHER_HASH, "9", "ada@b.c")],
            [TWICE], id="address that another hash has",
        ),
        pytest.param(
            [user("auth0|1")], [hashed(HASH, "1"), hashed(OTHER_HASH, "1")], [TWICE],
            id="two hashes with one id",
        ),
        pytest.param(
            [user("auth0|1")], [hashed(HASH, "1"), hashed(OTHER_HASH, None, "ada@b.c")], [TWICE],
            id="two hashes, by id and by address",
        ),
        pytest.param([user("auth0|1")], [hashed(HASH, "1")] * 2, [HASH], id="repeated line"),
        pytest.param(
            [user("google-oauth2|7", identities=[{"provider": "auth0", "user_id": "1"}])],
            [hashed(HASH, "1", "old@b.c")], [HASH], id="linked identity",
        ),
        pytest.param([user("1")], [hashed(HASH, "1")], [HASH], id="id without a provider"),
        pytest.param([user(None)], [hashed(HASH, None, "ada@b.c")], [HASH], id="no id"),
        pytest.param([user("auth0|1", password_hash=HASH)], [], [HASH], id="in the export"),
        pytest.param(
            [user("auth0|1", passwordHash=HASH)], [hashed(OTHER_HASH, "1")], [TWICE],
            id="in the export, and another",
        ),
    ],
)  # fmt: skip
def test_whose_hash_it_is(users: list[str], hashes: list[str], expected: list[Any]) -> None:
    assert [hash_of(row) for row in rows(readers.auth0(users, hashes))] == expected


def test_counts_hashes_of_no_user() -> None:
    reader = readers.auth0([user("auth0|1")], [hashed(HASH, "1"), hashed(HASH, "2")])
    assert [hash_of(row) for row in rows(reader)] == [HASH]
    assert reader.left_out == {"user_id": 1, "password without a user": 1}


@pytest.mark.parametrize(
    ("custom", "expected"),
    [
        pytest.param({"algorithm": "bcrypt", "hash": {"value": HASH}}, HASH, id="bcrypt"),
        pytest.param(
            {"algorithm": "argon2", "hash": {"value": ARGON2, "encoding": "utf8"}},
            ARGON2,
            id="argon2",
        ),
        pytest.param(
            {"algorithm": "pbkdf2", "hash": {"value": "x"}},
            "line 1: custom_password_hash is not bcrypt or argon2",
            id="other algorithm",
        ),
        pytest.param(
            {"algorithm": "bcrypt", "hash": {"value": HASH}, "salt": {"value": "x"}},
            "line 1: custom_password_hash is not bcrypt or argon2",
            id="salt",
        ),
        pytest.param("bcrypt", "line 1: custom_password_hash is invalid", id="text"),
    ],
)
def test_custom_password_hash(custom: object, expected: str) -> None:
    text = user("auth0|1", custom_password_hash=custom)
    assert [hash_of(row) for row in rows(readers.auth0([text]))] == [expected]
    reader = readers.auth0([text], unsupported_passwords="leave_out")
    assert len(rows(reader)) == 1
    assert reader.left_out.get("password", 0) == ("not bcrypt" in expected)


@pytest.mark.parametrize(
    ("hashes", "message"),
    [
        pytest.param(
            ["", '{"email": "a@b.c"}'], "line 2: password_lines is not a hash of a user", id="hash"
        ),
        pytest.param([hashed(HASH)], "line 1: password_lines is not a hash", id="whose"),
        pytest.param(["oops"], "line 1: password_lines is not JSON", id="JSON"),
        pytest.param(['{"_id": 1'], "line 1: password_lines is incomplete", id="incomplete"),
        pytest.param(io.StringIO(""), "line 1: password_lines is empty", id="empty"),
        pytest.param("hashes", "line 1: password_lines is a str", id="text"),
        pytest.param(7, "line 1: password_lines cannot be read: TypeError", id="number"),
    ],
)
def test_unreadable_hashes_end_the_rows(hashes: Any, message: str) -> None:
    (row,) = rows(readers.auth0([user("auth0|1"), user("auth0|2")], hashes))
    assert row.startswith(message)


def test_hashes_may_be_an_array() -> None:
    array = io.StringIO(f"[{hashed(HASH, '1')},\n{hashed(OTHER_HASH, 'auth0|2')}]")
    found = rows(readers.auth0([user("auth0|1"), user("auth0|2")], array))
    assert [hash_of(row) for row in found] == [HASH, OTHER_HASH]


def test_hash_that_the_server_cannot_verify() -> None:
    hashes = [hashed("pbkdf2", "1")]
    (row,) = rows(readers.auth0([user("auth0|1")], hashes))
    assert row.startswith("line 1: password_lines is not bcrypt")


def test_names_the_line() -> None:
    users = [user("auth0|1"), "", "[]", user("auth0|2", user_metadata=3), '{"email": "a@b.c"}']
    found = rows(readers.auth0(users))
    assert found[1:3] == [
        "line 3: record is not a JSON object",
        "line 4: user_metadata is not a JSON object",
    ]
    assert found[3].startswith("line 5: record is not one of the users of Auth0")


def test_csv_of_the_export() -> None:
    with (SAMPLES / "auth0.csv").open("rb") as file:
        assert rows(readers.auth0(file)) == [
            {
                "email": "ada@auth0.example",
                "email_confirm": True,
                "app_metadata": {"plan": "pro"},
                "user_metadata": {"color": "blue"},
            },
            {"email": "mallory@auth0.example", "email_confirm": True, "ban_duration": BAN},
        ]


def test_titles_of_the_extension() -> None:
    with (SAMPLES / "auth0-extension.csv").open("rb") as file:
        reader = readers.auth0(file)
        assert [row["email"] for row in rows(reader)] == [
            "ada@auth0.example",
            "edith@auth0.example",
        ]
    assert reader.left_out == {
        "user_id": 2,
        "Connection": 2,
        "created_at": 2,
        "updated_at": 2,
        "google-oauth2": 1,
    }
    exported = {"Id": "auth0|1", "Email": "a@b.c", "Email Verified": True}
    assert rows(readers.auth0([json.dumps([exported])])) == [
        {"email": "a@b.c", "email_confirm": True}
    ]


def test_metadata_that_is_given_twice() -> None:
    lines = ["user_id,user_metadata.a,user_metadata.a.b", "auth0|1,x,y"]
    assert rows(readers.auth0(lines)) == ["line 2: user_metadata.a.b is given twice"]


def test_id_without_a_provider_is_not_counted_as_a_provider() -> None:
    reader = readers.auth0([user("5f7c")])
    assert len(list(reader)) == 1
    assert reader.left_out == {"user_id": 1}
