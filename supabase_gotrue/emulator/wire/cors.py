"""CORS: responses to preflight requests, and the headers that browsers need.

https://github.com/supabase/auth/blob/master/internal/api/api.go
"""

from collections.abc import Mapping
from typing import Final

from supabase_gotrue.emulator.settings import Settings
from supabase_gotrue.emulator.wire.request import ServerRequest
from supabase_gotrue.response import Response

ALLOWED_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
ALLOWED_HEADERS: Final = (
    *("accept", "authorization", "content-type", "x-client-info", "x-client-ip"),
    *("x-jwt-aud", "x-supabase-api-version", "x-use-cookie"),
)
_ALLOW_ORIGIN: Final = {
    "access-control-allow-origin": "*",
    "access-control-allow-credentials": "true",
}
_EXPOSED_HEADERS: Final = "X-Total-Count, Link, X-Supabase-Api-Version"
_PREFLIGHT_VARY: Final = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


def is_preflight(request: ServerRequest) -> bool:
    """Return whether a browser asks if it may send a request."""
    return request.method == "OPTIONS" and bool(_requested_method(request))


def preflight_response(settings: Settings, request: ServerRequest) -> Response:
    """Allow a request of a browser, or leave the headers out that would allow it."""
    vary = {"vary": _PREFLIGHT_VARY}
    method = _requested_method(request)
    names = request.headers.get("access-control-request-headers", "")
    is_method_allowed = method in (*ALLOWED_METHODS, "OPTIONS")
    if not (
        request.headers.get("origin")
        and is_method_allowed
        and _are_headers_allowed(settings, request, names)
    ):
        return Response(204, vary, b"")
    allowed = {"access-control-allow-methods": method}
    if names:
        allowed["access-control-allow-headers"] = names
    return Response(204, {**vary, **_ALLOW_ORIGIN, **allowed}, b"")


def response_headers(request: ServerRequest) -> Mapping[str, str]:
    """Return the headers that let a browser read the response to a request."""
    vary = {"vary": "Origin"}
    if not request.headers.get("origin") or request.method not in (*ALLOWED_METHODS, "OPTIONS"):
        return vary
    return {**vary, **_ALLOW_ORIGIN, "access-control-expose-headers": _EXPOSED_HEADERS}


def _requested_method(request: ServerRequest) -> str:
    return request.headers.get("access-control-request-method", "")


def _are_headers_allowed(settings: Settings, request: ServerRequest, names: str) -> bool:
    """Return whether all names are allowed; browsers send them sorted and in lower case."""
    allowed = {*ALLOWED_HEADERS, *(name.lower() for name in settings.cors_allowed_headers)}
    # The gateway in front of a hosted project allows every header.
    if request.is_hosted or "*" in allowed or not names:
        return True
    requested = names.split(",")
    return set(requested) <= allowed and requested == sorted(set(requested))
