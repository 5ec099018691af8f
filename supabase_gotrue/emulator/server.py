"""`Server`: from a request to its response, in one transaction."""

import logging
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Lock
from typing import Final

import msgspec

from supabase_gotrue.emulator.go.clock import Clock, format_time, to_micros
from supabase_gotrue.emulator.routes.routing import dispatch
from supabase_gotrue.emulator.routes.table import ROUTES
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.services.outbox import Mail, RateLimit
from supabase_gotrue.emulator.settings import Settings
from supabase_gotrue.emulator.store.database import Database, DatabaseError
from supabase_gotrue.emulator.wire import cors
from supabase_gotrue.emulator.wire.errors import APIError, internal_server_error, unhandled_error
from supabase_gotrue.emulator.wire.request import ServerRequest
from supabase_gotrue.emulator.wire.responses import error_response, json_response
from supabase_gotrue.error import describe_origin
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response

OUTBOX_PATH: Final = "/_emulator/outbox"
OUTBOX_SIZE: Final = 1000
LOG_SIZE: Final = 50
_LOGGER: Final = logging.getLogger(__name__)


class LoggedRequest(msgspec.Struct, frozen=True):
    """A request that the server responded to.

    Args:
        at: The time, as the server formats times.
        method: The method.
        path: The path without the query, which can hold tokens.
        status: The status of the response.
    """

    at: str
    method: str
    path: str
    status: int


class Server:
    """The state of a server, and how it responds; thread-safe.

    Args:
        settings: The settings.
        database: The database.
        clock: Returns the time.
    """

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self.settings = settings
        self.database = database
        self._clock = clock
        self._email_limit = RateLimit(settings.email_rate_limit)
        self._mails: deque[Mail] = deque(maxlen=OUTBOX_SIZE)
        self._log: deque[LoggedRequest] = deque(maxlen=LOG_SIZE)
        self._lock = Lock()

    def respond(
        self, request: Request, next_failure: Callable[[], Response | None] = lambda: None
    ) -> Response:
        """Respond to a request, unless a failure is to be the response.

        Whatever a handler raises becomes a 500, as the real server recovers from a panic.
        """
        try:
            parsed = ServerRequest.from_request(request)
            if cors.is_preflight(parsed):
                return cors.preflight_response(self.settings, parsed)
            response = next_failure() or self._respond(parsed)
            self._record(parsed, response.status)
            headers = {**response.headers, **cors.response_headers(parsed)}
        except Exception as error:
            _LOGGER.error("%s", describe_origin(error))
            return error_response(internal_server_error(), "")
        return Response(response.status, headers, b"" if parsed.method == "HEAD" else response.body)

    def _respond(self, request: ServerRequest) -> Response:
        if request.path == OUTBOX_PATH:
            return json_response(msgspec.to_builtins(self.outbox))
        headers: dict[str, str] = {}
        try:
            result = self._handle(request, headers)
        except APIError as error:
            result = error
        except DatabaseError as error:
            result = unhandled_error(error.violation)
        if isinstance(result, APIError):
            result = error_response(result, request.version)
        return Response(result.status, {**headers, **result.headers}, result.body)

    def _handle(self, request: ServerRequest, headers: dict[str, str]) -> Response | APIError:
        """Handle a request in one transaction. If a handler raises, no emails are sent either."""
        with self.transaction(request) as ctx:
            try:
                response = dispatch(ctx, ROUTES)
            finally:
                headers.update(ctx.response_headers)
        with self._lock:
            self._mails.extend(ctx.mails)
        return response

    @contextmanager
    def transaction(self, request: ServerRequest) -> Generator[Context]:
        """Commit what the block does, or roll it back if the block raises."""
        now = to_micros(self._clock())
        with self.database.transaction(now, writes=request.method != "GET") as tx:
            yield Context(self.settings, request, tx, self._email_limit.allow)

    def _record(self, request: ServerRequest, status: int) -> None:
        at = format_time(to_micros(self._clock()))
        with self._lock:
            self._log.append(LoggedRequest(at, request.method, request.path, status))

    @property
    def outbox(self) -> tuple[Mail, ...]:
        """The sent emails and text messages, oldest first."""
        with self._lock:
            return tuple(self._mails)

    @property
    def log(self) -> tuple[LoggedRequest, ...]:
        """The last requests, oldest first."""
        with self._lock:
            return tuple(self._log)

    def reset(self) -> None:
        """Forget all rows, emails and requests."""
        with self.database.transaction(0, writes=True) as tx:
            tx.clear()
        with self._lock:
            self._email_limit = RateLimit(self.settings.email_rate_limit)
            self._mails.clear()
            self._log.clear()
