"""A custom `requests.Session`."""

import _thread
from contextlib import ExitStack
from io import BytesIO
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from urllib3 import HTTPResponse

from supabase_gotrue import Client, Request, RequestsTransport, admin, init_client
from tests.transports.wire import KEY, USER, MakeTransport, drip, http_response, keep_alive, serve

URL = "http://project.example"


def client_of(session: requests.Session, url: str = URL) -> Client:
    transport = RequestsTransport(session=session, timeout=60.0)
    return init_client(url, KEY, auth_url=url, transport=transport).unwrap()


def test_uses_only_adapters_and_settings_of_a_session() -> None:
    def hook(*_args: Any, **_named: Any) -> None:
        pytest.fail("a hook was called")

    with serve(keep_alive(http_response())) as server, requests.Session() as session:
        session.headers["x-session"] = "1"
        session.auth = HTTPBasicAuth("user", "s3cret")
        session.cookies.set("session", "s3cret")
        session.hooks["response"] = [hook]
        session.params = {"x": "1"}
        admin.get_user_by_id(client_of(session, server.url), "1").unwrap()
        request = server.requests[0].lower()
        assert b"get /admin/users/1 http/1.1" in request
        assert f"authorization: bearer {KEY}".encode() in request
        for name in (b"x-session", b"cookie", b"s3cret"):
            assert name not in request


def test_never_closes_a_session() -> None:
    class Closing(HTTPAdapter):
        closed = False

        def close(self) -> None:
            self.closed = True

    session = requests.Session()
    adapter = Closing()
    session.mount("http://", adapter)
    with serve(keep_alive(http_response())) as server:
        client = client_of(session, server.url)
        admin.get_user_by_id(client, "1").unwrap()
        del client
        admin.get_user_by_id(client_of(session, server.url), "1").unwrap()
        assert server.connections == 1
    assert not adapter.closed
    session.close()


def test_uses_proxies_and_trust_env_of_a_session(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(keep_alive(http_response())) as proxy, requests.Session() as session:
        session.proxies = {"http": proxy.url}
        admin.get_user_by_id(client_of(session), "1").unwrap()
        assert proxy.requests[0].startswith(b"GET http://project.example/admin/users/1 ")
    with serve(keep_alive(http_response())) as server, requests.Session() as session:
        monkeypatch.setenv("HTTP_PROXY", "http://localhost:1")
        monkeypatch.setenv("NO_PROXY", "")
        session.trust_env = False
        admin.get_user_by_id(client_of(session, server.url), "1").unwrap()


def test_session_without_an_adapter_is_a_failure() -> None:
    with requests.Session() as session:
        session.adapters.clear()
        error = admin.get_user_by_id(client_of(session), "1").failure()
        assert error.code == "connection_error"


def test_unknown_exception_is_named_without_its_message() -> None:
    class Failing(HTTPAdapter):
        def send(self, *_args: Any, **_named: Any) -> requests.Response:
            raise ZeroDivisionError("s3cret")

    with requests.Session() as session:
        session.mount("http://", Failing())
        error = admin.get_user_by_id(client_of(session), "1").failure()
        assert error.code == "unexpected"
        assert error.message.startswith(f"the transport failed: ZeroDivisionError at {__file__}:")


def test_joins_small_reads() -> None:
    class Small(BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            return super().read(7)

    class Piecewise(HTTPAdapter):
        def send(self, *_args: Any, **_named: Any) -> requests.Response:
            answered = requests.Response()
            answered.status_code = 200
            answered.raw = HTTPResponse(Small(USER), preload_content=False)
            return answered

    with requests.Session() as session:
        session.mount("http://", Piecewise())
        assert admin.get_user_by_id(client_of(session), "1").unwrap().id == "1"


def test_with_options_keeps_the_session(make_transport: MakeTransport) -> None:
    with requests.Session() as session:
        client = client_of(session)
        transport = client.transport
        assert isinstance(transport, RequestsTransport)
        assert transport.session is session
        assert transport == RequestsTransport(session=session, timeout=60.0)
        assert transport != make_transport(timeout=60.0)


def test_one_transport_for_many_hosts(make_transport: MakeTransport) -> None:
    transport = make_transport(timeout=60.0)
    with ExitStack() as stack:
        servers = [stack.enter_context(serve(keep_alive(http_response()))) for _ in range(12)]
        for server in servers * 2:
            assert transport(Request("GET", server.url, {})).unwrap().status == 200


def test_circular_causes_are_a_failure() -> None:
    class Circular(HTTPAdapter):
        def send(self, *_args: Any, **_named: Any) -> requests.Response:
            first, second = ValueError(), KeyError()
            first.__cause__, second.__cause__ = second, first
            raise first

    with requests.Session() as session:
        session.mount("http://", Circular())
        assert admin.get_user_by_id(client_of(session), "1").failure().code == "unexpected"


def test_stores_no_cookies_in_a_session() -> None:
    cookie = "Set-Cookie: session=s3cret; Path=/"
    script = keep_alive(http_response(USER, "200 OK", cookie))
    with serve(script) as server, requests.Session() as session:
        admin.get_user_by_id(client_of(session, server.url), "1").unwrap()
        assert len(session.cookies) == 0


def test_reads_no_more_of_a_redirect_than_of_other_responses() -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: http://other.example/\r\n\r\n"
    with serve(drip(head, b" " * 65536, 0)) as server, requests.Session() as session:
        transport = RequestsTransport(session=session, timeout=60.0, max_response_bytes=2**20)
        error = transport(Request("GET", server.url, {})).failure()
        assert error.message == "the response is larger than max_response_bytes"


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        pytest.param(BytesIO(USER), None, id="a file"),
        pytest.param(None, USER, id="only content"),
    ],
)
def test_reads_responses_that_a_test_has_made(raw: BytesIO | None, content: bytes | None) -> None:
    class Handmade(HTTPAdapter):
        def send(self, *_args: Any, **_named: Any) -> requests.Response:
            response = requests.Response()
            response.status_code, response.raw = 200, raw
            if content is not None:
                vars(response)["_content"] = content
            return response

    with requests.Session() as session:
        session.mount("http://", Handmade())
        assert admin.get_user_by_id(client_of(session), "1").unwrap().id == "1"


def test_session_that_skips_hooks() -> None:
    class Caching(requests.Session):
        def send(self, *_args: Any, **_named: Any) -> requests.Response:
            response = requests.Response()
            response.status_code = 200
            response.raw = HTTPResponse(BytesIO(USER), preload_content=False)
            return response

    with Caching() as session:
        assert admin.get_user_by_id(client_of(session), "1").unwrap().id == "1"


def test_pool_slot_is_kept_if_no_thread_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_arguments: object) -> None:
        raise RuntimeError("can't start new thread")

    with serve(keep_alive(http_response())) as server, requests.Session() as session:
        transport = RequestsTransport(session=session, timeout=60.0, pool_size=1)
        with monkeypatch.context() as patched:
            patched.setattr(_thread, "start_new_thread", start)
            error = transport(Request("POST", server.url, {})).failure()
        assert (error.code, error.outcome_unknown) == ("connection_error", False)
        assert error.message == f"no connection to {server.url[7:]} could be made"
        assert transport(Request("POST", server.url, {})).unwrap().status == 200
