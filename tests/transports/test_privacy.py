"""What is sent, and where: cookies, redirects, netrc, TLS, proxies, and secrets in logs."""

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

from supabase_gotrue import Request, admin, init_client
from tests.transports.wire import (
    KEY,
    USER,
    MakeClient,
    MakeTransport,
    head_lines,
    http_response,
    keep_alive,
    receive_request,
    reset_connection,
    respond_and_close,
    serve,
    server_context,
)

PASSWORD = "pass-word-of-ada"
ADA: Any = {"email": "ada@example.com", "password": PASSWORD}


def test_bytes_on_the_wire(make_client: MakeClient) -> None:
    with serve(keep_alive(http_response())) as server:
        client = make_client(server.url, headers={"x-mine": "1"})
        admin.create_user(client, ADA).unwrap()
        admin.sign_out(client, "a.b.c").unwrap()
        created, signed_out = map(head_lines, server.requests)
    host = server.url.removeprefix("http://")
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
def test_rejects_ids_that_would_leave_their_path_segment(
    make_client: MakeClient, wrong: str
) -> None:
    with serve(keep_alive(http_response())) as server:
        client = make_client(server.url)
        for call in (
            admin.get_user_by_id(client, wrong),
            admin.delete_factor(client, "1", wrong),
            admin.delete_identity(client, wrong, "1"),
        ):
            assert call.failure().code == "validation"
        assert (server.connections, server.requests) == (0, [])


@pytest.mark.parametrize(
    ("right", "sent"),
    [("a:b@c", "a%3ab%40c"), ("ü", "%c3%bc"), ("...", "..."), ("a;b=c,d", "a%3bb%3dc%2cd")],
)
def test_percent_encodes_other_ids(make_client: MakeClient, right: str, sent: str) -> None:
    with serve(keep_alive(http_response())) as server:
        admin.get_user_by_id(make_client(server.url), right).unwrap()
        assert head_lines(server.requests[0])[0] == f"get /admin/users/{sent} http/1.1"


def test_sends_redirect_to_and_filter_unchanged(make_client: MakeClient) -> None:
    with serve(keep_alive(http_response())) as server:
        client = make_client(server.url)
        admin.invite_user_by_email(client, "a@b", {"redirect_to": "https://x.y/z?a=b&c=ü"})
        admin.list_users(client, {"filter": "100%_a&b=\\%"})
    invited, listed = map(head_lines, server.requests)
    assert invited[0] == (
        "post /invite?redirect_to=https%3a%2f%2fx.y%2fz%3fa%3db%26c%3d%25c3%25bc http/1.1"
    )
    assert "redirect_to: https://x.y/z?a=b&c=%c3%bc" in invited
    assert listed[0] == "get /admin/users?page=1&filter=100%25_a%26b%3d%5c%25 http/1.1"


def test_stores_and_sends_no_cookies(make_client: MakeClient) -> None:
    cookie = "Set-Cookie: session=s3cret; Path=/"
    with serve(keep_alive(http_response(USER, "200 OK", cookie))) as server:
        client = make_client(server.url)
        for _ in range(2):
            admin.get_user_by_id(client, "1").unwrap()
        assert not [line for line in head_lines(server.requests[1]) if line.startswith("cookie")]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_follows_no_redirects(make_client: MakeClient, status: int) -> None:
    with serve(keep_alive(http_response())) as other:
        moved = http_response(b"", f"{status} Moved", f"Location: {other.url}/admin/users/1")
        with serve(keep_alive(moved)) as server:
            error = admin.get_user_by_id(make_client(server.url), "1").failure()
        assert (error.status, other.connections, len(server.requests)) == (status, 0, 1)
        assert "redirects to localhost" in error.message


