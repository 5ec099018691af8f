"""How an emulator responds to requests that no client sends, and forgets what it knows."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supabase_gotrue import Request, admin
from supabase_gotrue.emulator import Emulator
from tests.emulator.helpers import EMAIL

ANYTHING: Any = st.one_of(
    st.none(), st.integers(), st.text(), st.binary(), st.text(st.characters(exclude_categories=()))
)
HEADERS = st.dictionaries(
    st.sampled_from(["authorization", "content-type", "origin", "x-supabase-api-version"])
    | st.text(),
    ANYTHING,
    max_size=3,
)


@given(ANYTHING, ANYTHING, HEADERS, ANYTHING)
def test_no_request_raises(method: Any, url: Any, headers: Any, body: Any) -> None:
    assert 200 <= Emulator()(Request(method, url, headers, body)).unwrap().status < 600


@pytest.mark.parametrize(
    ("url", "status"),
    [
        pytest.param("http://[", 404, id="bracket"),
        pytest.param("http://[/health", 200, id="bracket before a path"),
        pytest.param("http://h:99999/health", 200, id="port"),
        pytest.param("http://\u2100/health", 200, id="host that Unicode changes"),
        pytest.param("/health", 200, id="path alone"),
        pytest.param("http://h/health#part", 200, id="fragment"),
        pytest.param("", 404, id="nothing"),
    ],
)
def test_host_of_the_url_is_ignored(url: str, status: int) -> None:
    assert Emulator()(Request("GET", url, {}, None)).unwrap().status == status


def test_surrogates_and_nul_are_errors() -> None:
    emulator = Emulator()
    headers = {"authorization": f"Bearer {emulator.key()}"}
    url = "http://localhost/admin/users?filter="
    for text in ("\ud800", "%00"):
        response = emulator(Request("GET", url + text, headers, None)).unwrap()
        assert (response.status, "code" in json.loads(response.body)) == (500, True)


def test_unexpected_exceptions_are_logged_without_values(caplog: pytest.LogCaptureFixture) -> None:
    body: Any = "secret text"
    emulator = Emulator()
    headers = {"authorization": f"Bearer {emulator.key()}"}
    request = Request("POST", "http://localhost/admin/users", headers, body)
    assert emulator(request).unwrap().status == 500
    (record,) = caplog.records
    assert (record.name, record.levelname) == ("supabase_gotrue.emulator.server", "ERROR")
    assert record.getMessage().startswith("TypeError at ")
    assert "secret" not in record.getMessage()


def test_requests_are_logged_without_queries() -> None:
    emulator = Emulator()
    emulator(Request("GET", "http://localhost/verify?token=secret&type=signup", {}, None))
    emulator(Request("POST", "http://localhost/auth/v1/nothing", {}, None))
    assert [(each.method, each.path, each.status) for each in emulator.requests] == [
        ("GET", "/verify", 303),
        ("POST", "/nothing", 404),
    ]
    assert "secret" not in repr(emulator.requests)


def test_reset_forgets_everything() -> None:
    emulator = Emulator(email_rate_limit=1)
    client = emulator.client()
    admin.invite_user_by_email(client, EMAIL).unwrap()
    emulator.fail_next()
    emulator.reset()
    assert (emulator.outbox, emulator.requests) == ((), ())
    assert admin.list_users(client).unwrap().pagination.total == 0
    assert admin.list_audit_logs(client).unwrap().entries == ()
    assert admin.invite_user_by_email(client, EMAIL).unwrap().email == EMAIL


def test_serves_no_public_keys() -> None:
    request = Request("GET", "http://localhost/auth/v1/.well-known/jwks.json", {}, None)
    response = Emulator()(request).unwrap()
    assert (response.status, response.body) == (200, b'{"keys":[]}')
    assert response.headers["cache-control"] == "public, max-age=600"
