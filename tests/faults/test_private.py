"""Nothing goes where it should not: no cookie, no other host, no netrc, no unverified
server, no log; and what is sent arrives as it was meant."""

import logging
import pickle
import socket
from http.client import HTTPConnection
from pathlib import Path
from select import select
from typing import Any
from urllib.parse import urlsplit

import pytest
import trustme
from returns.result import Success

from supabase_gotrue import Request, RequestsTransport, admin, init_client
from tests.faults.wire import (
    KEY,
    USER,
    answer,
    context,
    keeping,
    receive,
    resetting,
    saying,
    serving,
)

PASSWORD = "pass-word-of-ada"
ADA: Any = {"email": "ada@example.com", "password": PASSWORD}


def head(request: bytes) -> list[str]:
    return request.partition(b"\r\n\r\n")[0].decode().lower().split("\r\n")


def test_bytes_on_the_wire() -> None:
    with serving(keeping(answer())) as wire:
        client = wire.client(headers={"x-mine": "1"})
        admin.create_user(client, ADA).unwrap()
        admin.sign_out(client, "a.b.c").unwrap()
        created, signed_out = map(head, wire.requests)
    host = wire.url.removeprefix("http://")
    common = {
        f"host: {host}",
        "accept: application/json",
        "accept-encoding: gzip, deflate",
        f"apikey: {KEY}",
        "user-agent: supabase-gotrue-py/0.1.0",
        "x-client-info: supabase-gotrue-py/0.1.0",
        "x-mine: 1",
        "x-supabase-api-version: 2024-01-01",
    }
    assert created[0] == "post /admin/users http/1.1"
    assert set(created[1:]) == common | {
        f"authorization: bearer {KEY}",
        "content-type: application/json",
        "content-length: 57",
    }
    assert signed_out[0] == "post /logout?scope=global http/1.1"
    assert set(signed_out[1:]) == common | {"authorization: bearer a.b.c", "content-length: 0"}


@pytest.mark.parametrize(
    "wrong",
    [".", "..", "a/b", "a\\b", "a?b", "a#b", "%2f", "%2e%2e", "a b", "a\tb", "a\r\nb", "\0", ""],
)
def test_ids_stay_in_their_segment(wrong: str) -> None:
    with serving(keeping(answer())) as wire:
        client = wire.client()
        for call in (
            admin.get_user_by_id(client, wrong),
            admin.delete_factor(client, "1", wrong),
            admin.delete_identity(client, wrong, "1"),
        ):
            assert call.failure().code == "validation"
        assert (wire.connections, wire.requests) == (0, [])


@pytest.mark.parametrize(
    ("right", "sent"),
    [("a:b@c", "a%3ab%40c"), ("ü", "%c3%bc"), ("...", "..."), ("a;b=c,d", "a%3bb%3dc%2cd")],
)
def test_other_ids_are_encoded(right: str, sent: str) -> None:
    with serving(keeping(answer())) as wire:
        admin.get_user_by_id(wire.client(), right).unwrap()
        assert head(wire.requests[0])[0] == f"get /admin/users/{sent} http/1.1"


def test_redirect_to_and_filter_go_out_as_meant() -> None:
    with serving(keeping(answer())) as wire:
        client = wire.client()
        admin.invite_user_by_email(client, "a@b", {"redirect_to": "https://x.y/z?a=b&c=ü"})
        admin.list_users(client, {"filter": "100%_a&b=\\%"})
    invited, listed = map(head, wire.requests)
    assert invited[0] == (
        "post /invite?redirect_to=https%3a%2f%2fx.y%2fz%3fa%3db%26c%3d%25c3%25bc http/1.1"
    )
    assert "redirect_to: https://x.y/z?a=b&c=%c3%bc" in invited
    assert listed[0] == "get /admin/users?page=1&filter=100%25_a%26b%3d%5c%25 http/1.1"


