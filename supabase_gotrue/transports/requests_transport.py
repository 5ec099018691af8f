"""The default transport, `RequestsTransport`: its options, and one call with its retries."""

import os
import time
from typing import TYPE_CHECKING

from returns.result import Failure, Result, Success

from supabase_gotrue.error import Error, describe_origin
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response
from supabase_gotrue.schemas.client_options import TransportOptions
from supabase_gotrue.transports.call_deadline import call_deadline
from supabase_gotrue.transports.failure import TransportFailure, descriptor_error, failure_error
from supabase_gotrue.transports.requests_versions import (
    describe_versions,
    import_versions,
    is_supported,
)
from supabase_gotrue.transports.retries import retry_delay

if TYPE_CHECKING:
    from requests import Session

    from supabase_gotrue.transports.requests_sender import Sender
else:
    Session = object  # requests is imported at the first call; `get_type_hints` needs a name


class RequestsTransport(TransportOptions, frozen=True, kw_only=True, dict=True):
    """Sends requests with the `requests` library, from any number of threads and processes.

    It is a value: equal by its options, and hashable and picklable if its session is. Each
    process opens its own connections and closes them when the transport is deleted.
    Redirects are not followed, cookies are neither stored nor sent, `~/.netrc` is not read.
    Proxies and certificate authorities come from the environment, which is read once.

    Only requests that are safe to repeat are retried: a GET whose connection broke, any
    method if no connection was made, and, if the server sent `Retry-After`, a GET after
    503 and any method after 429.

    Args:
        timeout: Seconds for a whole call, retries and the pauses between them included.
        max_retries: Maximum number of retries.
        max_response_bytes: Maximum size of a decoded response body.
        pool_size: Maximum number of connections; further calls wait for a free one.
        verify: `True`, `False`, or the path of certificate authorities.
        session: A `requests.Session` whose adapters, `proxies`, `verify`, `cert` and
            `trust_env` are used, but none of its headers, auth, cookies and hooks. It is
            never closed.

    >>> RequestsTransport(timeout=3.0) == RequestsTransport(timeout=3.0)
    True
    """

    session: "Session | None" = None

    def __call__(self, request: Request) -> Result[Response, Error]:
        """Send a request.

        Returns:
            The response, whatever its status, or an Error with code `connection_error`,
            `timeout`, `invalid_response` or `unexpected`, and the status if one arrived.
        """
        outcome = self._sender().bind(lambda sender: self._send(sender, request))
        return outcome.alt(lambda failure: failure_error(failure, request))

    def _send(self, sender: "Sender", request: Request) -> Result[Response, TransportFailure]:
        deadline = call_deadline(self, self.timeout, time.monotonic())
        outcome = sender.send(request, deadline)
        for attempt in range(2, self.max_retries + 2):
            delay = retry_delay(request.method, outcome)
            if delay is None or time.monotonic() + delay >= deadline:
                break
            time.sleep(delay)
            outcome = sender.send(request, deadline, attempt)
        return outcome

    def _sender(self) -> Result["Sender", TransportFailure]:
        """Return this process's own: a fork must not share its parent's connections."""
        # A cache beside the fields: equality, hash, repr and pickle leave it out. It is made
        # here, because `copy` and, before msgspec 0.21, `replace` do not call `__post_init__`.
        senders: dict[int, Success[Sender]]
        senders = vars(self).setdefault("senders", {})
        sender = senders.get(os.getpid())
        if sender is None:
            new = _new_sender(self)
            return new.bind(lambda made: senders.setdefault(os.getpid(), Success(made)))
        return sender


def _new_sender(options: RequestsTransport) -> Result["Sender", TransportFailure]:
    """Import requests only now: that takes longer than importing everything else."""
    detail = ""
    try:
        if is_supported(import_versions()):
            from supabase_gotrue.transports.requests_sender import Sender

            return Success(Sender(options, options.session))
    except Exception as raised:
        detail = f" ({describe_origin(raised)})"
    if (exhausted := descriptor_error()) is not None:
        return Failure(TransportFailure("not_sent", None, exhausted))
    detail = describe_versions(import_versions()) + detail
    return Failure(TransportFailure("unsupported_version", None, detail))
