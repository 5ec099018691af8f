"""Custom providers: what is sent, and which responses cannot be decoded."""

import json
from typing import Any

from hypothesis import given
from returns.result import Success

from supabase_gotrue import CustomProviderListParams, CustomProviderParams, admin
from tests import strategies as draw
from tests.canned import Canned, body_of, query_of, sent

PROVIDER = {
    "id": "1",
    "provider_type": "oidc",
    "identifier": "custom:a",
    "name": "A",
    "client_id": "id",
    "created_at": "2026-08-20T10:00:00Z",
}


@given(draw.custom_providers)
def test_create_provider_sends_its_attributes(attrs: Any) -> None:
    request = sent(lambda client: admin.custom_providers.create_provider(client, attrs))
    assert body_of(request) == attrs


@given(draw.custom_provider_changes)
def test_update_provider_sends_its_attributes(attrs: Any) -> None:
    request = sent(lambda client: admin.custom_providers.update_provider(client, "custom:a", attrs))
    assert body_of(request) == attrs


def test_update_accepts_params() -> None:
    params = CustomProviderParams(enabled=False)
    request = sent(
        lambda client: admin.custom_providers.update_provider(client, "custom:a", params)
    )
    assert body_of(request) == {"enabled": False}


@given(draw.identifiers)
def test_identifier_is_sent_as_it_is(identifier: str) -> None:
    request = sent(lambda client: admin.custom_providers.get_provider(client, identifier))
    assert request.url.endswith(f"/admin/custom-providers/{identifier}")


def test_filter_is_sent() -> None:
    params = CustomProviderListParams(type="oidc")
    request = sent(lambda client: admin.custom_providers.list_providers(client, params))
    assert query_of(request) == {"type": "oidc"}
    assert query_of(sent(admin.custom_providers.list_providers)) == {}


def test_reads_an_empty_list() -> None:
    client = Canned(200, b'{"providers": null}').client()
    assert admin.custom_providers.list_providers(client) == Success(())


def test_names_the_field_that_cannot_be_decoded() -> None:
    client = Canned(200, json.dumps({**PROVIDER, "scopes": "openid"}).encode()).client()
    error = admin.custom_providers.get_provider(client, "custom:a").failure()
    assert error.code == "invalid_response"
    assert "scopes is invalid" in error.message
