"""What is sent: `Request`, and one pure builder for each route.

What may live here: paths, queries, headers and bodies of parameters that are already
parsed. Nothing here checks, sends or decodes.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

import msgspec

from supabase_gotrue._version import __version__
from supabase_gotrue.redaction import REDACTED

if TYPE_CHECKING:
    from supabase_gotrue.client import Client
    from supabase_gotrue.schemas import (
        AdminUserParams,
        GenerateLinkParams,
        InviteUserParams,
        PaginationParams,
    )

USERS: Final = "/admin/users"
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
_PUBLIC_HEADERS: Final = frozenset({*LIBRARY_HEADERS, "redirect_to"}) - {"apikey", "authorization"}


class Headers(Mapping[str, str]):
    """Immutable headers of a request; the repr hides the key, the token and the client's own.

    It is a `Mapping` but not a `dict`: JSON encoders would write out a `dict`.

    >>> Headers({"accept": "application/json", "apikey": "sb_secret_1"})
    {'accept': 'application/json', 'apikey': '[redacted]'}
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return repr({k: v if k in _PUBLIC_HEADERS else REDACTED for k, v in self.items()})

    # Sentry walks any Mapping in a frame's local variables unless the class has this method.
    __sentry_repr__ = __repr__

    def secrets(self) -> list[str]:
        """Return the values that no error may show."""
        return [
            value.removeprefix("Bearer ")
            for name, value in self.items()
            if name not in _PUBLIC_HEADERS
        ]


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
        if not isinstance(self.headers, Headers):
            msgspec.structs.force_setattr(self, "headers", Headers(self.headers))

    @property
    def path(self) -> str:
        """The path without host and query, which may hold addresses."""
        return "/" + self.url.partition("?")[0].partition("://")[2].partition("/")[2]

    @property
    def is_change(self) -> bool:
        """Whether the server changes something when it carries the request out."""
        return self.method != "GET"

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"Request({', '.join(shown)})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """What `rich` prints: as much as repr shows."""
        size = None if self.body is None else f"<{len(self.body)} bytes>"
        url = self.url.partition("?")[0]
        return [
            ("method", self.method),
            ("url", url),
            ("headers", self.headers),
            ("body", size),
            ("route", self.route),
        ]


def create_user(client: "Client", params: "AdminUserParams") -> Request:
    """https://github.com/supabase/auth/blob/master/internal/api/admin.go"""
    return _request(client, "POST", USERS, params)


def update_user_by_id(client: "Client", user_id: str, params: "AdminUserParams") -> Request:
    """https://github.com/supabase/auth/blob/master/internal/api/admin.go"""
    return _request(client, "PUT", _under(USERS, user_id), params)


def get_user_by_id(client: "Client", user_id: str) -> Request:
    """https://github.com/supabase/auth/blob/master/internal/api/admin.go"""
    return _request(client, "GET", _under(USERS, user_id))


def delete_user(client: "Client", user_id: str, should_soft_delete: bool) -> Request:
    """https://github.com/supabase/auth/blob/master/internal/api/admin.go"""
    body = {"should_soft_delete": should_soft_delete}
    return _request(client, "DELETE", _under(USERS, user_id), body)


def list_users(client: "Client", params: "PaginationParams") -> Request:
    """https://github.com/supabase/auth/blob/master/internal/api/pagination.go"""
    query = {
        "page": params.page or 1,
        "per_page": params.per_page,
        "filter": params.filter,
        "sort": params.sort,
    }
    return _request(client, "GET", USERS + _query(query))


def invite_user(client: "Client", email: str, params: "InviteUserParams") -> Request:
    """https://github.com/supabase/auth/blob/master/internal/api/invite.go"""
    body = {"email": email} | ({} if params.data is None else {"data": params.data})
    return _redirecting(client, "/invite", body, params.redirect_to)


def generate_link(client: "Client", params: "GenerateLinkParams") -> Request:
    """https://github.com/supabase/auth/blob/master/internal/api/mail.go"""
    return _redirecting(client, "/admin/generate_link", params, params.redirect_to)


def sign_out(client: "Client", token: str, scope: str) -> Request:
    """https://github.com/supabase/auth/blob/master/internal/api/logout.go"""
    return _request(client, "POST", "/logout" + _query({"scope": scope}), token=token)


def delete_factor(client: "Client", user_id: str, factor_id: str) -> Request:
    """https://github.com/supabase/auth/blob/master/internal/api/admin.go"""
    return _request(client, "DELETE", _under(USERS, user_id, "factors", factor_id))


def delete_identity(client: "Client", user_id: str, identity_id: str) -> Request:
    """The original's route, which servers of 2026 do not have."""
    return _request(client, "DELETE", _under(USERS, user_id, "identities", identity_id))


def delete_own_identity(client: "Client", identity_id: str, token: str) -> Request:
    """https://github.com/supabase/auth/blob/master/internal/api/identity.go"""
    path = _under("/user/identities", identity_id)
    return _request(client, "DELETE", path, token=token)


def _redirecting(client: "Client", path: str, body: object, redirect_to: str | None) -> Request:
    """The query reaches every server; proxies drop the original's header for its `_`."""
    headers = {} if redirect_to is None else {"redirect_to": redirect_to}
    return _request(client, "POST", path + _query(headers), body, headers)


def _request(
    client: "Client",
    method: str,
    path: str,
    body: object = None,
    more: Mapping[str, str] = MappingProxyType({}),
    token: str | None = None,
) -> Request:
    content = {} if body is None else {"content-type": "application/json"}
    return Request(
        method,
        client.auth_url + path,
        Headers({**client.headers_for(token), **more, **content}),
        None if body is None else _JSON.encode(body),
    )


def _under(*segments: str) -> str:
    first, *rest = segments
    return "/".join([first, *(quote(segment, safe="") for segment in rest)])


def _query(values: Mapping[str, object]) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    return "?" + urlencode(given, quote_via=quote) if given else ""


_JSON: Final = msgspec.json.Encoder()
