"""Clients: their options, and the headers that they send."""

import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Failure, Result, Success

from supabase_gotrue import (
    Client,
    Error,
    Request,
    RequestsTransport,
    Response,
    __version__,
    admin,
    client_from_env,
    init_client,
    update_access_token,
    with_options,
)
from supabase_gotrue.client import OPTION_NAMES
from supabase_gotrue.schemas.client_options import TransportOptions
from tests.canned import KEY, Canned

URL = "http://localhost"
DEFAULTS: dict[str, Any] = {
    "timeout": 10.0,
    "max_retries": 2,
    "max_response_bytes": 67_108_864,
    "pool_size": 10,
    "verify": True,
}


def errors(result: Result[Client, Error]) -> dict[str, tuple[str, ...]]:
    assert result.failure().code == "validation"
    return dict(result.failure().errors)


def test_default_options() -> None:
    client = init_client(URL, KEY).unwrap()
    assert client == Client(
        base_url=URL,
        auth_url="http://localhost/auth/v1",
        api_key=KEY,
        access_token=None,
        headers=(),
        transport=RequestsTransport(**DEFAULTS),
    )
    assert set(TransportOptions.__struct_fields__) == set(DEFAULTS)


def test_accepted_options() -> None:
    assert set(OPTION_NAMES) == {
        *DEFAULTS,
        "base_url",
        "api_key",
        "access_token",
        "auth_url",
        "headers",
        "transport",
    }


@pytest.mark.parametrize(
    ("url", "auth_url"),
    [
        ("https://project.supabase.co", "https://project.supabase.co/auth/v1"),
        ("https://project.supabase.co///", "https://project.supabase.co/auth/v1"),
        ("http://localhost:54321/api/", "http://localhost:54321/api/auth/v1"),
        ("http://[::1]:9999", "http://[::1]:9999/auth/v1"),
        ("HTTPS://EXAMPLE.com", "HTTPS://EXAMPLE.com/auth/v1"),
        ("https://project.supabase.co/auth/v1", "https://project.supabase.co/auth/v1"),
        ("https://project.supabase.co/auth/v1/", "https://project.supabase.co/auth/v1"),
    ],
)
def test_auth_url_of_a_base_url(url: str, auth_url: str) -> None:
    assert init_client(url, KEY).unwrap().auth_url == auth_url


@pytest.mark.parametrize(
    "url",
    [
        "localhost",
        "ftp://localhost",
        "http://",
        "http:///path",
        "http://user@localhost",
        "http://user:pass@localhost",
        "http://localhost?x=1",
        "http://localhost#x",
        "http://localhost\\x",
        "http://local host",
        "http://localhost\n",
        "http://löcalhost",
        "http://localhost:99999",
        "http://localhost:0",
        "http://localhost:x",
        "http://[::1",
        1,
    ],
)
def test_rejects_an_invalid_url(url: Any) -> None:
    assert errors(init_client(url, KEY)) == {"base_url": ("is invalid",)}
    assert errors(init_client(URL, KEY, auth_url=url)) == {"auth_url": ("is invalid",)}


@pytest.mark.parametrize("absent", ["", "  ", None])
def test_url_and_key_cannot_be_blank(absent: Any) -> None:
    assert errors(init_client(absent, absent)) == {
        "base_url": ("can't be blank",),
        "api_key": ("can't be blank",),
    }


def test_rejects_a_blank_access_token() -> None:
    assert errors(init_client(URL, KEY, access_token=" ")) == {"access_token": ("can't be blank",)}
    assert init_client(URL, KEY, access_token=None).unwrap().access_token is None
    client = init_client(URL, KEY).unwrap()
    for blank in ("", " ", None):
        token: Any = blank
        assert errors(update_access_token(client, token)) == {"access_token": ("can't be blank",)}


@pytest.mark.parametrize("key", ["a b", "ü", "a\r\nb", "a\x00", 1, b"key"])
def test_rejects_an_invalid_key(key: Any) -> None:
    error = init_client(URL, key, access_token=key).failure()
    assert error.errors == {"api_key": ("is invalid",), "access_token": ("is invalid",)}
    assert str(key) not in error.message.replace("invalid (a str of visible ASCII)", "")


@pytest.mark.parametrize(
    ("option", "invalid"),
    [
        *(("timeout", value) for value in (0, -1, 1e7, True, "1", float("nan"))),
        *(("max_retries", value) for value in (-1, 101, 1.5, False, "1")),
        *(("max_response_bytes", value) for value in (0, 2**31, 1.5, True)),
        *(("pool_size", value) for value in (0, 1001, 1.5, True)),
        *(("verify", value) for value in ("/no/such/path", 1, b"/")),
        *(("headers", value) for value in ("x", [("a", "b")], {"a": 1}, {1: "a"}, {"a": ""})),
        *(("headers", {"x-mine": value}) for value in ("a\nb", "ü", " a", "a ")),
        ("headers", {"X-Mine": "a", "x-mine": "b"}),
        ("transport", 1),
    ],
)
def test_rejects_an_invalid_option(option: str, invalid: Any) -> None:
    options: dict[str, Any] = {option: invalid}
    assert errors(init_client(URL, KEY, **options)) == {option: ("is invalid",)}
    assert errors(with_options(init_client(URL, KEY).unwrap(), **options)) == {
        option: ("is invalid",)
    }


