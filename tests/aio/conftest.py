"""The certificates of servers."""

from tests.faults.conftest import authority, tls

__all__ = ["authority", "tls"]
