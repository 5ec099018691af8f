"""`Request`, its headers, and the pure building of relative requests from checked values."""

import binascii
from collections.abc import ItemsView, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, cast
from urllib.parse import quote, urlencode

import msgspec

from supabase_gotrue._version import __version__
from supabase_gotrue.json_types import has_type, is_mapping
from supabase_gotrue.redaction import REDACTED, secret_values

USER_AGENT: Final = f"supabase-gotrue-py/{__version__}"

# The version decides which of two error formats the server answers with:
# https://github.com/supabase/auth/blob/master/internal/api/apiversions.go
API_VERSION: Final = "2024-01-01"

# Set by the library; a client's own headers cannot replace them.
LIBRARY_HEADERS: Final = (
    "accept",
    "apikey",
    "authorization",
    "content-type",
    "user-agent",
    "x-client-info",
    "x-supabase-api-version",
)
PUBLIC_HEADERS: Final = frozenset({*LIBRARY_HEADERS, "redirect_to"}) - {"apikey", "authorization"}


# By the name of the segment. GoTrue does not decode a path in which one of these is encoded,
# because Go would not encode it, and looks for `custom:` and for resource IDs as they came:
# https://pkg.go.dev/net/url#URL.EscapedPath
_UNENCODED: Final[Mapping[str, str]] = MappingProxyType(
    {"identifier": ":", "provider_id": "$&+,:;=@"}
)


class Headers(Mapping[str, str]):
    """Immutable headers of a request; the repr hides the key, the token and the client's own.

    It is a `Mapping` but not a `dict`: JSON encoders would write out a `dict`.

    >>> Headers({"accept": "application/json", "apikey": "sb_secret_1"})
    {'accept': 'application/json', 'apikey': '[redacted]'}
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        try:
            self._values = dict(values)
        except Exception:  # a caller's own mapping may raise anything
            self._values = {}

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __or__(self, others: Mapping[str, str]) -> "Headers":
        return Headers({**self._values, **others})

    def items(self) -> ItemsView[str, str]:
        return self._values.items()

    def __repr__(self) -> str:
        return repr({k: v if k in PUBLIC_HEADERS else REDACTED for k, v in self.items()})

    # Sentry walks any Mapping in a frame's local variables unless the class has this method.
    __sentry_repr__ = __repr__


class Request(msgspec.Struct, frozen=True):
    """A request as a value, ready for any transport.

    Args:
        method: `GET`, `POST`, `PUT` or `DELETE`.
        url: Absolute, percent-encoded.
        headers: Lower-case names. The repr hides their secrets.
        body: JSON, or `None`.
        route: The path as a template, for logs and metrics: `/admin/users/{user_id}`.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    route: str = ""

    def __post_init__(self) -> None:
        given: object = self.headers
        if type(given) is not Headers and is_mapping(given):
            headers = Headers(cast("Mapping[str, str]", given))
            msgspec.structs.force_setattr(self, "headers", headers)

    @property
    def path(self) -> str:
        """The path without host and query, which may hold addresses."""
        return "/" + self._without_query().partition("://")[2].partition("/")[2]

    def _without_query(self) -> str:
        """Return the URL without its query; a caller's own request may hold anything."""
        return self.url.partition("?")[0] if has_type(self.url, str) else ""

    def _redacted_headers(self) -> object:
        return self.headers if isinstance(self.headers, Headers) else REDACTED

    @property
    def is_change(self) -> bool:
        """Whether the server changes something when it carries the request out."""
        return self.method != "GET"

    def __repr__(self) -> str:
        size = f"<{len(self.body)} bytes>" if has_type(self.body, bytes) else None
        headers = self._redacted_headers()
        return f"Request({self.method!r}, {self._without_query()!r}, {headers!r}, body={size})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """What `rich` prints: the same as repr, without the body."""
        url, headers = self._without_query(), self._redacted_headers()
        return [("method", self.method), ("url", url), ("headers", headers)]


class Claims(msgspec.Struct, frozen=True):
    """What is read of a JWT: whose it is, and what its owner may do."""

    sub: str | None = None
    role: str | None = None


def jwt_claims(token: str) -> Claims:
    """Read a JWT without verification, which is the server's task; any other text has no claims."""
    payload = "".join(token.split(".")[1:2])
    try:
        return _CLAIMS.decode(binascii.a2b_base64(payload.translate(_URLSAFE) + "=="))
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
        return Claims()


def secrets_of(request: Request) -> Iterator[str]:
    """Yield the secrets that a request sends, which no error may show."""
    for name, value in request.headers.items():
        if name not in PUBLIC_HEADERS:
            yield value.removeprefix("Bearer ")
    yield from secret_values(msgspec.json.decode(request.body or b"null"))


class RelativeRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request before a client adds its root, its key and its headers.

    Args:
        method: `GET`, `POST`, `PUT` or `DELETE`.
        route: The path as a template: `/admin/users/{user_id}`.
        target: The path with its segments filled in, and the query; percent-encoded.
        body: JSON, or `None`.
        extra_headers: Sent in addition to the client's.
        token: Authorises the request instead of the client's own key.
    """

    method: str
    route: str
    target: str
    body: bytes | None = None
    extra_headers: Mapping[str, str] = {}
    token: str | None = None

    def __repr__(self) -> str:
        return f"RelativeRequest({self.method!r}, {self.route!r})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """What `rich` prints: the same as repr."""
        return [("method", self.method), ("route", self.route)]


def build(
    method: str,
    route: str,
    *,
    query: Mapping[str, object] = {},
    body: object = None,
    extra_headers: Mapping[str, str] = {},
    token: str | None = None,
    **segments: str,
) -> RelativeRequest:
    """Build a relative request from checked values; query values of `None` are left out.

    >>> build("GET", "/admin/users/{user_id}", user_id="a b").target
    '/admin/users/a%20b'
    """
    encoded = {
        name: quote(segment, safe=_UNENCODED.get(name, "")) for name, segment in segments.items()
    }
    return RelativeRequest(
        method=method,
        route=route,
        target=route.format(**encoded) + _encode_query(query),
        body=None if body is None else _JSON.encode(body),
        extra_headers=extra_headers,
        token=token,
    )


get: Final = partial(build, "GET")
post: Final = partial(build, "POST")
put: Final = partial(build, "PUT")
delete: Final = partial(build, "DELETE")


def _encode_query(query: Mapping[str, object]) -> str:
    present = {name: value for name, value in query.items() if value is not None}
    return "?" + urlencode(present, quote_via=quote) if present else ""


_URLSAFE: Final = str.maketrans("-_", "+/")
_CLAIMS: Final = msgspec.json.Decoder(Claims)
_JSON: Final = msgspec.json.Encoder()


def origin(url: str) -> str:
    """Return scheme, host and port of a URL.

    >>> origin("https://localhost:9999/admin/users?page=1")
    'https://localhost:9999'
    """
    return "/".join(url.split("/", 3)[:3])
