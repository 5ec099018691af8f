"""What the strategies draw survives encoding and parsing, and `st.from_type` finds them."""

import json
import pickle
from datetime import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Success

from supabase_gotrue import (
    AdminUserAttrs,
    AdminUserParams,
    Error,
    Factor,
    Identity,
    Response,
    User,
    strategies,
)
from tests.programs import run_program


@given(st.from_type(User))
def test_user_is_parsed(user: User) -> None:
    assert User.parse(msgspec.json.encode(user)) == Success(user)
    assert User.parse(user.to_dict()) == Success(user)
    times = [value for value in msgspec.structs.astuple(user) if isinstance(value, datetime)]
    assert all(time.tzinfo is not None for time in times)


@given(st.lists(strategies.users(listed=True), max_size=3))
def test_listed_users_are_parsed(users: list[User]) -> None:
    assert User.parse_list(msgspec.json.encode(users)) == Success(tuple(users))


@given(st.from_type(Identity))
def test_identity_is_parsed(identity: Identity) -> None:
    assert Identity.parse(msgspec.json.encode(identity)) == Success(identity)


@given(st.from_type(Factor))
def test_factor_is_parsed(factor: Factor) -> None:
    assert Factor.parse(msgspec.json.encode(factor)) == Success(factor)


@given(st.from_type(Error))
def test_error_survives(error: Error) -> None:
    assert pickle.loads(pickle.dumps(error)) == error
    assert json.loads(json.dumps(error.to_dict())) == error.to_dict()


@given(st.from_type(AdminUserAttrs))
def test_attributes_are_accepted(attrs: AdminUserAttrs) -> None:
    assert isinstance(AdminUserParams.parse(attrs), Success)


@given(st.from_type(Response))
def test_response_is_a_value(response: Response) -> None:
    assert response.status in range(100, 600)


@pytest.mark.parametrize("name", ["users", "identities", "factors", "errors", "responses"])
def test_each_strategy_draws(name: str) -> None:
    strategy: st.SearchStrategy[object] = getattr(strategies, name)()
    strategy.validate()


@pytest.mark.parametrize("first", ["hypothesis", "supabase_gotrue.strategies"])
def test_either_can_be_imported_first(first: str) -> None:
    program = f"import {first}; from hypothesis import strategies as st; import supabase_gotrue"
    program += "; print(st.from_type(supabase_gotrue.User))"
    printed = run_program(program).stdout
    assert "User" in printed or "users" in printed
