"""One attempt to send a request with an `aiohttp.ClientSession`, within a deadline."""

import asyncio
import ssl
import weakref
import zlib
from collections.abc import AsyncGenerator, Iterator, Mapping
from contextlib import suppress
from io import BytesIO
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import aiohttp
import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy
from returns.result import Failure, Result, Success
from yarl import URL

from supabase_gotrue.error import describe_origin
from supabase_gotrue.request import Request, origin
from supabase_gotrue.response import Response
from supabase_gotrue.schemas.client_options import TransportOptions
from supabase_gotrue.transports.aiohttp_connections import (
    ATTEMPT,
    Attempt,
    BodyTooLargeError,
    Connector,
    InvalidResponseError,
    check_framing,
)
from supabase_gotrue.transports.aiohttp_slots import Slots
from supabase_gotrue.transports.aiohttp_tls import AuthoritiesError, UnsendableError, tls_context
from supabase_gotrue.transports.attempt_log import log_attempt
from supabase_gotrue.transports.content_encoding import (
    ACCEPTED_ENCODINGS,
    ContentDecoder,
    ContentDecodingError,
)
from supabase_gotrue.transports.failure import (
    ExceptionKinds,
    FailureKind,
    TransportFailure,
    kind_of,
    reason,
)

# aiohttp warns about larger bodies in one piece.
MAX_BYTES_IN_ONE_PIECE: Final = 2**19
READ_BUFFER: Final = 2**17
MAX_HEADER_LINE: Final = 2**16
MAX_HEADERS: Final = 101
AUTOMATIC_HEADERS: Final = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class ProxyNotSupportedError(UnsendableError):
    """The proxy of the environment is neither of HTTP nor of HTTPS."""


class AttemptError(Exception):
    """The cause is what aiohttp raised."""


# The kind of an attempt's exception: the first row that has the type of it or of a cause.
EXCEPTION_KINDS: Final[ExceptionKinds] = (
    ("body_too_large", (BodyTooLargeError,)),
    ("authorities_error", (AuthoritiesError,)),
    ("proxy_error", (ProxyNotSupportedError, aiohttp.ClientHttpProxyError)),
    ("dns_error", (aiohttp.ClientConnectorDNSError, UnicodeError)),
    ("connect_error", (ssl.SSLEOFError,)),
    ("tls_error", (aiohttp.ClientSSLError, ssl.SSLError)),
    ("connect_error", (aiohttp.ClientConnectorError,)),
    ("decode_error", (zlib.error, ContentDecodingError)),
    ("protocol_error", (InvalidResponseError, aiohttp.ClientResponseError)),
    ("connection_lost", (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, OSError)),
)
# The same exception means something else before a connection is made, when nothing was sent.
KINDS_BEFORE_CONNECTION: Final[Mapping[FailureKind, FailureKind]] = MappingProxyType(
    {
        "connection_lost": "connect_error",
        "protocol_error": "proxy_error",
        "unknown": "not_sent",
    }
)
KINDS_AFTER_CONNECTION: Final[Mapping[FailureKind, FailureKind]] = MappingProxyType(
    {"connect_error": "connection_lost", "tls_error": "connection_lost"}
)
# The kinds whose reason the operating system or OpenSSL names.
KINDS_WITH_REASON: Final = ("connect_error", "tls_error")


class Settings(NamedTuple):
    """How to send to one origin."""

    proxy: URL | None
    tls: ssl.SSLContext | bool


