"""Which handler answers what, and what must hold before it runs.

What may live here: two tables, and finding a path in them.

https://github.com/supabase/auth/blob/master/internal/api/api.go
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Final, NamedTuple

from supabase_gotrue.emulator import (
    admin,
    audit,
    codes,
    guards,
    links,
    listing,
    mfa,
    own,
    public,
    sessions,
    signup,
    verify,
)
from supabase_gotrue.emulator.context import Context
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.response import Response

# What answers, or raises, or lets the next one go on.
Step = Callable[[Context], Response | Refusal | None]
Steps = tuple[Step, ...]

# Below these paths, whatever stands there.
GUARDS: Final[Mapping[str, Steps]] = {
    "/admin": (guards.administrator,),
    "/admin/users/{user_id}": (guards.user_in_path,),
    "/admin/users/{user_id}/factors/{factor_id}": (guards.factor_in_path,),
    "/factors": (guards.signed_in, guards.not_anonymous),
    "/factors/{factor_id}": (guards.factor_in_path,),
    "/reauthenticate": (guards.signed_in,),
    "/user": (guards.signed_in,),
    "/user/identities": (guards.manual_linking,),
}
HANDLERS: Final[Mapping[str, Mapping[str, Steps]]] = {
    "/admin/audit": {"GET": (audit.list_entries,)},
    "/admin/generate_link": {"POST": (links.generate_link,)},
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
    "/factors": {"POST": (mfa.enroll,)},
    "/factors/{factor_id}": {"DELETE": (mfa.unenroll,)},
    "/factors/{factor_id}/challenge": {"POST": (mfa.challenge,)},
    "/factors/{factor_id}/verify": {"POST": (mfa.verify,)},
    "/health": {"GET": (public.health,)},
    "/invite": {"POST": (guards.administrator, links.invite)},
    "/logout": {"POST": (guards.signed_in, sessions.logout)},
    "/magiclink": {"POST": (codes.magic_link,)},
    "/otp": {"POST": (codes.otp,)},
    "/reauthenticate": {"GET": (own.reauthenticate,)},
    "/recover": {"POST": (guards.email_enabled, codes.recover)},
    "/resend": {"POST": (codes.resend,)},
    "/settings": {"GET": (public.settings,)},
    "/signup": {"POST": (signup.signup,)},
    "/token": {"POST": (sessions.token,)},
    "/user": {"GET": (own.get,), "PUT": (own.update,)},
    "/user/identities/{identity_id}": {"DELETE": (own.delete_identity,)},
    "/verify": {"GET": (verify.follow,), "POST": (verify.verify,)},
}
# These end where they stand; the others also take a slash at their end.
EXACT: Final = frozenset(
    {
        "/admin/generate_link",
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
NOT_ALLOWED: Final = Response(405, {}, b"")


class _Match(NamedTuple):
    pattern: str
    named: dict[str, str]
    whole: bool


def answer(ctx: Context) -> Response | Refusal:
    """What the first step says that says anything."""
    path = ctx.call.path
    segments = tuple(path.removesuffix("/").split("/"))
    above, here = _matches(GUARDS, segments), _matches(HANDLERS, segments)
    steps: list[Step] = [step for match in above for step in GUARDS[match.pattern]]
    for match in (*above, *here):
        ctx.path |= match.named
    for match in here:
        if match.whole and not (path.endswith("/") and match.pattern in EXACT):
            steps.extend(HANDLERS[match.pattern].get(ctx.call.method, (_not_allowed,)))
    said = (step(ctx) for step in steps)
    return next((each for each in said if each is not None), NOT_FOUND)


def _not_allowed(_ctx: Context) -> Response:
    return NOT_ALLOWED


def _matches(patterns: Iterable[str], segments: tuple[str, ...]) -> list[_Match]:
    found = (_match(pattern, segments) for pattern in patterns)
    return [match for match in found if match is not None]


def _match(pattern: str, segments: tuple[str, ...]) -> _Match | None:
    """Whether, and how, a path begins with a pattern."""
    parts = _parts(pattern)
    if len(parts) > len(segments):
        return None
    named: dict[str, str] = {}
    for part, segment in zip(parts, segments, strict=False):
        if part[:1] == "{":
            named[part[1:-1]] = segment
        elif part != segment:
            return None
    return _Match(pattern, named, len(parts) == len(segments))


@cache
def _parts(pattern: str) -> tuple[str, ...]:
    return tuple(pattern.split("/"))
