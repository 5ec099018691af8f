"""Attributes of users: what creating one needs, and what only creating one accepts."""

import json
from typing import Any
from uuid import UUID

import pytest
from returns.result import Success

from supabase_gotrue import AdminUserParams, admin
from tests.canned import Canned
from tests.validation import INVALID, errors

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
USER = {"id": ID, "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}


def create(**attrs: Any) -> Any:
    """Return one attribute after its cast, or None if it is invalid."""
    parsed = AdminUserParams.parse({"email": "a", **attrs})
    [name] = attrs
    return parsed.map(lambda params: getattr(params, name)).value_or(None)


def test_id_of_a_new_user_can_be_a_uuid() -> None:
    assert create(id=UUID(ID)) == ID
    canned = Canned(body=json.dumps(USER).encode())
    admin.create_user(canned.client(), {"email": "a", "id": UUID(ID)}).unwrap()
    assert canned.sent[0].body == b'{"email":"a","id":"%s"}' % ID.encode()


def test_requires_email_or_phone() -> None:
    required = ("at least an email or phone is required",)
    assert errors(AdminUserParams.parse({})) == {"email": required, "phone": required}
    assert errors(AdminUserParams.parse({"email": 1})) == {"email": INVALID}
    assert errors(AdminUserParams.parse({"rolle": "x"})) == {
        "rolle": ("is unknown", "did you mean 'role'?")
    }
    assert AdminUserParams.parse({"phone": "1"}) == Success(AdminUserParams(phone="1"))


@pytest.mark.parametrize("name", ["id", "aud", "password_hash"])
def test_rejects_attributes_that_only_create_user_accepts(name: str) -> None:
    create_only = ("is unknown", "only create_user accepts it")
    assert errors(AdminUserParams.parse_update({name: "x"})) == {name: create_only}
    assert create(**{name: "x"}) == "x"
    value = AdminUserParams(email="a", password_hash="$2a$")
    assert errors(AdminUserParams.parse_update(value)) == {"password_hash": create_only}
