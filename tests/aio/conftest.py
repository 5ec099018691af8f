"""The certificates of servers."""

from tests.transports.conftest import authority, tls

__all__ = ["authority", "tls"]
