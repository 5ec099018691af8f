"""Options of a client and of the default transports, and their checks."""

import os
import re
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Annotated, Final, Self
from typing import cast as typing_cast
from urllib.parse import urlsplit

from returns.result import Result
from typing_extensions import TypedDict

from supabase_gotrue.error import Error
from supabase_gotrue.json_types import is_mapping
from supabase_gotrue.redaction import RedactedStruct
from supabase_gotrue.request import LIBRARY_HEADERS
from supabase_gotrue.response import AsyncTransport, Transport
from supabase_gotrue.schemas.cast import (
    INVALID_VALUE,
    Errors,
    Invalid,
    Values,
    cast_str,
)
from supabase_gotrue.schemas.params import Rules, Validator, parse, required
from supabase_gotrue.schemas.session import cast_token

AUTH_PATH: Final = "/auth/v1"
CONFLICTS_WITH_TRANSPORT: Final = "cannot be combined with a transport"
PUBLISHABLE_KEY: Final = "is a publishable key, which cannot administer: use a secret key"
OPTIONAL: Final = frozenset({"access_token", "auth_url", "headers", "transport"})
HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "base_url": "a str with http or https and a host; no user, query or fragment",
        "auth_url": "a str with http or https and a host; no user, query or fragment",
        "api_key": "a str of visible ASCII",
        "access_token": "a str of visible ASCII",
        "headers": "visible ASCII, without names that the library or the transport sets",
        "timeout": "seconds, more than 0",
        "verify": "a bool, or a path that exists",
    }
)
# These frame a message or would keep state between calls: only the transport may set them.
TRANSPORT_HEADERS: Final = frozenset(
    {
        "connection",
        "content-length",
        "cookie",
        "expect",
        "host",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
RESERVED_HEADERS: Final = TRANSPORT_HEADERS | frozenset(LIBRARY_HEADERS)

_MAX_TIMEOUT: Final = 10**6
_HEADER_NAME: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_HEADER_VALUE: Final = r"[!-~]+(?: +[!-~]+)*"
_HOST_PATTERN: Final = r"[A-Za-z0-9._~-]+|[0-9A-Fa-f:.]+"
_URL_PATTERN: Final = r"(?:(?![?#@\\])[!-~])+"


def _cast_url(value: object) -> object:
    url = cast_str(value)
    if not isinstance(url, str) or not re.fullmatch(_URL_PATTERN, url):
        return INVALID_VALUE
    parts = urlsplit(url)
    # `port` raises for an invalid port; `cast_value` turns that into an invalid value.
    host = parts.port != 0 and re.fullmatch(_HOST_PATTERN, parts.hostname or "")
    return url.rstrip("/") if host and parts.scheme in ("http", "https") else INVALID_VALUE


def _cast_base_url(value: object) -> object:
    url = _cast_url(value)
    return url.removesuffix(AUTH_PATH) if isinstance(url, str) else url


def _cast_key(value: object) -> object:
    """A publishable key is for browsers; of a JWT only the server knows what it may do."""
    key = cast_token(value)
    is_publishable = isinstance(key, str) and key.startswith("sb_publishable_")
    return Invalid(PUBLISHABLE_KEY) if is_publishable else key


def _cast_headers(value: object) -> object:
    if not is_mapping(value):
        return INVALID_VALUE
    pairs = [(_cast_header_name(name), _cast_header_value(text)) for name, text in value.items()]
    names = {name for name, _ in pairs}
    if any(INVALID_VALUE in pair for pair in pairs) or len(names) < len(pairs):
        return INVALID_VALUE
    return tuple(sorted(typing_cast("list[tuple[str, str]]", pairs)))


def _cast_header_name(value: object) -> object:
    name = cast_str(value)
    if not isinstance(name, str) or not re.fullmatch(_HEADER_NAME, name):
        return INVALID_VALUE
    # Gateways treat `X_Client_Info` as `X-Client-Info`.
    return INVALID_VALUE if name.lower().replace("_", "-") in RESERVED_HEADERS else name.lower()


def _cast_header_value(value: object) -> object:
    text = cast_str(value)
    return text if isinstance(text, str) and re.fullmatch(_HEADER_VALUE, text) else INVALID_VALUE


def _cast_timeout(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return INVALID_VALUE
    return float(value) if 0 < value <= _MAX_TIMEOUT else INVALID_VALUE


def _cast_int_between(minimum: int, maximum: int, value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int):
        return INVALID_VALUE
    return int(value) if minimum <= value <= maximum else INVALID_VALUE


def _cast_verify(value: object) -> object:
    if isinstance(value, bool):
        return value
    path = cast_str(str(value) if hasattr(value, "__fspath__") else value)
    return path if isinstance(path, str) and os.path.exists(path) else INVALID_VALUE


def _cast_transport(value: object) -> object:
    return value if callable(value) else INVALID_VALUE


class TransportOptions(RedactedStruct, frozen=True, kw_only=True):
    """Options of the default transports, with their defaults.

    Args:
        timeout: Seconds for a whole call, retries and the pauses between them included.
        max_retries: Maximum number of retries. Only requests that are safe to repeat are
            retried.
        max_response_bytes: Maximum size of a decoded response body.
        pool_size: Maximum number of connections; further calls wait for a free one.
        verify: `True`, `False` (certificates are not verified), or the path of a file or
            directory of certificate authorities.
    """

    timeout: Annotated[float, _cast_timeout] = 10.0
    max_retries: Annotated[int, partial(_cast_int_between, 0, 100)] = 2
    max_response_bytes: Annotated[int, partial(_cast_int_between, 1, 2**31 - 1)] = 64 * 2**20
    pool_size: Annotated[int, partial(_cast_int_between, 1, 1000)] = 10
    verify: Annotated[bool | str, _cast_verify] = True

    @property
    def max_wire_bytes(self) -> int:
        """The maximum size of a response with its headers and the framing of chunks."""
        return 2 * self.max_response_bytes + 2**20

    def transport_options(self) -> dict[str, object]:
        """Return the five options by name."""
        return {name: getattr(self, name) for name in TransportOptions.__struct_fields__}


DEFAULTS: Final = TransportOptions()


class ClientParams(TransportOptions, frozen=True, kw_only=True):
    """Checked options of a client."""

    base_url: Annotated[str, _cast_base_url]
    api_key: Annotated[str, _cast_key]
    access_token: Annotated[str, cast_token] | None = None
    auth_url: Annotated[str, _cast_url] | None = None
    headers: Annotated[tuple[tuple[str, str], ...], _cast_headers] = ()
    transport: Annotated[object, _cast_transport] = None

    @classmethod
    def parse(cls, options: Mapping[str, object]) -> Result[Self, Error]:
        """Check options by name; `None` is accepted only for optional options."""
        demanded = [k for k, value in options.items() if value is not None or k not in OPTIONAL]
        return parse(cls, options, Rules("options", _validator(demanded), hints=HINTS))


def _validator(demanded: list[str]) -> Validator:
    require = required(*demanded)

    def validate(values: Values, errors: Errors) -> Errors:
        defaults = DEFAULTS.transport_options() if "transport" in demanded else {}
        conflicts: Errors = {
            name: (CONFLICTS_WITH_TRANSPORT,)
            for name, default in defaults.items()
            if values.get(name) != default
        }
        return require(values, errors) | conflicts

    return validate


class _CommonOptions(TypedDict, total=False):
    """What `with_options` can change of any client."""

    base_url: str
    api_key: str
    access_token: str | None
    auth_url: str | None
    headers: Mapping[str, str] | None
    timeout: float
    max_retries: int
    max_response_bytes: int
    pool_size: int
    verify: bool | str


class ClientOptions(_CommonOptions, total=False):
    """What `with_options` can change of a `Client`: the options of `init_client`."""

    transport: Transport | None


class AsyncClientOptions(_CommonOptions, total=False):
    """What `aio.with_options` can change of an `AsyncClient`."""

    transport: AsyncTransport | None
