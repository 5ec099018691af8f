"""The log line of each attempt."""

import logging
from typing import Final

from msgspec.structs import replace
from returns.result import Result

from supabase_gotrue.redaction import redact
from supabase_gotrue.request import Request, secrets_of
from supabase_gotrue.response import Response
from supabase_gotrue.transports.failure import TransportFailure

LOGGER: Final = logging.getLogger("supabase_gotrue")


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
    if response.request_id is None:
        return ""
    secrets = secrets_of(replace(request, body=None))  # a body made by hand may not be JSON
    return f", request ID {redact(response.request_id, secrets)}"
