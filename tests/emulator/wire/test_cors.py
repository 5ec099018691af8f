"""CORS: which requests of browsers an emulator allows, at both of its roots."""

import pytest

from supabase_gotrue import Request, Response
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.routes.table import ROUTES

ORIGIN = "http://localhost:5173"
# What supabase-js sends.
SENT = "apikey,authorization,content-type,x-client-info,x-supabase-api-version"


def preflight(emulator: Emulator, path: str, names: str = SENT) -> Response:
    headers = {
        "origin": ORIGIN,
        "access-control-request-method": "POST",
        "access-control-request-headers": names,
    }
    return emulator(Request("OPTIONS", f"http://localhost{path}", headers, None)).unwrap()


@pytest.mark.parametrize(
    ("path", "names", "allowed"),
    [
        pytest.param("/signup", (), False, id="bare, without a setting"),
        pytest.param("/signup", ("apikey",), True, id="bare, with a setting"),
        pytest.param("/signup", ("ApiKey",), True, id="bare, with capitals"),
        pytest.param("/signup", ("*",), True, id="bare, with any header"),
        pytest.param("/auth/v1/signup", (), True, id="hosted"),
    ],
)
def test_browser_may_send_apikey(path: str, names: tuple[str, ...], allowed: bool) -> None:
    response = preflight(Emulator(cors_allowed_headers=names), path)
    assert (response.status, response.body) == (204, b"")
    assert response.headers.get("access-control-allow-headers") == (SENT if allowed else None)
    assert ("access-control-allow-origin" in response.headers) == allowed


@pytest.mark.parametrize(
    "path", [*(route.path for route in ROUTES), "/auth/v1/user", "/nothing", "/_emulator/outbox"]
)
def test_browser_may_read_every_response(path: str) -> None:
    emulator = Emulator()
    request = Request("GET", f"http://localhost{path}", {"origin": ORIGIN}, None)
    assert emulator(request).unwrap().headers["access-control-allow-origin"] == "*"
    emulator.fail_next()
    assert emulator(request).unwrap().headers["access-control-allow-origin"] == "*"


def test_preflight_does_not_use_up_failures() -> None:
    emulator = Emulator()
    emulator.fail_next(503)
    assert preflight(emulator, "/auth/v1/signup").status == 204
    request = Request("GET", "http://localhost/health", {}, None)
    assert emulator(request).unwrap().status == 503


def test_responses_without_origin_have_no_cors_headers() -> None:
    response = Emulator()(Request("GET", "http://localhost/health", {}, None)).unwrap()
    assert dict(response.headers) == {"content-type": "application/json", "vary": "Origin"}
