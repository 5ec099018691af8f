"""Measure the async functions beside other async clients, in turns: part of `make bench`."""

from tests.bench.__main__ import OURS, draw, in_turns, table, workers
from tests.bench.async_worker import PEERS
from tests.bench.pictures import bars

CALLS = 100_000


def main() -> None:
    with workers("async_worker.py", PEERS) as peers:
        table("async get_user_by_id, CPU a call", "us", in_turns(peers, "get", 500))
        at_once = in_turns(peers, "at_once", 16)
        table("async, 16 at once, CPU a call", "us", at_once)
        title = "async get_user_by_id, 16 at once: microseconds of CPU"
        draw("async-calls", bars("async-calls", title, at_once, OURS))
        table("async list_users of 1,000, CPU a call", "us", in_turns(peers, "page", 1000))
        for number in (16, 200):
            rows = in_turns(peers, "throughput", number)
            table(f"async, {number} at once, calls a second", "calls", rows)
        ours = peers[OURS]
        print(f"\nmemory grown over {CALLS:,} async calls: {ours('growth', CALLS):.0f} kB")
        print(f"descriptors grown over {CALLS:,} async calls: {ours('descriptors', CALLS):.0f}")


if __name__ == "__main__":
    main()
