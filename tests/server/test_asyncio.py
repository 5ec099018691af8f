"""The async functions: the life of a user, and streams."""

import asyncio
from functools import partial

from returns.result import Result, Success

from supabase_gotrue import AdminUserAttrs, Error, Request, Response, aio
from supabase_gotrue.aio import AsyncClient
from supabase_gotrue.aio.bulk import map_concurrent, stream_users
from tests.server.server import Server, new_email


def async_client(server: Server) -> AsyncClient:
    """The async twin of the server's client, whose transport may block."""
    client = server.client

    async def transport(request: Request) -> Result[Response, Error]:
        return await asyncio.to_thread(client.transport, request)

    return aio.init_client(
        client.base_url, client.api_key, auth_url=client.auth_url, transport=transport
    ).unwrap()


def test_life_of_a_user(server: Server) -> None:
    async def main(client: AsyncClient) -> None:
        email = new_email()
        user = (await aio.admin.create_user(client, {"email": email})).unwrap()
        changes: AdminUserAttrs = {"app_metadata": {"plan": "pro"}}
        changed = (await aio.admin.update_user_by_id(client, user.id, changes)).unwrap()
        assert changed.app_metadata["plan"] == "pro"
        read, listed = await asyncio.gather(
            aio.admin.get_user_by_id(client, user.id), aio.admin.list_users(client)
        )
        assert read == Success(changed)
        assert user.id in {user.id for user in listed.unwrap().users}
        assert isinstance(await aio.admin.delete_user(client, user.id), Success)
        again = await aio.admin.delete_user(client, user.id)
        assert again.failure().error_code == "user_not_found"

    asyncio.run(main(async_client(server)))


def test_stream_yields_every_user(server: Server) -> None:
    async def main(client: AsyncClient) -> None:
        attrs: list[AdminUserAttrs] = [{"email": new_email()} for _ in range(7)]
        create = partial(aio.admin.create_user, client)
        created = [result.unwrap().id async for _, result in map_concurrent(create, attrs)]
        met = [user.unwrap().id async for user in stream_users(client, per_page=3)]
        assert set(created) <= set(met)
        assert len(set(met)) == len(met)

    asyncio.run(main(async_client(server)))
