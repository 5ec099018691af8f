"""The async transport as a blocking one, so that the same tests run through both."""

import asyncio
import os
from threading import Thread
from typing import Any

from returns.result import Result

from supabase_gotrue import AsyncTransport, Error, Request, Response

LOOPS: dict[int, asyncio.AbstractEventLoop] = {}


def event_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop that runs in a thread of this process."""
    if os.getpid() not in LOOPS:
        LOOPS[os.getpid()] = loop = asyncio.new_event_loop()
        Thread(target=loop.run_forever, daemon=True).start()
    return LOOPS[os.getpid()]


class InEventLoop:
    """Calls an async transport in an event loop of another thread."""

    def __init__(self, transport: AsyncTransport) -> None:
        self.transport: Any = transport

    def __call__(self, request: Request) -> Result[Response, Error]:
        async def call() -> Result[Response, Error]:
            response: Result[Response, Error] = await self.transport(request)
            return response

        return asyncio.run_coroutine_threadsafe(call(), event_loop()).result()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InEventLoop) and self.transport == other.transport

    def __hash__(self) -> int:
        return hash(self.transport)
