"""Exceptions of requests, unsupported versions, and unexpected failures."""

import _thread
import sys
from importlib.metadata import version
from typing import Any

import pytest
import requests
import urllib3
from requests import exceptions
from requests.adapters import HTTPAdapter
from returns.result import Failure, Success

from supabase_gotrue import Request, RequestsTransport, Response
from supabase_gotrue.error import ErrorCode
from supabase_gotrue.transports.failure import TransportFailure
from supabase_gotrue.transports.requests_versions import MINIMUM_VERSIONS
from supabase_gotrue.transports.retries import ALL_METHODS, retry_delay
from tests.docs.pages import ROOT
from tests.programs import run_program
from tests.transports.wire import http_response, keep_alive, serve

CHANGE = Request("DELETE", "http://project.example/admin/users/1", {}, route="/admin/users/{id}")


@pytest.mark.parametrize(
    ("raised", "code", "message", "outcome_unknown"),
    [
        (
            exceptions.ConnectTimeout,
            "timeout",
            "no connection to project.example:80 was made in",
            False,
        ),
        (exceptions.ReadTimeout, "timeout", "no complete response arrived in time", True),
        (exceptions.Timeout, "timeout", "no complete response arrived in time", True),
        (
            exceptions.SSLError,
            "connection_error",
            "the TLS of project.example:80 cannot be verified",
            False,
        ),
        (exceptions.ProxyError, "connection_error", "the proxy did not connect", False),
        (exceptions.InvalidProxyURL, "connection_error", "the proxy did not connect", False),
        (exceptions.ConnectionError, "connection_error", "the connection broke before", True),
        (exceptions.ChunkedEncodingError, "connection_error", "the connection broke", True),
        (exceptions.ContentDecodingError, "invalid_response", "the content encoding", True),
        (exceptions.RetryError, "unexpected", "the transport failed: RetryError at ", True),
        (KeyError, "unexpected", "the transport failed: KeyError at ", True),
    ],
)
def test_exception_of_an_adapter(
    raised: type[Exception], code: ErrorCode, message: str, outcome_unknown: bool
) -> None:
    class Failing(HTTPAdapter):
        def send(self, *_args: Any, **_named: Any) -> requests.Response:
            raise raised("s3cret")

    with requests.Session() as session:
        session.mount("http://", Failing())
        error = RequestsTransport(session=session)(CHANGE).failure()
    assert (error.code, error.outcome_unknown) == (code, outcome_unknown)
    assert error.message.startswith(message)
    assert "s3cret" not in repr(error)
    assert error.metadata == {
        "method": "DELETE",
        "route": "/admin/users/{id}",
        "path": "/admin/users/1",
    }


@pytest.mark.parametrize(
    ("library", "installed"),
    [
        pytest.param(urllib3, "1.26.18", id="old urllib3"),
        pytest.param(requests, "2.31.0", id="old requests"),
        pytest.param(urllib3, "unknown", id="unreadable version"),
    ],
)
def test_unsupported_version_is_named(
    monkeypatch: pytest.MonkeyPatch, library: Any, installed: str
) -> None:
    monkeypatch.setattr(library, "__version__", installed)
    error = RequestsTransport()(CHANGE).failure()
    assert (error.code, error.outcome_unknown) == ("unexpected", False)
    assert f"{library.__name__} {installed}" in error.message
    assert error.message.endswith("; needs requests>=2.32 and urllib3>=2.6")


def test_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "urllib3", None)
    error = RequestsTransport()(CHANGE).failure()
    assert "urllib3 (cannot be imported)" in error.message


def test_library_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "supabase_gotrue.transports.requests_sender", None)
    error = RequestsTransport()(CHANGE).failure()
    assert f"urllib3 {version('urllib3')}" in error.message
    assert "(ModuleNotFoundError at " in error.message


def test_minimum_versions_are_the_bounds_of_the_package() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text()
    for name, (major, minor) in MINIMUM_VERSIONS.items():
        assert f'    "{name}>={major}.{minor}",\n' in pyproject


def test_thread_that_cannot_be_started_is_a_connection_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def start(*_arguments: object) -> None:
        raise RuntimeError("can't start new thread")

    with serve(keep_alive(http_response())) as server:
        transport = RequestsTransport(pool_size=1)
        with monkeypatch.context() as patched:
            patched.setattr(_thread, "start_new_thread", start)
            error = transport(Request("POST", server.url, {})).failure()
        assert (error.code, error.outcome_unknown) == ("connection_error", False)
        assert transport(Request("POST", server.url, {})).unwrap().status == 200


AT_EXIT = """
import atexit, sys, threading
from supabase_gotrue import Request, RequestsTransport

def call():
    try:
        threading.Thread(target=int).start()
        expected = 200
    except RuntimeError:  # Python 3.12 starts no threads at exit
        expected = "connection_error"
    result = RequestsTransport(timeout=60)(Request("GET", sys.argv[1], {}))
    code = result.swap().map(lambda error: error.code).value_or("")
    status = result.map(lambda response: response.status).value_or(code)
    print("as expected" if status == expected else (expected, result))

atexit.register(call)
"""


def test_call_at_interpreter_exit_is_a_result() -> None:
    with serve(keep_alive(http_response())) as server:
        done = run_program(AT_EXIT, server.url, options=["-W", "error"])
    assert (done.stdout, done.stderr) == ("as expected\n", "")


@pytest.mark.parametrize(
    ("outcome", "methods"),
    [
        pytest.param(Success(Response(200, {"retry-after": "1"}, b"")), (), id="200"),
        pytest.param(Success(Response(429, {}, b"")), (), id="429 without a time"),
        pytest.param(Success(Response(429, {"retry-after": "1"}, b"")), ALL_METHODS, id="429"),
        pytest.param(Success(Response(503, {"retry-after": "1"}, b"")), ("GET",), id="503"),
        pytest.param(Failure(TransportFailure("connect_error")), ALL_METHODS, id="no connection"),
        pytest.param(Failure(TransportFailure("connection_lost")), ("GET",), id="lost"),
        pytest.param(Failure(TransportFailure("timeout")), (), id="timeout"),
        pytest.param(Failure(TransportFailure("unknown")), (), id="unknown"),
    ],
)
def test_methods_that_are_retried(outcome: Any, methods: tuple[str, ...]) -> None:
    retried = [m for m in ALL_METHODS if retry_delay(m, outcome) is not None]
    assert tuple(retried) == methods
