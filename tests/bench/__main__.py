"""Measure this library and its peers in turns, print the figures, and draw them: `make bench`."""

import statistics
import subprocess
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

from tests.bench.pictures import bars, line
from tests.bench.worker import PEERS

HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "docs" / "_static"
ROUNDS = 5
OURS, THEIRS = "supabase_gotrue", "supabase_auth"
BYTES_ALONE = ("urllib3", "http.client")
SIZES = (100, 300, 1000, 3000, 10_000)
THREADS = (1, 2, 4, 8, 16, 32, 64)

Rows = dict[str, float]


class Worker:
    """A peer's process."""

    def __init__(self, script: str, peer: str, url: str) -> None:
        command = [sys.executable, str(HERE / script), peer, url]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, what: str, number: int) -> float:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{what} {number}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate()


@contextmanager
def workers(
    script: str = "worker.py", names: Iterable[str] = PEERS
) -> Generator[dict[str, Worker]]:
    """All peers, and the server that they ask."""
    server = subprocess.Popen(
        [sys.executable, str(HERE / "server.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
    made = {peer: Worker(script, peer, url) for peer in names}
    yield made
    for each in made.values():
        each.close()
    server.communicate()


def in_turns(peers: dict[str, Worker], what: str, number: int, rounds: int = ROUNDS) -> Rows:
    """The median of each peer."""
    rows: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(rounds):
        for name, peer in peers.items():
            rows[name].append(peer(what, number))
    return {name: statistics.median(measured) for name, measured in rows.items()}


def imports() -> Rows:
    """Milliseconds of CPU that an import takes beyond an empty program."""
    programs = {
        "nothing": "pass",
        OURS: "import supabase_gotrue, supabase_gotrue.admin",
        THEIRS: "import supabase_auth",
        "requests": "import requests",
        "httpx": "import httpx",
        "urllib3": "import urllib3",
        "http.client": "import http.client",
    }
    rows: dict[str, list[float]] = {name: [] for name in programs}
    tell = "; import time; print(time.process_time() * 1000)"
    for _ in range(2 * ROUNDS):
        for name, program in programs.items():
            command = [sys.executable, "-c", program + tell]
            said = subprocess.check_output(command, cwd=HERE, text=True)
            rows[name].append(float(said))
    taken = {name: statistics.median(measured) for name, measured in rows.items()}
    nothing = taken.pop("nothing")
    return {name: measured - nothing for name, measured in taken.items()}


def table(title: str, unit: str, rows: Rows) -> None:
    print(f"\n{title}")
    for name, measured in rows.items():
        print(f"  {name:16} {measured:12.1f} {unit:9} {measured / rows[THEIRS]:6.2f}")


def fitted(sizes: Iterable[int], costs: Iterable[float]) -> tuple[float, float]:
    slope, intercept = statistics.linear_regression(list(sizes), list(costs))
    return intercept, slope


def draw(name: str, svg: str) -> None:
    (PICTURES / f"{name}.svg").write_text(svg)


def main() -> None:
    with workers() as peers:
        calls = in_turns(peers, "get", 500)
        table("get_user_by_id, CPU a call", "us", calls)
        pages = in_turns(peers, "page", 1000)
        table("list_users of 1,000, CPU a call", "us", pages)
        table("import, CPU", "ms", imports())
        both = {name: peers[name] for name in (OURS, THEIRS)}
        table("memory held by a page of 1,000", "kB", in_turns(both, "held", 1000, 3))
        table("16 threads, calls a second", "calls", in_turns(both, "threads", 16, 3))
        ours = peers[OURS]
        costs = [statistics.median(ours("page", size) for _ in range(3)) for size in SIZES]
        fixed, each = fitted(SIZES, costs)
        print(f"\nlist_users of n users: {fixed:.0f} + {each:.2f} n us")
        print(f"a user of 10,000 against one of 100: {costs[-1] / costs[0] / 100:.2f}")
        print(f"memory grown over 100,000 calls: {ours('growth', 100_000):.0f} kB")
        speeds = [statistics.median(ours("slow", n) for _ in range(3)) for n in THREADS]
    draw("calls", bars("calls", "get_user_by_id: microseconds of CPU", calls, OURS))
    decoded = {name: pages[name] / 1000 for name in pages if name not in BYTES_ALONE}
    draw("lists", bars("lists", "list_users of 1,000: milliseconds of CPU", decoded, OURS))
    points = list(zip(THREADS, speeds, strict=True))
    draw(
        "threads",
        line("threads", "Calls per second by number of threads, if the server takes 10 ms", points),
    )


if __name__ == "__main__":
    main()
