"""The log line of each attempt."""

import logging
import re
from functools import partial

import pytest

from supabase_gotrue import Request
from tests.transports.wire import (
    KEY,
    MakeTransport,
    http_response,
    keep_alive,
    reset_connection,
    serve,
)

HEADERS = {"apikey": KEY, "authorization": f"Bearer {KEY}"}


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    lines = [r.getMessage() for r in caplog.records if r.name == "supabase_gotrue"]
    return [re.sub(r"\d+ ms", "N ms", line) for line in lines]


def test_logs_each_attempt(make_transport: MakeTransport, caplog: pytest.LogCaptureFixture) -> None:
    response = partial(http_response, b"{}", "200 OK")
    with (
        serve(reset_connection, keep_alive(response("X-Request-Id: 7e9f"))) as server,
        caplog.at_level(logging.DEBUG, "supabase_gotrue"),
    ):
        url = f"{server.url}/admin/users/user-1?filter=ada"
        request = Request("GET", url, HEADERS, route="/admin/users/{user_id}")
        make_transport()(request).unwrap()
    assert messages(caplog) == [
        "GET /admin/users/{user_id}: connection_lost in N ms, attempt 1",
        "GET /admin/users/{user_id}: 200 in N ms, attempt 2, request ID 7e9f",
    ]


def test_logs_no_secret_that_a_server_repeats(
    make_transport: MakeTransport, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        serve(keep_alive(http_response(b"", "404 X", f"SB-Request-Id: {KEY}"))) as server,
        caplog.at_level(logging.DEBUG, "supabase_gotrue"),
    ):
        make_transport()(Request("PUT", f"{server.url}/{KEY}", HEADERS, b"not JSON"))
    assert messages(caplog) == ["PUT (no route): 404 in N ms, attempt 1, request ID [redacted]"]


def test_logs_nothing_above_debug(
    make_transport: MakeTransport, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        serve(reset_connection) as server,
        caplog.at_level(logging.INFO, "supabase_gotrue"),
    ):
        make_transport()(Request("GET", server.url, HEADERS))
    assert messages(caplog) == []
