"""What a handler gets: the `Call`, and the `Context` that guards fill.

What may live here: reading a request's address and headers, and the values that guards
and handlers share. No route, no rule.
"""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_plus, urlsplit

import msgspec

from supabase_gotrue.emulator import checks, gojson
from supabase_gotrue.emulator.database import Transaction
from supabase_gotrue.emulator.faults import JSON_HEADERS
from supabase_gotrue.emulator.rows import Factor, Session, User
from supabase_gotrue.emulator.settings import Settings
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response

if TYPE_CHECKING:
    from supabase_gotrue.emulator.outbox import Mail

# A hosted project answers there, a bare GoTrue at the root.
HOSTED = "/auth/v1"
_BROKEN = re.compile(r"%(?![0-9a-fA-F]{2})")
Claims = Mapping[str, object]


class Call(msgspec.Struct, frozen=True):
    """A request as the server sees it.

    Args:
        method: of HTTP.
        path: without the hosted prefix, decoded as far as the server's router does.
        query: each name with its values, in order.
        headers: lower-case names.
        body: as it came.
    """

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    body: bytes | None

    @classmethod
    def of(cls, request: Request) -> "Call":
        """Read a request's address."""
        parts = urlsplit(request.url)
        path = _decoded(parts.path)
        if path == HOSTED or path.startswith(f"{HOSTED}/"):
            path = path[len(HOSTED) :]
        return cls(request.method, path or "/", _query(parts.query), request.headers, request.body)

    def param(self, name: str) -> str:
        """The first value of a query parameter, else `""`."""
        return self.query.get(name, [""])[0]

    @property
    def version(self) -> str:
        return self.headers.get("x-supabase-api-version", "")


def _decoded(path: str) -> str:
    """As Go's router reads it: decoded, unless Go itself would encode that differently."""
    plain = unquote(path)
    return plain if quote(plain, safe="/$&+,:;=@") == path else path


def _query(text: str) -> dict[str, list[str]]:
    """As Go reads it: pairs that are broken count as absent."""
    found: dict[str, list[str]] = {}
    for pair in text.split("&"):
        if pair and ";" not in pair and not _BROKEN.search(pair):
            name, _, value = pair.partition("=")
            found.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return found


class Context:
    """One request on its way: what guards found out, for the handlers after them."""

    # Set by the guards that stand before the handlers that read them.
    user: User
    factor: Factor

    def __init__(
        self, settings: Settings, call: Call, tx: Transaction, may_mail: Callable[[int], bool]
    ) -> None:
        self.settings = settings
        self.call = call
        self.tx = tx
        self.may_mail = may_mail
        self.claims: Claims = {}
        self.session: Session | None = None
        self.path: dict[str, str] = {}
        self.mails: list[Mail] = []

    @property
    def now(self) -> int:
        return self.tx.now

    @property
    def redirect(self) -> str:
        """Where the caller wants links to lead, if it may, else the site.

        https://github.com/supabase/auth/blob/master/internal/utilities/request.go
        """
        headers = self.call.headers
        wanted = headers.get("redirect_to") or self.call.param("redirect_to")
        for url in (wanted, headers.get("referer", "")):
            if checks.redirect_allowed(self.settings, url):
                return url
        return self.settings.site_url


def ok(body: object, **headers: str) -> Response:
    """A JSON answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(200, {**JSON_HEADERS, **named}, gojson.dumps(body))
