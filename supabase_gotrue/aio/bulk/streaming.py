"""`stream_users` for asyncio."""

from collections.abc import AsyncIterator, Mapping

from returns.result import Failure, Result, Success

from supabase_gotrue.aio.client import AsyncClient, run
from supabase_gotrue.bulk.streaming import DEFAULT_PER_PAGE, BaseUserStream
from supabase_gotrue.error import Error
from supabase_gotrue.models.user import User
from supabase_gotrue.operations import users


class AsyncUserStream(BaseUserStream, AsyncIterator[Result[User, Error]]):
    """An async iterator of users, returned by `aio.bulk.stream_users`.

    `resume` and `total` say how far it is. One task at a time may use it. A cancelled
    `anext` loses no user: the next one sends the request again.
    """

    def __init__(
        self, client: AsyncClient, per_page: object, filter: object, resume: object
    ) -> None:
        super().__init__(per_page, filter, resume)
        self._client = client

    async def __anext__(self) -> Result[User, Error]:
        while True:
            taken = self._take()
            if isinstance(taken, User):
                return Success(taken)
            if taken is not None:
                return Failure(taken)
            query = self._query
            if query is None:
                raise StopAsyncIteration
            self._receive(await run(self._client, users.list_users_batch(query)))


def stream_users(
    client: AsyncClient,
    *,
    per_page: int = DEFAULT_PER_PAGE,
    filter: str | None = None,
    resume: Mapping[str, object] | None = None,
) -> AsyncUserStream:
    """Read all users: lazily, in constant memory, each one once, and none left out.

    Async version of :func:`supabase_gotrue.bulk.stream_users`; it sends nothing itself.

    Returns:
        An async iterator of users. A Failure ends it.

    >>> import asyncio
    >>> async def emails(client):
    ...     return [user.unwrap().email async for user in stream_users(client)]
    >>> asyncio.run(emails(async_client))
    ['ada@example.com']
    """
    return AsyncUserStream(client, per_page, filter, resume)
