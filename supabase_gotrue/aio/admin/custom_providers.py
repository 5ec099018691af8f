"""Async versions of the functions of `supabase_gotrue.admin.custom_providers`."""

from returns.result import Result

from supabase_gotrue.aio.client import AsyncClient, run
from supabase_gotrue.error import Error
from supabase_gotrue.models.custom_provider import CustomProvider
from supabase_gotrue.operations import custom_providers
from supabase_gotrue.schemas.custom_provider import (
    CustomProviderAttrs,
    CustomProviderChanges,
    CustomProviderListOptions,
    CustomProviderListParams,
    CustomProviderParams,
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
    client: AsyncClient, params: CustomProviderListOptions | CustomProviderListParams = {}
) -> Result[tuple[CustomProvider, ...], Error]:
    """Return all custom providers, or those of one type.

    Async version of :func:`supabase_gotrue.admin.custom_providers.list_providers`, which
    describes arguments and failures.
    """
    return await run(client, custom_providers.list_providers(params))


async def create_provider(
    client: AsyncClient, attrs: CustomProviderAttrs | CustomProviderParams
) -> Result[CustomProvider, Error]:
    """Add a custom provider. For OIDC, the server fetches the discovery document first.

    Async version of :func:`supabase_gotrue.admin.custom_providers.create_provider`, which
    describes arguments and failures.
    """
    return await run(client, custom_providers.create_provider(attrs))


async def get_provider(client: AsyncClient, identifier: str) -> Result[CustomProvider, Error]:
    """Return one custom provider, without its secret.

    Async version of :func:`supabase_gotrue.admin.custom_providers.get_provider`, which
    describes arguments and failures.
    """
    return await run(client, custom_providers.get_provider(identifier))


async def update_provider(
    client: AsyncClient, identifier: str, attrs: CustomProviderChanges | CustomProviderParams
) -> Result[CustomProvider, Error]:
    """Change the given attributes of a custom provider; the others stay as they are.

    Async version of :func:`supabase_gotrue.admin.custom_providers.update_provider`, which
    describes arguments and failures.
    """
    return await run(client, custom_providers.update_provider(identifier, attrs))


async def delete_provider(client: AsyncClient, identifier: str) -> Result[None, Error]:
    """Delete a custom provider.

    Async version of :func:`supabase_gotrue.admin.custom_providers.delete_provider`, which
    describes arguments and failures.
    """
    return await run(client, custom_providers.delete_provider(identifier))
