"""`AsyncClient`, the functions that create it, and `run`, which sends operations."""

from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import ClassVar, Self, TypeVar, Unpack

from returns.result import Failure, Result, Success

from supabase_gotrue.client import (
    BaseClient,
    check_client,
    check_response,
    client_from_options,
    options_from_env,
    read_response,
    replace_options,
    transport_raised,
)
from supabase_gotrue.error import Error
from supabase_gotrue.operations import Operation
from supabase_gotrue.response import AsyncTransport
from supabase_gotrue.schemas.arguments import all_errors
from supabase_gotrue.schemas.cast import is_blank
from supabase_gotrue.schemas.client_options import (
    DEFAULTS,
    AsyncClientOptions,
    TransportOptions,
)
from supabase_gotrue.transports.aiohttp_transport import AiohttpTransport
from supabase_gotrue.transports.call_deadline import one_call

_T = TypeVar("_T")


class AsyncClient(BaseClient, frozen=True, kw_only=True):
    """A server and the key for it, for asyncio: create one with `aio.init_client`.

    A value: equal by its fields, hashable and picklable if its transport is, and the
    default transport is. Any number of tasks and event loops can share one. The repr hides
    the key; a pickle contains it. `async with` closes its connections.

    Args:
        base_url: The URL of the project, without a trailing slash.
        auth_url: The root of the Auth service.
        api_key: Sent as `apikey`.
        access_token: Sent as `Authorization` instead of the key.
        headers: The client's own headers: sorted, lower-case names.
        transport: Sends a `Request` and returns an awaitable `Result` of a `Response`.
    """

    default_transport: ClassVar[TransportOptions] = AiohttpTransport()

    transport: AsyncTransport

    async def aclose(self) -> None:
        """Close the connections of the running event loop, or those of your own transport.

        Clients that `with_options` or `update_access_token` made share them. A later call
        opens new ones. A transport of your own is closed by its `aclose()`, if it has one.
        """
        with suppress(Exception):
            aclose = getattr(self.transport, "aclose", None)
            if aclose is not None:
                await aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()


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
    transport: AsyncTransport | None = None,
) -> Result[AsyncClient, Error]:
    """Create a client for asyncio. Nothing is sent, and no event loop is needed.

    The arguments and errors are those of :func:`supabase_gotrue.init_client`.

    >>> init_client("https://project.supabase.co/", "service-key").unwrap().auth_url
    'https://project.supabase.co/auth/v1'
    """
    return client_from_options(
        AsyncClient,
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


def client_from_env() -> Result[AsyncClient, Error]:
    """Create a client for asyncio from environment variables.

    The variables and errors are those of :func:`supabase_gotrue.client_from_env`.

    >>> from unittest.mock import patch
    >>> with patch.dict("os.environ", {"SUPABASE_URL": "https://a.supabase.co"}, clear=True):
    ...     client_from_env().failure().errors
    mappingproxy({'SUPABASE_SECRET_KEY': ("can't be blank",)})
    """
    return options_from_env().bind(
        lambda env: init_client(env.url, env.key, auth_url=env.auth_url).alt(env.explain)
    )


def update_access_token(client: AsyncClient, token: str) -> Result[AsyncClient, Error]:
    """Return the same client with another access token; both share the transport.

    Async version of :func:`supabase_gotrue.update_access_token`; it sends nothing.
    """
    # A blank token is an error here; `None` would remove the token.
    return with_options(client, access_token="" if is_blank(token) else token)


def with_options(
    client: AsyncClient, **options: Unpack[AsyncClientOptions]
) -> Result[AsyncClient, Error]:
    """Return the same client with other options.

    Async version of :func:`supabase_gotrue.with_options`; it sends nothing.
    """
    return check_client(AsyncClient, client).bind(lambda checked: replace_options(checked, options))


async def run(client: AsyncClient, operation: Result[Operation[_T], Error]) -> Result[_T, Error]:
    """Send an operation with a client, and read the response.

    Async version of :func:`supabase_gotrue.client.run`.
    """
    checked = check_client(AsyncClient, client)
    if isinstance(checked, Success) and isinstance(operation, Success):
        return await _send(checked.unwrap(), operation.unwrap())
    return Failure(all_errors(checked, operation))


async def _send(client: AsyncClient, operation: Operation[_T]) -> Result[_T, Error]:
    step: Result[_T, Error] | Operation[_T] = operation
    with one_call():
        while isinstance(step, Operation):
            request = client.absolute(step.request)
            try:
                response = check_response(request, await client.transport(request))
            except Exception as error:
                response = Failure(transport_raised(request, error))
            step = read_response(step, request, response)
    return step
