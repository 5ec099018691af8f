"""A transport that gives one answer to everything, and remembers what it was sent."""

from dataclasses import dataclass, field

from returns.result import Result, Success

from supabase_gotrue import Client, Error, Request, Response, init_client

KEY = "service-key"


@dataclass
class Canned:
    """One answer, and the requests that got it."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict[str, str])
    sent: list[Request] = field(default_factory=list[Request])

    def __call__(self, request: Request) -> Result[Response, Error]:
        self.sent.append(request)
        return Success(Response(self.status, self.headers, self.body))

    def client(self) -> Client:
        """A client that is answered by this."""
        return init_client("http://localhost", KEY, transport=self).unwrap()
