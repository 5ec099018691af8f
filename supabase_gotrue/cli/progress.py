"""How far a long command is: a bar on terminals, else a line every few seconds."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from rich.progress import Progress

INTERVAL: Final = 5.0


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
        rate = (done - self._start) / (now - self._started)
        left = f", {done / total:.0%}, {(total - done) / rate:.0f} s left" if total and rate else ""
        self._write(f"{self._label}: {done:,} users, {rate:.0f}/s{left}")


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
        self._bar: Progress = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TaskProgressColumn(),
            progress.TextColumn("{task.completed:,} users, {task.fields[rate]}/s"),
            progress.TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        self._task = self._bar.add_task(label, total=None, completed=start, rate="0")

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
        rate = (done - self._start) / max(time.monotonic() - self._started, 0.001)
        self._bar.update(self._task, completed=done, total=total, rate=f"{rate:.0f}")


def show_progress(
    label: str, start: int, write: Callable[[str], None]
) -> ProgressBar | ProgressLines:
    """Return the progress for this stderr."""
    if sys.stderr.isatty():
        return ProgressBar(label, start)
    return ProgressLines(label, start, write)
