"""Whom to call and how: `Client`, how one is made, and the one place that sends.

What may live here: the client's fields with their rules, and `send`, which calls the
transport. Nothing here knows a route or a payload.
"""

import os
import re
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final, TypedDict, Unpack, cast
from urllib.parse import urlsplit

from returns.result import Failure, Result, Success

from supabase_gotrue.error import BLANK, INVALID, UNKNOWN, Error, validation_error
from supabase_gotrue.json_types import is_a, is_mapping
from supabase_gotrue.redaction import REDACTED, Masked
from supabase_gotrue.request import USER_AGENT, API_VERSION, LIBRARY_HEADERS, Request
from supabase_gotrue.response import Answer, Response
from supabase_gotrue.schemas.cast import WRONG, Cast, Errors, absent, nearest_names, text
from supabase_gotrue.schemas.cast import cast as by_cast
from supabase_gotrue.session import VISIBLE_ASCII
from supabase_gotrue.transports import RequestsTransport, TransportOptions

Transport = Callable[[Request], Result[Response, Error]]


class ClientOptions(TransportOptions, total=False):
    """What `with_options` changes of a client."""

    base_url: str
    api_key: str
    access_token: str | None
    auth_url: str | None
    headers: Mapping[str, str] | None
    transport: Transport | None


USUAL: Final = RequestsTransport()
STATUSES: Final = range(100, 1000)


class Client(Masked, frozen=True, kw_only=True):
    """Whom to call, with which key: make one with `init_client`.

    A value: equal by its fields, hashable and picklable where its transport is, and the
    default is. One client serves any number of threads. Its repr shows no key.

    Args:
        base_url: of the project, without a trailing slash.
        auth_url: the root of the Auth service.
        api_key: sent as `apikey`.
        access_token: sent as `Authorization`, in place of the key.
        headers: the client's own, sorted, lower-case names.
        transport: what carries a `Request` and brings a `Response`.
    """

    base_url: str
    auth_url: str
    api_key: str
    access_token: str | None
    headers: tuple[tuple[str, str], ...]
    transport: Transport

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """What `rich` prints: as much as repr shows."""
        own = [("headers", {name: REDACTED for name, _ in self.headers})]
        return [(k, v) for k, v in super().__rich_repr__() if k != "headers"] + own

    def headers_for(self, token: str | None) -> dict[str, str]:
        """What every request carries; a session's token goes before the client's own.

        The hosted platform's newer keys (`sb_...`) are no tokens:
        https://supabase.com/docs/guides/api/api-keys
        """
        key = None if self.api_key.startswith("sb_") else self.api_key
        bearer = token or self.access_token or key
        return {
            **dict(self.headers),
            "accept": "application/json",
            "apikey": self.api_key,
            **({} if bearer is None else {"authorization": f"Bearer {bearer}"}),
            "user-agent": USER_AGENT,
            "x-client-info": USER_AGENT,
            "x-supabase-api-version": API_VERSION,
        }


def init_client(
    base_url: str,
    api_key: str,
    *,
    access_token: str | None = None,
    auth_url: str | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = USUAL.timeout,
    max_retries: int = USUAL.max_retries,
    max_response_bytes: int = USUAL.max_response_bytes,
    pool_size: int = USUAL.pool_size,
    verify: bool | str = USUAL.verify,
    transport: Transport | None = None,
) -> Result[Client, Error]:
    """Make a client; nothing is sent yet.

    Args:
        base_url: of the project: http or https and a host; `/auth/v1` is added.
        api_key: the secret or `service_role` key. It opens every account.
        access_token: authorises in place of the key.
        auth_url: the root of the Auth service, for a bare GoTrue.
        headers: sent with every request; they cannot replace the library's.
        timeout: seconds for a whole call, retries and their pauses included.
        max_retries: how often a call is repeated at most, where that is harmless.
        max_response_bytes: the largest decoded body that is read.
        pool_size: the most connections at once.
        verify: `True`, or the path of one's own certificate authorities; `False`
            verifies nothing, and warns.
        transport: carries the requests in place of the default; the five options
            above are the default's, and an error beside it.

    Returns:
        The client, or an Error with code `validation` that names each wrong argument,
        never its value.

    >>> init_client("https://project.supabase.co/", "service-key").unwrap().auth_url
    'https://project.supabase.co/auth/v1'
    >>> init_client("ftp://project", "").failure().errors
    mappingproxy({'base_url': ('is invalid',), 'api_key': ("can't be blank",)})
    """
    return _client(
        {
            "base_url": base_url,
            "api_key": api_key,
            "access_token": access_token,
            "auth_url": auth_url,
            "headers": headers,
            "timeout": timeout,
            "max_retries": max_retries,
            "max_response_bytes": max_response_bytes,
            "pool_size": pool_size,
            "verify": verify,
            "transport": transport,
        }
    )


