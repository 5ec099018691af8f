"""OAuth clients, custom and SSO providers, factors, passkeys and the audit log of a server."""

from collections.abc import Iterator
from typing import Final
from uuid import uuid4

import pytest
from returns.result import Success

from supabase_gotrue import (
    AttributeMappingAttrs,
    Client,
    CustomProvider,
    CustomProviderAttrs,
    OAuthClient,
    SSOProvider,
    User,
    admin,
)
from supabase_gotrue.json_types import is_object
from tests.server.server import Server, new_email, new_phone, skip_if_disabled

# An address needs no DNS, and the server contacts no OAuth 2 provider.
HOST = "https://93.184.216.34"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
NAMESPACE = "urn:oasis:names:tc:SAML:2.0:metadata"
EMAIL_FORMAT: Final = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"


def metadata(entity_id: str) -> str:
    return (
        f'<EntityDescriptor xmlns="{NAMESPACE}" entityID="{entity_id}">'
        f'<IDPSSODescriptor protocolSupportEnumeration="{PROTOCOL}"/></EntityDescriptor>'
    )


@pytest.fixture
def tag() -> str:
    return uuid4().hex[:12]


@pytest.fixture
def oauth_client(client: Client) -> Iterator[OAuthClient]:
    made = skip_if_disabled(
        admin.oauth.create_client(
            client, {"redirect_uris": ["https://example.com/cb"], "client_name": "Acme"}
        )
    ).unwrap()
    yield made
    admin.oauth.delete_client(client, made.client_id)


@pytest.fixture
def custom_provider(client: Client, tag: str) -> Iterator[CustomProvider]:
    attrs: CustomProviderAttrs = {
        "provider_type": "oauth2",
        "identifier": f"custom:{tag}",
        "name": "Acme",
        "client_id": "id",
        "client_secret": "s3cret-of-acme",
        "authorization_url": f"{HOST}/authorize",
        "token_url": f"{HOST}/token",
        "userinfo_url": f"{HOST}/userinfo",
    }
    yield admin.custom_providers.create_provider(client, attrs).unwrap()
    admin.custom_providers.delete_provider(client, attrs["identifier"])


@pytest.fixture
def sso_provider(client: Client, tag: str) -> Iterator[SSOProvider]:
    made = admin.sso.create_provider(
        client,
        {
            "metadata_xml": metadata(f"https://{tag}.example.com"),
            "domains": [f"{tag}.example.com"],
            "resource_id": f"{tag}:a+b",
            "attribute_mapping": {"keys": {"name": {"name": "displayName"}}},
        },
    ).unwrap()
    yield made
    admin.sso.delete_provider(client, made.id)


class TestOAuthClients:
    def test_secret_is_returned_on_creation_and_rotation_only(
        self, client: Client, oauth_client: OAuthClient
    ) -> None:
        client_id = oauth_client.client_id
        known = admin.oauth.get_client(client, client_id).unwrap()
        rotated = admin.oauth.regenerate_client_secret(client, client_id).unwrap()
        listed = admin.oauth.list_clients(client, {"page": 1, "per_page": 1}).unwrap()
        assert oauth_client.client_secret not in (None, rotated.client_secret)
        assert rotated.client_secret is not None
        assert known.client_secret is None
        assert [one.client_secret for one in listed if one.client_id == client_id] == [None]

    def test_update_replaces_and_removes(self, client: Client, oauth_client: OAuthClient) -> None:
        changed = admin.oauth.update_client(
            client,
            oauth_client.client_id,
            {
                "client_name": "",
                "client_uri": "https://example.com",
                "grant_types": ["refresh_token"],
            },
        ).unwrap()
        assert (changed.client_name, changed.client_uri) == (None, "https://example.com")
        assert changed.grant_types == ("refresh_token",)
        assert changed.redirect_uris == oauth_client.redirect_uris

    def test_public_client_has_no_secret(self, client: Client) -> None:
        made = skip_if_disabled(
            admin.oauth.create_client(
                client, {"redirect_uris": ["myapp://cb"], "token_endpoint_auth_method": "none"}
            )
        ).unwrap()
        error = admin.oauth.regenerate_client_secret(client, made.client_id).failure()
        admin.oauth.delete_client(client, made.client_id).unwrap()
        assert (made.client_type, made.client_secret) == ("public", None)
        assert (error.code, error.error_code) == ("bad_request", "validation_failed")

    def test_deletes_once(self, client: Client, oauth_client: OAuthClient) -> None:
        assert admin.oauth.delete_client(client, oauth_client.client_id) == Success(None)
        error = admin.oauth.delete_client(client, oauth_client.client_id).failure()
        assert (error.code, error.error_code) == ("not_found", "oauth_client_not_found")


