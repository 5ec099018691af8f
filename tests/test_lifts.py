"""Functions as those of other containers of returns: typed, and sent when the container is run."""

import asyncio
from typing import assert_type

from returns.context import RequiresContextResult
from returns.future import FutureResult
from returns.io import IOResult
from returns.result import Failure
from returns.unsafe import unsafe_perform_io

from supabase_gotrue import Client, Error, User, admin
from supabase_gotrue.aio import admin as async_admin
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.lifts import future, io, reader

EMULATOR = Emulator()
ADA = admin.create_user(EMULATOR.client(), {"email": "ada@example.com"}).unwrap()


def test_io() -> None:
    found = io(admin.get_user_by_id)(EMULATOR.client(), ADA.id)
    assert_type(found, IOResult[User, Error])
    assert found == IOResult.from_value(ADA)
    assert io(admin.get_user_by_id).__name__ == "get_user_by_id"


def test_future_is_a_step_of_a_chain() -> None:
    client = EMULATOR.async_client()
    get_user, rename = future(async_admin.get_user_by_id), future(async_admin.update_user_by_id)

    def step(user: User) -> FutureResult[User, Error]:
        return rename(client, user.id, {"user_metadata": {"name": "Ada"}})

    chain = get_user(client, ADA.id).bind(step)
    renamed = asyncio.run(chain.awaitable())
    assert renamed.map(lambda user: user.user_metadata["name"]) == IOResult.from_value("Ada")
    missing = asyncio.run(get_user(client, "..").bind(step).awaitable())
    assert unsafe_perform_io(missing.failure()).code == "validation"


def test_reader_takes_the_client_at_its_end() -> None:
    find = reader(admin.get_user_by_email)("ada@example.com")
    assert_type(find, RequiresContextResult[User, Error, Client])
    assert find(EMULATOR.client()).map(lambda user: user.id).unwrap() == ADA.id
    assert isinstance(find(Emulator().client()), Failure)
