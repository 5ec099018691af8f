"""Measure imports beside a bare loop of urllib3, and streams beside bare page reads."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

import urllib3
from returns.result import Success

from supabase_gotrue import Client, init_client
from supabase_gotrue.bulk import import_users, stream_users
from tests.bench.figures import OURS, ROUNDS, Figure, Rows, ratios, show, transposed
from tests.bench.start_up import served_emulator

CONNECTIONS = 8
ROWS = 500
BARE = "urllib3"
PER_PAGE = 1000
HASH = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
_numbers = count()


def rows() -> Iterator[dict[str, str]]:
    """Yield attributes of users who are new each time."""
    for _ in range(ROWS):
        yield {"email": f"user{next(_numbers)}@example.com", "password_hash": HASH}


def with_library(client: Client) -> float:
    begin = time.perf_counter()
    outcomes = {row.outcome for row in import_users(client, rows(), max_concurrency=CONNECTIONS)}
    seconds = time.perf_counter() - begin
    assert outcomes == {"created"}
    return ROWS / seconds


def with_urllib3(url: str, headers: dict[str, str]) -> float:
    pool = urllib3.connection_from_url(url, maxsize=CONNECTIONS, block=True)
    bodies, lock = rows(), threading.Lock()
    content = {**headers, "content-type": "application/json"}

    def work() -> None:
        while True:
            with lock:
                body = next(bodies, None)
            if body is None:
                return
            encoded = json.dumps(body).encode()
            response = pool.request("POST", "/admin/users", body=encoded, headers=content)
            assert response.status == 200

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ROWS / (time.perf_counter() - begin)


def read_stream(client: Client) -> float:
    begin = time.perf_counter()
    users = sum(isinstance(user, Success) for user in stream_users(client, per_page=PER_PAGE))
    return users / (time.perf_counter() - begin)


def read_pages(url: str, headers: dict[str, str]) -> float:
    """Read and decode as many pages as the stream does, one after the other."""
    pool = urllib3.connection_from_url(url, maxsize=1)
    begin = time.perf_counter()
    users, page = 0, 1
    while True:
        target = f"/admin/users?page={page}&per_page={PER_PAGE}"
        found = json.loads(pool.request("GET", target, headers=headers).data)["users"]
        users, page = users + len(found), page + 1
        if len(found) < PER_PAGE:
            return users / (time.perf_counter() - begin)


def compare(ours: Callable[[], float], bare: Callable[[], float]) -> Rows:
    """Measure in turns; a server slows down as it fills, and so does a busy machine."""
    return transposed({OURS: ours(), BARE: bare()} for _ in range(ROUNDS))


def measure() -> Iterator[Figure]:
    with served_emulator() as environment:
        url, key = environment["SUPABASE_URL"], environment["SUPABASE_SERVICE_ROLE_KEY"]
        client = init_client(url, key, auth_url=url).unwrap()
        headers = dict(client.headers_for(None))
        imports = compare(lambda: with_library(client), lambda: with_urllib3(url, headers))
        show(f"import into an emulator, {CONNECTIONS} connections", "users/s", imports)
        yield Figure("users imported a second / bare loop", ratios(imports, theirs=BARE))
        streams = compare(lambda: read_stream(client), lambda: read_pages(url, headers))
        show("stream of an emulator's users", "users/s", streams)
        yield Figure("users streamed a second / bare loop", ratios(streams, theirs=BARE))
