"""IDs, scopes, and the flag of `delete_user`."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from returns.result import Success

from supabase_gotrue import User, admin
from tests.canned import Canned
from tests.validation import BLANK, INVALID, UNKNOWN, errors

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
NOW = datetime(2026, 8, 1, tzinfo=UTC)
USER = User(id=ID, aud="authenticated", created_at=NOW, updated_at=NOW)


@pytest.mark.parametrize(
    "invalid", [".", "..", "a/b", "a\\b", "a?", "a#", "%", "a%2fb", "a b", "a\t", "a\x00", "\x7f"]
)
def test_rejects_ids_that_are_not_one_path_segment(invalid: str) -> None:
    canned = Canned()
    client = canned.client()
    both = {"user_id": INVALID, "factor_id": INVALID}
    assert errors(admin.get_user_by_id(client, invalid)) == {"user_id": INVALID}
    assert errors(admin.update_user_by_id(client, invalid, {})) == {"user_id": INVALID}
    assert errors(admin.delete_user(client, invalid)) == {"user_id": INVALID}
    assert errors(admin.list_identities(client, invalid)) == {"user_id": INVALID}
    assert errors(admin.delete_factor(client, invalid, invalid)) == both
    assert errors(admin.delete_identity(client, ID, invalid)) == {"identity_id": INVALID}
    assert errors(admin.delete_identity(client, invalid, ID)) == {"user_id": INVALID}
    assert errors(admin.delete_identity(client, invalid, ID, session="a")) == {"user_id": INVALID}
    assert canned.sent == []


@pytest.mark.parametrize("blank", ["", " ", None])
def test_rejects_blank_ids(blank: Any) -> None:
    client = Canned().client()
    assert errors(admin.get_user_by_id(client, blank)) == {"user_id": BLANK}
    assert errors(admin.delete_factor(client, ID, blank)) == {"factor_id": BLANK}


@pytest.mark.parametrize("id", [1, b"a", UUID, True, 1.5, ["a"]])
def test_rejects_ids_of_other_types(id: Any) -> None:
    assert errors(admin.get_user_by_id(Canned().client(), id)) == {"user_id": INVALID}


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        pytest.param(USER, "it is a User: pass its ID", id="user"),
        pytest.param(Success(ID), "it is a Result: unwrap it first", id="result"),
    ],
)
def test_says_what_was_given_instead_of_an_id(value: Any, hint: str) -> None:
    error = admin.get_user_by_id(Canned().client(), value).failure()
    assert error.message == f"user_id is invalid ({hint})"


@pytest.mark.parametrize(
    ("flag", "expected_errors"),
    [
        (None, {"should_soft_delete": BLANK}),
        ("", {"should_soft_delete": BLANK}),
        ("yes", {"should_soft_delete": INVALID}),
        (1, {"should_soft_delete": INVALID}),
        (0, {"should_soft_delete": INVALID}),
        ([], {"should_soft_delete": INVALID}),
        ({"should_soft_delete": None}, {"should_soft_delete": BLANK}),
        ({"should_soft_delete": "soft"}, {"should_soft_delete": INVALID}),
        ({"soft": True}, {"soft": UNKNOWN}),
        ({"should_soft_delete": True, "x": 1}, {"x": UNKNOWN}),
    ],
)
def test_rejects_any_other_flag_and_deletes_nothing(
    flag: Any, expected_errors: dict[str, Any]
) -> None:
    canned = Canned()
    assert errors(admin.delete_user(canned.client(), ID, flag)) == expected_errors
    assert canned.sent == []


def test_suggests_the_name_of_the_flag() -> None:
    options: Any = {"should_soft_delte": True}
    error = admin.delete_user(Canned().client(), ID, options).failure()
    assert error.message == ("should_soft_delte is unknown (did you mean 'should_soft_delete'?)")


def test_soft_delete_is_off_by_default() -> None:
    canned = Canned()
    admin.delete_user(canned.client(), ID, {}).unwrap()
    admin.delete_user(canned.client(), ID, {"should_soft_delete": True}).unwrap()
    assert [request.body for request in canned.sent] == [
        b'{"should_soft_delete":false}',
        b'{"should_soft_delete":true}',
    ]


@pytest.mark.parametrize(
    ("scope", "expected_errors"),
    [("", BLANK), (None, BLANK), ("all", INVALID), ("GLOBAL", INVALID), (1, INVALID)],
)
def test_rejects_an_invalid_scope(scope: Any, expected_errors: tuple[str, ...]) -> None:
    canned = Canned()
    assert errors(admin.sign_out(canned.client(), "a.b.c", scope=scope)) == {
        "scope": expected_errors
    }
    assert canned.sent == []
