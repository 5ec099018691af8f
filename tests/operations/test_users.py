"""Users: what each function sends, and what it returns for the response."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Result, Success

from supabase_gotrue import Error, Pagination, Request, User, UserPage, admin
from tests import strategies as draw
from tests.canned import Canned

USER = b'{"id": "1", "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}'


def sent(call: Callable[..., Result[Any, Error]], *arguments: Any, **named: Any) -> Request:
    """Return the one request of a call whose response is a user."""
    canned = Canned(body=USER)
    call(canned.client(), *arguments, **named)
    [request] = canned.sent
    return request


def body(request: Request) -> Any:
    assert request.body is not None
    return json.loads(request.body)


def query(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))


@given(draw.creations)
def test_create_user_sends_its_attributes(attrs: Any) -> None:
    request = sent(admin.create_user, attrs)
    assert (request.method, request.path) == ("POST", "/auth/v1/admin/users")
    assert body(request) == attrs


@given(draw.updates)
def test_update_user_by_id_sends_its_attributes(attrs: Any) -> None:
    request = sent(admin.update_user_by_id, "1", attrs)
    assert (request.method, request.path) == ("PUT", "/auth/v1/admin/users/1")
    assert body(request) == attrs


@given(draw.texts, draw.invitations)
def test_invite_user_by_email_sends_its_options(email: str, options: Any) -> None:
    request = sent(admin.invite_user_by_email, email, options)
    body_options = dict(options)
    redirect = body_options.pop("redirect_to", None)
    assert body(request) == {"email": email, **body_options}
    assert (query(request).get("redirect_to"), request.headers.get("redirect_to")) == (
        redirect,
        redirect,
    )


@given(draw.pages)
def test_list_users_sends_its_params(params: Any) -> None:
    request = sent(admin.list_users, params)
    assert query(request) == {"page": "1"} | {name: str(value) for name, value in params.items()}


@given(draw.booleans)
def test_delete_user_sends_its_flag(flag: bool) -> None:
    for value in (flag, str(flag).lower(), str(int(flag)), {"should_soft_delete": flag}):
        assert body(sent(admin.delete_user, "1", value)) == {"should_soft_delete": flag}


@given(st.uuids())
def test_uuid_is_sent_as_its_string(user_id: UUID) -> None:
    assert sent(admin.get_user_by_id, user_id) == sent(admin.get_user_by_id, str(user_id))


ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
USER = {"id": ID, "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}


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
