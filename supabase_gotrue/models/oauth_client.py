"""`OAuthClient`, an application that signs users in at this server."""

import msgspec
from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.models.base import (
    ServerStruct,
    Time,
    blank_to_none,
    decode_payload,
    decoder_of,
)


class OAuthClient(ServerStruct, frozen=True, kw_only=True):
    """An application that signs users in at this server. The repr hides the secret.

    Args:
        client_id: A UUID as a str.
        client_secret: Only in the results of `create_client` and `regenerate_client_secret`;
            the server keeps a hash. `None` for a public client.
        client_type: `confidential` or `public`.
        redirect_uris: Where users may be sent back to.
        token_endpoint_auth_method: `client_secret_basic`, `client_secret_post` or `none`.
        grant_types: `authorization_code`, `refresh_token` or both.
        response_types: Always `code`.
        client_name, client_uri, logo_uri: `None` if not set.
        registration_type: `manual`, or `dynamic` if the application registered itself.
        created_at, updated_at: Aware, in microseconds.

    https://github.com/supabase/auth/blob/master/internal/api/oauthserver/handlers.go

    >>> OAuthClient.parse(b'{"client_type": "public"}').failure().errors["client_id"]
    ("can't be blank",)
    """

    client_id: str
    client_type: str
    created_at: Time
    client_secret: str | None = None
    redirect_uris: tuple[str, ...] = ()
    token_endpoint_auth_method: str | None = None
    grant_types: tuple[str, ...] = ()
    response_types: tuple[str, ...] = ()
    client_name: str | None = None
    client_uri: str | None = None
    logo_uri: str | None = None
    registration_type: str | None = None
    updated_at: Time | None = None

    def __post_init__(self) -> None:
        blank_to_none(self, "client_secret", "client_name", "client_uri", "logo_uri")


def parse_clients(payload: bytes) -> Result[tuple[OAuthClient, ...], Error]:
    """Parse a list of clients: the server answers `{}` if there are none."""
    return decode_payload(decoder_of(_Clients), payload).map(lambda found: found.clients or ())


class _Clients(msgspec.Struct, frozen=True):
    clients: tuple[OAuthClient, ...] | None = None