@pytest.mark.parametrize(
    ("option", "valid"),
    [
        *(("timeout", value) for value in (0.001, 1, 10**6)),
        *(("max_retries", value) for value in (0, 100)),
        *(("max_response_bytes", value) for value in (1, 2**31 - 1)),
        *(("pool_size", value) for value in (1, 1000)),
        ("verify", "/"),
    ],
)
def test_accepts_the_limits_of_an_option(option: str, valid: Any) -> None:
    options: dict[str, Any] = {option: valid}
    client = init_client(URL, KEY, **options).unwrap()
    assert client.transport == RequestsTransport(**{**DEFAULTS, **options})
    assert with_options(init_client(URL, KEY).unwrap(), **options) == Success(client)


def test_verify_accepts_a_path(tmp_path: Path) -> None:
    path: Any = tmp_path
    assert init_client(URL, KEY, verify=path) == init_client(URL, KEY, verify=str(tmp_path))


def test_headers_are_sorted_and_in_lower_case() -> None:
    client = init_client(URL, KEY, headers={"X-B": "2 3", "x-a": "1"}).unwrap()
    assert client.headers == (("x-a", "1"), ("x-b", "2 3"))
    assert list(client.headers_for(None))[:2] == ["x-a", "x-b"]


def test_headers_of_every_request() -> None:
    canned = Canned()
    client = init_client(URL, KEY, transport=canned).unwrap()
    admin.get_user_by_id(client, "1")
    admin.get_user_by_id(update_access_token(client, "a.b.c").unwrap(), "1")
    admin.delete_user(client, "1")
    with_key, with_token, with_body = (request.headers for request in canned.sent)
    assert with_key == {
        "accept": "application/json",
        "apikey": KEY,
        "authorization": f"Bearer {KEY}",
        "user-agent": f"supabase-gotrue-py/{__version__}",
        "x-client-info": f"supabase-gotrue-py/{__version__}",
        "x-supabase-api-version": "2024-01-01",
    }
    assert with_token == dict(with_key) | {"authorization": "Bearer a.b.c"}
    assert with_body == dict(with_key) | {"content-type": "application/json"}


def test_new_key_is_not_sent_as_a_token() -> None:
    client = init_client(URL, "sb_secret_x").unwrap()
    assert "authorization" not in client.headers_for(None)
    assert client.headers_for("a.b.c")["authorization"] == "Bearer a.b.c"
    with_token = update_access_token(client, "d.e.f").unwrap()
    assert with_token.headers_for(None)["authorization"] == "Bearer d.e.f"


def test_client_is_an_immutable_value() -> None:
    client = init_client(URL, KEY, headers={"x-a": "1"}).unwrap()
    again = init_client(f"{URL}/", KEY, headers={"X-A": "1"}).unwrap()
    assert client == again
    assert hash(client) == hash(again)
    assert pickle.loads(pickle.dumps(client)) == client
    assert client != with_options(client, timeout=1).unwrap()
    for name in client.__struct_fields__:
        with pytest.raises(AttributeError):
            setattr(client, name, None)


def test_custom_transport_excludes_other_transport_options() -> None:
    canned = Canned()
    client = init_client(URL, KEY, transport=canned).unwrap()
    assert client.transport is canned
    for option, default in DEFAULTS.items():
        default_option: dict[str, Any] = {option: default}
        assert init_client(URL, KEY, transport=canned, **default_option) == Success(client)
    others: dict[str, Any] = {"timeout": 1, "pool_size": 1}
    result = init_client(URL, KEY, transport=canned, **others)
    conflict = ("cannot be combined with a transport",)
    assert errors(result) == {"timeout": conflict, "pool_size": conflict}
    assert errors(with_options(client, timeout=1)) == {"timeout": conflict}


def test_transport_that_is_falsy_is_used() -> None:
    class Empty(list[Request]):
        def __call__(self, request: Request) -> Result[Response, Error]:
            self.append(request)
            return Success(Response(404, {}, b""))

    empty = Empty()
    admin.get_user_by_id(init_client(URL, KEY, transport=empty).unwrap(), "1")
    assert len(empty) == 1


