"""`Client`, the functions that create it, and `run`, which sends operations."""

import os
import warnings
from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final, NamedTuple, TypeVar, Unpack
from uuid import UUID

from msgspec.structs import replace
from returns.result import Failure, Result, Success

from supabase_gotrue.error import BLANK, INVALID, Error, describe_origin, validation_error
from supabase_gotrue.json_types import has_type, is_mapping
from supabase_gotrue.operations import Operation
from supabase_gotrue.redaction import RedactedStruct
from supabase_gotrue.request import (
    API_VERSION,
    USER_AGENT,
    Headers,
    RelativeRequest,
    Request,
)
from supabase_gotrue.response import Exchange, Response, Transport, request_context
from supabase_gotrue.schemas.arguments import all_errors
from supabase_gotrue.schemas.cast import is_blank, unknown_names
from supabase_gotrue.schemas.client_options import (
    AUTH_PATH,
    DEFAULTS,
    ClientOptions,
    ClientParams,
    TransportOptions,
)
from supabase_gotrue.transports import RequestsTransport
from supabase_gotrue.transports.call_deadline import one_call

STATUSES: Final = range(100, 1000)
KEY_VARIABLES: Final = ("SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY")
ENDS_IN_LINE_BREAK: Final = "it ends in a line break"
OPTION_NAMES: Final = frozenset(ClientParams.__struct_fields__)

_C = TypeVar("_C", bound="BaseClient")
_T = TypeVar("_T")


class BaseClient(RedactedStruct, frozen=True, kw_only=True):
    """What `Client` and `AsyncClient` have in common.

    Args:
        base_url: The URL of the project, without a trailing slash.
        auth_url: The root of the Auth service.
        api_key: Sent as `apikey`.
        access_token: Sent as `Authorization` instead of the key.
        headers: The client's own headers: sorted, lower-case names.
        transport: Sends requests.
    """

    default_transport: ClassVar[TransportOptions]

    base_url: str
    auth_url: str
    api_key: str
    access_token: str | None
    headers: tuple[tuple[str, str], ...]
    transport: object

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """What `rich` prints: the same as repr."""
        masked = Headers(dict(self.headers))
        return [(k, masked if k == "headers" else v) for k, v in super().__rich_repr__()]

    def headers_for(self, token: str | None) -> Headers:
        """Return the headers of every request; `token` replaces the client's own key.

        The hosted platform's newer keys (`sb_...`) are not tokens:
        https://supabase.com/docs/guides/api/api-keys
        """
        key = None if self.api_key.startswith("sb_") else self.api_key
        bearer = token or self.access_token or key
        return Headers(
            {
                **dict(self.headers),
                "accept": "application/json",
                "apikey": self.api_key,
                **({} if bearer is None else {"authorization": f"Bearer {bearer}"}),
                "user-agent": USER_AGENT,
                "x-client-info": USER_AGENT,
                "x-supabase-api-version": API_VERSION,
            }
        )

    def absolute(self, request: RelativeRequest) -> Request:
        """Add the root, the key and the headers of this client to a request."""
        content = {} if request.body is None else {"content-type": "application/json"}
        return Request(
            request.method,
            self.auth_url + request.target,
            self.headers_for(request.token) | request.extra_headers | content,
            request.body,
            request.route,
        )


class Client(BaseClient, frozen=True, kw_only=True):
    """A server and the key for it: create one with `init_client`.

    A value: equal by its fields, hashable and picklable if its transport is, and the
    default transport is. Any number of threads can share one. The repr hides the key; a
    pickle contains it.

    Args:
        base_url: The URL of the project, without a trailing slash.
        auth_url: The root of the Auth service.
        api_key: Sent as `apikey`.
        access_token: Sent as `Authorization` instead of the key.
        headers: The client's own headers: sorted, lower-case names.
        transport: Sends a `Request` and returns a `Result` of a `Response`.
    """

    default_transport: ClassVar[TransportOptions] = RequestsTransport()

    transport: Transport


def init_client(
    base_url: str,
    api_key: str,
    *,
    access_token: str | None = None,
    auth_url: str | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = DEFAULTS.timeout,
    max_retries: int = DEFAULTS.max_retries,
    max_response_bytes: int = DEFAULTS.max_response_bytes,
    pool_size: int = DEFAULTS.pool_size,
    verify: bool | str = DEFAULTS.verify,
    transport: Transport | None = None,
) -> Result[Client, Error]:
    """Create a client. Nothing is sent.

    Args:
        base_url: The URL of the project: http or https and a host. `/auth/v1` is added
            unless the URL ends with it.
        api_key: The secret or `service_role` key. It gives access to every account.
        access_token: Sent as `Authorization` instead of the key.
        auth_url: The root of the Auth service, for a GoTrue without a gateway.
        headers: Sent with every request; they cannot replace the library's own.
        timeout: Seconds for a whole call, retries and the pauses between them included.
        max_retries: Maximum number of retries. Only requests that are safe to repeat are
            retried.
        max_response_bytes: Maximum size of a decoded response body.
        pool_size: Maximum number of connections; further calls wait for a free one.
        verify: `True`, or the path of a file or directory of certificate authorities;
            `False` verifies no certificate, and warns.
        transport: Replaces the default transport. Cannot be combined with the five
            options above.

    Returns:
        The client, or an Error with code `validation` that names each invalid argument,
        never its value.

    >>> init_client("https://project.supabase.co/", "service-key").unwrap().auth_url
    'https://project.supabase.co/auth/v1'
    >>> init_client("ftp://project", "").failure().errors
    mappingproxy({'base_url': ('is invalid',), 'api_key': ("can't be blank",)})
    """
    return client_from_options(
        Client,
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
        },
    )


