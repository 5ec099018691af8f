"""Params Structs: parsing one again changes nothing, and what is wrong is named."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from returns.result import Failure, Result, Success

from supabase_gotrue import (
    AdminUserParams,
    AuditLogParams,
    CustomProviderParams,
    Error,
    FactorParams,
    GenerateLinkParams,
    InviteUserParams,
    OAuthClientParams,
    PaginationParams,
    SSOProviderParams,
)
from tests import strategies as draw

Parse = Callable[[Any], Result[Any, Error]]
PARSERS: list[tuple[Parse, st.SearchStrategy[Any]]] = [
    (AdminUserParams.parse, draw.creations),
    (AdminUserParams.parse_update, draw.updates),
    (GenerateLinkParams.parse, draw.links),
    (InviteUserParams.parse, draw.invitations),
    (PaginationParams.parse, draw.pages),
    (FactorParams.parse, draw.factor_changes),
    (AuditLogParams.parse, draw.audit_pages),
    (OAuthClientParams.parse, draw.oauth_clients),
    (OAuthClientParams.parse_update, draw.oauth_client_changes),
    (CustomProviderParams.parse, draw.custom_providers),
    (CustomProviderParams.parse_update, draw.custom_provider_changes),
    (SSOProviderParams.parse, draw.sso_providers),
    (SSOProviderParams.parse_update, draw.sso_providers),
]


@pytest.mark.parametrize(
    ("parse", "attrs"), PARSERS, ids=lambda value: getattr(value, "__qualname__", None)
)
@settings(max_examples=30)
@given(data=st.data())
def test_parsing_is_idempotent(
    parse: Parse, attrs: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    once = parse(data.draw(attrs)).unwrap()
    assert parse(once) == Success(once)


anything = st.none() | st.text() | st.integers() | st.floats() | st.lists(st.none()) | st.binary()
names = st.sampled_from(["email", "emial", "type", "page", "data", "redirect_to", "id", "role"])
ADDRESS = {"email", "phone"}
LINK = {"type", "email", "password", "new_email"}


@pytest.mark.parametrize(
    ("parse", "required"),
    [
        pytest.param(AdminUserParams.parse, ADDRESS, id="user"),
        pytest.param(PaginationParams.parse, set[str](), id="page"),
        pytest.param(GenerateLinkParams.parse, LINK, id="link"),
    ],
)
@given(attrs=st.dictionaries(names | st.text(), anything, max_size=5))
def test_every_error_names_an_attribute(parse: Parse, required: set[str], attrs: Any) -> None:
    match parse(attrs):
        case Failure(Error("validation") as error):
            assert set(error.errors) <= set(attrs) | required
            assert error.errors
            assert all(error.errors.values())
        case parsed:
            assert isinstance(parsed, Success)
