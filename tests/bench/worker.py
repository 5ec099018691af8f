"""Measure one blocking client: reads the name of a measurement and a number per line."""

import gc
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

KEY = "service-key"
HEADERS = {"apikey": KEY, "authorization": f"Bearer {KEY}", "accept": "application/json"}
ONE = "/admin/users/13b6d1ec-2b1f-4f2e-9a52-000000000001"
BATCHES = 5
PAGE = "/admin/users?page=1&per_page={}"

Get = Callable[[], Any]
Page = Callable[[int], Any]


def supabase_gotrue(url: str) -> tuple[Get, Page]:
    from supabase_gotrue import admin, init_client

    client = init_client(url, KEY, auth_url=url, pool_size=64).unwrap()
    user = ONE.rpartition("/")[2]
    return (
        lambda: admin.get_user_by_id(client, user).unwrap(),
        lambda size: admin.list_users(client, {"page": 1, "per_page": size}).unwrap(),
    )


def supabase_auth(url: str) -> tuple[Get, Page]:
    api: Any = import_module("supabase_auth").SyncGoTrueAdminAPI(url=url, headers=HEADERS)
    user = ONE.rpartition("/")[2]
    return (
        lambda: api.get_user_by_id(user),
        lambda size: api.list_users(page=1, per_page=size),
    )


def requests(url: str) -> tuple[Get, Page]:
    import requests

    session = requests.Session()
    session.headers.update(HEADERS)
    return (
        lambda: session.get(url + ONE).json(),
        lambda size: session.get(url + PAGE.format(size)).json(),
    )


def httpx(url: str) -> tuple[Get, Page]:
    client: Any = import_module("httpx").Client(headers=HEADERS, base_url=url)
    return lambda: client.get(ONE).json(), lambda size: client.get(PAGE.format(size)).json()


def urllib3(url: str) -> tuple[Get, Page]:
    import urllib3

    pool = urllib3.connection_from_url(url, maxsize=16)

    def get(path: str) -> bytes:
        return pool.request("GET", path, headers=HEADERS).data

    return lambda: get(ONE), lambda size: get(PAGE.format(size))


def http_client(url: str) -> tuple[Get, Page]:
    from http.client import HTTPConnection

    connection = HTTPConnection(url.removeprefix("http://"))

    def get(path: str) -> bytes:
        connection.request("GET", path, headers=HEADERS)
        return connection.getresponse().read()

    return lambda: get(ONE), lambda size: get(PAGE.format(size))


PEERS = {
    "supabase_gotrue": supabase_gotrue,
    "supabase_auth": supabase_auth,
    "requests": requests,
    "httpx": httpx,
    "urllib3": urllib3,
    "http.client": http_client,
}


def cpu(call: Get, times: int) -> float:
    """Microseconds of CPU a call, user and system: the least of a few batches."""
    call()
    batches: list[float] = []
    for _ in range(BATCHES):
        start = time.process_time()
        for _ in range(times // BATCHES):
            call()
        batches.append(time.process_time() - start)
    return min(batches) / (times // BATCHES) * 1e6


def resident() -> int:
    """Kilobytes."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4


def held(page: Page, size: int) -> float:
    """Kilobytes that a page holds."""
    page(size)
    gc.collect()
    before, kept = resident(), [page(size) for _ in range(10)]
    gc.collect()
    return (resident() - before) / len(kept)


def throughput(call: Get, threads: int) -> float:
    """Calls a second."""
    times = 200
    barrier = threading.Barrier(threads + 1)

    def work() -> None:
        barrier.wait()
        for _ in range(times):
            call()

    started = [threading.Thread(target=work) for _ in range(threads)]
    for each in started:
        each.start()
    barrier.wait()
    start = time.perf_counter()
    for each in started:
        each.join()
    return threads * times / (time.perf_counter() - start)


def growth(call: Get, times: int) -> float:
    """Kilobytes that so many calls leave behind."""
    for _ in range(2000):
        call()
    gc.collect()
    before = resident()
    for _ in range(times):
        call()
    gc.collect()
    return float(resident() - before)


def main() -> None:
    peer, url = sys.argv[1:]
    get, page = PEERS[peer](url)
    measurements: dict[str, Callable[[int], float]] = {
        "get": lambda n: cpu(get, n),
        "page": lambda n: cpu(lambda: page(n), max(BATCHES, 15_000 // n)),
        "held": lambda n: held(page, n),
        "threads": lambda n: throughput(get, n),
        "growth": lambda n: growth(get, n),
        "slow": lambda n: throughput(PEERS[peer](f"{url}/slow")[0], n),
    }
    for line in sys.stdin:
        name, number = line.split()
        print(measurements[name](int(number)), flush=True)


if __name__ == "__main__":
    main()
