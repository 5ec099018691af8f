"""What an emulator costs: one user in the process, and pages of 100,000 users."""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing

from supabase_gotrue import Client, Request, admin
from supabase_gotrue.emulator import Emulator
from tests.bench.figures import ROUNDS, Figure, ratios, show, transposed

USERS = 100_000
QUERIES = {
    "first": "page=1&per_page=50",
    "last": f"page={USERS // 50}&per_page=50",
    "first by cursor": "limit=50",
}


def milliseconds(call: Callable[[], object], times: int = 50) -> float:
    """CPU a call."""
    call()
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times * 1000


def list_page(client: Client, query: str) -> Callable[[], object]:
    request = Request("GET", f"{client.auth_url}/admin/users?{query}", client.headers_for(None))
    return lambda: client.transport(request).unwrap()


def multiply(path: str) -> None:
    """Make many users of the only one, by the database's own means."""
    own = {"seq": "NULL", "id": "hex(randomblob(16))", "email": "n || email"}
    own["created_at"] = "created_at + n"
    with closing(sqlite3.connect(path)) as database:
        names: list[str] = [row[1] for row in database.execute("PRAGMA table_info(users)")]
        picked = ", ".join(own.get(name, name) for name in names)
        count = f"WITH c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {USERS - 1})"
        database.execute(f"{count} INSERT INTO users SELECT {picked} FROM users, c")
        database.commit()


def measure() -> Iterator[Figure]:
    with tempfile.NamedTemporaryFile() as file:
        emulator = Emulator(file.name, cursor_pagination=True)
        client = emulator.client()
        user = admin.create_user(client, {"email": "ada@example.com"}).unwrap()
        one = milliseconds(lambda: admin.get_user_by_id(client, user.id).unwrap(), 2000)
        print(f"\nemulator, get_user_by_id in process: {one * 1000:.0f} us")
        multiply(file.name)
        pages = transposed(
            {name: milliseconds(list_page(client, query)) for name, query in QUERIES.items()}
            for _ in range(ROUNDS)
        )
        show(f"emulator of {USERS:,} users, CPU per page", "ms", pages)
        yield Figure("last page / first page of an emulator", ratios(pages, "last", "first"))
        emulator.close()
