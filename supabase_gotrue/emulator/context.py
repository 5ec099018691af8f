"""`ServerRequest` and `Context`: what middleware and handlers receive."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, unquote_plus, urlsplit

import msgspec

from supabase_gotrue.emulator import gojson
from supabase_gotrue.emulator.database import Transaction
from supabase_gotrue.emulator.errors import JSON_HEADERS
from supabase_gotrue.emulator.rows import Factor, OAuthClient, Session, SSOProvider, User
from supabase_gotrue.emulator.settings import Settings
from supabase_gotrue.emulator.validation import is_redirect_url_valid
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response

if TYPE_CHECKING:
    from supabase_gotrue.emulator.outbox import Mail

# Hosted projects serve GoTrue below this path, a bare GoTrue serves it at the root.
HOSTED_PREFIX = "/auth/v1"
_INVALID_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")
Claims = Mapping[str, object]


class ServerRequest(msgspec.Struct, frozen=True):
    """A request as the server sees it.

    Args:
        method: The HTTP method.
        path: Without the hosted prefix, decoded as Go's router decodes it.
        query: The values of each parameter, in order.
        headers: With lower-case names.
        body: The raw body.
    """

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    body: bytes | None

    @classmethod
    def from_request(cls, request: Request) -> "ServerRequest":
        """Parse the URL of a request."""
        parts = urlsplit(request.url)
        path = _decode_path(parts.path)
        if path == HOSTED_PREFIX or path.startswith(f"{HOSTED_PREFIX}/"):
            path = path[len(HOSTED_PREFIX) :]
        query = _parse_query(parts.query)
        return cls(request.method, path or "/", query, request.headers, request.body)

    def query_param(self, name: str) -> str:
        """Return the first value of a query parameter, or `""`."""
        return self.query.get(name, [""])[0]

    @property
    def version(self) -> str:
        return self.headers.get("x-supabase-api-version", "")


def _decode_path(path: str) -> str:
    """Decode a path unless Go would encode the result differently, as Go's router does."""
    decoded = unquote(path)
    return decoded if quote(decoded, safe="/$&+,:;=@") == path else path


def _parse_query(text: str) -> dict[str, list[str]]:
    """Parse a query as Go does: invalid pairs are ignored."""
    query: dict[str, list[str]] = {}
    for pair in text.split("&"):
        if pair and ";" not in pair and not _INVALID_ESCAPE.search(pair):
            name, _, value = pair.partition("=")
            query.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return query


class Context:
    """The state of one request, filled by middleware and read by handlers."""

    # Set by the middleware of the routes whose handlers read them.
    user: User
    factor: Factor
    oauth_client: OAuthClient
    sso_provider: SSOProvider

    def __init__(
        self,
        settings: Settings,
        request: ServerRequest,
        tx: Transaction,
        allow_email: Callable[[int], bool],
    ) -> None:
        self.settings = settings
        self.request = request
        self.tx = tx
        self.allow_email = allow_email
        self.claims: Claims = {}
        self.session: Session | None = None
        self.path_params: dict[str, str] = {}
        self.mails: list[Mail] = []

    @property
    def now(self) -> int:
        return self.tx.now

    @property
    def referrer(self) -> str:
        """The requested redirect URL if it is allowed, otherwise the site URL.

        https://github.com/supabase/auth/blob/master/internal/utilities/request.go
        """
        headers = self.request.headers
        requested = headers.get("redirect_to") or self.request.query_param("redirect_to")
        for url in (requested, headers.get("referer", "")):
            if is_redirect_url_valid(self.settings, url):
                return url
        return self.settings.site_url


def json_response(
    body: object, status: int = 200, headers: Mapping[str, str] = MappingProxyType({})
) -> Response:
    """Encode a JSON response."""
    return Response(status, {**JSON_HEADERS, **headers}, gojson.dumps(body))
