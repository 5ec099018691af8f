"""requests-mock, responses and vcrpy, as people use them: nothing is mounted by hand."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import requests
import requests_mock
import responses
from returns.result import Success

from supabase_gotrue import Client, RequestsTransport, admin, init_client
from supabase_gotrue.error import ErrorCode
from tests.programs import run_program
from tests.transports.wire import KEY, USER, http_response, keep_alive, serve

vcr: Any = import_module("vcr")  # which has no types

URL = "http://project.example"
USER_URL = f"{URL}/auth/v1/admin/users/1"


@pytest.fixture
def client() -> Client:
    return init_client(URL, KEY).unwrap()


def test_requests_mock_sees_every_call(client: Client) -> None:
    with requests_mock.Mocker() as mocker:
        mocker.get(USER_URL, content=USER)
        mocker.delete(USER_URL, json={})
        mocker.post(f"{URL}/auth/v1/admin/users", status_code=422, json={"msg": "taken"})
        assert admin.get_user_by_id(client, "1").unwrap().id == "1"
        assert admin.delete_user(client, "1").unwrap() is None
        error = admin.create_user(client, {"email": "ada@example.com"}).failure()
        assert (error.status, error.message) == (422, "taken")
        assert mocker.call_count == 3
        sent = mocker.request_history[1]
        assert sent.headers["Authorization"] == f"Bearer {KEY}"
        assert sent.headers.get("Apikey") == KEY
        assert "Content-Type" in sent.headers
        assert sent.json() == {"should_soft_delete": False}


def test_requests_mock_blocks_what_is_not_registered() -> None:
    with serve(keep_alive(http_response())) as server:
        client = init_client(server.url, KEY, auth_url=server.url).unwrap()
        admin.get_user_by_id(client, "1").unwrap()
        with requests_mock.Mocker() as mocker:
            mocker.get(f"{server.url}/admin/users/1", content=USER)
            error = admin.delete_user(client, "1").failure()
        assert "NoMockAddress" in error.message
        assert len(server.requests) == 1


def test_requests_mock_lets_real_calls_pass() -> None:
    with serve(keep_alive(http_response())) as server, requests_mock.Mocker(real_http=True):
        client = init_client(server.url, KEY, auth_url=server.url).unwrap()
        assert admin.get_user_by_id(client, "1").unwrap().id == "1"
        assert len(server.requests) == 1


def test_requests_mock_of_a_session() -> None:
    with requests.Session() as session, requests_mock.Mocker(session=session) as mocker:
        mocker.get(USER_URL, content=USER)
        transport = RequestsTransport(session=session)
        client = init_client(URL, KEY, transport=transport).unwrap()
        assert admin.get_user_by_id(client, "1").unwrap().id == "1"


def test_mocked_cookies_and_redirects_are_ignored(client: Client) -> None:
    with requests_mock.Mocker() as mocker:
        location = {"Location": "http://other.example/", "Set-Cookie": "session=s3cret"}
        mocker.get(USER_URL, [{"status_code": 302, "headers": location}, {"content": USER}])
        error = admin.get_user_by_id(client, "1").failure()
        assert "redirects to other.example" in error.message
        admin.get_user_by_id(client, "1").unwrap()
        assert mocker.call_count == 2
        assert "Cookie" not in mocker.request_history[1].headers


RAISED = [
    (requests.ConnectionError, "connection_error"),
    (requests.ConnectTimeout, "timeout"),
    (requests.ReadTimeout, "timeout"),
    (requests.exceptions.SSLError, "connection_error"),
    (requests.exceptions.ProxyError, "connection_error"),
    (requests.exceptions.ChunkedEncodingError, "connection_error"),
]


@pytest.mark.parametrize(("raised", "code"), RAISED)
def test_exceptions_of_requests_mock(
    client: Client, raised: type[Exception], code: ErrorCode
) -> None:
    with requests_mock.Mocker() as mocker:
        mocker.get(USER_URL, exc=raised)
        assert admin.get_user_by_id(client, "1").failure().code == code


@pytest.mark.parametrize(("raised", "code"), RAISED)
@responses.activate
def test_exceptions_of_responses(client: Client, raised: type[Exception], code: ErrorCode) -> None:
    responses.get(USER_URL, body=raised("s3cret"))
    assert admin.get_user_by_id(client, "1").failure().code == code


@responses.activate
def test_responses_sees_every_call(client: Client) -> None:
    responses.get(USER_URL, body=USER)
    responses.post(f"{URL}/auth/v1/admin/users", status=422, json={"msg": "taken"})
    assert admin.get_user_by_id(client, "1").map(lambda user: user.id) == Success("1")
    error = admin.create_user(client, {"email": "ada@example.com"}).failure()
    assert (error.status, error.message) == (422, "taken")
    assert [call.request.headers["apikey"] for call in responses.calls] == [KEY, KEY]


@responses.activate
def test_responses_blocks_what_is_not_registered(client: Client) -> None:
    assert admin.delete_user(client, "1").failure().code == "connection_error"


def test_vcrpy_sees_every_call(tmp_path: Path) -> None:
    cassette = str(tmp_path / "cassette.yaml")
    with serve(keep_alive(http_response())) as server:
        client = init_client(server.url, KEY, auth_url=server.url).unwrap()
        with vcr.use_cassette(cassette):
            admin.get_user_by_id(client, "1").unwrap()
        assert len(server.requests) == 1
        with vcr.use_cassette(cassette, record_mode=vcr.mode.NONE) as replayed:
            other = init_client(server.url, KEY, auth_url=server.url).unwrap()
            for each in (client, other):
                assert admin.get_user_by_id(each, "1").unwrap().id == "1"
                replayed.rewind()
        assert len(server.requests) == 1
        admin.get_user_by_id(client, "1").unwrap()
        assert len(server.requests) == 2


FIRST_CALL_IN_A_CASSETTE = """
import sys, vcr
from supabase_gotrue import Request, RequestsTransport

url, cassette = sys.argv[1:]
transport = RequestsTransport(timeout=60)
with vcr.use_cassette(cassette) as recorded:
    transport(Request("GET", url, {})).unwrap()
    assert len(recorded) == 1
for _ in range(2):
    transport(Request("GET", url, {})).unwrap()
assert len(recorded) == 1
"""


def test_first_call_of_a_process_in_a_cassette(tmp_path: Path) -> None:
    with serve(keep_alive(http_response())) as server:
        cassette = str(tmp_path / "cassette.yaml")
        run_program(FIRST_CALL_IN_A_CASSETTE, server.url, cassette)
        assert (server.connections, len(server.requests)) == (2, 3)
