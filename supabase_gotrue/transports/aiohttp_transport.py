"""The default async transport, `AiohttpTransport`: its options, and one call with its retries."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from returns.result import Failure, Result, Success

from supabase_gotrue.error import Error, describe_origin
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response
from supabase_gotrue.schemas.client_options import TransportOptions
from supabase_gotrue.transports.call_deadline import call_deadline
from supabase_gotrue.transports.failure import TransportFailure, failure_error, reason
from supabase_gotrue.transports.retries import retry_delay

if TYPE_CHECKING:
    from supabase_gotrue.transports.aiohttp_sender import AsyncSender

# Tasks whose coroutine was closed unfinished, as garbage of a closed event loop. CPython 3.11
# crashes if the last reference to a task is dropped while its coroutine is being closed.
_CLOSED: Final[deque[object]] = deque(maxlen=100)

HINT: Final = 'aiohttp>=3.14 is needed: pip install "supabase-gotrue[async]"'


class AiohttpTransport(TransportOptions, frozen=True, kw_only=True, dict=True):
    """Sends requests with the `aiohttp` library, in any number of tasks and event loops.

    It is a value: equal by its options, hashable and picklable. Each event loop opens its
    own connections, and closes them when it is shut down (as `asyncio.run` does), when the
    transport is deleted, or by `aclose`. Redirects are not followed, cookies are neither
    stored nor sent, `~/.netrc` is not read. Proxies and certificate authorities come from
    the environment, which is read once; SOCKS proxies are not supported.

    The same requests are retried as by `RequestsTransport`. A cancelled call raises
    `asyncio.CancelledError`, closes its connection and is never repeated.

    Args:
        timeout: Seconds for a whole call, retries and the pauses between them included.
        max_retries: Maximum number of retries.
        max_response_bytes: Maximum size of a decoded response body.
        pool_size: Maximum number of connections of each event loop; further calls wait for
            a free one.
        verify: `True`, `False`, or the path of certificate authorities.

    >>> AiohttpTransport(timeout=3.0) == AiohttpTransport(timeout=3.0)
    True
    """

    async def __call__(self, request: Request) -> Result[Response, Error]:
        """Send a request.

        Returns:
            The response, whatever its status, or an Error with code `connection_error`,
            `timeout`, `invalid_response` or `unexpected`, and the status if one arrived.
        """
        try:
            task = asyncio.current_task()
        except RuntimeError:
            return Failure(failure_error(TransportFailure("no_event_loop"), request))
        try:
            outcome = await self._call(request)
        except GeneratorExit:
            _CLOSED.append(task)
            raise
        return outcome.alt(lambda failure: failure_error(failure, request))

    async def aclose(self) -> None:
        """Close the connections of the running event loop. A later call opens new ones."""
        sender = self._senders.pop(asyncio.get_running_loop(), None)
        if sender is not None:
            await sender.aclose()

    async def _call(self, request: Request) -> Result[Response, TransportFailure]:
        match await self._sender():
            case Success(sender):
                now = asyncio.get_running_loop().time()
                deadline = call_deadline(self, self.timeout, now)
                return await self._send(sender, request, deadline)
            case missing:
                return Failure(missing.failure())

    async def _send(
        self, sender: "AsyncSender", request: Request, deadline: float
    ) -> Result[Response, TransportFailure]:
        time = asyncio.get_running_loop().time
        outcome = await sender.send(request, deadline)
        for attempt in range(2, self.max_retries + 2):
            delay = retry_delay(request.method, outcome)
            if delay is None or time() + delay >= deadline:
                break
            await asyncio.sleep(delay)
            outcome = await sender.send(request, deadline, attempt)
        return outcome

    @property
    def _senders(self) -> "dict[asyncio.AbstractEventLoop, AsyncSender]":
        # A cache beside the fields: equality, hash, repr and pickle leave it out. It is made
        # here, because `copy` and, before msgspec 0.21, `replace` do not call `__post_init__`.
        senders: dict[asyncio.AbstractEventLoop, AsyncSender]
        senders = vars(self).setdefault("senders", {})
        return senders

    async def _sender(self) -> Result["AsyncSender", TransportFailure]:
        """Return the running event loop's own: connections cannot change their loop."""
        loop = asyncio.get_running_loop()
        sender = self._senders.get(loop)
        if sender is not None:
            return Success(sender)
        # A copy, and `pop`: other threads may run event loops with the same transport.
        for other in [other for other in list(self._senders) if other.is_closed()]:
            with suppress(KeyError):
                self._senders.pop(other).abandon()
        return (await _open_sender(self)).map(lambda opened: self._senders.setdefault(loop, opened))


async def _open_sender(options: TransportOptions) -> Result["AsyncSender", TransportFailure]:
    """Import aiohttp only now: it is an extra, and slow to import."""
    try:
        from supabase_gotrue.transports.aiohttp_sender import AsyncSender

        return Success(await AsyncSender.open(options))
    except OSError as raised:
        return Failure(TransportFailure("not_sent", None, reason([raised])))
    except Exception as raised:
        detail = f"{HINT} ({describe_origin(raised)})"
        return Failure(TransportFailure("unsupported_version", None, detail))
