"""Every function ends at the deadline of its client, through both transports."""

import pytest

from tests.calls import ADMIN, Call, call_id
from tests.transports.conftest import make_client, make_transport
from tests.transports.wire import MakeClient, never_respond, serve

__all__ = ["make_client", "make_transport"]


@pytest.mark.parametrize("call", ADMIN, ids=call_id)
def test_server_that_never_responds_times_out(call: Call, make_client: MakeClient) -> None:
    with serve(never_respond) as server:
        error = call(make_client(server.url, timeout=0.05)).failure()
    assert error.code == "timeout"
