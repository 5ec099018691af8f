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
    """Log one attempt at DEBUG: no IDs of the path, no query, headers or bodies."""
    if not LOGGER.isEnabledFor(logging.DEBUG):
        return
    status = outcome.map(lambda response: f"{response.status}")
    LOGGER.debug(
        "%s %s: %s in %.0f ms, attempt %d%s",
        request.method,
        request.route or "(no route)",
        status.value_or("") or outcome.failure().kind,
        seconds * 1000,
        attempt,
        outcome.map(lambda response: _request_id(request, response)).value_or(""),
    )


def _request_id(request: Request, response: Response) -> str:
    values = filter(None, map(response.header, REQUEST_ID_HEADERS))
    secrets = Headers(request.headers).secrets()
    return next((f", request ID {redact(value, secrets)}" for value in values), "")
