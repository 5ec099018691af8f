"""Measure one async client: reads the name of a measurement and a number per line."""

import asyncio
import gc
import os
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.bench.worker import BATCHES, HEADERS, KEY, ONE, PAGE, resident

MAX_AT_ONCE = 200

Get = Callable[[], Awaitable[object]]
Page = Callable[[int], Awaitable[object]]


def supabase_gotrue(url: str, stack: AsyncExitStack) -> tuple[Get, Page]:
    from supabase_gotrue import aio

    client = aio.init_client(url, KEY, auth_url=url, pool_size=MAX_AT_ONCE).unwrap()
    stack.push_async_callback(client.aclose)
    user = ONE.rpartition("/")[2]

    async def get() -> object:
        return (await aio.admin.get_user_by_id(client, user)).unwrap()

    async def page(size: int) -> object:
        return (await aio.admin.list_users(client, {"page": 1, "per_page": size})).unwrap()

    return get, page


def supabase_auth(url: str, _stack: AsyncExitStack) -> tuple[Get, Page]:
    api: Any = import_module("supabase_auth").AsyncGoTrueAdminAPI(url=url, headers=HEADERS)
    user = ONE.rpartition("/")[2]
    return lambda: api.get_user_by_id(user), lambda size: api.list_users(page=1, per_page=size)


def aiohttp(url: str, stack: AsyncExitStack) -> tuple[Get, Page]:
    import aiohttp

    connector = aiohttp.TCPConnector(limit=MAX_AT_ONCE)
    session = aiohttp.ClientSession(connector=connector, headers=HEADERS)
    stack.push_async_callback(session.close)

    async def get(path: str) -> object:
        async with session.get(url + path) as response:
            return await response.json()

    return lambda: get(ONE), lambda size: get(PAGE.format(size))


PEERS = {"supabase_gotrue": supabase_gotrue, "supabase_auth": supabase_auth, "aiohttp": aiohttp}


async def repeat(call: Get, times: int) -> None:
    for _ in range(times):
        await call()


async def at_once(call: Get, tasks: int, times: int) -> None:
    await asyncio.gather(*(repeat(call, times) for _ in range(tasks)))


async def cpu(call: Get, tasks: int, times: int) -> float:
    """Microseconds of CPU a call, user and system, with so many at once: the least of a few."""
    await at_once(call, tasks, 1)
    batches: list[float] = []
    for _ in range(BATCHES):
        start = time.process_time()
        await at_once(call, tasks, times // BATCHES)
        batches.append(time.process_time() - start)
    return min(batches) / (tasks * (times // BATCHES)) * 1e6


async def throughput(call: Get, tasks: int) -> float:
    """Calls per second, with so many calls at once."""
    times = max(5, 2000 // tasks)
    await at_once(call, tasks, 1)
    start = time.perf_counter()
    await at_once(call, tasks, times)
    return tasks * times / (time.perf_counter() - start)


async def growth(call: Get, times: int) -> float:
    """Kilobytes that so many calls leave behind."""
    await at_once(call, 16, 200)
    gc.collect()
    before = resident()
    await at_once(call, 16, times // 16)
    gc.collect()
    return float(resident() - before)


async def descriptors(call: Get, times: int) -> float:
    """File descriptors that so many calls leave behind."""
    await at_once(call, 16, 10)
    before = len(os.listdir("/proc/self/fd"))
    await at_once(call, 16, times // 16)
    return float(len(os.listdir("/proc/self/fd")) - before)


async def main() -> None:
    peer, url = sys.argv[1:]
    async with AsyncExitStack() as stack:
        await measure(*PEERS[peer](url, stack))


async def measure(get: Get, page: Page) -> None:
    measured: dict[str, Callable[[int], Awaitable[float]]] = {
        "get": lambda n: cpu(get, 1, n),
        "at_once": lambda n: cpu(get, n, 1000 // n),
        "throughput": lambda n: throughput(get, n),
        "page": lambda n: cpu(lambda: page(n), 1, 15_000 // n),
        "growth": lambda n: growth(get, n),
        "descriptors": lambda n: descriptors(get, n),
    }
    for line in sys.stdin:  # nothing else runs while it waits for a line
        what, number = line.split()
        print(await measured[what](int(number)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
