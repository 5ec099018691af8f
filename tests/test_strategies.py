"""What the strategies draw survives encoding and parsing, and `st.from_type` finds them all."""

import json
import pickle
from datetime import datetime
from inspect import isclass
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from returns.result import Success

import supabase_gotrue
from supabase_gotrue import (
    AdminUserAttrs,
    AdminUserParams,
    AuditLogEntry,
    AuditLogPage,
    Error,
    Response,
    User,
    UserPage,
    strategies,
)
from supabase_gotrue.hypothesis_plugin import TYPES
from supabase_gotrue.models.base import ServerStruct
from tests.programs import run_program

PARSED: list[type[Any]] = [kind for kind in TYPES if issubclass(kind, ServerStruct)]


def test_each_struct_that_a_call_returns_is_drawn() -> None:
    public: list[Any] = [getattr(supabase_gotrue, name) for name in supabase_gotrue.__all__]
    structs = [kind for kind in public if isclass(kind) and issubclass(kind, ServerStruct)]
    assert set(PARSED) == set(structs)


@pytest.mark.parametrize("kind", PARSED, ids=lambda kind: kind.__name__)
def test_what_the_server_returns_is_parsed(kind: type[Any]) -> None:
    @given(st.from_type(kind))
    @settings(max_examples=20)
    def draw(value: Any) -> None:
        assert kind.parse(msgspec.json.encode(value)) == Success(value)
        assert kind.parse(value.to_dict()) == Success(value)
        times = [each for each in msgspec.structs.astuple(value) if isinstance(each, datetime)]
        assert all(time.tzinfo is not None for time in times)

    draw()


@given(st.lists(strategies.users(listed=True), max_size=3))
@settings(max_examples=20)
def test_listed_users_are_parsed(users: list[User]) -> None:
    assert User.parse_list(msgspec.json.encode(users)) == Success(tuple(users))


@given(st.from_type(UserPage))
@settings(max_examples=20)
def test_page_has_listed_users(page: UserPage) -> None:
    assert all(user.identities is None and user.factors is None for user in page.users)


@given(st.from_type(AuditLogPage))
@settings(max_examples=20)
def test_page_of_the_audit_log_has_parsed_entries(page: AuditLogPage) -> None:
    assert AuditLogEntry.parse_list(msgspec.json.encode(page.entries)) == Success(page.entries)


@given(st.from_type(Error))
def test_error_survives(error: Error) -> None:
    assert pickle.loads(pickle.dumps(error)) == error
    assert json.loads(json.dumps(error.to_dict())) == error.to_dict()


@given(st.from_type(AdminUserAttrs))
def test_attributes_are_accepted(attrs: AdminUserAttrs) -> None:
    assert isinstance(AdminUserParams.parse(attrs), Success)


@given(st.from_type(Response))
@settings(max_examples=20)
def test_response_is_a_value(response: Response) -> None:
    assert response.status in range(100, 600)


@pytest.mark.parametrize(
    "first", ["hypothesis", "supabase_gotrue.strategies", "supabase_gotrue.hypothesis_plugin"]
)
def test_either_can_be_imported_first(first: str) -> None:
    program = f"import {first}; from hypothesis import strategies as st; import supabase_gotrue"
    program += "; st.from_type(supabase_gotrue.AuditLogEntry).validate()"
    run_program(program)
