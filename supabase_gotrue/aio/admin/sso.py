"""Async versions of the functions of `supabase_gotrue.admin.sso`."""

from returns.result import Result

from supabase_gotrue.aio.client import AsyncClient, run
from supabase_gotrue.error import Error
from supabase_gotrue.models.sso_provider import SSOProvider
from supabase_gotrue.operations import sso_providers
from supabase_gotrue.schemas.cast import Id
from supabase_gotrue.schemas.sso_provider import (
    SSOProviderAttrs,
    SSOProviderChanges,
    SSOProviderListOptions,
    SSOProviderListParams,
    SSOProviderParams,
)

__all__ = [
    "create_provider",
    "delete_provider",
    "get_provider",
    "list_providers",
    "update_provider",
]


def __dir__() -> list[str]:
    return __all__


async def list_providers(
    client: AsyncClient, params: SSOProviderListOptions | SSOProviderListParams = {}
) -> Result[tuple[SSOProvider, ...], Error]:
    """Return all SSO providers, or those with a resource ID; without their metadata.

    Async version of :func:`supabase_gotrue.admin.sso.list_providers`, which describes arguments
    and failures.
    """
    return await run(client, sso_providers.list_providers(params))


async def create_provider(
    client: AsyncClient, attrs: SSOProviderAttrs | SSOProviderParams
) -> Result[SSOProvider, Error]:
    """Add a SAML identity provider.

    Async version of :func:`supabase_gotrue.admin.sso.create_provider`, which describes
    arguments and failures.
    """
    return await run(client, sso_providers.create_provider(attrs))


async def get_provider(client: AsyncClient, provider_id: Id) -> Result[SSOProvider, Error]:
    """Return one SSO provider with its metadata.

    Async version of :func:`supabase_gotrue.admin.sso.get_provider`, which describes arguments
    and failures.
    """
    return await run(client, sso_providers.get_provider(provider_id))


async def update_provider(
    client: AsyncClient, provider_id: Id, attrs: SSOProviderChanges | SSOProviderParams
) -> Result[SSOProvider, Error]:
    """Change the given attributes of an SSO provider; the others stay as they are.

    Async version of :func:`supabase_gotrue.admin.sso.update_provider`, which describes
    arguments and failures.
    """
    return await run(client, sso_providers.update_provider(provider_id, attrs))


async def delete_provider(client: AsyncClient, provider_id: Id) -> Result[SSOProvider, Error]:
    """Delete an SSO provider. Its users remain, but can no longer sign in with it.

    Async version of :func:`supabase_gotrue.admin.sso.delete_provider`, which describes
    arguments and failures.
    """
    return await run(client, sso_providers.delete_provider(provider_id))
