"""The emulator's routes for administrators, by the functions that call them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from returns.result import Success

from supabase_gotrue import CustomProviderAttrs, SSODomain, admin
from supabase_gotrue.emulator import Emulator

OIDC: CustomProviderAttrs = {
    "provider_type": "oidc",
    "identifier": "custom:acme",
    "name": "Acme",
    "client_id": "id",
    "client_secret": "s3cret",
    "issuer": "https://id.acme.example.com/",
    "scopes": ["email"],
}
URL = "https://idp.example.com/metadata?a=1&b=%22"


def test_oidc_provider_has_a_made_up_discovery_document() -> None:
    client = Emulator().client()
    made = admin.custom_providers.create_provider(client, OIDC).unwrap()
    assert made.scopes == ("openid", "email")
    assert made.discovery_document == {
        "issuer": "https://id.acme.example.com/",
        "authorization_endpoint": "https://id.acme.example.com/authorize",
        "token_endpoint": "https://id.acme.example.com/token",
        "userinfo_endpoint": "https://id.acme.example.com/userinfo",
        "jwks_uri": "https://id.acme.example.com/jwks",
    }
    assert admin.custom_providers.get_provider(client, "custom:acme") == Success(made)


def test_oidc_provider_is_updated() -> None:
    client = Emulator().client()
    admin.custom_providers.create_provider(client, {**OIDC, "skip_nonce_check": True})
    updated = admin.custom_providers.update_provider(
        client,
        "custom:acme",
        {
            "issuer": "https://id.example.org",
            "discovery_url": "https://id.example.org/discovery",
            "scopes": [],
            "token_url": "https://ignored.example.com",
        },
    ).unwrap()
    assert (updated.issuer, updated.discovery_url, updated.token_url, updated.scopes) == (
        "https://id.example.org",
        "https://id.example.org/discovery",
        None,
        ("openid",),
    )
    assert updated.skip_nonce_check
    changed = admin.custom_providers.update_provider(
        client, "custom:acme", {"skip_nonce_check": False, "scopes": ["openid", "email"]}
    ).unwrap()
    assert (changed.skip_nonce_check, changed.scopes) == (False, ("openid", "email"))
    assert admin.custom_providers.list_providers(client, {"type": "oidc"}) == Success((changed,))
    assert admin.custom_providers.list_providers(client, {"type": "oauth2"}) == Success(())


def test_metadata_by_url_is_made_up() -> None:
    client = Emulator().client()
    made = admin.sso.create_provider(client, {"metadata_url": URL, "domains": ["a.com"]}).unwrap()
    assert (made.saml.entity_id, made.saml.metadata_url) == (URL, URL)
    assert 'Location="https://idp.example.com/metadata?a=1&amp;b=%22"' in str(
        made.saml.metadata_xml
    )
    assert made.domains == (SSODomain(domain="a.com"),)
    again = admin.sso.create_provider(client, {"metadata_url": URL}).failure()
    assert again.error_code == "saml_idp_already_exists"


def test_metadata_by_url_fits_a_provider_that_exists() -> None:
    client = Emulator().client()
    xml = str(admin.sso.create_provider(client, {"metadata_url": URL}).unwrap().saml.metadata_xml)
    named = xml.replace("?a=1&amp;b=%22", "")
    made = admin.sso.create_provider(client, {"metadata_xml": named, "resource_id": "a"}).unwrap()
    moved = admin.sso.update_provider(
        client, "resource_a", {"metadata_url": "https://new.example.com"}
    ).unwrap()
    assert moved.saml.entity_id == made.saml.entity_id
    assert moved.saml.metadata_url == "https://new.example.com"
    assert 'Location="https://new.example.com"' in str(moved.saml.metadata_xml)


def test_passkeys_are_added_by_hand() -> None:
    now = datetime(2026, 8, 20, 12, tzinfo=UTC)
    emulator = Emulator(clock=lambda: now)
    client = emulator.client()
    user = admin.create_user(client, {"email": "ada@example.com"}).unwrap()
    used = datetime(2026, 8, 19, tzinfo=UTC)
    first = emulator.add_passkey(UUID(user.id), "laptop", last_used_at=used).unwrap()
    second = emulator.add_passkey(user.id).unwrap()
    assert (first.friendly_name, first.last_used_at, first.created_at) == ("laptop", used, now)
    assert (second.friendly_name, second.last_used_at) == (None, None)
    assert admin.list_passkeys(client, user.id) == Success((first, second))
    assert admin.delete_passkey(client, user.id, first.id) == Success(None)
    assert admin.list_passkeys(client, user.id) == Success((second,))
    entries, _ = admin.list_audit_logs(client, {"query": "action:passkey_deleted"}).unwrap()
    assert entries[0].payload["traits"] == {"user_id": user.id, "passkey_id": first.id}


@pytest.mark.parametrize("user_id", ["13b6d1ec-8963-4b7c-9528-5439ad3042cb", "x"])
def test_passkey_needs_a_user(user_id: str) -> None:
    assert Emulator().add_passkey(user_id).failure().error_code == "user_not_found"


def test_oauth_server_can_be_off() -> None:
    client = Emulator(oauth_server_enabled=False).client()
    wanted: Any = {"redirect_uris": ["https://example.com/cb"]}
    assert admin.oauth.create_client(client, wanted).failure().error_code == "feature_disabled"


def test_secret_is_shown_twice_only() -> None:
    client = Emulator().client()
    made = admin.oauth.create_client(client, {"redirect_uris": ["myapp://cb"]}).unwrap()
    rotated = admin.oauth.regenerate_client_secret(client, made.client_id).unwrap()
    assert None not in (made.client_secret, rotated.client_secret)
    assert made.client_secret != rotated.client_secret
    known = admin.oauth.get_client(client, made.client_id).unwrap()
    assert known.client_secret is None
    assert admin.oauth.list_clients(client) == Success((known,))
