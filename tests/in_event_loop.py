"""The async transport and the async functions as blocking ones: the same tests run through both."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from inspect import iscoroutine
from threading import Thread
from types import MappingProxyType, ModuleType
from typing import Any, Final, Protocol, TypeVar

from returns.result import Result

from supabase_gotrue import AsyncTransport, Error, Request, RequestsTransport, Response, Transport
from supabase_gotrue.aio import AiohttpTransport

_T = TypeVar("_T")

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


class Run(Protocol):
    """Runs a coroutine in an event loop of its own, as `asyncio.run` does."""

    def __call__(self, main: Coroutine[Any, Any, _T]) -> _T: ...


# uvloop is not made for every system and Python.
LOOP_FACTORIES: Final[Mapping[str, LoopFactory]] = MappingProxyType(
    {"asyncio": asyncio.new_event_loop}
    | ({"uvloop": import_module("uvloop").new_event_loop} if find_spec("uvloop") else {})
)


def run_in(name: str) -> Run:
    """Return `asyncio.run` with the event loops of one library."""

    def run(main: Coroutine[Any, Any, _T]) -> _T:
        with asyncio.Runner(loop_factory=LOOP_FACTORIES[name]) as runner:
            return runner.run(main)

    return run


LOOPS: dict[tuple[int, str], asyncio.AbstractEventLoop] = {}


def event_loop(name: str) -> asyncio.AbstractEventLoop:
    """Return an event loop that runs in a thread of this process."""
    key = os.getpid(), name
    if key not in LOOPS:
        loop = LOOP_FACTORIES[name]()
        # Another thread may have been faster: all must share one loop, and so its connections.
        if LOOPS.setdefault(key, loop) is loop:
            Thread(target=loop.run_forever, daemon=True).start()
        else:
            loop.close()
    return LOOPS[key]


def wait_for(coroutine: Coroutine[Any, Any, _T], loop: str = "asyncio") -> _T:
    """Run a coroutine in the event loop of another thread, and return its result."""
    return asyncio.run_coroutine_threadsafe(coroutine, event_loop(loop)).result()


class InEventLoop:
    """Calls an async transport in an event loop of another thread."""

    def __init__(self, transport: AsyncTransport, loop: str = "asyncio") -> None:
        self.transport: Any = transport
        self.loop = loop

    def __call__(self, request: Request) -> Result[Response, Error]:
        return wait_for(self.transport(request), self.loop)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, InEventLoop) and self.transport == other.transport

    def __hash__(self) -> int:
        return hash(self.transport)


def aiohttp_transport(loop: str, **options: Any) -> Transport:
    return InEventLoop(AiohttpTransport(**options), loop)


TRANSPORTS: Final[Mapping[str, Callable[..., Transport]]] = MappingProxyType(
    {"requests": RequestsTransport}
    | {f"aiohttp, {loop}": partial(aiohttp_transport, loop) for loop in LOOP_FACTORIES}
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
