"""A transport that returns the same response to every request, and records the requests."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from returns.result import Result, Success

from supabase_gotrue import Client, Error, Request, Response, aio, init_client
from supabase_gotrue.aio import AsyncClient

KEY = "service-key"
ROOT = "http://localhost/auth/v1"


@dataclass
class Canned:
    """One response, and the requests that were sent."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    sent: list[Request] = field(default_factory=list[Request])

    def __call__(self, request: Request) -> Result[Response, Error]:
        self.sent.append(request)
        return Success(Response(self.status, self.headers, self.body))

    def client(self) -> Client:
        """Return a client with this transport."""
        return init_client("http://localhost", KEY, transport=self).unwrap()

    def async_client(self) -> AsyncClient:
        """An async client that is answered by this."""

        async def transport(request: Request) -> Result[Response, Error]:
            return self(request)

        return aio.init_client("http://localhost", KEY, transport=transport).unwrap()


def sent(call: Callable[[Client], object], body: bytes = b"{}") -> Request:
    """Return the one request of a call."""
    canned = Canned(body=body)
    call(canned.client())
    [request] = canned.sent
    return request


def body_of(request: Request) -> Any:
    """Return the JSON of a request's body, or None."""
    return json.loads(request.body or b"null")


def query_of(request: Request) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
