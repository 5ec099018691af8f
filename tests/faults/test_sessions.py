"""Sessions of one's own, and the libraries by which others test."""

from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
import requests_mock
import responses
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from returns.result import Success
from urllib3 import HTTPResponse

from supabase_gotrue import Client, Request, RequestsTransport, admin, init_client
from tests.faults.wire import KEY, USER, answer, keeping, serving

vcr: Any = import_module("vcr")  # which has no types

URL = "http://project.example"


def using(session: requests.Session, url: str = URL) -> Client:
    transport = RequestsTransport(session=session, timeout=5.0)
    return init_client(url, KEY, auth_url=url, transport=transport).unwrap()


def test_takes_nothing_but_adapters_and_settings() -> None:
    def hook(*_args: Any, **_named: Any) -> None:
        pytest.fail("a hook was called")

    with serving(keeping(answer())) as wire, requests.Session() as session:
        session.headers["x-session"] = "1"
        session.auth = HTTPBasicAuth("user", "s3cret")
        session.cookies.set("session", "s3cret")
        session.hooks["response"] = [hook]
        session.params = {"x": "1"}
        admin.get_user_by_id(using(session, wire.url), "1").unwrap()
        request = wire.requests[0].lower()
        assert b"get /admin/users/1 http/1.1" in request
        assert f"authorization: bearer {KEY}".encode() in request
        for name in (b"x-session", b"cookie", b"s3cret"):
            assert name not in request


def test_is_never_closed() -> None:
    class Closing(HTTPAdapter):
        closed = False

        def close(self) -> None:
            self.closed = True

    session = requests.Session()
    adapter = Closing()
    session.mount("http://", adapter)
    with serving(keeping(answer())) as wire:
        client = using(session, wire.url)
        admin.get_user_by_id(client, "1").unwrap()
        del client
        admin.get_user_by_id(using(session, wire.url), "1").unwrap()
        assert wire.connections == 1
    assert not adapter.closed
    session.close()


def test_proxies_and_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(keeping(answer())) as proxy, requests.Session() as session:
        session.proxies = {"http": proxy.url}
        admin.get_user_by_id(using(session), "1").unwrap()
        assert proxy.requests[0].startswith(b"GET http://project.example/admin/users/1 ")
    with serving(keeping(answer())) as wire, requests.Session() as session:
        monkeypatch.setenv("HTTP_PROXY", "http://localhost:1")
        monkeypatch.setenv("NO_PROXY", "")
        session.trust_env = False
        admin.get_user_by_id(using(session, wire.url), "1").unwrap()


def test_adapter_that_is_missing() -> None:
    with requests.Session() as session:
        session.adapters.clear()
        error = admin.get_user_by_id(using(session), "1").failure()
        assert error.code == "unexpected"


def test_adapter_that_fails() -> None:
    class Failing(HTTPAdapter):
        def send(self, *_args: Any, **_named: Any) -> requests.Response:
            raise ZeroDivisionError("s3cret")

    with requests.Session() as session:
        session.mount("http://", Failing())
        error = admin.get_user_by_id(using(session), "1").failure()
        assert error.code == "unexpected"
        assert error.message.startswith(f"the transport failed: ZeroDivisionError at {__file__}:")


def test_adapter_that_reads_in_small_pieces() -> None:
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
        assert admin.get_user_by_id(using(session), "1").unwrap().id == "1"


def test_with_options_keeps_the_session() -> None:
    with requests.Session() as session:
        client = using(session)
        transport = client.transport
        assert isinstance(transport, RequestsTransport)
        assert transport.session is session
        assert transport == RequestsTransport(session=session, timeout=5.0)
        assert transport != RequestsTransport(timeout=5.0)


def test_requests_mock_sees_the_calls() -> None:
    adapter = requests_mock.Adapter()
    adapter.register_uri("GET", f"{URL}/admin/users/1", content=USER, headers={"X-A": "1"})
    with requests.Session() as session:
        session.mount("http://", adapter)
        user = admin.get_user_by_id(using(session), "1")
        assert user.map(lambda user: user.id) == Success("1")
        sent = adapter.last_request
        assert sent is not None
        assert sent.headers["Authorization"] == f"Bearer {KEY}"


@responses.activate
def test_responses_sees_the_calls() -> None:
    responses.get(f"{URL}/auth/v1/admin/users/1", body=USER)
    responses.post(f"{URL}/auth/v1/admin/users", status=422, json={"msg": "taken"})
    client = init_client(URL, KEY).unwrap()
    assert admin.get_user_by_id(client, "1").map(lambda user: user.id) == Success("1")
    attrs: Any = {"email": "ada@example.com"}
    error = admin.create_user(client, attrs).failure()
    assert (error.status, error.message) == (422, "taken")
    assert [call.request.headers["apikey"] for call in responses.calls] == [KEY, KEY]


def test_vcrpy_sees_the_calls(tmp_path: Path) -> None:
    cassette = str(tmp_path / "cassette.yaml")
    with serving(keeping(answer())) as wire:
        url = wire.url
        with vcr.use_cassette(cassette):
            admin.get_user_by_id(wire.client(), "1").unwrap()
        assert len(wire.requests) == 1
        with vcr.use_cassette(cassette, record_mode=vcr.mode.NONE) as replayed:
            client = init_client(url, KEY, auth_url=url).unwrap()
            assert admin.get_user_by_id(client, "1").unwrap().id == "1"
            assert replayed.play_count == 1
        assert len(wire.requests) == 1


def test_many_hosts_through_one_transport() -> None:
    transport = RequestsTransport(timeout=5.0)
    servers = [serving(keeping(answer())) for _ in range(12)]
    wires = [server.__enter__() for server in servers]
    for _ in range(2):
        for wire in wires:
            assert transport(Request("GET", wire.url, {})).unwrap().status == 200
    for server in servers:
        server.__exit__(None, None, None)


def test_adapter_whose_failure_causes_itself() -> None:
    class Circular(HTTPAdapter):
        def send(self, *_args: Any, **_named: Any) -> requests.Response:
            first, second = ValueError(), KeyError()
            first.__cause__, second.__cause__ = second, first
            raise first

    with requests.Session() as session:
        session.mount("http://", Circular())
        assert admin.get_user_by_id(using(session), "1").failure().code == "unexpected"
