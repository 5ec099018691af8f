"""Helpers of the emulator's tests: a clock that stands still, and requests."""

from typing import Any

from returns.result import Success

from supabase_gotrue.emulator import Emulator, Mail
from tests.server.server import Server

EMAIL = "ada@example.com"
PHONE = "15550100"


class Clock:
    """A clock that stands still until a test changes it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def server(emulator: Emulator) -> Server:
    """Return an emulator as the server that the tests of servers use."""
    return Server(emulator.client(), emulator.settings.jwt_secret)


def post(emulator: Emulator, path: str, body: Any, **options: Any) -> Any:
    """Send a POST request; return the decoded body, or the error code."""
    result = server(emulator).send("POST", path, body, **options)
    return result.unwrap() if isinstance(result, Success) else result.failure().error_code


def last_mail(emulator: Emulator) -> Mail:
    """Return the newest email or text message."""
    return emulator.outbox[-1]
