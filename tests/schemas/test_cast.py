"""Casts of texts, booleans and whole numbers; absent, unknown and invalid arguments."""

import json
from itertools import count
from typing import Any

import pytest
from msgspec.json import encode
from returns.result import Success

from supabase_gotrue import (
    AdminUserParams,
    GenerateLinkParams,
    InviteUserParams,
    PaginationParams,
    admin,
)
from tests.canned import Canned
from tests.validation import BLANK, INVALID, UNKNOWN, errors

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
USER = {"id": ID, "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}
SUGGESTS_EMAIL = ("is unknown", "did you mean 'email'?")


def create(**attrs: Any) -> Any:
    """Return one attribute after its cast, or None if it is invalid."""
    parsed = AdminUserParams.parse({"email": "a", **attrs})
    [name] = attrs
    return parsed.map(lambda params: getattr(params, name)).value_or(None)


@pytest.mark.parametrize(
    "name", ["email", "phone", "password", "ban_duration", "role", "nonce", "id", "aud"]
)
def test_casts_strings(name: str) -> None:
    assert create(**{name: " a "}) == " a "
    for invalid in (1, b"a", ["a"], {"a": 1}, "\ud800", True):
        assert errors(AdminUserParams.parse({"email": "a", name: invalid})) == {name: INVALID}


@pytest.mark.parametrize("name", ["email_confirm", "phone_confirm"])
@pytest.mark.parametrize(
    ("value", "expected"),
    [("true", True), ("1", True), ("false", False), ("0", False), (True, True), (False, False)],
)
def test_casts_booleans(name: str, value: object, expected: bool) -> None:
    assert create(**{name: value}) is expected


@pytest.mark.parametrize("invalid", ["yes", "True", "FALSE", "t", " true", 1, 0, 1.0, [], b"1"])
def test_rejects_invalid_booleans(invalid: object) -> None:
    assert errors(AdminUserParams.parse({"email": "a", "email_confirm": invalid})) == {
        "email_confirm": INVALID
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [("3", 3), ("+3", 3), ("007", 7), (3, 3), (2**63 - 1, 2**63 - 1), ("9" * 18, 10**18 - 1)],
)
def test_casts_positive_integers(value: object, expected: int) -> None:
    assert PaginationParams.parse({"page": value}) == Success(PaginationParams(page=expected))


@pytest.mark.parametrize(
    "invalid", [0, -1, "0", "-3", "3.0", 1.5, 3.0, True, "٣", "1_0", " 3", "9" * 19, 2**63, b"3"]
)
def test_rejects_invalid_positive_integers(invalid: object) -> None:
    for name in ("page", "per_page"):
        assert errors(PaginationParams.parse({name: invalid})) == {name: INVALID}


class IntWithOtherValue(int):
    """An int whose methods return another value."""

    def __int__(self) -> int:
        return 10**30

    __index__ = __trunc__ = __int__


class InfiniteFloat(float):
    """A float whose methods return infinity."""

    def __float__(self) -> float:
        return float("inf")


class StrWithOtherValue(str):
    """A str whose methods return other values, and that equals valid ones."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return other in ("signup", "magicLink", "true")

    def __hash__(self) -> int:
        return hash("signup")

    def __str__(self) -> str:
        return "recovery"

    def __int__(self) -> int:
        return -3


def test_sends_the_value_of_a_subclass_without_calling_its_methods() -> None:
    params = PaginationParams.parse(
        {"page": IntWithOtherValue(3), "per_page": StrWithOtherValue("4")}
    ).unwrap()
    assert (params.page, params.per_page) == (3, 4)
    assert create(user_metadata={"a": IntWithOtherValue(3), "b": InfiniteFloat(1.5)}) == {
        "a": 3,
        "b": 1.5,
    }
    assert type(create(user_metadata={"a": IntWithOtherValue(3)})["a"]) is int
    assert type(create(user_metadata={"a": InfiniteFloat(1.5)})["a"]) is float
    link = GenerateLinkParams.parse({"type": StrWithOtherValue("unknown"), "email": "a"})
    assert errors(link) == {"type": INVALID}
    assert create(email_confirm=StrWithOtherValue("no")) is None


class EndlessDict(dict[str, object]):
    """A dict whose items never end."""

    def items(self) -> Any:
        return ((str(number), 1) for number in count())


class DuplicateKeyDict(dict[str, object]):
    """A dict whose items repeat a key."""

    def items(self) -> Any:
        return [("email", "a"), ("email", "b")]


def test_rejects_mappings_that_are_endless_or_repeat_a_key() -> None:
    assert create(user_metadata=EndlessDict()) is None
    for mapping in (EndlessDict(), DuplicateKeyDict()):
        assert errors(AdminUserParams.parse(mapping)) == {"attrs": INVALID}
    many = {f"{number}": 1 for number in range(257)}
    assert errors(AdminUserParams.parse(many)) == {"attrs": INVALID}
    numbered: Any = {"email": "a", 1: "x"}
    assert errors(AdminUserParams.parse(numbered)) == {"1": UNKNOWN}
    del many["0"]
    assert errors(AdminUserParams.parse(many)) == dict.fromkeys(many, UNKNOWN)


@pytest.mark.parametrize("absent", [None, "", " ", "\t\n"])
def test_none_and_blank_strings_count_as_absent(absent: object) -> None:
    for name in AdminUserParams.__struct_fields__:
        expected = Success(AdminUserParams(email="a"))
        assert name == "email" or AdminUserParams.parse({"email": "a", name: absent}) == expected
    assert AdminUserParams.parse_update({"email": absent}) == Success(AdminUserParams())
    canned = Canned(body=json.dumps(USER).encode())
    attrs: Any = {"email": absent, "role": "editor"}
    admin.update_user_by_id(canned.client(), ID, attrs).unwrap()
    assert canned.sent[0].body == b'{"role":"editor"}'


def test_ignores_form_keys_of_phoenix() -> None:
    form = {"email": "a", "_csrf_token": "x", "_method": "put"}
    assert AdminUserParams.parse(form) == Success(AdminUserParams(email="a"))
    canned = Canned()
    flag: Any = {"should_soft_delete": "true", "_target": ["should_soft_delete"]}
    admin.delete_user(canned.client(), ID, flag).unwrap()
    assert canned.sent[0].body == b'{"should_soft_delete":true}'


def test_reports_all_errors_at_once() -> None:
    attrs = {"email": 1, "phone": " ", "email_confirm": "x", "emial": "a"}
    error = AdminUserParams.parse(attrs).failure()
    assert error.errors == {"email": INVALID, "email_confirm": INVALID, "emial": SUGGESTS_EMAIL}
    assert error.message == (
        "email is invalid; email_confirm is invalid; emial is unknown (did you mean 'email'?)"
    )
    canned = Canned()
    invalid: Any = {"page": 0}
    options: Any = {"x": 1}
    both = admin.invite_user_by_email(canned.client(), " ", options).failure()
    assert both.errors == {"email": BLANK, "x": UNKNOWN}
    no_client: Any = None
    assert admin.list_users(no_client, invalid).failure().errors == {
        "client": INVALID,
        "page": INVALID,
    }
    assert canned.sent == []


@pytest.mark.parametrize("value", [None, 1, "email", ["email"], [("email", "a")], object()])
def test_rejects_values_that_are_not_mappings(value: Any) -> None:
    assert errors(AdminUserParams.parse(value)) == {"attrs": INVALID}
    assert errors(AdminUserParams.parse_update(value)) == {"attrs": INVALID}
    assert errors(GenerateLinkParams.parse(value)) == {"attrs": INVALID}
    assert errors(InviteUserParams.parse(value)) == {"options": INVALID}
    assert errors(PaginationParams.parse(value)) == {"params": INVALID}


def test_casts_the_fields_of_params() -> None:
    flag: Any = "1"
    invalid = AdminUserParams(email="a", email_confirm=flag, app_metadata={"a": (1,)})
    parsed = AdminUserParams.parse(invalid).unwrap()
    assert (parsed.email_confirm, parsed.app_metadata) == (True, {"a": [1]})
    other: Any = PaginationParams()
    assert errors(AdminUserParams.parse(other)) == {"attrs": INVALID}


def test_absent_fields_are_not_sent() -> None:
    assert encode(AdminUserParams(email="a")) == b'{"email":"a"}'
    assert encode(GenerateLinkParams(type="invite", email="a")) == b'{"type":"invite","email":"a"}'
