"""SSO providers: what is sent, and which responses cannot be decoded."""

import json
from typing import Any

import pytest
from hypothesis import given
from returns.result import Success

from supabase_gotrue import SSOProviderListParams, SSOProviderParams, admin
from tests import strategies as draw
from tests.canned import Canned, body_of, query_of, sent

PROVIDER = {"id": "1", "saml": {"entity_id": "e"}, "created_at": "2026-08-20T10:00:00Z"}
MAPPING: Any = {"keys": {"name": {"names": ("a", "b"), "default": [1], "array": "true"}}}
CAST_MAPPING = {"keys": {"name": {"names": ["a", "b"], "default": [1], "array": True}}}


@given(draw.sso_providers)
def test_create_provider_sends_its_attributes(attrs: Any) -> None:
    request = sent(lambda client: admin.sso.create_provider(client, attrs))
    assert body_of(request) == {**attrs, "type": "saml"}


@given(draw.sso_providers)
def test_update_provider_sends_its_attributes(attrs: Any) -> None:
    assert body_of(sent(lambda client: admin.sso.update_provider(client, "1", attrs))) == attrs


def test_create_casts_the_mapping() -> None:
    attrs: Any = {"metadata_xml": "<a/>", "attribute_mapping": MAPPING, "disabled": None}
    request = sent(lambda client: admin.sso.create_provider(client, attrs))
    assert body_of(request) == {
        "type": "saml",
        "metadata_xml": "<a/>",
        "attribute_mapping": CAST_MAPPING,
    }
    params = SSOProviderParams(type="saml", metadata_url="https://idp.example.com")
    request = sent(lambda client: admin.sso.create_provider(client, params))
    assert body_of(request) == {"type": "saml", "metadata_url": "https://idp.example.com"}


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        pytest.param(
            {"domains": [], "resource_id": "", "attribute_mapping": {"keys": {}}},
            {"domains": [], "resource_id": "", "attribute_mapping": {"keys": {}}},
            id="empty values",
        ),
        pytest.param(
            {"attribute_mapping": {"keys": None}}, {"attribute_mapping": {}}, id="no keys"
        ),
    ],
)
def test_update_sends(changes: Any, body: object) -> None:
    assert body_of(sent(lambda client: admin.sso.update_provider(client, "1", changes))) == body


def test_id_of_a_resource_is_encoded() -> None:
    request = sent(lambda client: admin.sso.get_provider(client, "resource_a:b+c=d\u00e9(1)"))
    assert request.url.endswith("/admin/sso/providers/resource_a:b+c=d%C3%A9%281%29")


def test_filter_is_sent() -> None:
    params = SSOProviderListParams(resource_id_prefix="a")
    request = sent(lambda client: admin.sso.list_providers(client, params))
    assert query_of(request) == {"resource_id_prefix": "a"}
    assert query_of(sent(admin.sso.list_providers)) == {}


def test_all_errors_are_reported_together() -> None:
    canned = Canned()
    wrong: Any = {"domains": "a", "disabled": 2}
    error = admin.sso.update_provider(canned.client(), "", wrong).failure()
    assert set(error.errors) == {"provider_id", "domains", "disabled"}
    assert canned.sent == []


def test_reads_an_empty_list() -> None:
    assert admin.sso.list_providers(Canned(200, b'{"items": null}').client()) == Success(())


def test_names_the_field_that_cannot_be_decoded() -> None:
    client = Canned(200, json.dumps({**PROVIDER, "saml": {}}).encode()).client()
    error = admin.sso.get_provider(client, "1").failure()
    assert error.code == "invalid_response"
    assert "saml.entity_id can't be blank" in error.message
    error = admin.sso.list_providers(Canned(200, b"{}").client()).failure()
    assert "items can't be blank" in error.message


def test_attribute_mapping_can_be_sent_back() -> None:
    mapping = {"keys": {"name": {"name": "displayName"}, "roles": {"names": ["a"], "array": True}}}
    saml = {"entity_id": "e", "attribute_mapping": mapping}
    body = json.dumps({**PROVIDER, "saml": saml}).encode()
    provider = admin.sso.get_provider(Canned(200, body).client(), "1").unwrap()
    known: Any = provider.saml.attribute_mapping.to_dict()
    assert json.loads(json.dumps(known)) == mapping
    request = sent(lambda c: admin.sso.update_provider(c, "1", {"attribute_mapping": known}))
    assert body_of(request) == {"attribute_mapping": mapping}
