"""`Emulator`: a GoTrue server as a function from `Request` to `Response`."""

import json
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Final, Unpack
from uuid import UUID

import msgspec
from returns.result import Result, Success

from supabase_gotrue.client import Client, init_client
from supabase_gotrue.emulator import errors, routes, tokens
from supabase_gotrue.emulator.clock import Clock, to_micros
from supabase_gotrue.emulator.context import HOSTED_PREFIX, Context, ServerRequest
from supabase_gotrue.emulator.database import IN_MEMORY, Database
from supabase_gotrue.emulator.errors import APIError
from supabase_gotrue.emulator.outbox import Mail, RateLimit
from supabase_gotrue.emulator.rows import Passkey, new_id
from supabase_gotrue.emulator.settings import Settings, SettingsOptions
from supabase_gotrue.error import Error
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
        with self._lock:
            if self._queued_failures:
                return self._queued_failures.popleft()
        server_request = ServerRequest.from_request(request)
        if server_request.path == OUTBOX_PATH:
            return _json_response(200, msgspec.to_builtins(self.outbox))
        try:
            response = self._handle(server_request)
        except APIError as error:
            response = errors.error_response(error, server_request.version)
        return msgspec.structs.replace(response, body=b"") if request.method == "HEAD" else response

    def _handle(self, request: ServerRequest) -> Response:
        """Handle a request in one transaction. If a handler raises, no emails are sent either."""
        now = to_micros(self._clock())
        with self._database.transaction(now, writes=request.method != "GET") as tx:
            ctx = Context(self.settings, request, tx, self._email_limit.allow)
            response = routes.dispatch(ctx)
        with self._lock:
            self._mails.extend(ctx.mails)
        if isinstance(response, APIError):
            return errors.error_response(response, request.version)
        return response

    @property
    def outbox(self) -> tuple[Mail, ...]:
        """The sent emails and text messages, oldest first, at most 1,000."""
        with self._lock:
            return tuple(self._mails)

    def add_passkey(
        self, user_id: str | UUID, friendly_name: str = "", *, last_used_at: datetime | None = None
    ) -> str:
        """Give a user a passkey, which only a browser can register on a real server.

        Args:
            user_id: The ID of an existing user.
            friendly_name: What the user calls it.
            last_used_at: When it was last used, as an aware `datetime`.

        Returns:
            The ID of the passkey, for `delete_passkey`.
        """
        used = None if last_used_at is None else to_micros(last_used_at)
        passkey = Passkey(new_id(), str(user_id), friendly_name, used)
        with self._database.transaction(to_micros(self._clock()), writes=True) as tx:
            tx.add(passkey)
        return passkey.id

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

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def _json_response(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(body).encode()
    return Response(status, {**errors.JSON_HEADERS, **(headers or {})}, text)
