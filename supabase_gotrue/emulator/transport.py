"""The transports of an emulator's clients: the retries of the default transport, no socket."""

from collections.abc import Callable

import msgspec
from returns.result import Result

from supabase_gotrue.error import Error
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response
from supabase_gotrue.schemas.client_options import TransportOptions
from supabase_gotrue.transports.failure import TransportFailure, failure_error
from supabase_gotrue.transports.retries import retry_delay


class EmulatorTransport(msgspec.Struct, frozen=True):
    """Sends requests to an emulator.

    Args:
        send: Makes one attempt.
        max_retries: Maximum number of retries.
    """

    send: Callable[[Request], Result[Response, TransportFailure]]
    max_retries: int = 0

    def __call__(self, request: Request) -> Result[Response, Error]:
        """Send a request; pauses count against the default timeout, but take no time."""
        outcome, paused = self.send(request), 0.0
        for _ in range(self.max_retries):
            delay = retry_delay(request.method, outcome)
            if delay is None or paused + delay >= TransportOptions().timeout:
                break
            paused += delay
            outcome = self.send(request)
        return outcome.alt(lambda failure: failure_error(failure, request))


class AsyncEmulatorTransport(msgspec.Struct, frozen=True):
    """Sends requests to an emulator, from asyncio."""

    transport: EmulatorTransport

    async def __call__(self, request: Request) -> Result[Response, Error]:
        """Send a request, without waiting for anything."""
        return self.transport(request)
