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
        write: Prints a line.
        clock: Returns seconds.
    """

    def __init__(
        self, label: str, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._label = label
        self._write = write
        self._clock = clock
        self._started = self._written = clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        pass

    def update(self, count: int, done: int, total: int | None) -> None:
        """Set how far it is.

        Args:
            count: How many users are done.
            done: How much is done, in the unit of `total`.
            total: How much there is, if that is known.
        """
        now = self._clock()
        if now - self._written < INTERVAL:
            return
        self._written = now
        elapsed = now - self._started
        share = f", {done / total:.0%}" if total else ""
        remaining = f", {elapsed * (total - done) / done:.0f} s left" if total and done else ""
        self._write(f"{self._label}: {count:,} users, {count / elapsed:.0f}/s{share}{remaining}")


class ProgressBar:
    """A bar on stderr.

    Args:
        label: What is being done.
    """

    def __init__(self, label: str) -> None:
        from rich import progress  # imported late: only terminals need it
        from rich.console import Console

        self._started = time.monotonic()
        self._bar: Progress = progress.Progress(
            progress.TextColumn("{task.description}"),
            progress.BarColumn(),
            progress.TaskProgressColumn(),
            progress.TextColumn("{task.fields[count]} users, {task.fields[rate]}/s"),
            progress.TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        self._task = self._bar.add_task(label, total=None, count="0", rate="0")

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

    def update(self, count: int, done: int, total: int | None) -> None:
        """Set how far it is, as for `ProgressLines`."""
        rate = count / max(time.monotonic() - self._started, 0.001)
        self._bar.update(
            self._task, completed=done, total=total, count=f"{count:,}", rate=f"{rate:.0f}"
        )


def show_progress(label: str, write: Callable[[str], None]) -> ProgressBar | ProgressLines:
    """Return the progress for this stderr."""
    return ProgressBar(label) if sys.stderr.isatty() else ProgressLines(label, write)
