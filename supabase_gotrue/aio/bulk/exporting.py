"""`export_users` for asyncio."""

from collections.abc import AsyncGenerator

from returns.result import Result

from supabase_gotrue.aio.bulk.streaming import stream_users
from supabase_gotrue.aio.client import AsyncClient
from supabase_gotrue.bulk.exporting import encode_line
from supabase_gotrue.error import Error


async def export_users(
    client: AsyncClient, *, filter: str | None = None
) -> AsyncGenerator[Result[bytes, Error], None]:
    """Read all users as JSON Lines, as completely as `stream_users`.

    Async version of :func:`supabase_gotrue.bulk.export_users`.

    Args:
        client: A client created with a secret or `service_role` key.
        filter: As in `stream_users`.

    Returns:
        An async iterator of lines, each with its line break. A Failure ends it.

    >>> import asyncio
    >>> async def lines(client):
    ...     return [line async for line in export_users(client)]
    >>> len(asyncio.run(lines(async_client)))
    1
    """
    async for user in stream_users(client, filter=filter):
        yield user.map(encode_line)
