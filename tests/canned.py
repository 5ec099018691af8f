"""A transport that returns the same response to every request, and records the requests."""

from dataclasses import dataclass, field

from returns.result import Result, Success

from supabase_gotrue import Client, Error, Request, Response, init_client

KEY = "service-key"


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