class TestCustomProviders:
    def test_is_found_by_identifier_and_type(
        self, client: Client, custom_provider: CustomProvider
    ) -> None:
        found = admin.custom_providers.get_provider(client, custom_provider.identifier)
        listed = admin.custom_providers.list_providers(client, {"type": "oauth2"}).unwrap()
        others = admin.custom_providers.list_providers(client, {"type": "oidc"}).unwrap()
        assert found == Success(custom_provider)
        assert custom_provider in listed
        assert custom_provider not in others

    def test_updates(self, client: Client, custom_provider: CustomProvider) -> None:
        changed = admin.custom_providers.update_provider(
            client,
            custom_provider.identifier,
            {"name": "Acme 2", "enabled": False, "scopes": [], "client_secret": "another-s3cret"},
        ).unwrap()
        assert (changed.name, changed.enabled, changed.scopes) == ("Acme 2", False, ())
        assert changed.authorization_url == custom_provider.authorization_url

    def test_identifier_is_taken_once(
        self, client: Client, custom_provider: CustomProvider
    ) -> None:
        error = admin.custom_providers.create_provider(
            client,
            {
                "provider_type": "oauth2",
                "identifier": custom_provider.identifier,
                "name": "Acme",
                "client_id": "id",
                "client_secret": "s3cret-of-acme",
                "authorization_url": f"{HOST}/authorize",
                "token_url": f"{HOST}/token",
                "userinfo_url": f"{HOST}/userinfo",
            },
        ).failure()
        assert (error.code, error.error_code) == ("bad_request", "conflict")

    def test_deletes_once(self, client: Client, custom_provider: CustomProvider) -> None:
        identifier = custom_provider.identifier
        assert admin.custom_providers.delete_provider(client, identifier) == Success(None)
        error = admin.custom_providers.delete_provider(client, identifier).failure()
        assert (error.code, error.error_code) == ("not_found", "custom_provider_not_found")


class TestSSOProviders:
    def test_is_found_by_id_and_resource(
        self, client: Client, sso_provider: SSOProvider, tag: str
    ) -> None:
        named = f"resource_{sso_provider.resource_id}"
        assert admin.sso.get_provider(client, sso_provider.id) == Success(sso_provider)
        assert admin.sso.get_provider(client, named) == Success(sso_provider)
        by_id = admin.sso.list_providers(client, {"resource_id": f"{tag}:a+b"})
        by_prefix = admin.sso.list_providers(client, {"resource_id_prefix": tag})
        for [listed] in (by_id.unwrap(), by_prefix.unwrap()):
            assert (listed.id, listed.saml.metadata_xml) == (sso_provider.id, None)

    def test_updates(self, client: Client, sso_provider: SSOProvider, tag: str) -> None:
        changed = admin.sso.update_provider(
            client,
            sso_provider.id,
            {"domains": [f"new.{tag}.example.com"], "disabled": True, "resource_id": ""},
        ).unwrap()
        assert [one.domain for one in changed.domains] == [f"new.{tag}.example.com"]
        assert (changed.disabled, changed.resource_id) == (True, None)
        assert changed.saml == sso_provider.saml

    def test_name_id_format_is_stored_with_a_changed_mapping_only(
        self, client: Client, sso_provider: SSOProvider
    ) -> None:
        alone = admin.sso.update_provider(
            client, sso_provider.id, {"name_id_format": EMAIL_FORMAT}
        ).unwrap()
        mapping: AttributeMappingAttrs = {"keys": {"name": {"name": "cn"}}}
        both = admin.sso.update_provider(
            client,
            sso_provider.id,
            {"name_id_format": EMAIL_FORMAT, "attribute_mapping": mapping},
        ).unwrap()
        without = admin.sso.update_provider(
            client, sso_provider.id, {"attribute_mapping": {"keys": {}}}
        ).unwrap()
        formats = [one.saml.name_id_format for one in (alone, both, without)]
        assert formats == [None, EMAIL_FORMAT, None]

    def test_entity_and_domain_are_taken_once(
        self, client: Client, sso_provider: SSOProvider, tag: str
    ) -> None:
        entity = sso_provider.saml.entity_id
        again = admin.sso.create_provider(client, {"metadata_xml": metadata(entity)}).failure()
        domain = admin.sso.create_provider(
            client,
            {
                "metadata_xml": metadata(f"https://other.{tag}.example.com"),
                "domains": [sso_provider.domains[0].domain],
            },
        ).failure()
        assert (again.status, again.error_code) == (422, "saml_idp_already_exists")
        assert (domain.status, domain.error_code) == (400, "sso_domain_already_exists")

    def test_delete_returns_the_provider(self, client: Client, sso_provider: SSOProvider) -> None:
        assert admin.sso.delete_provider(client, sso_provider.id) == Success(sso_provider)
        error = admin.sso.delete_provider(client, sso_provider.id).failure()
        assert (error.code, error.error_code) == ("not_found", "sso_provider_not_found")


