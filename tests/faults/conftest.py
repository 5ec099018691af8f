"""Who certifies the servers here."""

import ssl
from pathlib import Path

import pytest
import trustme

from tests.faults.wire import context


@pytest.fixture
def authority(tmp_path: Path) -> tuple[trustme.CA, str]:
    """An authority, and where its own certificate is."""
    made = trustme.CA()
    path = str(tmp_path / "authority.pem")
    made.cert_pem.write_to_path(path)
    return made, path


@pytest.fixture
def tls(authority: tuple[trustme.CA, str]) -> tuple[ssl.SSLContext, str]:
    """A server's certificate, and where its authority is."""
    return context(authority[0]), authority[1]
