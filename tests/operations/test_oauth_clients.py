"""OAuth clients: what is sent, and which responses cannot be decoded."""

import json
from typing import Any

import pytest
from hypothesis import given
from returns.result import Success

from supabase_gotrue import OAuthClientListParams, OAuthClientParams, admin
from tests import strategies as draw
from tests.canned import Canned, body_of, query_of, sent

CLIENT = {"client_id": "1", "client_type": "public", "created_at": "2026-08-20T10:00:00Z"}


@given(draw.oauth_clients)
def test_create_client_sends_its_attributes(attrs: Any) -> None:
    assert body_of(sent(lambda client: admin.oauth.create_client(client, attrs))) == attrs


@given(draw.oauth_client_changes)
def test_update_client_sends_its_attributes(attrs: Any) -> None:
    assert body_of(sent(lambda client: admin.oauth.update_client(client, "1", attrs))) == attrs


def test_absent_values_are_not_sent() -> None:
    attrs: Any = {
        "redirect_uris": ("https://a.example.com/cb", "myapp://cb"),
        "client_uri": None,
        "logo_uri": "",
        "scope": "openid",
    }
    assert body_of(sent(lambda client: admin.oauth.create_client(client, attrs))) == {
        "redirect_uris": ["https://a.example.com/cb", "myapp://cb"],
        "scope": "openid",
    }


def test_empty_texts_of_an_update_are_sent() -> None:
    changes: Any = {"client_name": "", "client_uri": "", "logo_uri": " "}
    request = sent(lambda client: admin.oauth.update_client(client, "1", changes))
    assert body_of(request) == {"client_name": "", "client_uri": ""}
    params = OAuthClientParams(client_name="")
    request = sent(lambda client: admin.oauth.update_client(client, "1", params))
    assert body_of(request) == {"client_name": ""}


def test_page_is_sent() -> None:
    params = OAuthClientListParams(page=2, per_page=3)
    request = sent(lambda client: admin.oauth.list_clients(client, params))
    assert query_of(request) == {"page": "2", "per_page": "3"}
    assert query_of(sent(admin.oauth.list_clients)) == {}


@pytest.mark.parametrize("body", [{}, {"clients": None}, {"clients": []}])
def test_reads_empty_lists(body: object) -> None:
    client = Canned(200, json.dumps(body).encode()).client()
    assert admin.oauth.list_clients(client) == Success(())


def test_names_the_field_that_cannot_be_decoded() -> None:
    error = admin.oauth.get_client(Canned(200, b"{}").client(), "1").failure()
    assert error.code == "invalid_response"
    assert "client_id can't be blank" in error.message
    body = json.dumps({"clients": [CLIENT, {}]}).encode()
    error = admin.oauth.list_clients(Canned(200, body).client()).failure()
    assert "clients[1].client_id can't be blank" in error.message
