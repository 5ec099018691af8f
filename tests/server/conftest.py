"""The server that these tests run against.

With GOTRUE_URL and GOTRUE_JWT_SECRET it is a real one, through each transport. Without them
each test runs against an emulator in each of four configurations.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import jwt
import pytest
from returns.result import Failure, Success

from supabase_gotrue import AdminUserAttrs, Client, Error, Transport, User, init_client
from supabase_gotrue.admin import (
    create_user,
    delete_identity,
    delete_user,
    generate_link,
    update_user_by_id,
)
from tests.in_event_loop import TRANSPORTS
from tests.server.server import PASSWORD, Server, new_email

REAL_URL: Final = os.environ.get("GOTRUE_URL")
SECRET: Final = os.environ.get("GOTRUE_JWT_SECRET") or "a secret of at least thirty-two bytes"
CONFIGURATIONS: Final[dict[str, dict[str, Any]]] = {
    "confirm": {},
    "autoconfirm": {"autoconfirm": True, "cursor_pagination": True},
    "closed": {
        "disable_signup": True,
        "email_enabled": False,
        "phone_enabled": False,
        "manual_linking": False,
        "oauth_server_enabled": False,
    },
    "strict": {
        "password_min_length": 12,
        "password_required_characters": ("abcdefghijklmnopqrstuvwxyz", "0123456789"),
        "email_rate_limit": 2,
    },
}


def real_client(url: str, transport: Transport) -> Client:
    assert os.environ.get("GOTRUE_JWT_SECRET"), "GOTRUE_URL needs GOTRUE_JWT_SECRET"
    key = jwt.encode({"role": "service_role"}, SECRET, algorithm="HS256")
    return init_client(url, key, auth_url=url, transport=transport).unwrap()


def emulator_client(**options: Any) -> Client:
    emulator = pytest.importorskip("supabase_gotrue.emulator", exc_type=ImportError)
    allow = ("https://example.com/**",)
    client: Client = emulator.Emulator(jwt_secret=SECRET, allow_redirect=allow, **options).client()
    return client


@pytest.fixture(scope="session", params=TRANSPORTS if REAL_URL else CONFIGURATIONS)
def base_server(request: pytest.FixtureRequest) -> Server:
    client = (
        real_client(REAL_URL, TRANSPORTS[request.param]())
        if REAL_URL
        else emulator_client(**CONFIGURATIONS[request.param])
    )
    server = Server(client, SECRET)
    return replace(server, settings=server.send("GET", "/settings").unwrap())


@pytest.fixture(scope="session")
def twin(base_server: Server) -> Server:
    """An emulator with the settings of the real server."""
    if not REAL_URL:
        pytest.skip("GOTRUE_URL names no real server")
    external = base_server.settings["external"]
    client = emulator_client(
        autoconfirm=base_server.settings["mailer_autoconfirm"],
        disable_signup=base_server.settings["disable_signup"],
        email_enabled=external["email"],
        phone_enabled=external["phone"],
        **detected_settings(base_server),
    )
    return Server(client, SECRET)


def detected_settings(server: Server) -> dict[str, Any]:
    """Find out settings that `/settings` does not show."""
    user = create_user(server.client, {"email": new_email()}).unwrap()
    link = generate_link(server.client, {"type": "magiclink", "email": user.email or ""}).unwrap()
    unlinked = delete_identity(
        server.client, user.id, user.id, session=server.session_by_link(user)
    ).failure()
    updated = update_user_by_id(server.client, user.id, {"password": "a" * 40})
    delete_user(server.client, user.id).unwrap()
    if not isinstance(updated, Success):
        pytest.skip("this server requires characters in passwords")
    return {
        "site_url": link.redirect_to,
        "manual_linking": unlinked.error_code != "manual_linking_disabled",
    }


@pytest.fixture
def server(base_server: Server) -> Iterator[Server]:
    """The server; the users that a test creates are deleted after it."""
    user_ids: set[str] = set()
    yield base_server.recording(user_ids)
    for user_id in user_ids:
        match delete_user(base_server.client, user_id):
            case Failure(Error() as error) if error.error_code != "user_not_found":
                pytest.fail(f"a user was not deleted: {error}")
            case _:
                pass


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
