"""The log line of each attempt."""

import logging
from typing import Final

from returns.result import Result

from supabase_gotrue.redaction import redact
from supabase_gotrue.request import Headers, Request
from supabase_gotrue.response import Response
from supabase_gotrue.transports.failure import TransportFailure

LOGGER: Final = logging.getLogger("supabase_gotrue")
REQUEST_ID_HEADERS: Final = ("x-request-id", "sb-request-id")


def log_attempt(
    request: Request, outcome: Result[Response, TransportFailure], seconds: float, attempt: int
) -> None:
    """Log one attempt at DEBUG, without the IDs of the path, query, headers or bodies."""
    if not LOGGER.isEnabledFor(logging.DEBUG):
        return
    result = outcome.map(_describe_response).value_or(None) or outcome.failure().kind
    LOGGER.debug(
        "%s %s: %s in %.0f ms, attempt %d",
        request.method,
        request.route or "(no route)",
        redact(result, Headers(request.headers).secrets()),
        seconds * 1000,
        attempt,
    )


def _describe_response(response: Response) -> str:
    ids = filter(None, map(response.header, REQUEST_ID_HEADERS))
    request_id = next(ids, None)
    return f"{response.status}" + (f" (request ID {request_id})" if request_id else "")
