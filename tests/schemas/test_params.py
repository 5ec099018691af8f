"""Params Structs: parsing one again changes nothing, and what is wrong is named."""

import re
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from returns.result import Failure, Success

import supabase_gotrue
from supabase_gotrue import Error
from tests import strategies as draw
from tests.promises.test_total import PARSERS

# What each parser accepts.
ATTRIBUTES: Final[dict[str, st.SearchStrategy[Any]]] = {
    "AdminUserParams.parse": draw.creations,
    "AdminUserParams.parse_update": draw.updates,
    "AuditLogParams.parse": draw.audit_pages,
    "CustomProviderListParams.parse": draw.custom_provider_lists,
    "CustomProviderParams.parse": draw.custom_providers,
    "CustomProviderParams.parse_update": draw.custom_provider_changes,
    "FactorParams.parse": draw.factor_changes,
    "GenerateLinkParams.parse": draw.links,
    "InviteUserParams.parse": draw.invitations,
    "OAuthClientListParams.parse": draw.oauth_client_lists,
    "OAuthClientParams.parse": draw.oauth_clients,
    "OAuthClientParams.parse_update": draw.oauth_client_changes,
    "PaginationParams.parse": draw.pages,
    "SSOProviderListParams.parse": draw.sso_provider_lists,
    "SSOProviderParams.parse": draw.sso_providers,
    "SSOProviderParams.parse_update": draw.sso_providers,
}
ANYTHING: Final = (
    st.none() | st.text() | st.integers() | st.floats() | st.lists(st.none()) | st.binary()
)


def test_each_params_struct_is_listed() -> None:
    assert ATTRIBUTES.keys() == {name for name in PARSERS if "Params." in name}


@pytest.mark.parametrize("name", ATTRIBUTES)
@settings(max_examples=30)
@given(data=st.data())
def test_parsing_is_idempotent(name: str, data: st.DataObject) -> None:
    once = PARSERS[name](data.draw(ATTRIBUTES[name])).unwrap()
    assert PARSERS[name](once) == Success(once)


@pytest.mark.parametrize("name", ATTRIBUTES)
@settings(max_examples=30)
@given(data=st.data())
def test_every_error_names_an_attribute(name: str, data: st.DataObject) -> None:
    fields: tuple[str, ...] = getattr(supabase_gotrue, name.partition(".")[0]).__struct_fields__
    names = st.sampled_from(fields) | st.just("emial") | st.text()
    attrs = data.draw(st.dictionaries(names, ANYTHING, max_size=5))
    known = {*attrs, *fields, "attrs"}  # an update may have to change something
    match PARSERS[name](attrs):
        case Failure(Error("validation") as error):
            assert all(n in known or re.split(r"[.\[]", n)[0] in known for n in error.errors)
            assert error.errors
            assert all(error.errors.values())
        case parsed:
            assert isinstance(parsed, Success)
