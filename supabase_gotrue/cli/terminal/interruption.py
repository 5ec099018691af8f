"""Ctrl-C and SIGTERM during long commands: the first one asks the command to stop."""

import signal
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from types import FrameType, MappingProxyType
from typing import Final

from supabase_gotrue.cli.output.status import ExitStatus

STOPPING: Final = "stopping after the calls that are running; press Ctrl-C again to stop at once"
STATUSES: Final[Mapping[int, ExitStatus]] = MappingProxyType(
    {signal.SIGINT: ExitStatus.INTERRUPTED, signal.SIGTERM: ExitStatus.TERMINATED}
)


class Interruption:
    """Whether a stop was requested.

    Args:
        status: How the command then ends.
    """

    def __init__(self) -> None:
        self.status = ExitStatus.DONE

    @property
    def is_requested(self) -> bool:
        """Whether a signal has arrived."""
        return self.status is not ExitStatus.DONE


@contextmanager
def stop_on_interrupt(notify: Callable[[str], None]) -> Generator[Interruption]:
    """Let the first signal request a stop; after it, Ctrl-C raises `KeyboardInterrupt`.

    Args:
        notify: Called with a message at the first, within the handler of the signal.
    """
    interruption = Interruption()

    def handle(number: int, _frame: FrameType | None) -> None:
        if not interruption.is_requested:
            interruption.status = STATUSES[number]
            signal.signal(signal.SIGINT, signal.default_int_handler)
            notify(STOPPING)

    previous = {number: signal.signal(number, handle) for number in STATUSES}
    try:
        yield interruption
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
