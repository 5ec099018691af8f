"""Async versions of the functions of `supabase_gotrue.admin.sso`."""

from returns.result import Result

from supabase_gotrue.aio.client import AsyncClient, run
from supabase_gotrue.error import Error
from supabase_gotrue.models import SSOProvider
from supabase_gotrue.operations import sso_providers
from supabase_gotrue.schemas import (
    Id,
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
    """Async version of :func:`supabase_gotrue.admin.sso.list_providers`."""
    return await run(client, sso_providers.list_providers(params))


async def create_provider(
    client: AsyncClient, attrs: SSOProviderAttrs | SSOProviderParams
) -> Result[SSOProvider, Error]:
    """Async version of :func:`supabase_gotrue.admin.sso.create_provider`."""
    return await run(client, sso_providers.create_provider(attrs))


async def get_provider(client: AsyncClient, provider_id: Id) -> Result[SSOProvider, Error]:
    """Async version of :func:`supabase_gotrue.admin.sso.get_provider`."""
    return await run(client, sso_providers.get_provider(provider_id))


async def update_provider(
    client: AsyncClient, provider_id: Id, attrs: SSOProviderChanges | SSOProviderParams
) -> Result[SSOProvider, Error]:
    """Async version of :func:`supabase_gotrue.admin.sso.update_provider`."""
    return await run(client, sso_providers.update_provider(provider_id, attrs))


async def delete_provider(client: AsyncClient, provider_id: Id) -> Result[SSOProvider, Error]:
    """Async version of :func:`supabase_gotrue.admin.sso.delete_provider`."""
    return await run(client, sso_providers.delete_provider(provider_id))
