"""`Emulator`: a GoTrue server as a function from `Request` to `Response`."""

import json
from collections import deque
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Lock
from typing import Final, Unpack
from uuid import UUID

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue import aio
from supabase_gotrue.aio import AsyncClient
from supabase_gotrue.client import Client, init_client
from supabase_gotrue.emulator.go import gojson
from supabase_gotrue.emulator.go.clock import Clock, to_micros
from supabase_gotrue.emulator.go.uuids import parse_uuid
from supabase_gotrue.emulator.routes.routing import dispatch
from supabase_gotrue.emulator.routes.table import ROUTES
from supabase_gotrue.emulator.services import audit, lookup, sessions
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.services.outbox import Mail, RateLimit
from supabase_gotrue.emulator.settings import AUDIENCE, Settings, SettingsOptions
from supabase_gotrue.emulator.store import rows
from supabase_gotrue.emulator.store.database import IN_MEMORY, Database, DatabaseError
from supabase_gotrue.emulator.wire import cors, errors, responses, tokens, views
from supabase_gotrue.emulator.wire.errors import APIError
from supabase_gotrue.emulator.wire.request import HOSTED_PREFIX, ServerRequest
from supabase_gotrue.error import Error
from supabase_gotrue.models.passkey import Passkey
from supabase_gotrue.models.session import Session
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response

OUTBOX_PATH: Final = "/_emulator/outbox"
OUTBOX_SIZE: Final = 1000


def utc_now() -> datetime:
    """Return the current time: the default clock."""
    return datetime.now(UTC)


