"""OAuth clients: the applications that sign users in at this server.

All functions fail with `not_found` and `feature_disabled` while the OAuth server of GoTrue is
disabled.
"""

from returns.result import Result

from supabase_gotrue.client import Client, run
from supabase_gotrue.error import Error
from supabase_gotrue.models.oauth_client import OAuthClient
from supabase_gotrue.operations import oauth_clients
from supabase_gotrue.schemas.cast import Id
from supabase_gotrue.schemas.oauth_client import (
    OAuthClientAttrs,
    OAuthClientChanges,
    OAuthClientListOptions,
    OAuthClientListParams,
    OAuthClientParams,
)

__all__ = [
    "create_client",
    "delete_client",
    "get_client",
    "list_clients",
    "regenerate_client_secret",
    "update_client",
]


def __dir__() -> list[str]:
    return __all__


def list_clients(
    client: Client, params: OAuthClientListOptions | OAuthClientListParams = {}
) -> Result[tuple[OAuthClient, ...], Error]:
    """Return all OAuth clients, newest first, without their secrets.

    Args:
        client: A client created with a secret or `service_role` key.
        params: `page` and `per_page`. Current servers ignore both, and return all clients.

    Returns:
        The OAuth clients, or an Error: `validation`, `not_found` with `feature_disabled`.

    `GET /admin/oauth/clients`:
    https://github.com/supabase/auth/blob/master/internal/api/oauthserver/handlers.go

    >>> list_clients(client)
    <Success: ()>
    """
    return run(client, oauth_clients.list_clients(params))


def create_client(
    client: Client, attrs: OAuthClientAttrs | OAuthClientParams
) -> Result[OAuthClient, Error]:
    """Register an OAuth client. Keep its secret: the server never shows it again.

    Args:
        client: A client created with a secret or `service_role` key.
        attrs: The attributes of the OAuth client; `redirect_uris` is required.

    Returns:
        The OAuth client, with `client_secret` unless it is public; or an Error:
        `validation`, `bad_request` with `validation_failed` for URLs that the server does
        not accept, `not_found` with `feature_disabled`.

    `POST /admin/oauth/clients`:
    https://github.com/supabase/auth/blob/master/internal/api/oauthserver/service.go

    >>> acme = create_client(
    ...     client, {"client_name": "Acme", "redirect_uris": ["https://acme.example.com/callback"]}
    ... ).unwrap()
    >>> acme.client_type, len(acme.client_secret)
    ('confidential', 43)
    """
    return run(client, oauth_clients.create_client(attrs))


def get_client(client: Client, client_id: Id) -> Result[OAuthClient, Error]:
    """Return one OAuth client, without its secret.

    Args:
        client: A client created with a secret or `service_role` key.
        client_id: The ID of the OAuth client.

    Returns:
        The OAuth client, or an Error: `validation`, `not_found` with
        `oauth_client_not_found` or `feature_disabled`, `bad_request` with
        `validation_failed` if the ID is not a UUID.

    `GET /admin/oauth/clients/{client_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/oauthserver/handlers.go

    >>> get_client(client, "13b6d1ec-8963-4b7c-9528-5439ad3042cb").failure().error_code
    'oauth_client_not_found'
    """
    return run(client, oauth_clients.get_client(client_id))


def update_client(
    client: Client, client_id: Id, attrs: OAuthClientChanges | OAuthClientParams
) -> Result[OAuthClient, Error]:
    """Change the given attributes of an OAuth client; the others stay as they are.

    Args:
        client: A client created with a secret or `service_role` key.
        client_id: The ID of the OAuth client.
        attrs: The changes, at least one; `client_type`, `response_types` and `scope` cannot
            be changed. An empty `client_name`, `client_uri` or `logo_uri` removes it.

    Returns:
        The updated OAuth client, or an Error: `validation`, `not_found` with
        `oauth_client_not_found` or `feature_disabled`, `bad_request` with
        `validation_failed` for URLs that the server does not accept, and if the ID is not a
        UUID.

    `PUT /admin/oauth/clients/{client_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/oauthserver/service.go

    >>> update_client(client, "13b6d1ec-8963-4b7c-9528-5439ad3042cb", {}).failure().errors
    mappingproxy({'attrs': ("can't be blank",)})
    """
    return run(client, oauth_clients.update_client(client_id, attrs))


def delete_client(client: Client, client_id: Id) -> Result[None, Error]:
    """Delete an OAuth client.

    Args:
        client: A client created with a secret or `service_role` key.
        client_id: The ID of the OAuth client.

    Returns:
        `None`, or an Error: `validation`, `not_found` with `oauth_client_not_found` or
        `feature_disabled`, `bad_request` with `validation_failed` if the ID is not a UUID.

    `DELETE /admin/oauth/clients/{client_id}`:
    https://github.com/supabase/auth/blob/master/internal/api/oauthserver/handlers.go

    >>> delete_client(client, "..").failure().errors
    mappingproxy({'client_id': ('is invalid',)})
    """
    return run(client, oauth_clients.delete_client(client_id))


def regenerate_client_secret(client: Client, client_id: Id) -> Result[OAuthClient, Error]:
    """Give an OAuth client another secret. The old one stops working at once.

    Args:
        client: A client created with a secret or `service_role` key.
        client_id: The ID of a confidential OAuth client.

    Returns:
        The OAuth client with its new `client_secret`, or an Error: `validation`, `not_found`
        with `oauth_client_not_found` or `feature_disabled`, `bad_request` with
        `validation_failed` for a public client, and if the ID is not a UUID.

    `POST /admin/oauth/clients/{client_id}/regenerate_secret`:
    https://github.com/supabase/auth/blob/master/internal/api/oauthserver/handlers.go

    >>> regenerate_client_secret(client, "acme").failure().message
    'invalid client_id format'
    """
    return run(client, oauth_clients.regenerate_client_secret(client_id))
