"""What `make bench` prints: each figure as a ratio, with its range over the rounds and its goal."""

import statistics
import subprocess
import sys
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PICTURES = HERE.parents[1] / "docs" / "_static"
ROUNDS = 5
OURS, THEIRS = "supabase_gotrue", "supabase_auth"

Rows = Mapping[str, Sequence[float]]


@dataclass(frozen=True)
class Figure:
    """A ratio that was measured once in each round.

    Args:
        name: What is compared with what.
        ratios: One per round.
        goal: The ratio is at most this, or at least this; `None` if there is no goal.
        at_least: Whether a larger ratio is better.
    """

    name: str
    ratios: Sequence[float]
    goal: float | None = None
    at_least: bool = False

    @property
    def is_missed(self) -> bool:
        if self.goal is None:
            return False
        median = statistics.median(self.ratios)
        return median < self.goal if self.at_least else median > self.goal

    def __str__(self) -> str:
        median, least, most = statistics.median(self.ratios), min(self.ratios), max(self.ratios)
        measured = f"{self.name:52} {median:7.2f}  {f'{least:.2f} - {most:.2f}':>15}"
        if self.goal is None:
            return measured
        bound = "at least" if self.at_least else "at most"
        return f"{measured}  {bound} {self.goal:.2f}{'  MISSED' if self.is_missed else ''}"


class Worker:
    """A peer in a process of its own, which measures what a line names."""

    def __init__(self, script: str, peer: str, url: str) -> None:
        command = [sys.executable, str(HERE / script), peer, url]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, measurement: str, number: int) -> float:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{measurement} {number}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate()


@contextmanager
def workers(script: str, names: Iterable[str]) -> Generator[dict[str, Worker]]:
    """Start a server with canned responses, and all peers."""
    server = subprocess.Popen(
        [sys.executable, str(HERE / "server.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    url = f"http://127.0.0.1:{server.stdout.readline().strip()}"
    started = {peer: Worker(script, peer, url) for peer in names}
    yield started
    for worker in started.values():
        worker.close()
    server.communicate()


def in_turns(
    peers: Mapping[str, Worker], measurement: str, number: int, rounds: int = ROUNDS
) -> Rows:
    """Measure each peer in each round."""
    return transposed(
        {name: peer(measurement, number) for name, peer in peers.items()} for _ in range(rounds)
    )


def transposed(rounds: Iterable[Mapping[str, float]]) -> Rows:
    """Return the values of each peer from those of each round."""
    rows: dict[str, list[float]] = {}
    for measured in rounds:
        for name, value in measured.items():
            rows.setdefault(name, []).append(value)
    return rows


def ratios(rows: Rows, ours: str = OURS, theirs: str = THEIRS) -> list[float]:
    return [mine / other for mine, other in zip(rows[ours], rows[theirs], strict=True)]


def medians(rows: Rows) -> dict[str, float]:
    return {name: statistics.median(values) for name, values in rows.items()}


def show(title: str, unit: str, rows: Rows) -> None:
    """Print the median of each peer."""
    print(f"\n{title}")
    for name, value in medians(rows).items():
        print(f"  {name:20} {value:12,.1f} {unit}")


def draw(name: str, svg: str) -> None:
    (PICTURES / f"{name}.svg").write_text(svg)
