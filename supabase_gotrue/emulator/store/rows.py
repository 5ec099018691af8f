"""The rows of the database: one Struct per table, one field per column."""

from collections.abc import Mapping
from typing import ClassVar, Final
from uuid import uuid4

import msgspec

NIL_UUID: Final = "00000000-0000-0000-0000-000000000000"


def new_id() -> str:
    """Return a random UUID."""
    return str(uuid4())


class Row(msgspec.Struct):
    """A row of a table; the first field is the key."""

    table: ClassVar[str]
    # Fields that are not stored in the table.
    not_columns: ClassVar[frozenset[str]] = frozenset()
    # The maximum number of characters of columns that PostgreSQL limits.
    max_lengths: ClassVar[Mapping[str, int]] = {}
    # Columns whose text PostgreSQL parses.
    json_columns: ClassVar[frozenset[str]] = frozenset()


class Identity(Row):
    table: ClassVar[str] = "identities"
    json_columns: ClassVar[frozenset[str]] = frozenset({"identity_data"})

    id: str
    provider_id: str
    user_id: str
    identity_data: str
    provider: str
    email: str
    last_sign_in_at: int
    created_at: int = 0
    updated_at: int = 0


class Factor(Row):
    table: ClassVar[str] = "factors"

    id: str
    user_id: str
    friendly_name: str
    factor_type: str
    status: str = "unverified"
    secret: str = ""
    phone: str = ""
    last_challenged_at: int | None = None
    created_at: int = 0
    updated_at: int = 0

    @property
    def verified(self) -> bool:
        return self.status == "verified"


class User(Row):
    table: ClassVar[str] = "users"
    not_columns: ClassVar[frozenset[str]] = frozenset({"confirmed_at", "factors", "identities"})
    max_lengths: ClassVar[Mapping[str, int]] = {"aud": 255, "role": 255, "password": 255}
    json_columns: ClassVar[frozenset[str]] = frozenset({"app_metadata", "user_metadata"})

    id: str
    aud: str
    email: str | None = None
    phone: str | None = None
    password: str = ""
    user_metadata: str = "{}"
    app_metadata: str = "{}"
    role: str = ""
    is_anonymous: int = 0
    email_confirmed_at: int | None = None
    invited_at: int | None = None
    phone_confirmed_at: int | None = None
    confirmation_token: str = ""
    confirmation_sent_at: int | None = None
    recovery_token: str = ""
    recovery_sent_at: int | None = None
    email_change_token_current: str = ""
    email_change_token_new: str = ""
    email_change: str = ""
    email_change_sent_at: int | None = None
    email_change_status: int = 0
    phone_change_token: str = ""
    phone_change: str = ""
    phone_change_sent_at: int | None = None
    reauthentication_token: str = ""
    reauthentication_sent_at: int | None = None
    last_sign_in_at: int | None = None
    banned_until: int | None = None
    deleted_at: int | None = None
    created_at: int = 0
    updated_at: int = 0

    confirmed_at: int | None = None
    factors: list[Factor] = []
    identities: list[Identity] | None = None

    def is_banned(self, now: int) -> bool:
        return self.banned_until is not None and now < self.banned_until


class Session(Row):
    table: ClassVar[str] = "sessions"

    id: str
    user_id: str
    aal: str = "aal1"
    factor_id: str | None = None
    refreshed_at: int | None = None
    created_at: int = 0
    updated_at: int = 0


class AMRClaim(Row):
    """An authentication method of a session."""

    table: ClassVar[str] = "amr_claims"

    id: str
    session_id: str
    method: str
    created_at: int = 0
    updated_at: int = 0


class RefreshToken(Row):
    table: ClassVar[str] = "refresh_tokens"

    token: str
    user_id: str
    session_id: str
    parent: str = ""
    revoked: int = 0
    created_at: int = 0
    updated_at: int = 0


class OneTimeToken(Row):
    table: ClassVar[str] = "one_time_tokens"

    token_hash: str
    user_id: str
    kind: str
    created_at: int = 0
    updated_at: int = 0


class FlowState(Row):
    """A PKCE flow, from the request of an email to the exchange of the auth code."""

    table: ClassVar[str] = "flow_state"

    id: str
    user_id: str
    auth_code: str
    code_challenge: str
    code_challenge_method: str
    provider_type: str
    authentication_method: str
    auth_code_issued_at: int | None = None
    created_at: int = 0
    updated_at: int = 0


class Challenge(Row):
    table: ClassVar[str] = "challenges"

    id: str
    factor_id: str
    otp: str = ""
    verified_at: int | None = None
    created_at: int = 0
    updated_at: int = 0


class Passkey(Row):
    table: ClassVar[str] = "webauthn_credentials"

    id: str
    user_id: str
    friendly_name: str = ""
    last_used_at: int | None = None
    created_at: int = 0
    updated_at: int = 0


class OAuthClient(Row):
    """An application; its lists are joined by commas, as in the server's database."""

    table: ClassVar[str] = "oauth_clients"

    id: str
    client_secret_hash: str
    registration_type: str
    client_type: str
    token_endpoint_auth_method: str
    redirect_uris: str
    grant_types: str
    client_name: str | None = None
    client_uri: str | None = None
    logo_uri: str | None = None
    deleted_at: int | None = None
    created_at: int = 0
    updated_at: int = 0


class CustomProvider(Row):
    """A provider that an administrator added; its lists and objects are JSON."""

    table: ClassVar[str] = "custom_oauth_providers"
    json_columns: ClassVar[frozenset[str]] = frozenset(
        {
            *("attribute_mapping", "authorization_params"),
            *("acceptable_client_ids", "custom_claims_allowlist", "scopes"),
        }
    )

    id: str
    provider_type: str
    identifier: str
    name: str
    client_id: str
    client_secret: str
    acceptable_client_ids: str = "[]"
    scopes: str = "[]"
    pkce_enabled: int = 1
    attribute_mapping: str = "{}"
    custom_claims_allowlist: str = "[]"
    authorization_params: str = "{}"
    enabled: int = 1
    email_optional: int = 0
    issuer: str | None = None
    discovery_url: str | None = None
    skip_nonce_check: int = 0
    authorization_url: str | None = None
    token_url: str | None = None
    userinfo_url: str | None = None
    jwks_uri: str | None = None
    created_at: int = 0
    updated_at: int = 0


class SSOProvider(Row):
    """An identity provider, with the columns that the server keeps in `saml_providers`."""

    table: ClassVar[str] = "sso_providers"
    json_columns: ClassVar[frozenset[str]] = frozenset({"attribute_mapping"})

    id: str
    entity_id: str
    metadata_xml: str
    resource_id: str | None = None
    disabled: int | None = None
    metadata_url: str | None = None
    attribute_mapping: str = "{}"
    name_id_format: str | None = None
    created_at: int = 0
    updated_at: int = 0


class SSODomain(Row):
    table: ClassVar[str] = "sso_domains"

    id: str
    sso_provider_id: str
    domain: str
    created_at: int = 0
    updated_at: int = 0


class AuditEntry(Row):
    table: ClassVar[str] = "audit_log"
    json_columns: ClassVar[frozenset[str]] = frozenset({"payload"})

    id: str
    payload: str
    ip_address: str
    created_at: int = 0
    updated_at: int = 0
