"""Measure imports beside a bare loop of urllib3, and streams beside bare page reads."""

import json
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count

import urllib3
from returns.result import Success

from supabase_gotrue import Client, init_client
from supabase_gotrue.bulk import import_users, stream_users

CONNECTIONS = 8
ROWS = 500
ROUNDS = 7
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


def compare(title: str, unit: str, ours: Callable[[], float], bare: Callable[[], float]) -> None:
    """Measure in turns; a server slows down as it fills, and so does a busy machine."""
    pairs = [(ours(), bare()) for _ in range(ROUNDS)]
    ratio = statistics.median(mine / theirs for mine, theirs in pairs)
    for name, values in zip(("supabase_gotrue", "urllib3"), zip(*pairs, strict=True), strict=True):
        print(f"  {name:16} {statistics.median(values):10,.0f} {unit}")
    print(f"  {title}: {ratio:.1%} of the bare loop")


def main() -> None:
    command = [sys.executable, "-m", "supabase_gotrue.emulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        lines = [server.stdout.readline().strip() for _ in range(3)]
        url, key = (line.partition("=")[2] for line in lines[1:])
        client = init_client(url, key, auth_url=url).unwrap()
        headers = dict(client.headers_for(None))
        print(f"\nusers of an emulator over a socket, {CONNECTIONS} connections")
        compare(
            "import",
            "created a second",
            lambda: with_library(client),
            lambda: with_urllib3(url, headers),
        )
        compare(
            "stream",
            "users a second",
            lambda: read_stream(client),
            lambda: read_pages(url, headers),
        )
        server.terminate()


if __name__ == "__main__":
    main()