def test_no_cookie_is_kept_or_sent() -> None:
    cookie = "Set-Cookie: session=s3cret; Path=/"
    with serving(keeping(answer(USER, "200 OK", cookie))) as wire:
        client = wire.client()
        for _ in range(2):
            admin.get_user_by_id(client, "1").unwrap()
        assert not [line for line in head(wire.requests[1]) if line.startswith("cookie")]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with serving(keeping(answer())) as other:
        moved = answer(b"", f"{status} Moved", f"Location: {other.url}/admin/users/1")
        with serving(keeping(moved)) as wire:
            error = admin.get_user_by_id(wire.client(), "1").failure()
        assert (error.status, other.connections, len(wire.requests)) == (status, 0, 1)
        assert "redirects to localhost" in error.message


def test_netrc_is_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login somebody password s3cret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(keeping(answer())) as wire:
        admin.get_user_by_id(wire.client(), "1").unwrap()
        assert f"authorization: bearer {KEY}" in head(wire.requests[0])


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


def test_proxy_of_the_environment(proxied: pytest.MonkeyPatch) -> None:
    with serving(keeping(answer())) as proxy:
        proxied.setenv("HTTP_PROXY", proxy.url.replace("//", "//user:s3cret@"))
        client = init_client("http://project.example", KEY).unwrap()
        admin.get_user_by_id(client, "1").unwrap()
        proxied.setenv("HTTP_PROXY", "http://localhost:1")
        admin.get_user_by_id(client, "1").unwrap()
        assert proxy.connections == 1
        first, *lines = head(proxy.requests[0])
        assert first == "get http://project.example/auth/v1/admin/users/1 http/1.1"
        assert "proxy-authorization: basic dxnlcjpzm2nyzxq=" in lines


def test_proxy_that_the_environment_excepts(proxied: pytest.MonkeyPatch) -> None:
    proxied.setenv("HTTP_PROXY", "http://localhost:1")
    proxied.setenv("NO_PROXY", "localhost")
    with serving(keeping(answer())) as wire:
        admin.get_user_by_id(wire.client(), "1").unwrap()


def test_proxy_sees_no_key_of_tls(proxied: pytest.MonkeyPatch) -> None:
    refused = answer(b"", "407 Proxy Authentication Required")
    with serving(saying(refused)) as proxy:
        proxied.setenv("HTTPS_PROXY", proxy.url)
        client = init_client("https://project.example", KEY).unwrap()
        error = admin.get_user_by_id(client, "1").failure()
        assert (error.code, error.message) == (
            "connection_error",
            "the proxy did not connect to the server",
        )
        assert head(proxy.requests[0])[0].startswith("connect project.example:443 http/1.")
        assert KEY.encode() not in b"".join(proxy.requests)


@pytest.mark.parametrize("proxy", ["http://", "socks5://localhost:1", "nonsense://x"])
def test_proxy_that_is_none(proxied: pytest.MonkeyPatch, proxy: str) -> None:
    proxied.setenv("HTTP_PROXY", proxy)
    error = admin.get_user_by_id(init_client("http://project.example", KEY).unwrap(), "1")
    assert error.failure().code in ("connection_error", "unexpected")


def test_tls_is_verified(authority: tuple[trustme.CA, str]) -> None:
    with serving(keeping(answer()), tls=context(authority[0])) as wire:
        error = admin.get_user_by_id(wire.client(), "1").failure()
        assert (error.code, error.message) == (
            "connection_error",
            "the server's TLS cannot be verified or understood",
        )
        assert wire.requests == []
        trusting = wire.client(verify=authority[1])
        assert isinstance(admin.get_user_by_id(trusting, "1"), Success)
        admin.get_user_by_id(trusting, "1").unwrap()
        assert len(wire.requests) == 2


def test_tls_of_another_host(authority: tuple[trustme.CA, str]) -> None:
    with serving(keeping(answer()), tls=context(authority[0], "other.example")) as wire:
        error = admin.get_user_by_id(wire.client(verify=authority[1]), "1").failure()
        assert (error.code, wire.requests) == ("connection_error", [])


