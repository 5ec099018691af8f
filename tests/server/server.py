"""A real or emulated server, and what users do with it: sign in, follow links, enroll factors."""

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

# Long, with lower case, upper case and a digit, for servers that require these.
PASSWORD: Final = "Correct-horse-1"
WELCOME: Final = "https://example.com/welcome"

# Features that a server may have disabled, by the error code of its response.
DISABLED: Final[Mapping[str, str]] = {
    "anonymous_provider_disabled": "anonymous users are disabled",
    "email_provider_disabled": "the email provider is disabled",
    "feature_disabled": "the OAuth server is disabled",
    "manual_linking_disabled": "manual linking is disabled",
    "mfa_phone_enroll_not_enabled": "phone factors are disabled",
    "mfa_totp_enroll_not_enabled": "TOTP factors are disabled",
    "over_email_send_rate_limit": "the rate limit of emails is reached",
    "phone_provider_disabled": "the phone provider is disabled",
    "signup_disabled": "signups are disabled",
}

_T = TypeVar("_T")


@dataclass
class RecordingTransport:
    """A transport that records the ids of the users that are created."""

    transport: Transport
    user_ids: set[str] = field(default_factory=set[str])

    def __call__(self, request: Request) -> Result[Response, Error]:
        result = self.transport(request)
        match result:
            case Success(Response(200, _, body)) if request.method == "POST":
                decoded = json.loads(body)
                users = (decoded, decoded.get("user", {}))
                self.user_ids |= {user["id"] for user in users if "aud" in user}
            case _:
                pass
        return result


@dataclass(frozen=True)
class Server:
    """A server, its public settings, and the secret that signs its tokens."""

    client: Client
    jwt_secret: str
    settings: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def token(self, *, secret: str | None = None, **claims: object) -> str:
        """Return a token that is valid for a minute, unless its claims differ."""
        now = int(time.time())
        times = {"iat": now - 60, "exp": now + 60}
        return jwt.encode(times | claims, secret or self.jwt_secret, algorithm="HS256")

    def client_with_token(self, token: str) -> Client:
        return update_access_token(self.client, token).unwrap()

    def send(
        self, method: str, path: str, body: object = None, *, session: Session | None = None
    ) -> Result[dict[str, Any], Error]:
        """Send a request that the library has no function for; return the decoded body."""
        token = None if session is None else session.access_token
        content = {} if body is None else {"content-type": "application/json"}
        request = Request(
            method,
            self.client.auth_url + path,
            {**self.client.headers_for(token), **content},
            None if body is None else json.dumps(body).encode(),
        )
        return self.client.transport(request).bind(_decode)

    def sign_in(self, email: str | None, password: str = PASSWORD) -> Result[Session, Error]:
        """Sign in by password; skip the test if the server has that disabled."""
        body = {"email": email, "password": password}
        response = self.send("POST", "/token?grant_type=password", body)
        return skip_if_disabled(response).bind(Session.parse)

    def verify(self, type: str, token_hash: str) -> Result[Session, Error]:
        """Verify the token of a link, as its user does."""
        body = {"type": type, "token_hash": token_hash}
        return self.send("POST", "/verify", body).bind(Session.parse)

    def session_by_link(self, user: User) -> Session:
        """Sign in by a link, which works where passwords are disabled."""
        link = generate_link(self.client, {"type": "magiclink", "email": user.email or ""})
        return link.bind(lambda found: self.verify("magiclink", found.hashed_token)).unwrap()

    def is_signed_in(self, session: Session) -> bool:
        """Whether the server still accepts a session."""
        match self.send("GET", "/user", session=session):
            case Success(_):
                return True
            case Failure(Error(error_code="session_not_found" | "user_not_found")):
                return False
            case other:
                pytest.fail(f"unexpected: {other}")

    def enroll_factor(self, session: Session, **factor: str) -> str:
        """Return the id of a new factor; skip the test if the server has them disabled."""
        factor = {"factor_type": "totp", "friendly_name": "laptop"} | factor
        response = self.send("POST", "/factors", factor, session=session)
        return str(skip_if_disabled(response).unwrap()["id"])

    def recording(self, user_ids: set[str]) -> "Server":
        """Return the same server, which adds the ids of new users to a set."""
        transport = RecordingTransport(self.client.transport, user_ids)
        client = with_options(self.client, transport=transport).unwrap()
        return Server(client, self.jwt_secret, self.settings)


def _decode(response: Response) -> Result[dict[str, Any], Error]:
    body = json.loads(response.body or b"{}")
    if 200 <= response.status < 300:
        return Success(body)
    return Failure(
        Error("unexpected", body["message"], error_code=body["code"], status=response.status)
    )


def skip_if_disabled(result: Result[_T, Error]) -> Result[_T, Error]:
    """Return a result; skip the test if it failed because a feature is disabled."""
    match result:
        case Failure(Error(error_code=str(code))) if code in DISABLED:
            pytest.skip(f"on this server, {DISABLED[code]}")
        case _:
            return result


def new_email(tag: str = "user") -> str:
    return f"{tag}-{uuid4().hex}@example.com"


def new_phone() -> str:
    return f"1555{uuid4().int % 10**10:010}"


def is_recent(time: datetime | None) -> bool:
    """Whether a time is now, give or take ten minutes between clocks."""
    return time is not None and abs((datetime.now(UTC) - time).total_seconds()) < 600


def claims(session: Session) -> dict[str, Any]:
    """Return the claims of an access token, unverified."""
    found: dict[str, Any] = jwt.decode(session.access_token, options={"verify_signature": False})
    return found
