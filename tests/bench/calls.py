"""The blocking functions beside their peers: calls, pages, memory, threads."""

import statistics
from collections.abc import Iterable, Iterator

from tests.bench.figures import (
    OURS,
    ROUNDS,
    THEIRS,
    Figure,
    Worker,
    draw,
    in_turns,
    medians,
    ratios,
    show,
    transposed,
    workers,
)
from tests.bench.pictures import bars, line
from tests.bench.worker import PEERS

BYTES_ALONE = ("urllib3", "http.client")
SIZES = (100, 300, 1000, 3000, 10_000)
THREADS = (1, 2, 4, 8, 16, 32, 64)
CALLS = 100_000


def measure() -> Iterator[Figure]:
    with workers("worker.py", PEERS) as peers:
        calls = in_turns(peers, "get", 500)
        show("get_user_by_id, CPU per call", "us", calls)
        yield Figure("call / supabase_auth", ratios(calls), 0.50)
        yield Figure("call / bare urllib3", ratios(calls, theirs="urllib3"), 1.25)
        pages = in_turns(peers, "page", 1000)
        show("list_users of 1,000, CPU per call", "us", pages)
        yield Figure("page of 1,000 users / supabase_auth", ratios(pages), 0.30)
        threads = in_turns({name: peers[name] for name in (OURS, THEIRS)}, "threads", 16)
        show("16 threads, calls per second", "calls", threads)
        yield Figure("calls per second, 16 threads / supabase_auth", ratios(threads))
        yield from growth(peers[OURS])
    memory = transposed(held() for _ in range(ROUNDS))
    show("memory held by a page of 1,000", "kB", memory)
    yield Figure("memory of a page / supabase_auth", ratios(memory), 0.50)
    draw("calls", bars("calls", "get_user_by_id: microseconds of CPU", medians(calls), OURS))
    decoded = {n: us / 1000 for n, us in medians(pages).items() if n not in BYTES_ALONE}
    draw("lists", bars("lists", "list_users of 1,000: milliseconds of CPU", decoded, OURS))


def held() -> dict[str, float]:
    """Measure in new processes: in an old one, a page takes what others have left free."""
    with workers("worker.py", (OURS, THEIRS)) as peers:
        return {name: peer("held", 1000) for name, peer in peers.items()}


def growth(ours: Worker) -> Iterator[Figure]:
    """Measure how time grows with the page and the threads, and memory with the calls."""
    costs = [statistics.median(ours("page", size) for _ in range(3)) for size in SIZES]
    fixed, each = fitted(SIZES, costs)
    print(f"\nlist_users of n users: {fixed:.0f} + {each:.2f} n us")
    yield Figure("a user of a page of 10,000 / one of 100", [costs[-1] / costs[0] / 100])
    print(f"memory grown over {CALLS:,} calls: {ours('growth', CALLS):.0f} kB")
    speeds = [ours("slow", n) for n in THREADS]
    title = "Calls per second by number of threads, if the server takes 10 ms"
    draw("threads", line("threads", title, list(zip(THREADS, speeds, strict=True))))


def fitted(sizes: Iterable[int], costs: Iterable[float]) -> tuple[float, float]:
    slope, intercept = statistics.linear_regression(list(sizes), list(costs))
    return intercept, slope