def client_from_env() -> Result[Client, Error]:
    """Create a client from environment variables.

    `SUPABASE_URL`, or `GOTRUE_URL` for a GoTrue without a gateway; `SUPABASE_SECRET_KEY`,
    or `SUPABASE_SERVICE_ROLE_KEY`.

    Returns:
        The client, or an Error with code `validation` that names each missing variable.

    >>> from unittest.mock import patch
    >>> variables = {"SUPABASE_URL": "https://a.supabase.co", "SUPABASE_SECRET_KEY": "sb_secret_a"}
    >>> with patch.dict("os.environ", variables, clear=True):
    ...     client_from_env().map(lambda client: client.base_url)
    <Success: https://a.supabase.co>
    """
    return options_from_env().bind(
        lambda env: init_client(env.url, env.key, auth_url=env.auth_url).alt(env.explain)
    )


def update_access_token(client: Client, token: str) -> Result[Client, Error]:
    """Return the same client with another access token; both share the transport.

    Args:
        client: The client to copy.
        token: The JWT of a user or an administrator.

    Returns:
        The client, or an Error with code `validation` that names the argument.

    >>> client = init_client("http://localhost", "service-key").unwrap()
    >>> update_access_token(client, "").failure().errors
    mappingproxy({'access_token': ("can't be blank",)})
    """
    # A blank token is an error here; `None` would remove the token.
    return with_options(client, access_token="" if is_blank(token) else token)


def with_options(client: Client, **options: Unpack[ClientOptions]) -> Result[Client, Error]:
    """Return the same client with other options.

    Args:
        client: The client to copy. The copy shares its connections, unless an option of
            the transport changes.
        options: Any of `init_client`.

    Returns:
        The client, or an Error with code `validation` that names each invalid argument.

    >>> client = init_client("http://localhost", "service-key").unwrap()
    >>> with_options(client, timeout=0).failure().errors
    mappingproxy({'timeout': ('is invalid',)})
    """
    return check_client(Client, client).bind(lambda checked: replace_options(checked, options))


def run(client: Client, operation: Result[Operation[_T], Error]) -> Result[_T, Error]:
    """Send an operation with a client, and read the response.

    Returns:
        The operation's result; the errors of the client and of the arguments, all at once;
        the transport's own Error; or an Error with code `unexpected` if the transport
        raised an exception or returned anything else.
    """
    checked = check_client(Client, client)
    if isinstance(checked, Success) and isinstance(operation, Success):
        return _send(checked.unwrap(), operation.unwrap())
    return Failure(all_errors(checked, operation))


def _send(client: Client, operation: Operation[_T]) -> Result[_T, Error]:
    step: Result[_T, Error] | Operation[_T] = operation
    with one_call():
        while isinstance(step, Operation):
            request = client.absolute(step.request)
            try:
                response = check_response(request, client.transport(request))
            except Exception as error:
                response = Failure(transport_raised(request, error))
            step = read_response(step, request, response)
    return step


def check_response(request: Request, returned: object) -> Result[Response, Error]:
    """Check what a transport returned: any callable can be one."""
    match returned:
        case Success(Response(int() as status, Mapping() as headers, bytes() as body)) if (
            status in STATUSES
        ):
            return Success(Response(int(status), headers, bytes(body)))
        case Failure(Error() as error):
            return Failure(error)
        case _:
            message = "the transport must return a Result of a Response"
            return Failure(_transport_error(request, message))


def transport_raised(request: Request, error: Exception) -> Error:
    """Return the Error for an exception of a transport; its message may hold a secret."""
    return _transport_error(request, f"the transport raised {describe_origin(error)}")


def _transport_error(request: Request, message: str) -> Error:
    context = request_context(request)
    return Error("unexpected", message, metadata=context, outcome_unknown=request.is_change)


def read_response(
    operation: Operation[_T], request: Request, response: Result[Response, Error]
) -> Result[_T, Error] | Operation[_T]:
    """Let an operation read the response to its request."""
    if isinstance(response, Success):
        return operation.read(Exchange(request, response.unwrap()))
    return Failure(response.failure())


