"""`Emulator`: a GoTrue as a value, from a `Request` to a `Response`.

What may live here: one request as one transaction, the outbox, and faults on demand.
What a route does is known elsewhere.
"""

import json
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Final, Unpack

import msgspec
from returns.result import Result, Success

from supabase_gotrue.client import Client, init_client
from supabase_gotrue.emulator import faults, routes, tokens
from supabase_gotrue.emulator.clock import Clock, micros
from supabase_gotrue.emulator.context import HOSTED, Call, Context
from supabase_gotrue.emulator.database import IN_MEMORY, Database
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.outbox import Mail, RateLimit
from supabase_gotrue.emulator.settings import Settings, SettingsOptions
from supabase_gotrue.error import Error
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response

OUTBOX: Final = "/_emulator/outbox"
MOST_MAILS: Final = 1000


def utc_now() -> datetime:
    """The clock of an emulator that was given none."""
    return datetime.now(UTC)


class Emulator:
    """A GoTrue for development and tests, and for nothing else.

    It is a transport: `emulator(request)` answers as a server would, without a socket.
    One emulator serves any number of threads; several may share one file.

    Args:
        database: a file that keeps everything, or `":memory:"`.
        clock: the time as an aware `datetime` or in seconds since 1970.
        settings: as `Settings` has them, by name.

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
        self._limit = RateLimit(self.settings.email_rate_limit)
        self._mails: deque[Mail] = deque(maxlen=MOST_MAILS)
        self._next: deque[Response] = deque()
        self._lock = Lock()

    def __call__(self, request: Request) -> Result[Response, Error]:
        """Answer a request, as a transport does."""
        return Success(self.answer(request))

    def answer(self, request: Request) -> Response:
        """Answer a request: first what `fail_next` left, then as the routes do."""
        with self._lock:
            if self._next:
                return self._next.popleft()
        call = Call.of(request)
        if call.path == OUTBOX:
            return _json(200, msgspec.to_builtins(self.outbox))
        try:
            said = self._committed(call)
        except Refusal as refusal:
            said = faults.answer(refusal, call.version)
        return msgspec.structs.replace(said, body=b"") if call.method == "HEAD" else said

    def _committed(self, call: Call) -> Response:
        """One transaction; what raises undoes it, and its mails are never sent."""
        now = micros(self._clock())
        with self._database.transaction(now, writes=call.method != "GET") as tx:
            ctx = Context(self.settings, call, tx, self._limit.allow)
            said = routes.answer(ctx)
        with self._lock:
            self._mails.extend(ctx.mails)
        return faults.answer(said, call.version) if isinstance(said, Refusal) else said

    @property
    def outbox(self) -> tuple[Mail, ...]:
        """The mails and text messages that the server would have sent, oldest first."""
        with self._lock:
            return tuple(self._mails)

    def fail_next(
        self,
        status: int = 500,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        *,
        times: int = 1,
    ) -> None:
        """Answer the next requests with a fault, whatever they ask for.

        Args:
            status: of HTTP.
            body: JSON; the server's own words for the status where there is none.
            headers: beside the content type, for example `{"retry-after": "1"}`.
            times: how many requests fail.
        """
        said = {"code": "unexpected_failure", "message": "Rehearsed"} if body is None else body
        with self._lock:
            self._next.extend([_json(status, said, headers or {})] * times)

    def key(self, role: str = "service_role") -> str:
        """A key that does not expire, of a role: `service_role` or `anon`."""
        return tokens.sign(self.settings.jwt_secret, {"iss": "emulator", "role": role})

    def client(self, base_url: str = "http://localhost:9999") -> Client:
        """A client with the service role's key that asks this emulator, without a socket.

        Args:
            base_url: what the client takes for its server's.
        """
        made = init_client(base_url, self.key(), auth_url=base_url + HOSTED, transport=self)
        return made.unwrap()

    def close(self) -> None:
        """Close the database; a file keeps everything."""
        self._database.close()


def _json(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(body).encode()
    return Response(status, {**faults.JSON_HEADERS, **(headers or {})}, text)
