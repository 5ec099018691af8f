"""Every function ends at the deadline of its client, through both transports."""

import pytest

from tests.calls import SENDING, Call, outcomes
from tests.transports.conftest import make_client, make_transport
from tests.transports.wire import MakeClient, never_respond, serve

__all__ = ["make_client", "make_transport"]
# It asks again and again whether a user was created, with pauses.
PATIENT = "bulk.import_users"
CALLS = [
    pytest.param(call, marks=pytest.mark.slow if call.name == PATIENT else (), id=call.name)
    for call in SENDING
]


@pytest.mark.parametrize("call", CALLS)
def test_server_that_never_responds_times_out(call: Call, make_client: MakeClient) -> None:
    with serve(never_respond) as server:
        results = outcomes(call(make_client(server.url, timeout=0.05)))
    assert {result.failure().code for result in results} == {"timeout"}
