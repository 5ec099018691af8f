"""Users and identities: parsed from JSON, and written as JSON."""

import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from returns.result import Success

from supabase_gotrue import Identity, User, admin, strategies
from tests.canned import Canned
from tests.validation import BLANK, INVALID, errors

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
USER = {"id": ID, "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}


def test_parses_a_user() -> None:
    user = User.parse(
        {
            **USER,
            "created_at": "2026-08-20T10:00:00",
            "updated_at": "2026-08-20T12:00:00.123456789+02:00",
            "banned_until": "2026-08-20T10:00:00.5",
            "email": "",
            "phone": "",
            "new_email": "",
            "new_phone": "",
            "app_metadata": None,
            "user_metadata": {"at_at": "2026-08-20T10:00:00", "x_metadata": None},
            "identities": [
                {"id": "1", "provider": "custom:x", "identity_data": None, "email": ""},
            ],
            "factors": [
                {"id": "1", "factor_type": "phone", "status": "verified", "phone": "", "x": 1},
            ],
            "unknown": [1],
        }
    ).unwrap()
    assert user.created_at.isoformat() == "2026-08-20T10:00:00+00:00"
    assert user.updated_at is not None
    assert user.updated_at.isoformat() == "2026-08-20T12:00:00.123457+02:00"
    assert user.banned_until is not None
    assert user.banned_until.isoformat() == "2026-08-20T10:00:00.500000+00:00"
    assert (user.email, user.phone, user.new_email, user.new_phone) == (None,) * 4
    assert (user.app_metadata, user.user_metadata) == (
        {},
        {"at_at": "2026-08-20T10:00:00", "x_metadata": None},
    )
    assert user.identities is not None
    assert (user.identities[0].identity_data, user.identities[0].email) == ({}, None)
    assert user.factors is not None
    assert user.factors[0].phone is None
    assert "unknown" not in user.to_dict()
    assert user.to_dict()["created_at"] == "2026-08-20T10:00:00Z"


@pytest.mark.parametrize(
    ("payload", "expected_errors"),
    [
        ({}, {"id": BLANK, "provider": BLANK}),
        ({"id": None, "provider": "x"}, {"id": BLANK}),
        ({"id": 5, "provider": "x"}, {"id": INVALID}),
        ({"id": "1", "provider": "x", "email": 1}, {"email": INVALID}),
        ([], {"payload": INVALID}),
        (b"nonsense", {"payload": ("is not valid JSON",)}),
        (b'{"id": 1, "provider": "\xff"}', {"payload": ("is not valid JSON",)}),
        ({"id": object()}, {"payload": ("is not valid JSON",)}),
    ],
)
def test_rejects_invalid_payloads(payload: Any, expected_errors: dict[str, Any]) -> None:
    assert errors(Identity.parse(payload)) == expected_errors


def test_names_the_path_of_an_invalid_field() -> None:
    payload = {**USER, "identities": [{"id": "1", "provider": "x"}, {"id": "2"}]}
    assert errors(User.parse(payload)) == {"identities[1].provider": BLANK}
    assert errors(User.parse_list([USER, {**USER, "email": 1}])) == {"[1].email": INVALID}
    not_a_user: Any = [USER, 1]
    assert errors(User.parse_list(not_a_user)) == {"[1]": INVALID}
    assert errors(User.parse_list(not_a_user[0])) == {"payload": INVALID}


def test_page_with_times_without_an_offset_and_without_metadata() -> None:
    users = [USER, {**USER, "created_at": "2026-08-20T10:00:00", "user_metadata": None}]
    expected = User.parse_list([USER, USER]).unwrap()
    assert User.parse_list(json.dumps(users).encode()) == Success(expected)
    body = json.dumps({"users": users, "aud": "authenticated"}).encode()
    assert admin.list_users(Canned(body=body).client()).unwrap().users == expected
    wrong = json.dumps({"users": [*users, {**USER, "email": 1}]}).encode()
    error = admin.list_users(Canned(body=wrong).client()).failure()
    assert error.message.endswith("users[2].email is invalid")


class Text(str):
    """A str of the caller's own type, which cannot be interned."""


def test_can_be_made_of_texts_of_any_type() -> None:
    now = datetime(2026, 8, 1, tzinfo=UTC)
    user = User(id="1", aud=Text("authenticated"), created_at=now)
    identity = Identity(id="1", provider=Text("email"))
    assert (user.aud, identity.provider) == ("authenticated", "email")


def test_names_the_item_that_is_not_valid_json() -> None:
    user = json.dumps({**USER, "created_at": "2026-08-20T10:00:00"}).encode()
    payload = b'[%s, {"id": "\xff"}]' % user
    assert errors(User.parse_list(payload)) == {"[1]": ("is not valid JSON",)}


@given(strategies.users())
def test_user_survives_to_dict_and_parse(user: User) -> None:
    assert User.parse(user.to_dict()) == Success(user)
    assert User.parse(msgspec.json.encode(user)) == Success(user)
    assert User.parse(json.dumps(user.to_dict()).encode()) == Success(user)


def test_list_keeps_its_order() -> None:
    payload = [{**USER, "id": str(number) * 8 + ID[8:]} for number in (2, 3, 1)]
    expected = tuple(User.parse_list([each]).unwrap()[0] for each in payload)
    assert User.parse_list(payload) == Success(expected)
    body = json.dumps({"users": payload, "aud": "authenticated"}).encode()
    assert admin.list_users(Canned(body=body).client()).unwrap().users == expected


@given(st.lists(strategies.identities(), max_size=3))
@settings(max_examples=20)
def test_identities_survive_to_dict_and_parse(identities: list[Identity]) -> None:
    payload = [identity.to_dict() for identity in identities]
    assert Identity.parse_list(payload) == Success(tuple(identities))
