"""Properties of requests, for any arguments."""

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from uuid import UUID

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Failure, Result, Success
from urllib3.util import parse_url

from supabase_gotrue import (
    AdminUserParams,
    Error,
    GenerateLinkParams,
    InviteUserParams,
    PaginationParams,
    Request,
    admin,
    init_client,
)
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


@given(draw.links)
def test_generate_link_sends_its_attributes(attrs: Any) -> None:
    request = sent(admin.generate_link, attrs)
    assert body(request) == attrs
    assert query(request).get("redirect_to") == attrs.get("redirect_to")
    assert request.headers.get("redirect_to") == attrs.get("redirect_to")


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


@given(draw.ids, draw.ids)
def test_id_is_sent_as_one_path_segment_or_is_invalid(user_id: str, factor_id: str) -> None:
    canned = Canned(body=USER)
    match admin.delete_factor(canned.client(), user_id, factor_id):
        case Failure(Error("validation") as error):
            assert canned.sent == []
            assert set(error.errors) <= {"user_id", "factor_id"}
        case _:
            [request] = canned.sent
            prepared = requests.Request("DELETE", request.url).prepare().url
            target = parse_url(prepared or "").request_uri
            segments = [unquote(part) for part in target.split("/")]
            assert segments == [
                "", "auth", "v1", "admin", "users", user_id, "factors", factor_id,
            ]  # fmt: skip


@given(st.uuids())
def test_uuid_is_sent_as_its_string(user_id: UUID) -> None:
    assert sent(admin.get_user_by_id, user_id) == sent(admin.get_user_by_id, str(user_id))


ARGUMENTS: dict[str, st.SearchStrategy[tuple[Any, ...]]] = {
    "create_user": st.tuples(draw.creations),
    "update_user_by_id": st.tuples(draw.ids, draw.updates),
    "get_user_by_id": st.tuples(draw.ids),
    "delete_user": st.tuples(draw.ids),
    "list_users": st.tuples(draw.pages),
    "invite_user_by_email": st.tuples(st.text(), draw.invitations),
    "generate_link": st.tuples(draw.links),
    "sign_out": st.tuples(st.text()),
    "delete_factor": st.tuples(draw.ids, draw.ids),
    "list_identities": st.tuples(draw.ids),
    "delete_identity": st.tuples(draw.ids, draw.ids),
}


@pytest.mark.parametrize("name", ARGUMENTS)
@given(data=st.data())
def test_no_argument_breaks_a_header(name: str, data: st.DataObject) -> None:
    canned = Canned(body=USER)
    getattr(admin, name)(canned.client(), *data.draw(ARGUMENTS[name]))
    for request in canned.sent:
        for text in (request.url, request.method, *request.headers, *request.headers.values()):
            assert text.isascii()
            assert text.isprintable()


@given(st.dictionaries(st.text(), st.text(), max_size=3), st.text(), st.text())
def test_no_option_breaks_a_header(headers: dict[str, str], key: str, token: str) -> None:
    canned = Canned(body=USER)
    created = init_client(
        "http://localhost", key, access_token=token, headers=headers, transport=canned
    )
    created.bind(lambda client: admin.get_user_by_id(client, "1"))
    for request in canned.sent:
        assert request.headers["apikey"] == key
        assert request.headers["authorization"] == f"Bearer {token}"
        for text in (*request.headers, *request.headers.values()):
            assert text.isascii()
            assert text.isprintable()


PARSERS: list[tuple[Callable[[Any], Result[Any, Error]], st.SearchStrategy[Any]]] = [
    (AdminUserParams.parse, draw.creations),
    (AdminUserParams.parse_update, draw.updates),
    (GenerateLinkParams.parse, draw.links),
    (InviteUserParams.parse, draw.invitations),
    (PaginationParams.parse, draw.pages),
]


@pytest.mark.parametrize(("parse", "attrs"), PARSERS)
@given(data=st.data())
def test_parsing_is_idempotent(
    parse: Callable[[Any], Result[Any, Error]], attrs: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    once = parse(data.draw(attrs)).unwrap()
    assert parse(once) == Success(once)


@given(draw.any_redirects)
def test_casting_a_redirect_is_idempotent(url: str) -> None:
    match InviteUserParams.parse({"redirect_to": url}):
        case Success(InviteUserParams() as once):
            assert InviteUserParams.parse(once) == Success(once)
            assert str(once.redirect_to).isascii()
        case other:
            assert set(other.failure().errors) == {"redirect_to"}


REQUIRED: Mapping[str, set[str]] = {
    "create_user": {"email", "phone"},
    "generate_link": {"type", "email", "password", "new_email"},
}
anything = st.none() | st.text() | st.integers() | st.floats() | st.lists(st.none()) | st.binary()
names = st.sampled_from(["email", "emial", "type", "page", "data", "redirect_to", "id", "role"])


@pytest.mark.parametrize("name", ["create_user", "list_users", "generate_link"])
@given(attrs=st.dictionaries(names | st.text(), anything, max_size=5))
def test_invalid_arguments_are_named_and_not_sent(name: str, attrs: Any) -> None:
    canned = Canned(body=USER)
    match getattr(admin, name)(canned.client(), attrs):
        case Failure(Error("validation") as error):
            assert set(error.errors) <= set(attrs) | REQUIRED.get(name, set())
            assert error.errors
            assert all(error.errors.values())
            assert canned.sent == []
        case _:
            assert len(canned.sent) == 1


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_new_keys_are_not_sent_as_tokens(key: str) -> None:
    headers = init_client("http://localhost", key).unwrap().headers_for(None)
    assert headers["apikey"] == key
    assert headers.get("authorization") == (None if key.startswith("sb_") else f"Bearer {key}")
