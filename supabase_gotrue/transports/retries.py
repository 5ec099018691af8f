"""Which requests are sent again, and after how many seconds."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from returns.result import Result, Success

from supabase_gotrue.response import Response, retry_after
from supabase_gotrue.transports.failure import FailureKind, TransportFailure

ALL_METHODS: Final = ("GET", "POST", "PUT", "DELETE")

# After a 429 the server has done nothing; after a 503 it may have done something.
RETRY_STATUSES: Final[Mapping[int, tuple[str, ...]]] = MappingProxyType(
    {429: ALL_METHODS, 503: ("GET",)}
)

# Without a connection nothing was sent. If one broke, a change may have been applied.
RETRY_FAILURES: Final[Mapping[FailureKind, tuple[str, ...]]] = MappingProxyType(
    {"connect_error": ALL_METHODS, "connection_lost": ("GET",)}
)


def retry_delay(method: str, outcome: Result[Response, TransportFailure]) -> float | None:
    """Return the seconds to wait before sending a request again, or `None` for never.

    A request is only repeated if that cannot apply a change twice:
    https://www.rfc-editor.org/rfc/rfc9110#name-idempotent-methods

    >>> retry_delay("POST", Success(Response(429, {"retry-after": "2"}, b"")))
    2
    """
    match outcome:
        case Success(Response(status) as response):
            return retry_after(response) if method in RETRY_STATUSES.get(status, ()) else None
        case _:
            kind = outcome.failure().kind
            return 0 if method in RETRY_FAILURES.get(kind, ()) else None
