"""Deadline, size limit and reuse of connections hold if names of `http.client` change."""

import json
import sys
from contextlib import ExitStack

import pytest

from tests.programs import run_command
from tests.transports.changed_library import CHANGES
from tests.transports.wire import Script, drip, http_response, keep_alive, never_respond, serve

HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
TOO_LARGE = "the response is larger than max_response_bytes"
TOO_LATE = "no complete response arrived in time"
BROKEN = "the connection broke before the response was complete"
SERVERS: dict[str, Script] = {
    "chunks": keep_alive(CHUNKED + b"2\r\nok\r\n0\r\n\r\n"),
    "silent": never_respond,
    "slow header": drip(HEAD + b"X: ", b"x"),
    "slow body": drip(HEAD + b"Content-Length: 9999\r\n\r\n", b"x"),
    "slow chunk size": drip(CHUNKED, b"0"),
    "long body": drip(HEAD + b"\r\n", b" " * 4096, 0),
    "long chunks": drip(CHUNKED, b"1000\r\n" + b" " * 4096 + b"\r\n", 0),
    "long header": drip(HEAD + b"X: ", b"x" * 2**16, 0),
    "endless negative chunk": drip(CHUNKED + b"-1\r\n", b" " * 65536, 0),
}
STRICT = {
    "chunks": "ok",
    "silent": TOO_LATE,
    "slow header": TOO_LATE,
    "slow body": TOO_LATE,
    "slow chunk size": TOO_LATE,
    "long body": TOO_LARGE,
    "long chunks": TOO_LARGE,
    "long header": "the response is not valid HTTP",
    "endless negative chunk": BROKEN,
}
LENIENT = {**STRICT, "endless negative chunk": TOO_LARGE}


@pytest.mark.parametrize(
    ("change", "response_class", "expected"),
    [
        ("nothing", "StrictHTTPResponse", STRICT),
        ("response_class is ignored", "StrictHTTPResponse", LENIENT),
        ("chunk sizes are read elsewhere", "HTTPResponse", LENIENT),
        ("all private names are others", "HTTPResponse", LENIENT),
    ],
)
def test_limits_hold_when_the_standard_library_changes(
    change: str, response_class: str, expected: dict[str, str]
) -> None:
    assert change in CHANGES
    with ExitStack() as stack:
        kept = stack.enter_context(serve(keep_alive(http_response(b"kept"))))
        urls = {stack.enter_context(serve(script)).url: name for name, script in SERVERS.items()}
        program = (sys.executable, "-m", "tests.transports.changed_library")
        late = [url for url, name in urls.items() if expected[name] == TOO_LATE]
        others = [kept.url] * 3 + [url for url in urls if url not in late]
        urls_of_both = (json.dumps(late), json.dumps(others))
        outcomes = json.loads(run_command(*program, change, *urls_of_both).stdout)
        assert outcomes.pop("class") == response_class
        assert outcomes.pop(kept.url) == "kept"
        assert (kept.connections, len(kept.requests)) == (1, 3)
        assert {urls[url]: outcome for url, outcome in outcomes.items()} == expected
