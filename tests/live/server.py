"""The server that the live tests talk to, whether it is real or emulated.

What may live here: what a test needs beyond the eleven functions (signing in, tokens of other
roles, requests of a user's own), and what a server may have switched off.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from uuid import uuid4

import jwt
import pytest
from returns.result import Failure, Result, Success

from supabase_gotrue import (
    Client,
    Error,
    Request,
    Response,
    Session,
    Transport,
    User,
    update_access_token,
    with_options,
)
from supabase_gotrue.admin import generate_link

# Long, with lower, upper and digit, for servers that ask for these.
PASSWORD: Final = "Correct-horse-1"
WELCOME: Final = "https://example.com/welcome"

# What a server may have switched off, by what it answers then.
SWITCHED_OFF: Final[Mapping[str, str]] = {
    "anonymous_provider_disabled": "anonymous users are off",
    "email_provider_disabled": "signing in by email is off",
    "manual_linking_disabled": "manual linking is off",
    "mfa_phone_enroll_not_enabled": "enrolling phones is off",
    "mfa_totp_enroll_not_enabled": "enrolling TOTP is off",
    "over_email_send_rate_limit": "no more mails in this hour",
    "phone_provider_disabled": "signing in by phone is off",
    "signup_disabled": "signing up is off",
}

_T = TypeVar("_T")


@dataclass
class Noting:
    """Carries requests, and notes the ids of the users that they made."""

    carry: Transport
    made: set[str] = field(default_factory=set[str])

    def __call__(self, request: Request) -> Result[Response, Error]:
        answer = self.carry(request)
        match answer:
            case Success(Response(200, _, body)) if request.method == "POST":
                said = json.loads(body)
                self.made |= {user["id"] for user in (said, said.get("user", {})) if "aud" in user}
            case _:
                pass
        return answer


@dataclass(frozen=True)
class Server:
    """A server, its public settings, and the secret that signs its tokens."""

    client: Client
    jwt_secret: str
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def token(self, *, secret: str | None = None, **claims: object) -> str:
        """A token that holds for a minute, unless its claims say otherwise."""
        now = int(time.time())
        times = {"iat": now - 60, "exp": now + 60}
        return jwt.encode(times | claims, secret or self.jwt_secret, algorithm="HS256")

    def acting_as(self, token: str) -> Client:
        return update_access_token(self.client, token).unwrap()

    def send(
        self, method: str, path: str, body: object = None, *, session: Session | None = None
    ) -> Result[dict[str, Any], Error]:
        """A request that the library has no function for: the decoded body of a success."""
        token = None if session is None else session.access_token
        content = {} if body is None else {"content-type": "application/json"}
        request = Request(
            method,
            self.client.auth_url + path,
            {**self.client.headers_for(token), **content},
            None if body is None else json.dumps(body).encode(),
        )
        return self.client.transport(request).bind(_read)

    def sign_in(self, email: str | None, password: str = PASSWORD) -> Result[Session, Error]:
        """Sign in by password; skips where the server lets nobody."""
        body = {"email": email, "password": password}
        said = self.send("POST", "/token?grant_type=password", body)
        return allowed(said).bind(Session.parse)

    def verify(self, type: str, token_hash: str) -> Result[Session, Error]:
        """Follow a link, as the user who got it does."""
        body = {"type": type, "token_hash": token_hash}
        return self.send("POST", "/verify", body).bind(Session.parse)

    def session_of(self, user: User) -> Session:
        """A session by a link, which servers give where passwords are off, too."""
        link = generate_link(self.client, {"type": "magiclink", "email": user.email or ""})
        return link.bind(lambda to: self.verify("magiclink", to.hashed_token)).unwrap()

    def alive(self, session: Session) -> bool:
        """Whether a session still opens its user's own account."""
        match self.send("GET", "/user", session=session):
            case Success(_):
                return True
            case Failure(Error(error_code="session_not_found" | "user_not_found")):
                return False
            case other:
                pytest.fail(f"neither alive nor gone: {other}")

    def enrol(self, session: Session, **factor: str) -> str:
        """The id of a new second factor; skips where the server takes none."""
        factor = {"factor_type": "totp", "friendly_name": "laptop"} | factor
        said = allowed(self.send("POST", "/factors", factor, session=session)).unwrap()
        return str(said["id"])

    def noting(self, made: set[str]) -> "Server":
        """The same server, with the users that it makes noted."""
        carry = Noting(self.client.transport, made)
        client = with_options(self.client, transport=carry).unwrap()
        return Server(client, self.jwt_secret, self.settings)


def _read(response: Response) -> Result[dict[str, Any], Error]:
    said = json.loads(response.body or b"{}")
    if 200 <= response.status < 300:
        return Success(said)
    return Failure(
        Error("unexpected", said["message"], error_code=said["code"], status=response.status)
    )


def allowed(result: Result[_T, Error]) -> Result[_T, Error]:
    """A result, unless the server has switched off what it is the result of."""
    match result:
        case Failure(Error(error_code=str(code))) if code in SWITCHED_OFF:
            pytest.skip(f"on this server {SWITCHED_OFF[code]}")
        case _:
            return result


def new_email(tag: str = "user") -> str:
    return f"{tag}-{uuid4().hex}@example.com"


def new_phone() -> str:
    return f"1555{uuid4().int % 10**10:010}"


def recent(time: datetime | None) -> bool:
    """Whether a time is now, for clocks that disagree by minutes."""
    return time is not None and abs((datetime.now(UTC) - time).total_seconds()) < 600


def claims(session: Session) -> dict[str, Any]:
    """What an access token says, unverified."""
    said: dict[str, Any] = jwt.decode(session.access_token, options={"verify_signature": False})
    return said
