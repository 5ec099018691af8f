"""The async functions beside other async clients."""

from collections.abc import Iterator

from tests.bench.async_worker import PEERS
from tests.bench.figures import OURS, Figure, draw, in_turns, medians, ratios, show, workers
from tests.bench.pictures import bars

CALLS = 100_000


def measure() -> Iterator[Figure]:
    with workers("async_worker.py", PEERS) as peers:
        calls = in_turns(peers, "get", 500)
        show("async get_user_by_id, CPU per call", "us", calls)
        yield Figure("async call / supabase_auth", ratios(calls), 0.33)
        at_once = in_turns(peers, "at_once", 16)
        show("async, 16 at once, CPU per call", "us", at_once)
        yield Figure("async, 16 calls at once / supabase_auth", ratios(at_once), 0.12)
        pages = in_turns(peers, "page", 1000)
        show("async list_users of 1,000, CPU per call", "us", pages)
        yield Figure("async page of 1,000 users / supabase_auth", ratios(pages), 0.33)
        for number, goal in ((16, 9.0), (200, None)):
            rows = in_turns(peers, "throughput", number)
            show(f"async, {number} at once, calls per second", "calls", rows)
            name = f"calls per second, {number} at once / supabase_auth"
            yield Figure(name, ratios(rows), goal, at_least=True)
        ours = peers[OURS]
        print(f"\nmemory grown over {CALLS:,} async calls: {ours('growth', CALLS):.0f} kB")
        print(f"descriptors grown over {CALLS:,} async calls: {ours('descriptors', CALLS):.0f}")
    title = "async get_user_by_id, 16 at once: microseconds of CPU"
    draw("async-calls", bars("async-calls", title, medians(at_once), OURS))
