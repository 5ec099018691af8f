"""What an emulator costs: one user in process, and pages of 100,000 users.

What may live here: measuring it. Nothing here is compared with a peer.
"""

import time
from collections.abc import Callable

from supabase_gotrue import Client, Request, admin
from supabase_gotrue.emulator import Emulator

USERS = 100_000
HASH = "$2b$04$JJ3UTryqi71O4g0bKesRkOCQXcd1IBe1Mf.DyONZ8.QfFuyxGtOhq"


def milliseconds(call: Callable[[], object], times: int = 50) -> float:
    """CPU a call."""
    call()
    start = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - start) / times * 1000


def asked(client: Client, query: str) -> Callable[[], object]:
    request = Request("GET", f"{client.auth_url}/admin/users?{query}", client.headers_for(None))
    return lambda: client.transport(request).unwrap()


def main() -> None:
    client = Emulator(cursor_pagination=True).client()
    user = admin.create_user(client, {"email": "ada@example.com"}).unwrap()
    one = milliseconds(lambda: admin.get_user_by_id(client, user.id).unwrap(), 2000)
    print(f"\nemulator, get_user_by_id in process: {one * 1000:.0f} us")
    for number in range(USERS):
        email = f"u{number}@example.com"
        admin.create_user(client, {"email": email, "password_hash": HASH}).unwrap()
    pages = {
        "first page": "page=1&per_page=50",
        "last page": f"page={USERS // 50}&per_page=50",
        "first page by cursor": "limit=50",
    }
    for name, query in pages.items():
        print(f"emulator of 100,000, {name}: {milliseconds(asked(client, query)):.2f} ms")


if __name__ == "__main__":
    main()
