"""Which failure of a change says that the change may have been carried out."""

import ssl
from collections.abc import Callable
from typing import Any

import pytest
import trustme

from supabase_gotrue import Client, Error, admin
from supabase_gotrue.error import ErrorCode
from tests.transports.wire import (
    MakeClient,
    Script,
    Server,
    drip,
    http_response,
    never_respond,
    receive_over_tls,
    reset_connection,
    respond_and_close,
    serve,
    server_context,
)

CHUNKED = b"\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"


def delete(client: Client) -> Error:
    return admin.delete_user(client, "1").failure()


def read(client: Client) -> Error:
    return admin.get_user_by_id(client, "1").failure()


@pytest.mark.parametrize(
    ("script", "code", "outcome_unknown"),
    [
        pytest.param(never_respond, "timeout", True, id="timeout"),
        pytest.param(reset_connection, "connection_error", True, id="reset"),
        pytest.param(respond_and_close(), "connection_error", True, id="closed"),
        pytest.param(
            respond_and_close(b"HTTP/1.1 200 OK" + CHUNKED), "connection_error", True, id="cut 200"
        ),
        pytest.param(
            respond_and_close(b"HTTP/1.1 500 X" + CHUNKED), "connection_error", True, id="cut 500"
        ),
        pytest.param(
            respond_and_close(b"HTTP/1.1 422 X" + CHUNKED), "connection_error", False, id="cut 422"
        ),
        pytest.param(
            drip(b"HTTP/1.1 404 X\r\n\r\n", b" " * 4096, 0),
            "invalid_response",
            False,
            id="long 404",
        ),
        pytest.param(
            drip(b"HTTP/1.1 200 OK\r\n\r\n", b" " * 4096, 0),
            "invalid_response",
            True,
            id="long 200",
        ),
        pytest.param(respond_and_close(b"SSH-2.0\r\n"), "invalid_response", True, id="not HTTP"),
        pytest.param(
            respond_and_close(http_response(b"no gzip", "200 OK", "Content-Encoding: gzip")),
            "invalid_response",
            True,
            id="bad encoding",
        ),
    ],
)
def test_failure_after_sending(
    make_client: MakeClient, script: Script, code: ErrorCode, outcome_unknown: bool
) -> None:
    timeout = 0.4 if code == "timeout" else 60.0
    with serve(script) as server:
        change, reading = (
            call(make_client(server.url, timeout=timeout, max_retries=0, max_response_bytes=2**16))
            for call in (delete, read)
        )
    assert (change.code, change.outcome_unknown) == (code, outcome_unknown)
    assert (reading.code, reading.outcome_unknown) == (code, False)


def no_server(make_client: MakeClient) -> Client:
    with serve(never_respond) as server:
        return make_client(server.url)


def no_name(make_client: MakeClient) -> Client:
    return make_client("http://no-such-host.invalid")


@pytest.mark.parametrize("client_without_connection", [no_server, no_name])
def test_failure_to_connect(
    make_client: MakeClient, client_without_connection: Callable[[MakeClient], Client]
) -> None:
    error = delete(client_without_connection(make_client))
    assert (error.code, error.outcome_unknown) == ("connection_error", False)


def test_untrusted_server(make_client: MakeClient, authority: tuple[trustme.CA, str]) -> None:
    with serve(never_respond, tls=server_context(authority[0])) as server:
        error = delete(make_client(server.url))
    assert (error.code, error.outcome_unknown) == ("connection_error", False)


def close_at_once(conn: Any, server: Server) -> None:
    """Close the connection before the TLS handshake."""


def test_connection_that_breaks_in_the_handshake(make_client: MakeClient) -> None:
    with serve(close_at_once) as server:
        error = delete(make_client(server.url.replace("http:", "https:")))
        assert (error.code, error.outcome_unknown) == ("connection_error", False)
        assert server.connections == 3  # nothing was sent, so it is repeated


def test_handshake_that_never_ends(make_client: MakeClient) -> None:
    with serve(never_respond) as server:
        error = delete(make_client(server.url.replace("http:", "https:"), timeout=0.3))
    assert (error.code, error.outcome_unknown) == ("timeout", False)
    assert error.message == f"no connection to {server.url[7:]} was made in time"


def test_tls_that_breaks_after_sending(
    make_client: MakeClient, tls: tuple[ssl.SSLContext, str]
) -> None:
    def script(conn: Any, server: Server) -> None:
        receive_over_tls(conn, tls[0])
        conn.sendall(b"\x17\x03\x03\x00\x20" + b"x" * 32)  # no valid record

    with serve(script) as server:
        client = make_client(server.url.replace("http:", "https:"), verify=tls[1])
        error = delete(client)
    assert (error.code, error.outcome_unknown) == ("connection_error", True)


@pytest.mark.parametrize(
    ("script", "outcome_unknown"),
    [
        pytest.param(respond_and_close(http_response(b"", "407 X")), False, id="refuses"),
        pytest.param(respond_and_close(b"nonsense\r\n\r\n"), False, id="not HTTP"),
        pytest.param(respond_and_close(), False, id="closes"),
    ],
)
def test_proxy_that_does_not_connect(
    make_client: MakeClient, script: Script, outcome_unknown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(script) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        error = delete(make_client("https://project.example/auth/v1"))
    assert (error.code, error.outcome_unknown) == ("connection_error", outcome_unknown)


@pytest.mark.parametrize("script", [respond_and_close(), reset_connection])
def test_forwarding_proxy_that_breaks(
    make_client: MakeClient, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(script) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        error = delete(make_client("http://project.example/auth/v1"))
        assert (error.code, error.outcome_unknown) == ("connection_error", True)
        assert len(proxy.requests) == 1


def test_metadata_of_a_failure(make_client: MakeClient) -> None:
    with serve(respond_and_close(b"HTTP/1.1 200 OK" + CHUNKED)) as server:
        metadata = delete(make_client(server.url)).metadata
    assert {k: metadata[k] for k in ("method", "path", "resp_status")} == {
        "method": "DELETE",
        "path": "/admin/users/1",
        "resp_status": 200,
    }
    assert "route" in metadata
