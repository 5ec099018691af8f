"""An emulator that listens, and the command line that is connected to it."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

import pytest

from supabase_gotrue import Client, Request, Response
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.__main__ import listen, serve
from tests.cli.driver import CommandLine


class Server(NamedTuple):
    """An emulator, and where it listens."""

    emulator: Emulator
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
    with closing(Emulator(autoconfirm=True)) as emulator:
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
