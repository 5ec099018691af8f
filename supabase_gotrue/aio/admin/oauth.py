"""Async versions of the functions of `supabase_gotrue.admin.oauth`."""

from returns.result import Result

from supabase_gotrue.aio.client import AsyncClient, run
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


async def list_clients(
    client: AsyncClient, params: OAuthClientListOptions | OAuthClientListParams = {}
) -> Result[tuple[OAuthClient, ...], Error]:
    """Return all OAuth clients, newest first, without their secrets.

    Async version of :func:`supabase_gotrue.admin.oauth.list_clients`, which describes arguments
    and failures.
    """
    return await run(client, oauth_clients.list_clients(params))


async def create_client(
    client: AsyncClient, attrs: OAuthClientAttrs | OAuthClientParams
) -> Result[OAuthClient, Error]:
    """Register an OAuth client. Keep its secret: the server never shows it again.

    Async version of :func:`supabase_gotrue.admin.oauth.create_client`, which describes
    arguments and failures.
    """
    return await run(client, oauth_clients.create_client(attrs))


async def get_client(client: AsyncClient, client_id: Id) -> Result[OAuthClient, Error]:
    """Return one OAuth client, without its secret.

    Async version of :func:`supabase_gotrue.admin.oauth.get_client`, which describes arguments
    and failures.
    """
    return await run(client, oauth_clients.get_client(client_id))


async def update_client(
    client: AsyncClient, client_id: Id, attrs: OAuthClientChanges | OAuthClientParams
) -> Result[OAuthClient, Error]:
    """Change the given attributes of an OAuth client; the others stay as they are.

    Async version of :func:`supabase_gotrue.admin.oauth.update_client`, which describes
    arguments and failures.
    """
    return await run(client, oauth_clients.update_client(client_id, attrs))


async def delete_client(client: AsyncClient, client_id: Id) -> Result[None, Error]:
    """Delete an OAuth client.

    Async version of :func:`supabase_gotrue.admin.oauth.delete_client`, which describes
    arguments and failures.
    """
    return await run(client, oauth_clients.delete_client(client_id))


async def regenerate_client_secret(
    client: AsyncClient, client_id: Id
) -> Result[OAuthClient, Error]:
    """Give an OAuth client another secret. The old one stops working at once.

    Async version of :func:`supabase_gotrue.admin.oauth.regenerate_client_secret`, which
    describes arguments and failures.
    """
    return await run(client, oauth_clients.regenerate_client_secret(client_id))
