"""The routing table, and the dispatch of a request to its handlers.

https://github.com/supabase/auth/blob/master/internal/api/api.go
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final, NamedTuple

from supabase_gotrue.emulator import (
    admin,
    audit,
    custom_providers,
    links,
    listing,
    mfa,
    middleware,
    oauth_clients,
    otp,
    passkeys,
    public,
    sessions,
    signup,
    sso_providers,
    token,
    user,
    verify,
)
from supabase_gotrue.emulator.context import Context
from supabase_gotrue.emulator.errors import APIError
from supabase_gotrue.response import Response

# Returns a response, raises, or returns None to let the next handler run.
Handler = Callable[[Context], Response | APIError | None]
Handlers = tuple[Handler, ...]

# Runs for a path and for everything below it.
MIDDLEWARE: Final[Mapping[str, Handlers]] = {
    "/admin": (middleware.require_admin_credentials,),
    "/admin/oauth": (oauth_clients.require_oauth_server_enabled,),
    "/admin/oauth/clients/{client_id}": (oauth_clients.load_oauth_client,),
    "/admin/sso/providers/{idp_id}": (sso_providers.load_sso_provider,),
    "/admin/users/{user_id}": (middleware.load_user,),
    "/admin/users/{user_id}/factors/{factor_id}": (middleware.load_factor,),
    "/factors": (middleware.require_authentication, middleware.require_not_anonymous),
    "/factors/{factor_id}": (middleware.load_factor,),
    "/reauthenticate": (middleware.require_authentication,),
    "/user": (middleware.require_authentication,),
    "/user/identities": (middleware.require_manual_linking_enabled,),
}
HANDLERS: Final[Mapping[str, Mapping[str, Handlers]]] = {
    "/admin/audit": {"GET": (audit.list_entries,)},
    "/admin/custom-providers": {
        "GET": (custom_providers.list_providers,),
        "POST": (custom_providers.create_provider,),
    },
    "/admin/custom-providers/{identifier}": {
        "GET": (custom_providers.get_provider,),
        "PUT": (custom_providers.update_provider,),
        "DELETE": (custom_providers.delete_provider,),
    },
    "/admin/generate_link": {"POST": (links.generate_link,)},
    "/admin/oauth/clients": {
        "GET": (oauth_clients.list_clients,),
        "POST": (oauth_clients.register_client,),
    },
    "/admin/oauth/clients/{client_id}": {
        "GET": (oauth_clients.get_client,),
        "PUT": (oauth_clients.update_client,),
        "DELETE": (oauth_clients.delete_client,),
    },
    "/admin/oauth/clients/{client_id}/regenerate_secret": {
        "POST": (oauth_clients.regenerate_client_secret,)
    },
    "/admin/sso/providers": {
        "GET": (sso_providers.list_providers,),
        "POST": (sso_providers.create_provider,),
    },
    "/admin/sso/providers/{idp_id}": {
        "GET": (sso_providers.get_provider,),
        "PUT": (sso_providers.update_provider,),
        "DELETE": (sso_providers.delete_provider,),
    },
    "/admin/users": {"GET": (listing.list_users,), "POST": (admin.create_user,)},
    "/admin/users/{user_id}": {
        "GET": (admin.get_user,),
        "PUT": (admin.update_user,),
        "DELETE": (admin.delete_user,),
    },
    "/admin/users/{user_id}/factors": {"GET": (admin.list_factors,)},
    "/admin/users/{user_id}/factors/{factor_id}": {
        "PUT": (admin.update_factor,),
        "DELETE": (admin.delete_factor,),
    },
    "/admin/users/{user_id}/passkeys": {"GET": (passkeys.list_passkeys,)},
    "/admin/users/{user_id}/passkeys/{passkey_id}": {"DELETE": (passkeys.delete_passkey,)},
    "/factors": {"POST": (mfa.enroll_factor,)},
    "/factors/{factor_id}": {"DELETE": (mfa.unenroll_factor,)},
    "/factors/{factor_id}/challenge": {"POST": (mfa.challenge_factor,)},
    "/factors/{factor_id}/verify": {"POST": (mfa.verify_factor,)},
    "/health": {"GET": (public.get_health,)},
    "/invite": {"POST": (middleware.require_admin_credentials, links.invite)},
    "/logout": {"POST": (middleware.require_authentication, sessions.logout)},
    "/magiclink": {"POST": (otp.magic_link,)},
    "/otp": {"POST": (otp.otp,)},
    "/reauthenticate": {"GET": (user.reauthenticate,)},
    "/recover": {"POST": (middleware.require_email_provider, otp.recover)},
    "/resend": {"POST": (otp.resend,)},
    "/settings": {"GET": (public.get_settings,)},
    "/signup": {"POST": (signup.signup,)},
    "/token": {"POST": (token.token,)},
    "/user": {"GET": (user.get_user,), "PUT": (user.update_user,)},
    "/user/identities/{identity_id}": {"DELETE": (user.delete_identity,)},
    "/verify": {"GET": (verify.verify_get,), "POST": (verify.verify_post,)},
}
# A trailing slash makes these a 404; the other routes ignore it.
NO_TRAILING_SLASH: Final = frozenset(
    {
        "/admin/generate_link",
        "/admin/oauth/clients/{client_id}/regenerate_secret",
        "/factors/{factor_id}/challenge",
        "/factors/{factor_id}/verify",
        "/health",
        "/invite",
        "/logout",
        "/magiclink",
        "/otp",
        "/recover",
        "/resend",
        "/settings",
        "/token",
        "/user/identities/{identity_id}",
    }
)

NOT_FOUND: Final = Response(
    404,
    {"content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff"},
    b"404 page not found\n",
)


KNOWN_METHODS: Final = frozenset(
    ("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
)


class _Match(NamedTuple):
    pattern: str
    params: dict[str, str]
    is_complete: bool


def dispatch(ctx: Context) -> Response | APIError:
    """Run the middleware and the handlers of a route until one returns a response."""
    path = ctx.request.path
    if ctx.request.method not in KNOWN_METHODS:
        return Response(405, {}, b"")
    segments = tuple(path.removesuffix("/").split("/"))
    prefixes, routes = _find_matches(MIDDLEWARE, segments), _find_matches(HANDLERS, segments)
    handlers: list[Handler] = [
        handler for match in prefixes for handler in MIDDLEWARE[match.pattern]
    ]
    for match in (*prefixes, *routes):
        ctx.path_params |= match.params
    for match in routes:
        if match.is_complete and not (path.endswith("/") and match.pattern in NO_TRAILING_SLASH):
            handlers.extend(_find_handlers(match.pattern, ctx.request.method))
    responses = (handler(ctx) for handler in handlers)
    return next((response for response in responses if response is not None), NOT_FOUND)


def _find_handlers(pattern: str, method: str) -> Handlers:
    """Return the handlers of a method, or one that responds with the allowed methods."""
    methods = HANDLERS[pattern]
    not_allowed = Response(405, {"allow": ", ".join(sorted(methods))}, b"")
    return methods.get(method) or (lambda _ctx: not_allowed,)


def _find_matches(patterns: Iterable[str], segments: tuple[str, ...]) -> list[_Match]:
    matches = (_match(pattern, segments) for pattern in patterns)
    return [match for match in matches if match is not None]


def _match(pattern: str, segments: tuple[str, ...]) -> _Match | None:
    """Match the beginning of a path with a pattern."""
    parts = _split_pattern(pattern)
    if len(parts) > len(segments):
        return None
    params: dict[str, str] = {}
    for part, segment in zip(parts, segments, strict=False):
        if part[:1] == "{":
            params[part[1:-1]] = segment
        elif part != segment:
            return None
    return _Match(pattern, params, len(parts) == len(segments))


@cache
def _split_pattern(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split("/"))