def test_authorities_of_the_environment(
    authority: tuple[trustme.CA, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority[1])
    with serving(keeping(answer()), tls=context(authority[0])) as wire:
        admin.get_user_by_id(wire.client(), "1").unwrap()


def test_authority_that_has_gone(authority: tuple[trustme.CA, str]) -> None:
    with serving(keeping(answer()), tls=context(authority[0])) as wire:
        client = wire.client(verify=authority[1])
        Path(authority[1]).unlink()
        error = admin.get_user_by_id(client, "1").failure()
        assert error.code in ("connection_error", "unexpected")


def test_unverified_warns(authority: tuple[trustme.CA, str]) -> None:
    with serving(keeping(answer()), tls=context(authority[0])) as wire:
        with pytest.warns(UserWarning, match="^verify=False: TLS certificates are not verified$"):
            client = wire.client(verify=False)
        with pytest.warns(Warning, match="Unverified HTTPS"):
            admin.get_user_by_id(client, "1").unwrap()


def test_warning_points_at_its_cause() -> None:
    with pytest.warns(UserWarning, match="^verify=False") as warned:
        init_client("http://localhost", KEY, verify=False).unwrap()
    assert warned[0].filename == __file__


def test_tls_to_a_plain_port() -> None:
    def plain(conn: Any, _wire: Any) -> None:
        conn.recv(65536)
        conn.sendall(answer())

    with serving(plain) as wire:
        transport = RequestsTransport(timeout=5.0)
        url = wire.url.replace("http:", "https:")
        assert transport(Request("GET", url, {})).failure().code == "connection_error"


def test_plain_to_a_tls_port(authority: tuple[trustme.CA, str]) -> None:
    with serving(keeping(answer()), tls=context(authority[0])) as wire:
        transport = RequestsTransport(timeout=5.0)
        url = wire.url.replace("https:", "http:")
        error = transport(Request("GET", url, {"apikey": KEY})).failure()
        assert error.code in ("connection_error", "invalid_response")


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 64 + ".example"])
def test_name_that_nobody_has(host: str, proxied: pytest.MonkeyPatch) -> None:
    client = init_client(f"http://{host}", KEY).unwrap()
    error = admin.get_user_by_id(client, "1").failure()
    assert (error.code, error.message) == (
        "connection_error",
        "the server's name cannot be resolved",
    )


