"""A limit on simultaneous calls that survives coroutines which are closed while they wait."""

import asyncio
from collections import OrderedDict


class Slots:
    """A semaphore of one event loop: `async with` takes a slot, in the order of arrival.

    `asyncio.Semaphore` loses a slot for ever if it has woken a coroutine that is then closed.
    """

    def __init__(self, count: int) -> None:
        self._free = count
        self._waiting: OrderedDict[asyncio.Future[None], None] = OrderedDict()

    async def __aenter__(self) -> None:
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting[turn] = None
        try:
            await turn
        except BaseException:
            self._waiting.pop(turn, None)
            # The slot had been given to this call when it was cancelled or closed.
            if turn.done() and not turn.cancelled():
                self._give_back()
            raise

    async def __aexit__(self, *_raised: object) -> None:
        self._give_back()

    def _give_back(self) -> None:
        """Pass the slot on to the first call that still waits."""
        while self._waiting:
            turn, _ = self._waiting.popitem(last=False)
            if not turn.done() and not turn.get_loop().is_closed():
                turn.set_result(None)
                return
        self._free += 1
