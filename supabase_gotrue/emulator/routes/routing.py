"""What a route is, and how a request finds its handler.

https://github.com/go-chi/chi
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

from supabase_gotrue.emulator.services.audit import Action
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire.errors import APIError
from supabase_gotrue.response import Response

# Checks a request and fills its context, or raises.
Guard = Callable[[Context], None]
# Returns a response, or raises.
Handler = Callable[[Context], Response | APIError]

NOT_FOUND: Final = Response(
    404,
    {"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"},
    b"404 page not found\n",
)
KNOWN_METHODS: Final = frozenset(
    ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
)


class Endpoint(NamedTuple):
    """What one method of a route does.

    Args:
        handler: The handler.
        logs: The actions that it may record in the audit log.
        guards: What runs before it, for this method alone.
    """

    handler: Handler
    logs: tuple[Action, ...]
    guards: tuple[Guard, ...] = ()


class Route(NamedTuple):
    """An entry of the routing table.

    Args:
        path: The path; `{name}` stands for any segment.
        endpoints: By method.
        guards: What runs first, for this path and for everything below it.
        trailing_slash: Whether the path may end in a slash; otherwise that is a 404.
    """

    path: str
    endpoints: Mapping[str, Endpoint] = MappingProxyType({})
    guards: tuple[Guard, ...] = ()
    trailing_slash: bool = True


class _Match(NamedTuple):
    route: Route
    params: dict[str, str]
    is_complete: bool


def dispatch(ctx: Context, routes: Iterable[Route]) -> Response | APIError:
    """Run the guards of all routes that a path begins with, then the handler of its own."""
    path, method = ctx.request.path, ctx.request.method
    if method not in KNOWN_METHODS:
        return Response(405, {}, b"")
    segments = tuple(path.removesuffix("/").split("/"))
    matches = [match for route in routes if (match := _match(route, segments))]
    for match in matches:
        ctx.path_params |= match.params
    for match in matches:
        _run_guards(ctx, match.route.guards)
    for route, _, is_complete in matches:
        if is_complete and route.endpoints and (route.trailing_slash or not path.endswith("/")):
            return _run_endpoint(ctx, route.endpoints)
    return NOT_FOUND


def _run_endpoint(ctx: Context, endpoints: Mapping[str, Endpoint]) -> Response | APIError:
    endpoint = endpoints.get(ctx.request.method)
    if endpoint is None:
        return Response(405, {"allow": ", ".join(sorted(endpoints))}, b"")
    _run_guards(ctx, endpoint.guards)
    return endpoint.handler(ctx)


def _run_guards(ctx: Context, guards: tuple[Guard, ...]) -> None:
    for guard in guards:
        guard(ctx)


def _match(route: Route, segments: tuple[str, ...]) -> _Match | None:
    """Match the beginning of a path with a route."""
    parts = _split_path(route.path)
    if len(parts) > len(segments):
        return None
    params: dict[str, str] = {}
    for part, segment in zip(parts, segments, strict=False):
        if part[:1] == "{":
            params[part[1:-1]] = segment
        elif part != segment:
            return None
    return _Match(route, params, len(parts) == len(segments))


@cache
def _split_path(path: str) -> tuple[str, ...]:
    return tuple(path.split("/"))
