"""Measure the async functions beside other async clients, in turns: part of `make bench`."""

from tests.bench.__main__ import OURS, in_turns, table, workers
from tests.bench.async_worker import PEERS

CALLS = 100_000


def main() -> None:
    with workers("async_worker.py", PEERS) as peers:
        table("async get_user_by_id, CPU a call", "us", in_turns(peers, "get", 500))
        table("async, 16 at once, CPU a call", "us", in_turns(peers, "at_once", 16))
        table("async list_users of 1,000, CPU a call", "us", in_turns(peers, "page", 1000))
        for number in (16, 200):
            rows = in_turns(peers, "throughput", number)
            table(f"async, {number} at once, calls a second", "calls", rows)
        ours = peers[OURS]
        print(f"\nmemory grown over {CALLS:,} async calls: {ours('growth', CALLS):.0f} kB")
        print(f"descriptors grown over {CALLS:,} async calls: {ours('descriptors', CALLS):.0f}")


if __name__ == "__main__":
    main()
