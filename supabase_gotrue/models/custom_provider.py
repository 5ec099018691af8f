"""`CustomProvider`, a service that an administrator added and whose users may sign in."""

import msgspec
from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.json_types import JsonDict
from supabase_gotrue.models.base import (
    ServerStruct,
    Time,
    blank_to_none,
    decode_payload,
    decoder_of,
)


class CustomProvider(ServerStruct, frozen=True, kw_only=True, gc=False):
    """An OAuth 2 or OIDC provider. The server never returns its secret.

    Args:
        id: A UUID as a str; the functions take the `identifier`.
        provider_type: `oauth2` or `oidc`.
        identifier: `custom:NAME`, the provider of the users' identities.
        name: What users see.
        client_id: The ID that the provider knows this server by.
        acceptable_client_ids: Other client IDs whose tokens are accepted.
        scopes: What the provider is asked for.
        pkce_enabled: Whether PKCE is used.
        attribute_mapping: The user's fields by the provider's claims.
        custom_claims_allowlist: The claims that are copied into `custom_claims`.
        authorization_params: Further parameters of the authorization URL.
        enabled: Whether users can sign in by it.
        email_optional: Whether users without an email address can sign in.
        issuer, discovery_url, discovery_document: Of an `oidc` provider, else `None`.
        skip_nonce_check: Whether the nonce of an ID token is not checked.
        authorization_url, token_url, userinfo_url, jwks_uri: Of an `oauth2` provider, else
            `None`.
        created_at, updated_at: Aware, in microseconds.

    https://github.com/supabase/auth/blob/master/internal/models/custom_oauth_provider.go

    >>> CustomProvider.parse(b'{"id": "p1"}').failure().errors["identifier"]
    ("can't be blank",)
    """

    id: str
    provider_type: str
    identifier: str
    name: str
    client_id: str
    created_at: Time
    updated_at: Time | None = None
    acceptable_client_ids: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    pkce_enabled: bool = True
    attribute_mapping: JsonDict = {}
    custom_claims_allowlist: tuple[str, ...] = ()
    authorization_params: JsonDict = {}
    enabled: bool = True
    email_optional: bool = False
    issuer: str | None = None
    discovery_url: str | None = None
    skip_nonce_check: bool = False
    discovery_document: JsonDict | None = None
    authorization_url: str | None = None
    token_url: str | None = None
    userinfo_url: str | None = None
    jwks_uri: str | None = None

    def __post_init__(self) -> None:
        blank_to_none(self, "discovery_url")


def parse_custom_providers(payload: bytes) -> Result[tuple[CustomProvider, ...], Error]:
    """Parse a list of providers."""
    return decode_payload(decoder_of(_Providers), payload).map(lambda found: found.providers or ())


class _Providers(msgspec.Struct, frozen=True):
    providers: tuple[CustomProvider, ...] | None
