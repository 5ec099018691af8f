"""The default transport: `RequestsTransport`, on the library of that name.

What may live here: the transport's options, when a call is repeated, and what a failed
one is called. Sockets, threads and requests itself are the carrier's, which is imported
at the first call: importing requests takes longer than all the rest.
"""

import os
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from returns.result import Failure, Result, Success

from supabase_gotrue.error import Error, ErrorCode
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response, retry_after
from supabase_gotrue.schemas.client_options import TransportOptions
from supabase_gotrue.transports.fault import Fault, Kind

if TYPE_CHECKING:
    import requests

    from supabase_gotrue.transports.carrier import Carrier


class RequestsTransport(TransportOptions, frozen=True, kw_only=True, dict=True):
    """Sends requests by `requests`, from any number of threads and processes.

    A value: equal by its options, hashable and picklable where its session is. Each
    process opens its own connections, and closes them when the transport goes. Redirects
    are not followed, cookies neither kept nor sent, `~/.netrc` is not read. Proxies and
    certificate authorities come from the environment as requests has them, read once.

    A call is repeated only where that is harmless: a GET whose connection broke, any
    method where no connection was made, and what the server asks to be repeated by
    `Retry-After`: a GET after 503, any method after 429.

    Args:
        timeout: seconds for a whole call, retries and their pauses included. Only name
            resolution by a session of one's own can outlast it.
        max_retries: how often a call is repeated at most.
        max_response_bytes: the largest decoded body that is read.
        pool_size: the most connections at once; further calls wait for a free one.
        verify: `True`, `False`, or the path of one's own certificate authorities.
        session: a `requests.Session` whose adapters, `proxies`, `verify`, `cert` and
            `trust_env` are used, none of its headers, auth, cookies and hooks; it is
            never closed.

    >>> RequestsTransport(timeout=3.0) == RequestsTransport(timeout=3.0)
    True
    """

    session: "requests.Session | None" = None

    def __post_init__(self) -> None:
        vars(self).update(carriers={})

    def __call__(self, request: Request) -> Result[Response, Error]:
        """Send a request.

        Returns:
            The answer, whatever its status, or an Error with `connection_error`, `timeout`,
            `invalid_response` or `unexpected`, with the status where one arrived.
        """
        return self._sent(request).alt(lambda fault: _error(fault, request))

    def _sent(self, request: Request) -> Result[Response, Fault]:
        deadline = time.monotonic() + self.timeout
        carrier = self._carrier()
        outcome = carrier.carry(request, deadline)
        for _ in range(self.max_retries):
            pause = _pause(request.method, outcome)
            if pause is None or time.monotonic() + pause >= deadline:
                break
            time.sleep(pause)
            outcome = carrier.carry(request, deadline)
        return outcome

    def _carrier(self) -> "Carrier":
        """This process's own: connections must not be shared with a fork's parent."""
        carriers: dict[int, Carrier] = vars(self)["carriers"]
        carrier = carriers.get(os.getpid())
        if carrier is not None:
            return carrier
        from supabase_gotrue.transports import carrier as first_call

        made = first_call.Carrier(
            self.max_response_bytes, self.pool_size, self.verify, self.session
        )
        return carriers.setdefault(os.getpid(), made)


def _pause(method: str, outcome: Result[Response, Fault]) -> float | None:
    """Seconds until a call may be repeated without harm, `None` where it may not be.

    https://www.rfc-editor.org/rfc/rfc9110#name-idempotent-methods
    """
    match outcome:
        case Success(Response(status) as response) if method in REPEATED_AFTER.get(status, ()):
            return retry_after(response)
        case Failure(Fault("unconnected")):
            return 0
        case Failure(Fault("cut")) if method == "GET":
            return 0
        case _:
            return None


def _error(fault: Fault, request: Request) -> Error:
    code, message = FAULTS[fault.kind]
    arrived = {} if fault.status is None else {"resp_status": fault.status}
    place = {"method": request.method, "path": request.path, **arrived}
    return Error(code, message, status=fault.status, metadata=place)


# Too many requests: the server did nothing. Unavailable: it may have done something.
REPEATED_AFTER: Final[Mapping[int, tuple[str, ...]]] = MappingProxyType(
    {429: ("GET", "POST", "PUT", "DELETE"), 503: ("GET",)}
)

FAULTS: Final[Mapping[Kind, tuple[ErrorCode, str]]] = MappingProxyType(
    {
        "late": ("timeout", "no complete answer arrived in time"),
        "crowded": ("timeout", "no connection of the pool became free in time"),
        "unconnected": ("connection_error", "no connection to the server could be made"),
        "nameless": ("connection_error", "the server's name cannot be resolved"),
        "untrusted": ("connection_error", "the server's TLS cannot be verified or understood"),
        "proxy": ("connection_error", "the proxy did not connect to the server"),
        "cut": ("connection_error", "the connection broke before the answer was complete"),
        "garbage": ("invalid_response", "the server's answer is not HTTP"),
        "encoding": ("invalid_response", "the answer's content encoding is broken"),
        "large": ("invalid_response", "the answer is larger than max_response_bytes"),
        "unknown": ("unexpected", "the transport failed"),
    }
)
