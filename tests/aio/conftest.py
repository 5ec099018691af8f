"""The event loops that these tests run in, and the certificates of servers."""

import pytest

from tests.in_event_loop import LOOP_FACTORIES, Run, run_in
from tests.transports.conftest import authority, tls

__all__ = ["authority", "run", "tls"]


@pytest.fixture(scope="session", params=LOOP_FACTORIES)
def run(request: pytest.FixtureRequest) -> Run:
    """Runs a coroutine, as `asyncio.run` does: each test runs in each kind of event loop."""
    return run_in(request.param)