def client_from_env() -> Result[Client, Error]:
    """Make a client of what the environment names.

    `SUPABASE_URL`, or `GOTRUE_URL` for a bare GoTrue; `SUPABASE_SECRET_KEY`, or
    `SUPABASE_SERVICE_ROLE_KEY`.

    Returns:
        The client, or an Error with code `validation` that names what is missing.
    """
    env = {name: value for name, value in os.environ.items() if value.strip()}
    bare = env.get("GOTRUE_URL")
    url = env.get("SUPABASE_URL", bare)
    key = env.get("SUPABASE_SECRET_KEY", env.get("SUPABASE_SERVICE_ROLE_KEY"))
    if url is None or key is None:
        missing = {"SUPABASE_URL": url, "SUPABASE_SECRET_KEY": key}
        return Failure(validation_error({name: (BLANK,) for name, v in missing.items() if v is None}))
    return init_client(url, key, auth_url=bare)


def update_access_token(client: Client, token: str) -> Result[Client, Error]:
    """The same client with another access token; both share the transport.

    Args:
        client: whose everything else stays.
        token: a user's or an administrator's JWT.

    Returns:
        The client, or an Error with code `validation` that names the argument.

    >>> client = init_client("http://localhost", "service-key").unwrap()
    >>> update_access_token(client, "").failure().errors
    mappingproxy({'access_token': ("can't be blank",)})
    """
    return with_options(client, access_token="" if absent(token) else token)


def with_options(client: Client, **options: Unpack[ClientOptions]) -> Result[Client, Error]:
    """The same client with other options, those of `init_client`.

    Args:
        client: whose everything else stays; its connections are shared unless the
            transport's own options change.
        options: any of `init_client`.

    Returns:
        The client, or an Error with code `validation` that names each wrong argument.

    >>> client = init_client("http://localhost", "service-key").unwrap()
    >>> with_options(client, timeout=0).failure().errors
    mappingproxy({'timeout': ('is invalid',)})
    """
    return known_client(client).bind(lambda known: _changed(known, options))


def known_client(client: object) -> Result[Client, Error]:
    """A client, or the Error that names the argument; a Client can be made by hand, of
    anything."""
    if is_a(client, Client) and _of_texts(client):
        return Success(client)
    return Failure(validation_error({"client": (INVALID,)}))


def _of_texts(client: Client) -> bool:
    token, headers = client.access_token, client.headers
    texts = [client.base_url, client.auth_url, client.api_key, "" if token is None else token]
    pairs = headers if type(headers) is tuple else [headers]
    return all(type(text) is str for text in texts) and all(
        type(pair) is tuple and [type(text) for text in pair] == [str, str] for pair in pairs
    )


def send(client: Client, request: Request) -> Result[Answer, Error]:
    """Send one request by the client's transport, whatever that does.

    Returns:
        The answer, whatever its status; the transport's own Error; or an Error with code
        `unexpected` where it raised or returned anything else.
    """
    try:
        match client.transport(request):
            case Success(Response(int() as status, Mapping() as headers, bytes() as body)) if (
                status in STATUSES
            ):
                plain = Response(int(status), headers, bytes(body))
                return Success(Answer(request, plain))
            case Failure(Error() as error):
                return Failure(error)
            case _:
                fault = "the transport returned no Result of a Response"
    except Exception as raised:
        fault = f"the transport raised {type(raised).__name__}"
    place = {"method": request.method, "path": request.path}
    return Failure(Error("unexpected", fault, metadata=place))


def _client(given: Mapping[str, object]) -> Result[Client, Error]:
    """A client of options by name, or all that is wrong with them."""
    values = {name: by_cast(value, OPTIONS[name]) for name, value in given.items()}
    errors: Errors = {name: (INVALID,) for name, value in values.items() if value is WRONG}
    errors |= {
        name: (BLANK,)
        for name, value in values.items()
        if value is None and not (name in OPTIONAL and given[name] is None)
    }
    if given["transport"] is not None:
        errors |= {
            name: (BESIDE,) for name, usual in _carrying(USUAL).items() if values[name] != usual
        }
    if errors:
        return Failure(validation_error(errors, {name: HINTS[name] for name in errors if name in HINTS}))
    return _assembled(cast("_Options", values))


def _assembled(options: "_Options") -> Result[Client, Error]:
    if options["verify"] is False and not _warned():
        return Failure(Error("unexpected", "the warning about verify=False became an error"))
    given = options["transport"]
    carrier: TransportOptions = {
        "timeout": options["timeout"],
        "max_retries": options["max_retries"],
        "max_response_bytes": options["max_response_bytes"],
        "pool_size": options["pool_size"],
        "verify": options["verify"],
    }
    return Success(
        Client(
            base_url=options["base_url"],
            auth_url=options["auth_url"] or options["base_url"] + AUTH_PATH,
            api_key=options["api_key"],
            access_token=options["access_token"],
            headers=options["headers"] or (),
            transport=RequestsTransport(**carrier) if given is None else given,
        )
    )