def test_with_options_shares_the_transport_unless_it_changes() -> None:
    client = init_client(URL, KEY, auth_url="http://auth:9999", headers={"x-a": "1"}).unwrap()
    moved = with_options(client, base_url="http://other", headers={"x-b": "2"}).unwrap()
    assert (moved.base_url, moved.auth_url) == ("http://other", "http://auth:9999")
    assert moved.headers == (("x-b", "2"),)
    assert moved.transport is client.transport
    assert update_access_token(client, "a.b.c").unwrap().transport is client.transport
    changed = with_options(client, timeout=2, max_retries=0).unwrap()
    assert changed.transport == RequestsTransport(timeout=2.0, max_retries=0)
    assert with_options(changed, pool_size=3).unwrap().transport == RequestsTransport(
        timeout=2.0, max_retries=0, pool_size=3
    )
    project = init_client(URL, KEY, access_token="a.b.c").unwrap()
    assert with_options(project, base_url="http://other").unwrap().auth_url == (
        "http://other/auth/v1"
    )
    assert with_options(project, access_token=None).unwrap().access_token is None


def test_auth_root_as_base_url_is_the_project() -> None:
    client = init_client("https://project.supabase.co/auth/v1/", KEY).unwrap()
    assert client == init_client("https://project.supabase.co", KEY).unwrap()
    moved = with_options(client, base_url="https://other.supabase.co/auth/v1").unwrap()
    assert moved.auth_url == "https://other.supabase.co/auth/v1"


def test_with_options_rejects_unknown_options() -> None:
    client = init_client(URL, KEY).unwrap()
    options: Any = {"time_out": 1, "x": 2}
    error = with_options(client, **options).failure()
    assert error.errors == {
        "time_out": ("is unknown", "did you mean 'timeout'?"),
        "x": ("is unknown",),
    }
    assert "time_out is unknown (did you mean 'timeout'?)" in error.message


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in (
        "SUPABASE_URL",
        "SUPABASE_SECRET_KEY",
        "SUPABASE_SERVICE_ROLE_KEY",
        "GOTRUE_URL",
    ):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize("key", ["SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY"])
def test_client_from_env_of_a_project(environment: pytest.MonkeyPatch, key: str) -> None:
    environment.setenv("SUPABASE_URL", "https://project.supabase.co/")
    environment.setenv(key, KEY)
    assert client_from_env() == init_client("https://project.supabase.co", KEY)


def test_client_from_env_of_a_bare_server(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GOTRUE_URL", "http://localhost:9999/")
    environment.setenv("SUPABASE_SERVICE_ROLE_KEY", "old")
    environment.setenv("SUPABASE_SECRET_KEY", KEY)
    client = client_from_env().unwrap()
    assert (client.base_url, client.auth_url, client.api_key) == (
        "http://localhost:9999",
        "http://localhost:9999",
        KEY,
    )


def test_client_from_env_names_missing_variables(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("SUPABASE_SECRET_KEY", " ")
    assert errors(client_from_env()) == {
        "SUPABASE_URL": ("can't be blank",),
        "SUPABASE_SECRET_KEY": ("can't be blank",),
    }
    environment.setenv("SUPABASE_SECRET_KEY", KEY)
    assert errors(client_from_env()) == {"SUPABASE_URL": ("can't be blank",)}


def test_transport_must_return_a_result_of_a_response() -> None:
    returns_text: Any = repr
    client = init_client(URL, KEY, transport=returns_text).unwrap()
    assert admin.get_user_by_id(client, "1") == Failure(
        Error(
            "unexpected",
            "the transport must return a Result of a Response",
            metadata={
                "method": "GET",
                "route": "/admin/users/{user_id}",
                "path": "/auth/v1/admin/users/1",
            },
        )
    )


def test_exception_of_a_transport_is_named_without_its_message() -> None:
    def raising(request: Request) -> Result[Response, Error]:
        raise RuntimeError(request.headers["apikey"])

    line = raising.__code__.co_firstlineno + 1
    error = admin.delete_user(init_client(URL, KEY, transport=raising).unwrap(), "1").failure()
    assert error.message == f"the transport raised RuntimeError at {__file__}:{line}"
    assert (error.code, error.outcome_unknown, error.retryable) == ("unexpected", True, False)


def test_failure_of_a_transport_is_returned_unchanged() -> None:
    error = Error("timeout", status=200)

    def failing(_request: Request) -> Result[Response, Error]:
        return Failure(error)

    client = init_client(URL, KEY, transport=failing).unwrap()
    assert admin.sign_out(client, "a.b.c") == Failure(error)


@given(st.dictionaries(st.text(), st.text(), max_size=3), st.text(), st.text())
def test_no_option_breaks_a_header(headers: dict[str, str], key: str, token: str) -> None:
    canned = Canned(404)
    created = init_client(
        "http://localhost", key, access_token=token, headers=headers, transport=canned
    )
    created.bind(lambda client: admin.get_user_by_id(client, "1"))
    for request in canned.sent:
        assert request.headers["apikey"] == key
        assert request.headers["authorization"] == f"Bearer {token}"
        for text in (*request.headers, *request.headers.values()):
            assert text.isascii()
            assert text.isprintable()


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1))
def test_new_keys_are_not_sent_as_tokens(key: str) -> None:
    headers = init_client("http://localhost", key).unwrap().headers_for(None)
    assert headers["apikey"] == key
    assert headers.get("authorization") == (None if key.startswith("sb_") else f"Bearer {key}")
