"""An emulator that listens, and the command line that is connected to it."""

import itertools
import json
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import pytest

from supabase_gotrue import Client, Request, Response
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.__main__ import listen, serve
from tests.cli.driver import CommandLine


class GatedEmulator(Emulator):
    """An emulator that holds back its responses from a certain request on.

    Without a gate, it interrupts this process instead, as Ctrl-C does.
    """

    route: str = ""
    opens_after: int = 0
    interrupts: bool = False

    def __init__(self) -> None:
        super().__init__(autoconfirm=True)
        self.reached = threading.Event()
        self.gate = threading.Event()
        self._count = itertools.count(1)

    def respond(self, request: Request) -> Response:
        response = super().respond(request)
        route = f"{request.method} {request.path}"
        if route == self.route and next(self._count) >= self.opens_after:
            if self.interrupts and not self.reached.is_set():
                os.kill(os.getpid(), signal.SIGINT)
            self.reached.set()
            if not self.interrupts:
                self.gate.wait(60)
        return response


class Server(NamedTuple):
    """An emulator, and where it listens."""

    emulator: GatedEmulator
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
def server() -> Iterator[Server]:
    with closing(GatedEmulator()) as emulator:
        listener = listen("127.0.0.1", 0)
        thread = threading.Thread(target=serve, args=(emulator, listener), daemon=True)
        thread.start()
        port = listener.getsockname()[1]
        yield Server(emulator, f"http://127.0.0.1:{port}", emulator.key())


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line without a connection."""
    return CommandLine(monkeypatch)


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, server: Server) -> CommandLine:
    """The command line, connected by the environment."""
    environ = {"SUPABASE_URL": server.url, "SUPABASE_SERVICE_ROLE_KEY": server.key}
    return CommandLine(monkeypatch, environ, [server.key])
