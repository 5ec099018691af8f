"""What fails before a byte is sent has a known outcome, and its message says what to do."""

import resource
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager

import pytest
import requests
import trustme

from supabase_gotrue import Request, RequestsTransport
from tests.programs import run_program
from tests.transports.wire import http_response, keep_alive, serve, server_context

URL = "https://project.example/auth/v1"
# The lowest descriptors, which stay open.
STANDARD_STREAMS = 3


def message(url: str, transport: RequestsTransport | None = None) -> str:
    error = (transport or RequestsTransport(timeout=60.0))(Request("POST", url, {})).failure()
    assert (error.code, error.outcome_unknown) == ("connection_error", False)
    return error.message


def test_socks_proxy_without_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5h://localhost:1")
    assert run_program(SOCKS, URL).stdout == (
        "the proxy did not connect to the server: SOCKS proxies need PySocks: "
        'pip install "requests[socks]" False\n'
    )


SOCKS = """
import sys
sys.modules["socks"] = None
from supabase_gotrue import Request, RequestsTransport
error = RequestsTransport()(Request("POST", sys.argv[1], {})).failure()
print(error.message, error.outcome_unknown)
"""


def test_requests_that_knows_no_socks(monkeypatch: pytest.MonkeyPatch) -> None:
    def socks_proxy_manager(*_arguments: object, **_named: object) -> None:
        raise requests.exceptions.InvalidSchema("Missing dependencies for SOCKS support.")

    monkeypatch.setattr("requests.adapters.SOCKSProxyManager", socks_proxy_manager)
    monkeypatch.setenv("HTTPS_PROXY", "socks5h://localhost:1")
    assert "SOCKS proxies need PySocks" in message(URL)


def test_missing_bundle_of_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file.pem")
    assert message(URL) == (
        "the certificate authorities cannot be read: /no/such/file.pem: No such file or directory"
    )


def test_unverified_certificate_says_why() -> None:
    with serve(keep_alive(http_response()), tls=server_context(trustme.CA())) as server:
        port = server.url.rpartition(":")[2]
        assert message(server.url) == (
            f"the TLS of localhost:{port} cannot be verified or understood: "
            "unable to get local issuer certificate"
        )


def test_connection_that_is_refused_names_host_and_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert message(f"http://127.0.0.1:{port}/") == (
        f"no connection to 127.0.0.1:{port} could be made: Connection refused"
    )


@contextmanager
def no_free_descriptors() -> Generator[None]:
    """Let no further file or socket be opened, whatever other threads close meanwhile."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (STANDARD_STREAMS, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_no_free_descriptor() -> None:
    transport = RequestsTransport(timeout=60.0, max_retries=0)
    with no_free_descriptors():  # a server that starts meanwhile could not accept
        assert "Too many open files" in message("http://127.0.0.1:9/", transport)
    with serve(keep_alive(http_response())) as server:
        assert transport(Request("POST", server.url, {})).unwrap().status == 200


def test_no_free_descriptor_at_the_first_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that cannot be opened is not called unsupported, and is imported later."""
    transport = RequestsTransport(timeout=60.0)
    with monkeypatch.context() as patched, no_free_descriptors():
        patched.setitem(sys.modules, "supabase_gotrue.transports.requests_sender", None)
        assert message(URL, transport) == "the request was not sent: Too many open files"
    with serve(keep_alive(http_response())) as server:
        assert transport(Request("POST", server.url, {})).unwrap().status == 200


@pytest.mark.parametrize("header", ["a\r\nb: c", "\u20ac"])
def test_header_that_cannot_be_sent(header: str) -> None:
    with serve(keep_alive(http_response())) as server:
        error = RequestsTransport(timeout=60.0)(
            Request("POST", server.url, {"x": header})
        ).failure()
        assert (error.code, error.outcome_unknown) == ("connection_error", False)
        assert error.message.startswith("the request was not sent: ")
        assert server.requests == []
