"""`readers.cognito`."""

import json
from typing import Any

import pytest

from supabase_gotrue.bulk import readers
from tests.bulk.readers.shown import (
    BAN,
    SAMPLES,
    rows,
)


def test_sample() -> None:
    with (SAMPLES / "cognito.csv").open(newline="") as file:
        reader = readers.cognito(file)
        assert rows(reader) == [
            {
                "id": "b7e2f1a0-6c3d-4e5f-8a9b-0c1d2e3f4a5b",
                "email": "ada@cognito.example",
                "email_confirm": True,
                "user_metadata": {
                    "name": "Lovelace, Ada",
                    "given_name": "Ada",
                    "plan": "pro",
                },
            },
            {
                "email": "grace@cognito.example",
                "phone": "+15555550103",
                "phone_confirm": True,
                "user_metadata": {"given_name": "Grace"},
                "ban_duration": BAN,
            },
            {
                "id": "0c9d8e7f-1a2b-4c3d-9e8f-7a6b5c4d3e2f",
                "email": "edith@cognito.example",
                "email_confirm": True,
                "user_metadata": {"name": "Edith"},
            },
            "line 5: email at least an email or phone is required; "
            "phone at least an email or phone is required",
        ]
    assert reader.left_out == {
        "cognito:username": 3,
        "cognito:user_status": 3,
        "sub": 1,
        "Google": 1,
    }


def test_list_users() -> None:
    with (SAMPLES / "cognito-list-users.json").open("rb") as file:
        reader = readers.cognito(file)
        assert rows(reader) == [
            {
                "id": "b7e2f1a0-6c3d-4e5f-8a9b-0c1d2e3f4a5b",
                "email": "ada@cognito.example",
                "email_confirm": True,
                "user_metadata": {"name": "Lovelace, Ada", "plan": "pro"},
            },
            {"email": "mallory@cognito.example", "ban_duration": BAN},
            {"email": "edith@cognito.example", "email_confirm": True},
        ]
    assert reader.left_out["Google"] == 1


@pytest.mark.parametrize(
    "attributes", [{"a": 1}, ["x"], [{"Name": 1, "Value": "x"}], [{"Name": "Username"}] * 2]
)
def test_invalid_attributes(attributes: Any) -> None:
    user = {"Username": "a", "email": "a@b.c", "Attributes": attributes}
    found = rows(readers.cognito([json.dumps([user])]))
    assert attributes == [{"Name": "Username"}] * 2 or found == ["line 1: Attributes is invalid"]


def test_names_the_line() -> None:
    assert rows(readers.cognito(["email,sub", "a@b.c"])) == [
        "line 2: row has 1 fields, the header 2"
    ]
    assert rows(readers.cognito(["sub,email,email", "x,a@b.c,a@b.c"])) == [
        "line 1: header has a repeated name (email)"
    ]
    assert rows(readers.cognito([])) == ["line 1: file holds no users"]


def test_custom_attribute_that_is_a_name_of_the_profile() -> None:
    reader = readers.cognito(["sub,name,custom:name,email", "1,Ada,Countess,a@b.c"])
    assert rows(reader) == [{"email": "a@b.c", "user_metadata": {"name": "Ada"}}]
    assert reader.left_out == {"sub": 1, "custom:name": 1}
