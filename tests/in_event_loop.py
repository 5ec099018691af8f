"""The async transport and the async functions as blocking ones: the same tests run through both."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Mapping
from inspect import iscoroutine
from threading import Thread
from types import MappingProxyType, ModuleType
from typing import Any, Final, TypeVar

from returns.result import Result

from supabase_gotrue import AsyncTransport, Error, Request, RequestsTransport, Response, Transport
from supabase_gotrue.aio import AiohttpTransport

_T = TypeVar("_T")

LOOPS: dict[int, asyncio.AbstractEventLoop] = {}


def event_loop() -> asyncio.AbstractEventLoop:
    """Return an event loop that runs in a thread of this process."""
    if os.getpid() not in LOOPS:
        LOOPS[os.getpid()] = loop = asyncio.new_event_loop()
        Thread(target=loop.run_forever, daemon=True).start()
    return LOOPS[os.getpid()]


def wait_for(coroutine: Coroutine[Any, Any, _T]) -> _T:
    """Run a coroutine in the event loop of another thread, and return its result."""
    return asyncio.run_coroutine_threadsafe(coroutine, event_loop()).result()


class InEventLoop:
    """Calls an async transport in an event loop of another thread."""

    def __init__(self, transport: AsyncTransport) -> None:
        self.transport: Any = transport

    def __call__(self, request: Request) -> Result[Response, Error]:
        return wait_for(self.transport(request))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InEventLoop) and self.transport == other.transport

    def __hash__(self) -> int:
        return hash(self.transport)


def aiohttp_transport(**options: Any) -> Transport:
    return InEventLoop(AiohttpTransport(**options))


TRANSPORTS: Final[Mapping[str, Callable[..., Transport]]] = MappingProxyType(
    {"requests": RequestsTransport, "aiohttp": aiohttp_transport}
)


class BlockingFace:
    """A module of async functions, and its modules: functions that return when they are done."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name)
        if isinstance(value, ModuleType):
            return BlockingFace(value)

        def call(*args: Any, **kwargs: Any) -> Any:
            returned = value(*args, **kwargs)
            return wait_for(returned) if iscoroutine(returned) else returned

        return call