def _changed(client: Client, options: Mapping[str, object]) -> Result[Client, Error]:
    """Only the transport's own options make another transport, of the default's kind."""
    unknown = {name: (UNKNOWN,) for name in options if name not in OPTIONS}
    if unknown:
        return Failure(validation_error(unknown, nearest_names(unknown, OPTIONS)))
    derived = client.auth_url == client.base_url + AUTH_PATH
    current: dict[str, object] = {
        "base_url": client.base_url,
        "api_key": client.api_key,
        "access_token": client.access_token,
        "auth_url": None if derived else client.auth_url,
        "headers": dict(client.headers),
        "transport": client.transport,
        **_carrying(USUAL),
    }
    carrier = client.transport
    ours = is_a(carrier, RequestsTransport) and carrier.session is None
    if ours and TransportOptions.__annotations__.keys() & options.keys():
        current |= {**_carrying(carrier), "transport": None}
    return _client({**current, **options})


def _carrying(transport: object) -> dict[str, object]:
    """The transport's own options."""
    return {name: getattr(transport, name) for name in TransportOptions.__annotations__}


def _warned() -> bool:
    try:
        warnings.warn("verify=False: TLS certificates are not verified", stacklevel=5)
    except Warning:
        return False
    return True


def _url(value: object) -> object:
    url = text(value)
    if not isinstance(url, str) or not re.fullmatch(_TO_PATH, url):
        return WRONG
    parts = urlsplit(url)
    # `port` raises where it is no number, and what raises is wrong.
    host = parts.port != 0 and re.fullmatch(_HOST, parts.hostname or "")
    return url.rstrip("/") if host and parts.scheme in ("http", "https") else WRONG


def _token(value: object) -> object:
    token = text(value)
    return token if isinstance(token, str) and re.fullmatch(VISIBLE_ASCII, token) else WRONG


def _headers(value: object) -> object:
    if not is_mapping(value):
        return WRONG
    pairs = [(_header_name(name), _header_value(said)) for name, said in value.items()]
    names = {name for name, _ in pairs}
    wrong = WRONG in names or any(said is WRONG for _, said in pairs) or len(names) < len(pairs)
    return WRONG if wrong else tuple(sorted(cast("list[tuple[str, str]]", pairs)))


def _header_name(value: object) -> object:
    name = text(value)
    if not isinstance(name, str) or not re.fullmatch(_HEADER_NAME, name):
        return WRONG
    # Gateways read `X_Client_Info` as `X-Client-Info`.
    return WRONG if name.lower().replace("_", "-") in NOT_THE_CLIENTS else name.lower()


def _header_value(value: object) -> object:
    said = text(value)
    return said if isinstance(said, str) and re.fullmatch(_HEADER_VALUE, said) else WRONG


def _seconds(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return WRONG
    return float(value) if 0 < value <= _LONGEST_TIMEOUT else WRONG


def _within(least: int, most: int, value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int):
        return WRONG
    return int(value) if least <= value <= most else WRONG


def _verify(value: object) -> object:
    if isinstance(value, bool):
        return value
    path = text(str(value) if hasattr(value, "__fspath__") else value)
    return path if isinstance(path, str) and os.path.exists(path) else WRONG


def _transport(value: object) -> object:
    return value if callable(value) else WRONG


class _Options(TypedDict):
    base_url: str
    api_key: str
    access_token: str | None
    auth_url: str | None
    headers: tuple[tuple[str, str], ...] | None
    timeout: float
    max_retries: int
    max_response_bytes: int
    pool_size: int
    verify: bool | str
    transport: Transport | None


AUTH_PATH: Final = "/auth/v1"
BESIDE: Final = "cannot be given beside a transport"
OPTIONAL: Final = frozenset({"access_token", "auth_url", "headers", "transport"})
OPTIONS: Final[Mapping[str, Cast]] = MappingProxyType(
    {
        "base_url": _url,
        "api_key": _token,
        "access_token": _token,
        "auth_url": _url,
        "headers": _headers,
        "timeout": _seconds,
        "max_retries": partial(_within, 0, 100),
        "max_response_bytes": partial(_within, 1, 2**31 - 1),
        "pool_size": partial(_within, 1, 1000),
        "verify": _verify,
        "transport": _transport,
    }
)
HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "base_url": "http or https and a host; no user, query or fragment",
        "auth_url": "http or https and a host; no user, query or fragment",
        "api_key": "visible ASCII",
        "access_token": "visible ASCII",
        "headers": "visible ASCII, and none that the library or the transport sets",
        "timeout": "seconds, more than 0",
        "verify": "a bool, or a path that exists",
    }
)

# What frames a message, or would keep state between calls, is the transport's to say.
NOT_THE_CLIENTS: Final = frozenset(LIBRARY_HEADERS) | {
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
_HEADER_NAME: Final = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_HEADER_VALUE: Final = r"[!-~]+(?: +[!-~]+)*"
_HOST: Final = r"[A-Za-z0-9._~-]+|[0-9A-Fa-f:.]+"
_TO_PATH: Final = r"(?:(?![?#@\\])[!-~])+"
_LONGEST_TIMEOUT: Final = 10**6
