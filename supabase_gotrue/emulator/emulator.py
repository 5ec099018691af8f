"""`Emulator`: a GoTrue server as a function from `Request` to `Response`."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple, Never, Unpack
from uuid import UUID

from returns.result import Failure, Result, Success

from supabase_gotrue import aio
from supabase_gotrue.aio import AsyncClient
from supabase_gotrue.client import Client, init_client
from supabase_gotrue.emulator.go import gojson
from supabase_gotrue.emulator.go.clock import Clock, to_micros
from supabase_gotrue.emulator.go.uuids import parse_uuid
from supabase_gotrue.emulator.rehearsal import Rehearsal
from supabase_gotrue.emulator.server import LoggedRequest, Server
from supabase_gotrue.emulator.services import audit, lookup, sessions
from supabase_gotrue.emulator.services.outbox import Mail
from supabase_gotrue.emulator.settings import AUDIENCE, Settings, SettingsOptions
from supabase_gotrue.emulator.store import rows
from supabase_gotrue.emulator.store.database import IN_MEMORY, Database
from supabase_gotrue.emulator.transport import AsyncEmulatorTransport, EmulatorTransport
from supabase_gotrue.emulator.wire import tokens, views
from supabase_gotrue.emulator.wire.request import HOSTED_PREFIX, ServerRequest
from supabase_gotrue.emulator.wire.responses import JSON_HEADERS
from supabase_gotrue.error import INVALID, Error, validation_error
from supabase_gotrue.json_types import has_type
from supabase_gotrue.models.passkey import Passkey
from supabase_gotrue.models.session import Session
from supabase_gotrue.models.user import User
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response
from supabase_gotrue.schemas.arguments import combine, path_segment
from supabase_gotrue.schemas.cast import cast_str
from supabase_gotrue.transports.failure import TransportFailure


def utc_now() -> datetime:
    """Return the current time: the default clock."""
    return datetime.now(UTC)


class Emulator:
    """A local GoTrue server for development and tests; do not use it in production.

    An emulator is a transport: `emulator(request)` returns the response of a server,
    without a socket. It is thread-safe, and several emulators can share one file.

    Args:
        database: The path of a SQLite file, or `":memory:"`, the default. A file that cannot
            be opened raises `sqlite3.OperationalError`.
        clock: Returns the time, as an aware `datetime` or in seconds since 1970; the system's
            time by default.
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
        self._server = Server(self.settings, Database(database), clock)
        self._rehearsal = Rehearsal()

    def __call__(self, request: Request) -> Result[Response, Error]:
        """Respond to a request, as a transport: with a response of any status.

        Only `lose_response` makes it fail, with the code `connection_error`.
        """
        return EmulatorTransport(self._send)(request)

    def _send(self, request: Request) -> Result[Response, TransportFailure]:
        if self._rehearsal.loses_response(request):
            self._server.respond(request)
            return Failure(TransportFailure("connection_lost"))
        return Success(self.respond(request))

    def respond(self, request: Request) -> Response:
        """Respond to a request, first with the failures that `fail_next` queued."""
        return self._server.respond(request, self._rehearsal.next_failure)

    @property
    def outbox(self) -> tuple[Mail, ...]:
        """The sent emails and text messages, oldest first, at most 1,000."""
        return self._server.outbox

    @property
    def users(self) -> tuple[User, ...]:
        """The newest users with their identities, at most 100, without a request."""
        with self._server.transaction(ServerRequest("GET", "/admin/users", {}, {}, None)) as ctx:
            found = [views.user(user) for user in lookup.newest_users(ctx.tx, 100)]
        return User.parse_list(gojson.dumps(found)).unwrap()

    @property
    def requests(self) -> tuple[LoggedRequest, ...]:
        """The last requests with their status, oldest first, at most 50."""
        return self._server.log

    def add_passkey(
        self, user_id: str | UUID, friendly_name: str = "", *, last_used_at: datetime | None = None
    ) -> Result[Passkey, Error]:
        """Give a user a passkey, which at a real server only a browser can register.

        Args:
            user_id: The ID of an existing user.
            friendly_name: The name that the user gave it.
            last_used_at: When the user last signed in by it, as an aware `datetime`.

        Returns:
            The passkey, or an error: `validation`, or with the `error_code` `user_not_found`.

        >>> emulator = Emulator()
        >>> emulator.add_passkey("13b6d1ec-8963-4b7c-9528-5439ad3042cb").failure().error_code
        'user_not_found'
        """
        return combine(
            _NewPasskey,
            path_segment("user_id", user_id),
            _check_text("friendly_name", friendly_name),
            _check_time("last_used_at", last_used_at),
        ).bind(self._add_passkey)

    def _add_passkey(self, new: "_NewPasskey") -> Result[Passkey, Error]:
        request = ServerRequest("POST", "/passkeys", {}, {}, None)
        with self._server.transaction(request) as ctx:
            user = lookup.find_by_id(ctx.tx, parse_uuid(new.user_id) or "")
            if user is None:
                return _no_user("ID", new.user_id)
            used = None if new.last_used_at is None else to_micros(new.last_used_at)
            row = rows.Passkey(rows.new_id(), user.id, new.friendly_name, used)
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

        >>> from supabase_gotrue import admin
        >>> emulator = Emulator()
        >>> emulator.fail_next(503)
        >>> admin.list_users(emulator.client()).failure().code
        'service_unavailable'
        """
        default = {"code": "unexpected_failure", "message": "Injected failure"}
        text = json.dumps(default if body is None else body).encode()
        response = Response(status, {**JSON_HEADERS, **(headers or {})}, text)
        self._rehearsal.add(response, times)

    def lose_response(self) -> None:
        """Make the next change succeed without a response, as if the connection broke then.

        The change is made, and the call fails with the code `connection_error` and
        `outcome_unknown`. It is not retried. Requests that only read, and all requests after
        that change, get their responses. Over a socket the connection is closed.

        >>> from supabase_gotrue import admin
        >>> emulator = Emulator()
        >>> emulator.lose_response()
        >>> lost = admin.create_user(emulator.client(), {"email": "ada@example.com"}).failure()
        >>> lost.code, lost.outcome_unknown
        ('connection_error', True)
        >>> admin.get_user_by_email(emulator.client(), "ada@example.com").unwrap().email
        'ada@example.com'
        """
        self._rehearsal.add(None)

    def reset(self) -> None:
        """Forget all users and everything else: the emulator is as if it were new.

        >>> from supabase_gotrue import admin
        >>> emulator = Emulator()
        >>> client = emulator.client()
        >>> created = admin.create_user(client, {"email": "ada@example.com"})
        >>> emulator.reset()
        >>> admin.list_users(client).unwrap().users
        ()
        """
        self._rehearsal.clear()
        self._server.reset()

    def key(self, role: str = "service_role") -> str:
        """Return an API key that does not expire.

        Args:
            role: `service_role`, the default, which may do everything, or `anon`.

        >>> from supabase_gotrue import admin, init_client
        >>> emulator = Emulator()
        >>> client = init_client("http://localhost", emulator.key("anon"), transport=emulator)
        >>> admin.list_users(client.unwrap()).failure().error_code
        'not_admin'
        """
        return tokens.sign(self.settings.jwt_secret, {"iss": "emulator", "role": role})

    def client(self, base_url: str = "http://localhost:9999", *, max_retries: int = 0) -> Client:
        """Return a client of this emulator with a service role key, without a socket.

        Args:
            base_url: The base URL of the client; nothing connects to it.
            max_retries: Maximum number of retries, by default none. They follow the rules of
                the default transport, but do not wait for the seconds in `Retry-After`.

        >>> from supabase_gotrue import admin
        >>> emulator = Emulator()
        >>> emulator.fail_next(429, headers={"retry-after": "1"})
        >>> admin.list_users(emulator.client(max_retries=1)).map(lambda page: page.users)
        <Success: ()>
        """
        transport = EmulatorTransport(self._send, max_retries)
        auth_url = base_url + HOSTED_PREFIX
        return init_client(base_url, self.key(), auth_url=auth_url, transport=transport).unwrap()

    def async_client(
        self, base_url: str = "http://localhost:9999", *, max_retries: int = 0
    ) -> AsyncClient:
        """Return an async client of this emulator, as `client` does.

        A call does not wait for anything: the emulator responds in the event loop's thread.

        Args:
            base_url: The base URL of the client; nothing connects to it.
            max_retries: Maximum number of retries, as for `client`.

        >>> import asyncio
        >>> from supabase_gotrue import aio
        >>> asyncio.run(aio.admin.list_users(Emulator().async_client())).unwrap().users
        ()
        """
        transport = AsyncEmulatorTransport(EmulatorTransport(self._send, max_retries))
        auth_url = base_url + HOSTED_PREFIX
        return aio.init_client(
            base_url, self.key(), auth_url=auth_url, transport=transport
        ).unwrap()

    def sign_in(self, email: str) -> Result[Session, Error]:
        """Return a new session of a user, without a password and without an email.

        Args:
            email: The email address of an existing user, confirmed or not, in any case.

        Returns:
            The session, or an error: `validation`, or with the `error_code` `user_not_found`.

        >>> emulator = Emulator()
        >>> emulator.sign_in("ada@example.com").failure().error_code
        'user_not_found'
        """
        return _check_text("email", email).bind(self._sign_in)

    def _sign_in(self, email: str) -> Result[Session, Error]:
        request = ServerRequest("POST", "/token", {}, {}, None)
        with self._server.transaction(request) as ctx:
            user = lookup.find_by_email(ctx.tx, email, AUDIENCE)
            if user is None:
                return _no_user("email address", email)
            audit.record(ctx, audit.LOGIN, user, provider="email")
            session = sessions.issue_session(ctx, user, "password")
        return Session.parse(gojson.dumps(session))

    def close(self) -> None:
        """Close the database."""
        self._server.database.close()


class _NewPasskey(NamedTuple):
    user_id: str
    friendly_name: str
    last_used_at: datetime | None


def _no_user(what: str, value: str) -> Result[Never, Error]:
    message = f"No user has the {what} {value}"
    return Failure(Error("not_found", message, error_code="user_not_found", status=404))


def _check_text(name: str, value: object) -> Result[str, Error]:
    """Check that a column of PostgreSQL can hold a text, which a NUL prevents."""
    text = cast_str(value)
    if isinstance(text, str) and "\0" not in text:
        return Success(text)
    return Failure(validation_error({name: (INVALID,)}))


def _check_time(name: str, value: object) -> Result[datetime | None, Error]:
    if value is None or (has_type(value, datetime) and value.tzinfo is not None):
        return Success(value)
    return Failure(validation_error({name: (INVALID,)}, {name: "not an aware datetime"}))
