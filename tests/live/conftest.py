"""Which server the live tests run against.

GOTRUE_URL and GOTRUE_JWT_SECRET name a real one; without them each test runs against emulators
that are set in the four ways that matter to it.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import jwt
import pytest
from returns.result import Failure

from supabase_gotrue import AdminUserAttrs, Client, Error, User, init_client
from supabase_gotrue.admin import create_user, delete_user
from tests.live.server import PASSWORD, Server, new_email

REAL: Final = os.environ.get("GOTRUE_URL")
SECRET: Final = os.environ.get("GOTRUE_JWT_SECRET", "a secret of at least thirty-two bytes")
EMULATED: Final[dict[str, dict[str, Any]]] = {
    "confirm": {},
    "autoconfirm": {"autoconfirm": True, "cursor_pagination": True},
    "closed": {
        "disable_signup": True,
        "email_enabled": False,
        "phone_enabled": False,
        "manual_linking": False,
    },
    "strict": {
        "password_min_length": 12,
        "password_required_characters": ("abcdefghijklmnopqrstuvwxyz", "0123456789"),
        "email_rate_limit": 2,
    },
}


def real(url: str) -> Client:
    key = jwt.encode({"role": "service_role"}, SECRET, algorithm="HS256")
    return init_client(url, key, auth_url=url).unwrap()


def emulated(name: str) -> Client:
    emulator = pytest.importorskip("supabase_gotrue.emulator", exc_type=ImportError)
    made = emulator.Emulator(
        jwt_secret=SECRET, allow_redirect=("https://example.com/**",), **EMULATED[name]
    )
    client: Client = made.client()
    return client


@pytest.fixture(scope="session", params=[REAL] if REAL else list(EMULATED))
def base_server(request: pytest.FixtureRequest) -> Server:
    client = real(request.param) if REAL else emulated(request.param)
    server = Server(client, SECRET)
    return replace(server, settings=server.send("GET", "/settings").unwrap())


@pytest.fixture
def server(base_server: Server) -> Iterator[Server]:
    """The server, without the users that a test made, once it has ended."""
    made: set[str] = set()
    yield base_server.noting(made)
    for user_id in made:
        match delete_user(base_server.client, user_id):
            case Failure(Error() as error) if error.error_code != "user_not_found":
                pytest.fail(f"a user is left behind: {error}")


@pytest.fixture
def client(server: Server) -> Client:
    return server.client


@pytest.fixture
def email() -> str:
    """The address of `user`."""
    return new_email()


@pytest.fixture
def user(client: Client, email: str) -> User:
    """A user who can sign in."""
    attrs: AdminUserAttrs = {"email": email, "password": PASSWORD, "email_confirm": True}
    return create_user(client, attrs).unwrap()
