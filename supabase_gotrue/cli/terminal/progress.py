"""How far a long command is: a bar on terminals, else a line every few seconds."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Final, NamedTuple, Self

if TYPE_CHECKING:
    from rich.progress import Progress

INTERVAL: Final = 5.0


class Rate(NamedTuple):
    """How fast a command is, over all of its time.

    Args:
        per_second: Users in a second.
        remaining: The seconds that are left, or None if the number of users is unknown.
    """

    per_second: float
    remaining: float | None


def rate_of(done: int, total: int | None, elapsed: float) -> Rate:
    """Return the rate of a command.

    Args:
        done: Users since it was started.
        total: Users in all since then, if that is known.
        elapsed: Seconds since then.
    """
    per_second = done / max(elapsed, 0.001)
    remaining = None if total is None or not done else (total - done) / per_second
    return Rate(per_second, remaining)


class ProgressLines:
    """Lines on stderr, at most one every few seconds.

    Args:
        label: What is being done.
        start: How many users were done before.
        write: Prints a line.
        clock: Returns seconds.
    """

    def __init__(
        self,
        label: str,
        start: int,
        write: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._label = label
        self._start = start
        self._write = write
        self._clock = clock
        self._started = self._written = clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        pass

    def update(self, done: int, total: int | None) -> None:
        """Set how many users are done, of how many if that is known."""
        now = self._clock()
        if now - self._written < INTERVAL:
            return
        self._written = now
        ahead = None if total is None else total - self._start
        rate = rate_of(done - self._start, ahead, now - self._started)
        share = f", {done / total:.0%}" if total else ""
        left = "" if rate.remaining is None else f", {rate.remaining:.0f} s left"
        self._write(f"{self._label}: {done:,} users, {rate.per_second:.0f}/s{share}{left}")


class ProgressBar:
    """A bar on stderr.

    Args:
        label: What is being done.
        start: How many users were done before.
    """

    def __init__(self, label: str, start: int) -> None:
        from rich import progress  # imported late: only terminals need it
        from rich.console import Console

        self._start = start
        self._started = time.monotonic()
        # rich's own estimate begins anew whenever the total changes, which is itself estimated.
        self._bar: Progress = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TaskProgressColumn(),
            progress.TextColumn("{task.completed:,} users, {task.fields[rate]}/s"),
            progress.TextColumn("{task.fields[left]}"),
            console=Console(file=sys.stderr),
            transient=True,
        )
        self._task = self._bar.add_task(label, total=None, completed=start, rate="0", left="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def update(self, done: int, total: int | None) -> None:
        """Set how many users are done, of how many if that is known."""
        ahead = None if total is None else total - self._start
        rate = rate_of(done - self._start, ahead, time.monotonic() - self._started)
        left = "" if rate.remaining is None else f"{timedelta(seconds=round(rate.remaining))} left"
        per_second = f"{rate.per_second:.0f}"
        self._bar.update(self._task, completed=done, total=total, rate=per_second, left=left)


def show_progress(
    label: str, start: int, write: Callable[[str], None]
) -> ProgressBar | ProgressLines:
    """Return the progress for this stderr."""
    if sys.stderr.isatty():
        return ProgressBar(label, start)
    return ProgressLines(label, start, write)