def check_client(client_class: type[_C], client: object) -> Result[_C, Error]:
    """Check the `client` argument: a caller can construct a client from anything."""
    if has_type(client, client_class) and _fields_are_valid(client):
        return Success(client)
    hint = _client_hint(client_class, client)
    return Failure(validation_error({"client": (INVALID,)}, {"client": hint} if hint else {}))


def _client_hint(client_class: type[BaseClient], client: object) -> str | None:
    """Return which mistake the `client` argument probably is."""
    if has_type(client, Result):
        return "it is a Result: unwrap it first"
    if has_type(client, BaseClient) and not has_type(client, client_class):
        face = {"Client": "supabase_gotrue", "AsyncClient": "supabase_gotrue.aio"}
        needed = client_class.__name__
        return f"this function takes the {needed} of {face[needed]}.init_client"
    if has_type(client, str) or has_type(client, UUID) or is_mapping(client):
        return "it is the first argument: are the arguments swapped?"
    return None


def _fields_are_valid(client: BaseClient) -> bool:
    token, headers = client.access_token, client.headers
    texts = [client.base_url, client.auth_url, client.api_key, "" if token is None else token]
    pairs = headers if type(headers) is tuple else [headers]
    return {*map(type, texts)} == {str} and all(
        type(pair) is tuple and [*map(type, pair)] == [str, str] for pair in pairs
    )


class EnvOptions(NamedTuple):
    """The options of a client that come from environment variables."""

    url: str
    key: str
    auth_url: str | None
    names: Mapping[str, str]

    def explain(self, error: Error) -> Error:
        """Name the variables instead of the arguments, and a line break at the end of one."""
        values = {"base_url": self.url, "api_key": self.key, "auth_url": self.auth_url or ""}
        broken = [name for name, value in values.items() if value.rstrip("\r\n") != value]
        return validation_error(
            {self.names.get(name, name): messages for name, messages in error.errors.items()},
            {self.names[name]: ENDS_IN_LINE_BREAK for name in broken if name in error.errors},
        )


def options_from_env() -> Result[EnvOptions, Error]:
    """Read the options of a client from environment variables."""
    env = {name: value for name, value in os.environ.items() if value.strip()}
    names = {
        "base_url": "SUPABASE_URL" if "SUPABASE_URL" in env else "GOTRUE_URL",
        "api_key": next((name for name in KEY_VARIABLES if name in env), KEY_VARIABLES[0]),
        "auth_url": "GOTRUE_URL",
    }
    url, key = env.get(names["base_url"]), env.get(names["api_key"])
    if url is None or key is None:
        values = {"SUPABASE_URL": url, KEY_VARIABLES[0]: key}
        missing = [name for name, value in values.items() if value is None]
        return Failure(validation_error(dict.fromkeys(missing, (BLANK,))))
    return Success(EnvOptions(url, key, env.get("GOTRUE_URL"), MappingProxyType(names)))


def client_from_options(client_class: type[_C], options: Mapping[str, object]) -> Result[_C, Error]:
    """Create a client from all options of `init_client` by name."""
    return ClientParams.parse(options).bind(lambda params: _build(client_class, params))


def _build(client_class: type[_C], params: ClientParams) -> Result[_C, Error]:
    if params.verify is False and not _warn_unverified():
        return Failure(Error("unexpected", "the warning about verify=False became an error"))
    transport = params.transport
    if transport is None:
        transport = replace(client_class.default_transport, **params.transport_options())
    return Success(
        client_class(
            base_url=params.base_url,
            auth_url=params.auth_url or params.base_url + AUTH_PATH,
            api_key=params.api_key,
            access_token=params.access_token,
            headers=params.headers,
            transport=transport,
        )
    )


def replace_options(client: _C, options: Mapping[str, object]) -> Result[_C, Error]:
    """Create a client that differs in some options.

    Options of the transport replace a default transport, never one of the caller's own.
    """
    unknown = unknown_names([name for name in options if name not in OPTION_NAMES], OPTION_NAMES)
    if unknown:
        return Failure(validation_error(unknown))
    derived = client.auth_url == client.base_url + AUTH_PATH
    current: dict[str, object] = {
        "base_url": client.base_url,
        "api_key": client.api_key,
        "access_token": client.access_token,
        "auth_url": None if derived else client.auth_url,
        "headers": dict(client.headers),
        "transport": client.transport,
        **DEFAULTS.transport_options(),
    }
    transport = client.transport
    if (
        has_type(transport, type(client.default_transport))
        and getattr(transport, "session", None) is None
        and not options.keys().isdisjoint(TransportOptions.__struct_fields__)
    ):
        current |= {**transport.transport_options(), "transport": None}
    return client_from_options(type(client), {**current, **options})


def _warn_unverified() -> bool:
    """Warn at the caller of `init_client`; return False if warnings are errors."""
    try:
        warnings.warn("verify=False: TLS certificates are not verified", stacklevel=7)
    except Warning:
        return False
    return True