class Emulator:
    """A local GoTrue server for development and tests; do not use it in production.

    An emulator is a transport: `emulator(request)` returns the response of a server,
    without a socket. It is thread-safe, and several emulators can share one file.

    Args:
        database: The path of a file, or `":memory:"`.
        clock: Returns the time, as an aware `datetime` or in seconds since 1970.
        settings: The fields of `Settings`, as keyword arguments.

    >>> emulator = Emulator(autoconfirm=True)
    >>> client = emulator.client()
    >>> from supabase_gotrue import admin
    >>> admin.invite_user_by_email(client, "ada@example.com").map(lambda user: user.email)
    <Success: ada@example.com>
    >>> [(mail.to, mail.type) for mail in emulator.outbox]
    [('ada@example.com', 'invite')]
    """

    def __init__(
        self,
        database: str = IN_MEMORY,
        *,
        clock: Clock = utc_now,
        **settings: Unpack[SettingsOptions],
    ) -> None:
        self.settings: Settings = Settings(**settings)
        self._clock = clock
        self._database = Database(database)
        self._email_limit = RateLimit(self.settings.email_rate_limit)
        self._mails: deque[Mail] = deque(maxlen=OUTBOX_SIZE)
        self._queued_failures: deque[Response] = deque()
        self._lock = Lock()

    def __call__(self, request: Request) -> Result[Response, Error]:
        """Respond to a request, as a transport."""
        return Success(self.respond(request))

    def respond(self, request: Request) -> Response:
        """Respond to a request, first with the failures that `fail_next` queued."""
        server_request = ServerRequest.from_request(request)
        if cors.is_preflight(server_request):
            return cors.preflight_response(self.settings, server_request)
        response = self._respond(server_request)
        headers = {**response.headers, **cors.response_headers(server_request)}
        body = b"" if request.method == "HEAD" else response.body
        return Response(response.status, headers, body)

    def _respond(self, request: ServerRequest) -> Response:
        with self._lock:
            if self._queued_failures:
                return self._queued_failures.popleft()
        if request.path == OUTBOX_PATH:
            return _json_response(200, msgspec.to_builtins(self.outbox))
        headers: dict[str, str] = {}
        try:
            result = self._handle(request, headers)
        except APIError as error:
            result = error
        except DatabaseError:
            result = errors.unhandled_error()
        if isinstance(result, APIError):
            result = responses.error_response(result, request.version)
        return Response(result.status, {**headers, **result.headers}, result.body)

    def _handle(self, request: ServerRequest, headers: dict[str, str]) -> Response | APIError:
        """Handle a request in one transaction. If a handler raises, no emails are sent either."""
        with self._transaction(request) as ctx:
            try:
                response = dispatch(ctx, ROUTES)
            finally:
                headers.update(ctx.response_headers)
        with self._lock:
            self._mails.extend(ctx.mails)
        return response

    @contextmanager
    def _transaction(self, request: ServerRequest) -> Generator[Context]:
        now = to_micros(self._clock())
        with self._database.transaction(now, writes=request.method != "GET") as tx:
            yield Context(self.settings, request, tx, self._email_limit.allow)

    @property
    def outbox(self) -> tuple[Mail, ...]:
        """The sent emails and text messages, oldest first, at most 1,000."""
        with self._lock:
            return tuple(self._mails)

    def add_passkey(
        self, user_id: str | UUID, friendly_name: str = "", *, last_used_at: datetime | None = None
    ) -> Result[Passkey, Error]:
        """Give a user a passkey, which at a real server only a browser can register.

        Args:
            user_id: The ID of an existing user.
            friendly_name: The name that the user gave it.
            last_used_at: When the user last signed in by it, as an aware `datetime`.

        Returns:
            The passkey, or an error with the `error_code` `user_not_found`.

        >>> emulator = Emulator()
        >>> emulator.add_passkey("13b6d1ec-8963-4b7c-9528-5439ad3042cb").failure().error_code
        'user_not_found'
        """
        request = ServerRequest("POST", "/passkeys", {}, {}, None)
        with self._transaction(request) as ctx:
            user = lookup.find_by_id(ctx.tx, parse_uuid(str(user_id)) or "")
            if user is None:
                message = f"No user has the ID {user_id}"
                return Failure(Error("not_found", message, error_code="user_not_found", status=404))
            used = None if last_used_at is None else to_micros(last_used_at)
            row = rows.Passkey(rows.new_id(), user.id, friendly_name, used)
            ctx.tx.add(row)
        return Passkey.parse(gojson.dumps(views.passkey(row)))

    def fail_next(
        self,
        status: int = 500,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        times: int = 1,
    ) -> None:
        """Make the next requests fail, whatever they request.

        Args:
            status: The HTTP status.
            body: The JSON body; defaults to an error with the code `unexpected_failure`.
            headers: Additional headers, for example `{"retry-after": "1"}`.
            times: How many requests fail.
        """
        default = {"code": "unexpected_failure", "message": "Rehearsed"}
        failure = _json_response(status, default if body is None else body, headers)
        with self._lock:
            self._queued_failures.extend([failure] * times)

    def key(self, role: str = "service_role") -> str:
        """Return an API key that does not expire, for the role `service_role` or `anon`."""
        return tokens.sign(self.settings.jwt_secret, {"iss": "emulator", "role": role})

    def client(self, base_url: str = "http://localhost:9999") -> Client:
        """Return a client of this emulator with a service role key, without a socket.

        Args:
            base_url: The base URL of the client.
        """
        auth_url = base_url + HOSTED_PREFIX
        return init_client(base_url, self.key(), auth_url=auth_url, transport=self).unwrap()

    def async_client(self, base_url: str = "http://localhost:9999") -> AsyncClient:
        """Return an async client of this emulator, as `client` does.

        A call does not wait for anything: the emulator responds in the event loop's thread.

        Args:
            base_url: The base URL of the client.
        """

        async def transport(request: Request) -> Result[Response, Error]:
            return self(request)

        return aio.init_client(
            base_url, self.key(), auth_url=base_url + HOSTED_PREFIX, transport=transport
        ).unwrap()

    def sign_in(self, email: str) -> Result[Session, Error]:
        """Return a new session of a user, without a password and without an email.

        Args:
            email: The email address of an existing user, confirmed or not.

        Returns:
            The session, or an error with the `error_code` `user_not_found`.

        >>> emulator = Emulator()
        >>> emulator.sign_in("ada@example.com").failure().error_code
        'user_not_found'
        """
        request = ServerRequest("POST", "/token", {}, {}, None)
        with self._transaction(request) as ctx:
            user = lookup.find_by_email(ctx.tx, email, AUDIENCE)
            if user is None:
                message = f"No user has the email address {email}"
                return Failure(Error("not_found", message, error_code="user_not_found", status=404))
            audit.record(ctx, audit.LOGIN, user, provider="email")
            session = sessions.issue_session(ctx, user, "password")
        return Session.parse(gojson.dumps(session))

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def _json_response(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(body).encode()
    return Response(status, {**responses.JSON_HEADERS, **(headers or {})}, text)
