"""The transports that these tests run through, and the certificates of their servers."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import trustme

from supabase_gotrue import Client, Transport, init_client
from supabase_gotrue.transports import aiohttp_sender, requests_sender
from tests.in_event_loop import TRANSPORTS
from tests.transports.wire import KEY, MakeClient, MakeTransport, server_context

# Imported now, because the first call of the first test would take the time.
SENDERS = (requests_sender.Sender, aiohttp_sender.AsyncSender)


@pytest.fixture(params=TRANSPORTS)
def make_transport(request: pytest.FixtureRequest) -> MakeTransport:
    """Makes the transport under test: each test runs through all of them."""
    transport = TRANSPORTS[request.param]

    def make(**options: Any) -> Transport:
        return transport(**{"timeout": 60.0, **options})

    return make


@pytest.fixture
def make_client(make_transport: MakeTransport) -> MakeClient:
    """Makes a client with the transport under test."""

    def make(url: str, headers: Mapping[str, str] | None = None, **options: Any) -> Client:
        transport = make_transport(**options)
        return init_client(url, KEY, auth_url=url, headers=headers, transport=transport).unwrap()

    return make


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, str]:
    """An authority, and the path of its certificate."""
    authority = trustme.CA()
    path = str(tmp_path / "authority.pem")
    authority.cert_pem.write_to_path(path)
    return authority, path


@pytest.fixture
def tls(authority: tuple[trustme.CA, str]) -> tuple[ssl.SSLContext, str]:
    """The TLS context of a server, and the path of its authority's certificate."""
    return server_context(authority[0]), authority[1]
