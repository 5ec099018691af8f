"""The library for asyncio: the same names as in `supabase_gotrue`, with `async def`."""

from supabase_gotrue.aio import admin, bulk
from supabase_gotrue.aio.client import (
    AsyncClient,
    client_from_env,
    init_client,
    update_access_token,
    with_options,
)
from supabase_gotrue.transports.aiohttp_transport import AiohttpTransport

__all__ = [
    "AiohttpTransport",
    "AsyncClient",
    "admin",
    "bulk",
    "client_from_env",
    "init_client",
    "update_access_token",
    "with_options",
]
