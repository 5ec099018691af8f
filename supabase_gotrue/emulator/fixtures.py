"""The pytest fixtures `gotrue`, `gotrue_client` and `gotrue_async_client`."""

# pytest imports this file at each start: nothing heavy is imported before a test needs it.

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from supabase_gotrue import Client
    from supabase_gotrue.aio import AsyncClient
    from supabase_gotrue.emulator import Emulator


@pytest.fixture
def gotrue() -> "Iterator[Emulator]":
    """A new, empty emulator."""
    try:
        from supabase_gotrue.emulator import Emulator
    except ImportError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    with closing(Emulator()) as emulator:
        yield emulator


@pytest.fixture
def gotrue_client(gotrue: "Emulator") -> "Client":
    """A client of the fixture `gotrue`, with a service role key and without a socket."""
    return gotrue.client()


@pytest.fixture
def gotrue_async_client(gotrue: "Emulator") -> "AsyncClient":
    """An async client of the fixture `gotrue`, with a service role key and without a socket.

    The fixture is not async itself: it works with pytest-asyncio, with the plugin of anyio,
    and with a test that calls `asyncio.run`.
    """
    return gotrue.async_client()
