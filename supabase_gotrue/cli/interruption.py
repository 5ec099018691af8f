"""Ctrl-C during long commands: the first one asks the command to stop."""

import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import FrameType
from typing import Final

STOPPING: Final = "stopping after the calls that are running; press Ctrl-C again to stop at once"


class Interruption:
    """Whether Ctrl-C was pressed."""

    is_requested = False


@contextmanager
def stop_on_interrupt(notify: Callable[[str], None]) -> Generator[Interruption]:
    """Let the first Ctrl-C request a stop, and the second raise `KeyboardInterrupt`.

    Args:
        notify: Called with a message at the first.
    """
    interruption = Interruption()

    def handle(_number: int, _frame: FrameType | None) -> None:
        interruption.is_requested = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        notify(STOPPING)

    previous = signal.signal(signal.SIGINT, handle)
    try:
        yield interruption
    finally:
        signal.signal(signal.SIGINT, previous)
