"""`delete_users` for asyncio."""

from collections.abc import AsyncGenerator, AsyncIterable, Iterable
from contextlib import aclosing

from returns.result import Failure, Result

from supabase_gotrue.aio.bulk.concurrency import map_concurrent
from supabase_gotrue.aio.client import AsyncClient, run
from supabase_gotrue.bulk.deleting import check_deletion, id_text
from supabase_gotrue.client import check_client
from supabase_gotrue.error import Error
from supabase_gotrue.operations import users
from supabase_gotrue.schemas.cast import Id


async def delete_users(
    client: AsyncClient,
    user_ids: Iterable[Id] | AsyncIterable[Id],
    *,
    should_soft_delete: bool = False,
    max_concurrency: int = 8,
) -> AsyncGenerator[tuple[str, Result[None, Error]], None]:
    """Delete users in tasks. This cannot be undone.

    Async version of :func:`supabase_gotrue.bulk.delete_users`. When the caller stops, calls
    that are running are cancelled: their users may have been deleted.

    Args:
        client: A client created with a secret or `service_role` key.
        user_ids: The IDs of the users, iterable or async iterable, read lazily.
        should_soft_delete: Keep the rows, with hashed addresses and empty metadata.
        max_concurrency: Maximum number of calls at a time.

    Returns:
        An async iterator of `(user_id, result)`, in the order of `user_ids`.

    >>> import asyncio
    >>> async def delete(client, user_ids):
    ...     return [result async for _, result in delete_users(client, user_ids)]
    >>> asyncio.run(delete(async_client, [ada.id]))
    [<Success: None>]
    """
    checked = check_deletion(check_client(AsyncClient, client), should_soft_delete)
    if isinstance(checked, Failure):
        yield "", Failure(checked.failure())
        return
    is_soft = checked.unwrap()

    async def delete(user_id: Id) -> Result[None, Error]:
        return (await run(client, users.delete_user(user_id, is_soft))).map(lambda _: None)

    async with aclosing(map_concurrent(delete, user_ids, max_concurrency=max_concurrency)) as pairs:
        async for user_id, result in pairs:
            yield id_text(user_id), result