class AsyncSender:
    """The connections of one event loop."""

    def __init__(self, options: TransportOptions, session: aiohttp.ClientSession) -> None:
        self._max_bytes = options.max_response_bytes
        self._max_wire_bytes = options.max_wire_bytes
        self._slots = Slots(options.pool_size)
        self._verify = options.verify
        self._session = session
        self._settings: dict[str, Settings] = {}

    @classmethod
    async def open(cls, options: TransportOptions) -> "AsyncSender":
        """Return the sender of the running event loop."""
        session = _open_session()
        sender = cls(options, session)
        sender._closing = _close_at_the_end(session)
        await anext(sender._closing)
        # Garbage collection must not find the session before its generator was closed.
        sender._keep_alive = weakref.finalize(sender, id, sender._closing)
        sender._keep_alive.atexit = False
        return sender

    _closing: AsyncGenerator[None, None]
    _keep_alive: "weakref.finalize[Any, Any]"

    async def aclose(self) -> None:
        """Close all connections."""
        await self._closing.aclose()

    def abandon(self) -> None:
        """Close what can be closed after the event loop was closed, and release the rest."""
        self._keep_alive.detach()
        with suppress(StopIteration, RuntimeError):
            self._session.close().send(None)

    async def send(
        self, request: Request, deadline: float, attempt: int = 1
    ) -> Result[Response, TransportFailure]:
        """Send a request once, as soon as a connection may be used for it."""
        time = asyncio.get_running_loop().time
        start = time()
        outcome = await self._send(request, deadline)
        log_attempt(request, outcome, time() - start, attempt)
        return outcome

    async def _send(self, request: Request, deadline: float) -> Result[Response, TransportFailure]:
        attempt = Attempt(self._max_wire_bytes)
        ATTEMPT.set(attempt)
        try:
            async with asyncio.timeout_at(deadline), self._slots:
                attempt.has_slot = True
                return Success(await self._exchange(request, attempt))
        except TimeoutError:
            kind = _timeout_kind(attempt)
            return Failure(TransportFailure(kind, attempt.status, None, attempt.proxy))
        except Exception as raised:
            return Failure(_failure_from(attempt.error or raised, attempt))
        finally:
            # Not `reset`: a task that is never finished is closed in another context.
            ATTEMPT.set(None)

    async def _exchange(self, request: Request, attempt: Attempt) -> Response:
        settings = self._settings_for(request.url)
        attempt.proxy = None if settings.proxy is None else str(settings.proxy)
        if self._session.closed:  # while the call waited
            raise ConnectionAbortedError
        response = await self._session.request(
            request.method,
            URL(request.url, encoded=True),
            headers=_headers(request),
            data=_body(request),
            proxy=settings.proxy,
            ssl=settings.tls,
            allow_redirects=False,
        )
        attempt.status = response.status
        try:
            check_framing(response)
            if attempt.connection is not None:  # a mock may have responded
                attempt.connection.expect_end(response)
            body = await self._read(response)
        finally:
            response.close()
            if attempt.connection is not None:
                attempt.connection.close()
        if attempt.error is not None:
            raise attempt.error
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Response(response.status, headers, body)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        decoder = ContentDecoder(response.headers.get("Content-Encoding", ""))
        body = BytesIO()  # uses less memory than pieces that are joined, and so less time
        bytes_left = self._max_bytes
        while not response.content.at_eof():
            piece = decoder.decode(await response.content.readany(), bytes_left + 1)
            bytes_left -= len(piece)
            if bytes_left < 0:
                raise BodyTooLargeError
            body.write(piece)
        decoder.finish()
        return body.getvalue()

    def _settings_for(self, url: str) -> Settings:
        """Read proxies and authorities from the environment once per origin, as requests does."""
        key = origin(url)
        if key not in self._settings:
            with requests.Session() as session:
                merged = session.merge_environment_settings(url, {}, True, self._verify, None)
            proxy = _proxy_url(select_proxy(url, merged["proxies"]))
            uses_tls = "https" in (URL(url).scheme, proxy and proxy.scheme)
            tls = _tls(merged["verify"]) if uses_tls else True
            self._settings[key] = Settings(proxy, tls)
        return self._settings[key]


def _open_session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=Connector(),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        auto_decompress=False,
        skip_auto_headers=AUTOMATIC_HEADERS,
        read_bufsize=READ_BUFFER,
        max_line_size=MAX_HEADER_LINE,
        max_field_size=MAX_HEADER_LINE,
        max_headers=MAX_HEADERS,
        middlewares=(_send_once,),
    )


async def _close_at_the_end(session: aiohttp.ClientSession) -> AsyncGenerator[None, None]:
    """Close a session when this generator is closed.

    An event loop closes generators when it is shut down, and when they are deleted.
    """
    try:
        yield
    finally:
        await session.close()


async def _send_once(request: Any, handler: Any) -> aiohttp.ClientResponse:
    """Wrap exceptions, so that aiohttp does not send the request again.

    After an exception that it knows, it repeats PUT and DELETE on a connection that was used
    before.
    """
    try:
        response: aiohttp.ClientResponse = await handler(request)
    except Exception as raised:
        raise AttemptError from raised
    return response


def _headers(request: Request) -> dict[str, str]:
    headers = {"accept-encoding": ACCEPTED_ENCODINGS, **request.headers}
    if not all(value.isascii() for value in headers.values()):
        raise ValueError
    return headers


def _body(request: Request) -> bytes | BytesIO | None:
    body = request.body
    return body if body is None or len(body) <= MAX_BYTES_IN_ONE_PIECE else BytesIO(body)


def _proxy_url(proxy: str | None) -> URL | None:
    if proxy is None:
        return None
    url = URL(proxy if "://" in proxy else f"http://{proxy}")
    if url.scheme not in ("http", "https") or not url.host:
        raise ProxyNotSupportedError("only HTTP and HTTPS proxies are supported")
    return url


def _tls(verify: bool | str | None) -> ssl.SSLContext | bool:
    if verify is False:
        return False
    return tls_context(verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH)


def _timeout_kind(attempt: Attempt) -> FailureKind:
    if attempt.connection:
        return "timeout"
    return "connect_timeout" if attempt.has_slot else "pool_timeout"


def _failure_from(raised: BaseException, attempt: Attempt) -> TransportFailure:
    causes = tuple(_causes(raised))
    kind = kind_of(causes, EXCEPTION_KINDS)
    kinds = KINDS_AFTER_CONNECTION if attempt.connection else KINDS_BEFORE_CONNECTION
    kind = kinds.get(kind, kind)
    return TransportFailure(kind, attempt.status, _detail(kind, causes), attempt.proxy)


def _detail(kind: FailureKind, causes: tuple[BaseException, ...]) -> str | None:
    if kind in ("unknown", "not_sent"):
        return describe_origin(causes[-1])
    if kind in KINDS_WITH_REASON:
        return reason(causes)
    return next((cause.detail for cause in causes if isinstance(cause, UnsendableError)), None)


def _causes(raised: BaseException | None) -> Iterator[BaseException]:
    while raised is not None:
        yield raised
        raised = raised.__cause__