class TestFactors:
    def test_lists_and_renames(self, server: Server, user: User) -> None:
        session = server.session_by_link(user)
        totp = server.enroll_factor(session)
        phone = server.enroll_factor(
            session, factor_type="phone", friendly_name="cell", phone=new_phone()
        )
        number = new_phone()
        admin.update_factor(server.client, user.id, totp, {"friendly_name": "desk"}).unwrap()
        admin.update_factor(server.client, user.id, phone, {"phone": f"+{number}"}).unwrap()
        admin.update_factor(server.client, user.id, totp, {"phone": number}).unwrap()
        factors = admin.list_factors(server.client, user.id).unwrap()
        assert {(one.id, one.friendly_name, one.phone) for one in factors} == {
            (totp, "desk", None),
            (phone, "cell", number),
        }

    def test_user_without_factors(self, client: Client, user: User) -> None:
        assert admin.list_factors(client, user.id) == Success(())
        error = admin.update_factor(client, user.id, uuid4(), {}).failure()
        assert error.error_code == "mfa_factor_not_found"


class TestPasskeys:
    def test_user_without_passkeys(self, client: Client, user: User) -> None:
        assert admin.list_passkeys(client, user.id) == Success(())
        error = admin.delete_passkey(client, user.id, uuid4()).failure()
        assert (error.code, error.message) == ("not_found", "Passkey not found")


class TestAuditLogs:
    def test_finds_what_an_administrator_did(self, client: Client, email: str) -> None:
        user = admin.create_user(client, {"email": email}).unwrap()
        entries, pagination = admin.list_audit_logs(
            client, {"per_page": 50, "query": "action:USER_SIGNED"}
        ).unwrap()
        traits = [entry.payload["traits"] for entry in entries]
        assert any(is_object(one) and one["user_id"] == user.id for one in traits)
        assert {entry.payload["action"] for entry in entries} == {"user_signedup"}
        assert pagination.total is not None

    def test_page_without_entries(self, client: Client) -> None:
        entries, pagination = admin.list_audit_logs(client, {"query": f"author:{uuid4()}"}).unwrap()
        assert (entries, pagination.total, pagination.next_page) == ((), 0, None)


class TestGetUserByEmail:
    def test_finds_the_exact_address(self, client: Client) -> None:
        email = new_email("a_b")
        user = admin.create_user(client, {"email": email}).unwrap()
        admin.create_user(client, {"email": email.replace("_", "x")}).unwrap()
        admin.create_user(
            client, {"email": new_email(), "user_metadata": {"full_name": email}}
        ).unwrap()
        found = admin.get_user_by_email(client, email.upper()).unwrap()
        assert found.id == user.id

    def test_address_of_no_user(self, client: Client) -> None:
        by_email = admin.get_user_by_email(client, new_email()).failure()
        by_id = admin.get_user_by_id(client, uuid4()).failure()
        assert (by_email.code, by_email.error_code) == (by_id.code, by_id.error_code)
