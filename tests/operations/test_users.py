"""Users: what each function sends, and what it returns for the response."""

import json
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Success

from supabase_gotrue import Pagination, User, UserPage, admin
from tests import strategies as draw
from tests.canned import Canned, body_of, query_of, sent

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
USER = {"id": ID, "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}


@given(draw.creations)
def test_create_user_sends_its_attributes(attrs: Any) -> None:
    assert body_of(sent(lambda client: admin.create_user(client, attrs))) == attrs


@given(draw.updates)
def test_update_user_by_id_sends_its_attributes(attrs: Any) -> None:
    assert body_of(sent(lambda client: admin.update_user_by_id(client, ID, attrs))) == attrs


def test_update_sends_a_null_of_metadata() -> None:
    request = sent(lambda c: admin.update_user_by_id(c, ID, {"app_metadata": {"team": None}}))
    assert request.body == b'{"app_metadata":{"team":null}}'
    assert sent(lambda client: admin.update_user_by_id(client, ID, {})).body == b"{}"


@given(draw.texts, draw.invitations)
def test_invite_user_by_email_sends_its_options(email: str, options: Any) -> None:
    request = sent(lambda client: admin.invite_user_by_email(client, email, options))
    redirect = options.get("redirect_to")
    data = {"data": options["data"]} if "data" in options else {}
    assert body_of(request) == {"email": email, **data}
    assert query_of(request).get("redirect_to") == redirect
    assert request.headers.get("redirect_to") == redirect


@given(draw.pages)
def test_list_users_sends_its_params(params: Any) -> None:
    request = sent(lambda client: admin.list_users(client, params))
    assert query_of(request) == {"page": "1", **{name: str(params[name]) for name in params}}


@given(draw.booleans)
def test_delete_user_sends_its_flag(flag: bool) -> None:
    values: list[Any] = [flag, str(flag).lower(), str(int(flag)), {"should_soft_delete": flag}]
    for value in values:
        request = sent(partial(admin.delete_user, user_id=ID, should_soft_delete=value))
        assert body_of(request) == {"should_soft_delete": flag}


def test_delete_user_is_hard_by_default() -> None:
    request = sent(lambda client: admin.delete_user(client, ID))
    assert request.body == b'{"should_soft_delete":false}'


@given(st.uuids())
def test_uuid_is_sent_as_its_string(user_id: UUID) -> None:
    assert sent(lambda client: admin.get_user_by_id(client, user_id)) == sent(
        lambda client: admin.get_user_by_id(client, str(user_id))
    )


@pytest.mark.parametrize("body", [b"", b"{}", b" {}\n"])
def test_delete_user_without_a_user_in_the_response(body: bytes) -> None:
    assert admin.delete_user(Canned(200, body).client(), ID) == Success(None)


def test_delete_user_with_a_user_in_the_response() -> None:
    client = Canned(200, json.dumps(USER).encode()).client()
    assert admin.delete_user(client, ID) == User.parse(USER)
    assert admin.delete_user(Canned(200, b'{"id": 1}').client(), ID).failure().status == 200


def test_missing_identities_and_factors() -> None:
    [listed] = User.parse_list([USER]).unwrap()
    assert (listed.identities, listed.factors) == (None, None)
    user = admin.get_user_by_id(Canned(200, json.dumps(USER).encode()).client(), ID).unwrap()
    assert (user.identities, user.factors) == ((), ())
    client = Canned(200, json.dumps(USER).encode()).client()
    assert admin.list_identities(client, ID) == Success(())


def test_users_of_a_page_share_strings() -> None:
    identity = {"id": ID, "user_id": ID, "provider": "email"}
    stranger = {"id": "1", "user_id": "2", "provider": "google"}
    listed = {**USER, "role": "authenticated", "identities": [identity, stranger]}
    body = json.dumps({"users": [listed, {**listed, "role": "editor"}, USER]}).encode()
    page = admin.list_users(Canned(200, body).client()).unwrap()
    assert page == UserPage(
        User.parse_list([listed, {**listed, "role": "editor"}, USER]).unwrap(), Pagination()
    )
    first, second, third = page.users
    assert first.identities is not None
    assert first.aud is second.aud is third.aud is first.role
    assert first.identities[0].id is first.identities[0].user_id is first.id
    assert [identity.user_id for identity in first.identities] == [ID, "2"]
    assert (second.role, third.role) == ("editor", None)
