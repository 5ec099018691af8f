"""An emulator that listens, and the command line that is connected to it."""

import itertools
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import NamedTuple

import pytest

from supabase_gotrue import Client, Request, Response
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.serving import running
from supabase_gotrue.emulator.store.database import IN_MEMORY
from tests.cli.driver import CommandLine
from tests.programs import PATIENCE


class EventfulEmulator(Emulator):
    """An emulator with which something happens at a certain request, or from it on."""

    def __init__(self, database: str = IN_MEMORY) -> None:
        super().__init__(database, autoconfirm=True)
        self.reached = threading.Event()
        self.gate = threading.Event()
        self._event: Callable[[], None] | None = None
        self._route = ""
        self._number = 0
        self._count = itertools.count(1)

    def respond(self, request: Request) -> Response:
        is_counted = f"{request.method} {request.path}" == self._route
        if is_counted and next(self._count) >= self._number and self._event is not None:
            self._event()
        return super().respond(request)

    def at(self, route: str, number: int, event: Callable[[], None]) -> None:
        """Let something happen at each request of a route, from one of them on."""
        self._route, self._number, self._event = route, number, event
        self._count = itertools.count(1)

    def interrupt_at(self, route: str, number: int) -> None:
        """Interrupt this process once, as Ctrl-C does."""
        self.at(route, number, self._interrupt)

    def fail_from(self, route: str, number: int) -> None:
        """Fail from a request on."""
        self.at(route, number, self.fail_next)

    def hold_from(self, route: str, number: int) -> None:
        """Hold back the responses from a request on, until the gate is opened."""
        self.at(route, number, self._hold)

    def _interrupt(self) -> None:
        self._event = None
        os.kill(os.getpid(), signal.SIGINT)

    def _hold(self) -> None:
        self.reached.set()
        self.gate.wait(PATIENCE)


class Server(NamedTuple):
    """An emulator, and where it listens."""

    emulator: EventfulEmulator
    url: str
    key: str

    @property
    def client(self) -> Client:
        """A client without a socket."""
        return self.emulator.client()

    def post(self, path: str, token: str | None = None, /, **body: object) -> Response:
        """Send a request of a user, without a socket."""
        headers = {"content-type": "application/json", "apikey": self.key}
        headers |= {} if token is None else {"authorization": f"Bearer {token}"}
        url = f"http://localhost{path}"
        return self.emulator(Request("POST", url, headers, json.dumps(body).encode())).unwrap()


@pytest.fixture
def database() -> str:
    """The path of the database of the server."""
    return IN_MEMORY


@pytest.fixture
def server(database: str) -> Iterator[Server]:
    with closing(EventfulEmulator(database)) as emulator, running(emulator) as url:
        yield Server(emulator, url, emulator.key())


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line without a connection."""
    return CommandLine(monkeypatch)


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, server: Server) -> CommandLine:
    """The command line, connected by the environment."""
    environ = {"SUPABASE_URL": server.url, "SUPABASE_SERVICE_ROLE_KEY": server.key}
    return CommandLine(monkeypatch, environ, [server.key])