def test_no_log_and_no_output_shows_a_secret(
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(HTTPConnection, "debuglevel", 1)
    echo = answer(f'{{"msg": "{KEY} {PASSWORD}"}}'.encode(), "422 X", f"X-Echo: {KEY}")
    broken = f"HTTP/1.1 200 OK\r\n{KEY} {PASSWORD}\r\n\r\n".encode()
    with caplog.at_level(logging.DEBUG):
        for script in (keeping(answer()), keeping(echo), saying(broken), resetting):
            with serving(script) as wire:
                result = admin.create_user(wire.client(), ADA)
                text = f"{result}{result!r}" + (
                    "" if isinstance(result, Success) else f"{pickle.dumps(result.failure())!r}"
                )
                assert KEY not in text
                assert PASSWORD not in text
    printed = caplog.text + "".join(capfd.readouterr())
    assert KEY not in printed
    assert PASSWORD not in printed


def test_header_that_is_no_header() -> None:
    with serving(keeping(answer())) as wire:
        for headers in ({"x": "a\r\nb: c"}, {"x\r\ny": "a"}, {"x": "\u20ac"}):
            error = RequestsTransport()(Request("GET", wire.url, headers)).failure()
            assert error.code in ("unexpected", "invalid_response", "connection_error")
            assert "b: c" not in repr(error)
        assert wire.requests == []


def test_url_that_is_none() -> None:
    for url in ("", "nonsense", "ftp://localhost/x", "http://[::1/", "http://localhost:x/"):
        error = RequestsTransport()(Request("GET", url, {})).failure()
        assert error.code in ("connection_error", "unexpected")


def test_proxy_tunnels(authority: tuple[trustme.CA, str], proxied: pytest.MonkeyPatch) -> None:
    def tunnelling(conn: Any, wire: Any) -> None:
        receive(conn, wire)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        tls = context(authority[0], "project.example")
        with tls.wrap_socket(conn, server_side=True) as secured:
            keeping(answer())(secured, wire)

    with serving(tunnelling) as proxy:
        proxied.setenv("HTTPS_PROXY", proxy.url)
        client = init_client("https://project.example", KEY, verify=authority[1]).unwrap()
        for _ in range(2):
            admin.get_user_by_id(client, "1").unwrap()
        assert (proxy.connections, len(proxy.requests)) == (1, 3)
        assert KEY.encode() not in proxy.requests[0]


def test_proxy_of_tls_forwards(
    authority: tuple[trustme.CA, str], proxied: pytest.MonkeyPatch
) -> None:
    with serving(keeping(answer()), tls=context(authority[0])) as proxy:
        proxied.setenv("HTTP_PROXY", proxy.url.replace("//", "//user:s3cret@"))
        client = init_client("http://project.example", KEY, verify=authority[1]).unwrap()
        admin.get_user_by_id(client, "1").unwrap()
        first, *lines = head(proxy.requests[0])
        assert first == "get http://project.example/auth/v1/admin/users/1 http/1.1"
        assert "proxy-authorization: basic dxnlcjpzm2nyzxq=" in lines
        trusting = init_client("http://project.example", KEY).unwrap()
        assert admin.get_user_by_id(trusting, "1").failure().code == "connection_error"
        assert len(proxy.requests) == 1


def test_proxy_of_tls_tunnels(
    authority: tuple[trustme.CA, str], proxied: pytest.MonkeyPatch
) -> None:
    def piping(conn: Any, wire: Any) -> None:
        receive(conn, wire)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with socket.create_connection(("localhost", urlsplit(server.url).port or 0)) as there:
            while True:
                ready = [conn] if conn.pending() else select([conn, there], [], [])[0]
                data = ready[0].recv(65536)
                if not data:
                    return
                (there if ready[0] is conn else conn).sendall(data)

    server_tls = context(authority[0], "project.example")
    with (
        serving(keeping(answer()), tls=server_tls) as server,
        serving(piping, tls=context(authority[0])) as proxy,
    ):
        proxied.setenv("HTTPS_PROXY", proxy.url)
        client = init_client("https://project.example", KEY, verify=authority[1]).unwrap()
        for _ in range(2):
            admin.get_user_by_id(client, "1").unwrap()
        assert (server.connections, len(server.requests)) == (2, 2)


def test_proxy_that_tunnels_to_another_host(
    authority: tuple[trustme.CA, str], proxied: pytest.MonkeyPatch
) -> None:
    def elsewhere(conn: Any, wire: Any) -> None:
        receive(conn, wire)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        context(authority[0], "other.example").wrap_socket(conn, server_side=True)

    with serving(elsewhere) as proxy:
        proxied.setenv("HTTPS_PROXY", proxy.url)
        client = init_client("https://project.example", KEY, verify=authority[1]).unwrap()
        error = admin.get_user_by_id(client, "1").failure()
        assert error.message == "the server's TLS cannot be verified or understood"


def test_proxy_of_socks(proxied: pytest.MonkeyPatch) -> None:
    def socks(conn: Any, wire: Any) -> None:
        conn.recv(100)
        conn.sendall(b"\5\0")
        wire.said = conn.recv(100)
        conn.sendall(b"\5\0\0\1" + bytes(6))
        keeping(answer())(conn, wire)

    with serving(socks) as proxy:
        proxied.setenv("HTTP_PROXY", proxy.url.replace("http:", "socks5h:"))
        client = init_client("http://project.example", KEY).unwrap()
        for _ in range(2):
            admin.get_user_by_id(client, "1").unwrap()
        assert b"project.example" in proxy.said
        assert (proxy.connections, len(proxy.requests)) == (1, 2)
