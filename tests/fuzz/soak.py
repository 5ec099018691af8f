"""Many calls to the emulator through a proxy that harms: `python -m tests.fuzz.soak [SECONDS]`.

Contents: the proxy, the calls, and what must hold of them in the end: each is a
Result within its time, no user is created twice, neither memory nor descriptors grow.
"""

import asyncio
import gc
import multiprocessing
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from random import Random
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from returns.result import Failure, Result, Success

from supabase_gotrue import AdminUserAttrs, Client, Error, GenerateLinkAttrs, admin, init_client
from tests.emulator.test_serving import connect, run_emulator

_T = TypeVar("_T")

TIMEOUT = 2.0
# By which a call may exceed its deadline on a machine that runs each thread on time.
OVERRUN = 0.3
NAP = 0.05
THREADS = 8
HARMED = 0.05
HARMS = ("cut", "delayed", "garbled")
MARK = "mark"


async def pipe(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, harm: str, random: Random
) -> None:
    try:
        while data := await source.read(65536):
            at = random.randrange(len(data))
            if harm == "delayed":
                await asyncio.sleep(random.uniform(0, 2 * TIMEOUT))
            if harm == "garbled":
                data = data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]
            sink.write(data[:at] if harm == "cut" else data)
            await sink.drain()
            if harm == "cut":
                break
    except OSError:  # the other side has gone
        pass
    finally:
        sink.close()


def proxy(target: str, port: Connection) -> None:
    """Carry connections to the target, and harm some of them, either way, once."""
    random = Random(1)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = urlsplit(target)
        server, sink = await asyncio.open_connection(there.hostname, there.port)
        harms = ["", random.choice(HARMS) if random.random() < HARMED else ""]
        random.shuffle(harms)
        await asyncio.gather(
            pipe(reader, sink, harms[0], random), pipe(server, writer, harms[1], random)
        )

    async def serve() -> None:
        server = await asyncio.start_server(handle, "127.0.0.1", 0, backlog=512)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


class Soak:
    """What the calls of all threads came to."""

    def __init__(self, client: Client, end: float) -> None:
        self.client = client
        self.end = end
        self.outcomes: Counter[str] = Counter()
        self.longest = 0.0
        self.lateness = 0.0

    def measure_lateness(self) -> None:
        """Measure by how much a busy machine lets a thread sleep too long."""
        while time.monotonic() < self.end:
            start = time.monotonic()
            time.sleep(NAP)
            self.lateness = max(self.lateness, time.monotonic() - start - NAP)

    def __call__(self, _thread: int) -> None:
        while time.monotonic() < self.end:
            self.life(uuid4().hex)

    def life(self, mark: str) -> None:
        """One user's. Some are kept, to be counted in the end."""
        client = self.client
        link: GenerateLinkAttrs = {"type": "recovery", "email": f"{mark}@example.com"}
        attrs: AdminUserAttrs = {"email": link["email"], "app_metadata": {MARK: mark}}
        made = self.count(lambda: admin.create_user(client, attrs))
        assert made.swap().map(lambda error: error.error_code).value_or("") != "email_exists"
        user_id = made.map(lambda user: user.id).value_or(str(uuid4()))
        self.count(lambda: admin.get_user_by_id(client, user_id))
        self.count(lambda: admin.update_user_by_id(client, user_id, {"role": "editor"}))
        self.count(lambda: admin.list_users(client, {"per_page": 5}))
        self.count(lambda: admin.generate_link(client, link))
        if mark[0] not in "01":
            self.count(lambda: admin.delete_user(client, user_id))

    def count(self, call: Callable[[], Result[_T, Error]]) -> Result[_T, Error]:
        start = time.monotonic()
        result = call()
        self.longest = max(self.longest, time.monotonic() - start)
        match result:
            case Failure(Error() as error):
                # By status where one arrived, which the proxy may have garbled.
                self.outcomes[str(error.status or error.code)] += 1
            case _:
                assert isinstance(result, Success)
                self.outcomes["success"] += 1
        return result


def held() -> tuple[int, int, int]:
    """Descriptors, threads and KiB of this process."""
    gc.collect()
    with open("/proc/self/statm") as memory:
        pages = int(memory.read().split()[1])
    return len(os.listdir("/proc/self/fd")), threading.active_count(), pages * 4


def marks(client: Client) -> Counter[str]:
    """How many users have each mark; a garbled request can have made one without."""
    found: Counter[str] = Counter()
    page: int | None = 1
    while page:
        users, pagination = admin.list_users(client, {"page": page, "per_page": 1000}).unwrap()
        found.update(str(user.app_metadata.get(MARK, user.id)) for user in users)
        page = pagination.next_page
    return found


def run(client: Client, seconds: float) -> Soak:
    soak = Soak(client, time.monotonic() + seconds)
    with ThreadPoolExecutor(THREADS + 1) as threads:
        threads.submit(soak.measure_lateness)
        list(threads.map(soak, range(THREADS)))
    time.sleep(2 * TIMEOUT)  # for the threads that were left behind
    print(f"{soak.outcomes.total()} calls, the longest {soak.longest:.2f} s: {soak.outcomes}")
    print(f"a thread of this machine sleeps up to {soak.lateness:.2f} s too long")
    print("{} descriptors, {} threads, {} KiB".format(*held()))
    return soak


def main(seconds: float) -> None:
    here, there = multiprocessing.Pipe()
    with run_emulator("--autoconfirm") as env:
        address = (env["SUPABASE_URL"], there)
        carrying = multiprocessing.Process(target=proxy, args=address, daemon=True)
        carrying.start()
        url = f"http://127.0.0.1:{here.recv()}"
        key = env["SUPABASE_SERVICE_ROLE_KEY"]
        client = init_client(url, key, timeout=TIMEOUT, pool_size=THREADS // 2).unwrap()
        run(client, seconds / 4)
        before = held()
        soak = run(client, seconds * 3 / 4)
        after = held()
        made = marks(connect(env))
        carrying.terminate()
        carrying.join()
    print(f"{made.total()} users of {len(made)} marks")
    assert made.total() == len(made) > 0
    assert soak.longest < TIMEOUT + OVERRUN + soak.lateness
    assert soak.outcomes["unexpected"] == 0 < soak.outcomes["success"]
    assert after[0] <= before[0] + THREADS
    assert after[1] <= before[1]
    assert after[2] < before[2] + 4096


if __name__ == "__main__":
    main(*map(float, sys.argv[1:] or ["1200"]))