def test_does_not_read_netrc(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine localhost login somebody password s3cret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with serve(keep_alive(http_response())) as server:
        admin.get_user_by_id(make_client(server.url), "1").unwrap()
        assert f"authorization: bearer {KEY}" in head_lines(server.requests[0])


@pytest.fixture
def proxied(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return monkeypatch


def test_uses_the_proxy_of_the_environment(
    make_client: MakeClient, proxied: pytest.MonkeyPatch
) -> None:
    with serve(keep_alive(http_response())) as proxy:
        proxied.setenv("HTTP_PROXY", proxy.url.replace("//", "//user:s3cret@"))
        client = make_client("http://project.example/auth/v1")
        admin.get_user_by_id(client, "1").unwrap()
        proxied.setenv("HTTP_PROXY", "http://localhost:1")
        admin.get_user_by_id(client, "1").unwrap()
        assert proxy.connections == 1
        first, *lines = head_lines(proxy.requests[0])
        assert first == "get http://project.example/auth/v1/admin/users/1 http/1.1"
        assert "proxy-authorization: basic dxnlcjpzm2nyzxq=" in lines


def test_uses_one_proxy_for_many_hosts(
    make_transport: MakeTransport, proxied: pytest.MonkeyPatch
) -> None:
    with serve(keep_alive(http_response())) as proxy:
        proxied.setenv("HTTP_PROXY", proxy.url)
        transport = make_transport()
        for host in ("http://one.example", "http://two.example"):
            transport(Request("GET", f"{host}/admin", {})).unwrap()
        targets = [head_lines(request)[0] for request in proxy.requests]
    assert targets == [
        "get http://one.example/admin http/1.1",
        "get http://two.example/admin http/1.1",
    ]


def test_respects_no_proxy(make_client: MakeClient, proxied: pytest.MonkeyPatch) -> None:
    proxied.setenv("HTTP_PROXY", "http://localhost:1")
    proxied.setenv("NO_PROXY", "localhost")
    with serve(keep_alive(http_response())) as server:
        admin.get_user_by_id(make_client(server.url), "1").unwrap()


def test_refusing_proxy_never_sees_the_key(
    make_client: MakeClient, proxied: pytest.MonkeyPatch
) -> None:
    refused = http_response(b"", "407 Proxy Authentication Required")
    with serve(respond_and_close(refused)) as proxy:
        proxied.setenv("HTTPS_PROXY", proxy.url)
        client = make_client("https://project.example/auth/v1")
        error = admin.get_user_by_id(client, "1").failure()
        assert (error.code, error.message) == (
            "connection_error",
            "the proxy did not connect to the server",
        )
        assert head_lines(proxy.requests[0])[0].startswith("connect project.example:443 http/1.")
        assert KEY.encode() not in b"".join(proxy.requests)


@pytest.mark.parametrize(
    ("proxy", "message"),
    [
        ("http://", "the proxy did not connect to the server"),
        ("nonsense://x", "the proxy did not connect to the server"),
        (
            "http://user:hunter22@localhost:1",
            "no connection to project.example:80 through the proxy localhost:1 could be made",
        ),
        ("http://proxy.invalid:1", "the name proxy.invalid of the proxy cannot be resolved"),
    ],
)
def test_invalid_proxy_is_a_failure(
    make_client: MakeClient, proxied: pytest.MonkeyPatch, proxy: str, message: str
) -> None:
    proxied.setenv("HTTP_PROXY", proxy)
    error = admin.delete_user(make_client("http://project.example/auth/v1"), "1").failure()
    assert error.code == "connection_error"
    assert error.message.startswith(message)
    assert "hunter22" not in f"{error!r} {error.metadata}"
    assert not error.outcome_unknown


def test_verifies_tls(make_client: MakeClient, authority: tuple[trustme.CA, str]) -> None:
    with serve(keep_alive(http_response()), tls=server_context(authority[0])) as server:
        error = admin.get_user_by_id(make_client(server.url), "1").failure()
        assert error.code == "connection_error"
        port = server.url.rpartition(":")[2]
        assert error.message.startswith(
            f"the TLS of localhost:{port} cannot be verified or understood"
        )
        assert server.requests == []
        trusting = make_client(server.url, verify=authority[1])
        assert isinstance(admin.get_user_by_id(trusting, "1"), Success)
        admin.get_user_by_id(trusting, "1").unwrap()
        assert len(server.requests) == 2


def test_rejects_the_certificate_of_another_host(
    make_client: MakeClient, authority: tuple[trustme.CA, str]
) -> None:
    with serve(
        keep_alive(http_response()), tls=server_context(authority[0], "other.example")
    ) as server:
        error = admin.get_user_by_id(make_client(server.url, verify=authority[1]), "1").failure()
        assert (error.code, server.requests) == ("connection_error", [])


def test_uses_the_authorities_of_the_environment(
    make_client: MakeClient, authority: tuple[trustme.CA, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", authority[1])
    with serve(keep_alive(http_response()), tls=server_context(authority[0])) as server:
        admin.get_user_by_id(make_client(server.url), "1").unwrap()


def test_deleted_authority_file_is_a_failure(
    make_client: MakeClient, authority: tuple[trustme.CA, str]
) -> None:
    with serve(keep_alive(http_response()), tls=server_context(authority[0])) as server:
        client = make_client(server.url, verify=authority[1])
        Path(authority[1]).unlink()
        error = admin.get_user_by_id(client, "1").failure()
        assert not error.outcome_unknown
        reason = f"{authority[1]}: No such file or directory"
        assert error.message == f"the certificate authorities cannot be read: {reason}"


def test_verify_false_warns(authority: tuple[trustme.CA, str]) -> None:
    tls = server_context(authority[0])
    with serve(keep_alive(http_response()), tls=tls) as server:
        with pytest.warns(UserWarning, match="^verify=False: TLS certificates are not verified$"):
            made = init_client(server.url, KEY, auth_url=server.url, verify=False)
        with pytest.warns(Warning, match="Unverified HTTPS"):
            admin.get_user_by_id(made.unwrap(), "1").unwrap()


def test_warning_points_at_the_caller() -> None:
    with pytest.warns(UserWarning, match="^verify=False") as warned:
        init_client("http://localhost", KEY, verify=False).unwrap()
    assert warned[0].filename == __file__


def test_tls_to_a_plain_port_is_a_failure(make_transport: MakeTransport) -> None:
    def plain(conn: Any, _wire: Any) -> None:
        conn.recv(65536)
        conn.sendall(http_response())

    with serve(plain) as server:
        transport = make_transport(timeout=60.0)
        url = server.url.replace("http:", "https:")
        assert transport(Request("GET", url, {})).failure().code == "connection_error"


def test_plain_http_to_a_tls_port_is_a_failure(make_transport: MakeTransport) -> None:
    tls_alert = b"\x15\x03\x03\x00\x02\x02\x46"
    with serve(respond_and_close(tls_alert)) as server:
        error = make_transport()(Request("GET", server.url, {"apikey": KEY})).failure()
        assert error.code == "invalid_response"


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 64 + ".example"])
def test_unresolvable_name_is_a_failure(
    make_client: MakeClient, host: str, proxied: pytest.MonkeyPatch
) -> None:
    client = make_client(f"http://{host}/auth/v1")
    error = admin.get_user_by_id(client, "1").failure()
    assert (error.code, error.message) == (
        "connection_error",
        f"the name {host} cannot be resolved",
    )


def test_no_log_and_no_output_shows_a_secret(
    make_client: MakeClient,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(HTTPConnection, "debuglevel", 1)
    echo = http_response(f'{{"msg": "{KEY} {PASSWORD}"}}'.encode(), "422 X", f"X-Echo: {KEY}")
    broken = f"HTTP/1.1 200 OK\r\n{KEY} {PASSWORD}\r\n\r\n".encode()
    with caplog.at_level(logging.DEBUG):
        for script in (
            keep_alive(http_response()),
            keep_alive(echo),
            respond_and_close(broken),
            reset_connection,
        ):
            with serve(script) as server:
                result = admin.create_user(make_client(server.url), ADA)
                text = f"{result}{result!r}" + (
                    "" if isinstance(result, Success) else f"{pickle.dumps(result.failure())!r}"
                )
                assert KEY not in text
                assert PASSWORD not in text
    printed = caplog.text + "".join(capfd.readouterr())
    assert KEY not in printed
    assert PASSWORD not in printed


def test_invalid_header_is_not_sent(make_transport: MakeTransport) -> None:
    with serve(keep_alive(http_response())) as server:
        for headers in ({"x": "a\r\nb: c"}, {"x\r\ny": "a"}, {"x": "\u20ac"}):
            error = make_transport()(Request("GET", server.url, headers)).failure()
            assert error.code in ("unexpected", "connection_error")
            assert "b: c" not in repr(error)
        assert server.requests == []


def test_invalid_url_is_a_failure(make_transport: MakeTransport) -> None:
    for url in ("", "nonsense", "ftp://localhost/x", "http://[::1/", "http://localhost:x/"):
        error = make_transport()(Request("GET", url, {})).failure()
        assert error.code in ("unexpected", "connection_error")


def test_tunnels_tls_through_a_proxy(
    make_client: MakeClient, authority: tuple[trustme.CA, str], proxied: pytest.MonkeyPatch
) -> None:
    def tunnelling(conn: Any, server: Any) -> None:
        receive_request(conn, server)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        tls = server_context(authority[0], "project.example")
        with tls.wrap_socket(conn, server_side=True) as secured:
            keep_alive(http_response())(secured, server)

    with serve(tunnelling) as proxy:
        proxied.setenv("HTTPS_PROXY", proxy.url)
        client = make_client("https://project.example/auth/v1", verify=authority[1])
        for _ in range(2):
            admin.get_user_by_id(client, "1").unwrap()
        assert (proxy.connections, len(proxy.requests)) == (1, 3)
        assert KEY.encode() not in proxy.requests[0]


def test_forwards_http_through_an_https_proxy(
    make_client: MakeClient, authority: tuple[trustme.CA, str], proxied: pytest.MonkeyPatch
) -> None:
    with serve(keep_alive(http_response()), tls=server_context(authority[0])) as proxy:
        proxied.setenv("HTTP_PROXY", proxy.url.replace("//", "//user:s3cret@"))
        client = make_client("http://project.example/auth/v1", verify=authority[1])
        admin.get_user_by_id(client, "1").unwrap()
        first, *lines = head_lines(proxy.requests[0])
        assert first == "get http://project.example/auth/v1/admin/users/1 http/1.1"
        assert "proxy-authorization: basic dxnlcjpzm2nyzxq=" in lines
        trusting = make_client("http://project.example/auth/v1")
        assert admin.get_user_by_id(trusting, "1").failure().code == "connection_error"
        assert len(proxy.requests) == 1


def test_tunnels_tls_through_an_https_proxy(
    make_client: MakeClient, authority: tuple[trustme.CA, str], proxied: pytest.MonkeyPatch
) -> None:
    def piping(conn: Any, proxy: Any) -> None:
        receive_request(conn, proxy)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with socket.create_connection(("localhost", urlsplit(server.url).port or 0)) as there:
            while True:
                ready = [conn] if conn.pending() else select([conn, there], [], [])[0]
                data = ready[0].recv(65536)
                if not data:
                    return
                (there if ready[0] is conn else conn).sendall(data)

    server_tls = server_context(authority[0], "project.example")
    with (
        serve(keep_alive(http_response()), tls=server_tls) as server,
        serve(piping, tls=server_context(authority[0])) as proxy,
    ):
        proxied.setenv("HTTPS_PROXY", proxy.url)
        client = make_client("https://project.example/auth/v1", verify=authority[1])
        for _ in range(2):
            admin.get_user_by_id(client, "1").unwrap()
        assert len(server.requests) == 2


def test_rejects_a_proxy_that_tunnels_to_another_host(
    make_client: MakeClient, authority: tuple[trustme.CA, str], proxied: pytest.MonkeyPatch
) -> None:
    def elsewhere(conn: Any, server: Any) -> None:
        receive_request(conn, server)
        conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        server_context(authority[0], "other.example").wrap_socket(conn, server_side=True)

    with serve(elsewhere) as proxy:
        proxied.setenv("HTTPS_PROXY", proxy.url)
        client = make_client("https://project.example/auth/v1", verify=authority[1])
        error = admin.get_user_by_id(client, "1").failure()
        assert error.message.startswith("the TLS of project.example:443 through the proxy")


def test_connects_through_a_socks_proxy(proxied: pytest.MonkeyPatch) -> None:
    def socks(conn: Any, server: Any) -> None:
        conn.recv(100)
        conn.sendall(b"\5\0")
        server.response = conn.recv(100)
        conn.sendall(b"\5\0\0\1" + bytes(6))
        keep_alive(http_response())(conn, server)

    with serve(socks) as proxy:
        proxied.setenv("HTTP_PROXY", proxy.url.replace("http:", "socks5h:"))
        client = init_client("http://project.example", KEY).unwrap()
        for _ in range(2):
            admin.get_user_by_id(client, "1").unwrap()
        assert b"project.example" in proxy.response
        assert (proxy.connections, len(proxy.requests)) == (1, 2)
    client = init_client("http://project.example", KEY).unwrap()
    error = admin.delete_user(client, "1").failure()
    assert (error.code, error.outcome_unknown) == ("connection_error", False)
