"""One attempt to send a request with an `aiohttp.ClientSession`, within a deadline."""

import asyncio
import os
import ssl
import weakref
import zlib
from collections.abc import AsyncGenerator, Iterator, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import aiohttp
import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy
from returns.result import Failure, Result, Success
from yarl import URL

from supabase_gotrue.error import describe_origin
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response
from supabase_gotrue.schemas.client_options import TransportOptions
from supabase_gotrue.transports.aiohttp_connections import (
    MAX_HEADER_LINE,
    MAX_HEADERS,
    PROGRESS,
    BodyTooLargeError,
    InvalidResponseError,
    Progress,
    StrictConnector,
)
from supabase_gotrue.transports.attempt_log import log_attempt
from supabase_gotrue.transports.content_encoding import (
    ACCEPTED_ENCODINGS,
    ContentDecoder,
    ContentDecodingError,
)
from supabase_gotrue.transports.failure import FailureKind, TransportFailure

# aiohttp warns about larger bodies in one piece.
MAX_BYTES_IN_ONE_PIECE: Final = 2**19
READ_BUFFER: Final = 2**17
AUTOMATIC_HEADERS: Final = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")


class ProxyNotSupportedError(Exception):
    """The proxy of the environment is neither of HTTP nor of HTTPS."""

    detail = "only HTTP and HTTPS proxies are supported"


class AttemptError(Exception):
    """The cause is what aiohttp raised."""


# The kind of an attempt's exception: the first row that has the type of it or of a cause.
EXCEPTION_KINDS: Final[tuple[tuple[FailureKind, tuple[type[BaseException], ...]], ...]] = (
    ("body_too_large", (BodyTooLargeError,)),
    ("proxy_error", (ProxyNotSupportedError, aiohttp.ClientHttpProxyError)),
    ("dns_error", (aiohttp.ClientConnectorDNSError, UnicodeError)),
    ("connect_error", (ssl.SSLEOFError,)),
    ("tls_error", (aiohttp.ClientSSLError, ssl.SSLError)),
    ("connect_error", (aiohttp.ClientConnectorError,)),
    ("decode_error", (zlib.error, ContentDecodingError)),
    ("protocol_error", (InvalidResponseError, aiohttp.ClientResponseError)),
    (
        "connection_lost",
        (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, ConnectionError),
    ),
)
# The same exception means something else before a connection is made, when nothing was sent.
KINDS_BEFORE_CONNECTION: Final[Mapping[FailureKind, FailureKind]] = MappingProxyType(
    {"connection_lost": "connect_error", "protocol_error": "proxy_error"}
)
KINDS_AFTER_CONNECTION: Final[Mapping[FailureKind, FailureKind]] = MappingProxyType(
    {"connect_error": "connection_lost", "tls_error": "connection_lost"}
)


class Settings(NamedTuple):
    """How to send to one origin."""

    proxy: URL | None
    tls: ssl.SSLContext | bool


class AsyncSender:
    """The connections of one event loop."""

    def __init__(self, options: TransportOptions) -> None:
        self._max_bytes = options.max_response_bytes
        self._max_wire_bytes = options.max_wire_bytes
        self._slots = asyncio.Semaphore(options.pool_size)
        self._verify = options.verify
        self._sessions = _open_session()
        self._settings: dict[str, Settings] = {}
        self._session: aiohttp.ClientSession

    @classmethod
    async def open(cls, options: TransportOptions) -> "AsyncSender":
        """Return the sender of the running event loop."""
        sender = cls(options)
        sender._session = await anext(sender._sessions)
        # Garbage collection must not find the session before its generator was closed.
        weakref.finalize(sender, id, sender._sessions).atexit = False
        return sender

    async def aclose(self) -> None:
        """Close all connections."""
        await self._sessions.aclose()

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
        progress = Progress(self._max_wire_bytes)
        token = PROGRESS.set(progress)
        try:
            async with asyncio.timeout_at(deadline), self._slots:
                progress.has_slot = True
                return Success(await self._exchange(request, progress))
        except TimeoutError:
            return Failure(TransportFailure(_timeout_kind(progress), progress.status))
        except Exception as raised:
            return Failure(_failure_from(raised, progress))
        finally:
            PROGRESS.reset(token)

    async def _exchange(self, request: Request, progress: Progress) -> Response:
        settings = self._settings_for(request.url)
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
        progress.status, progress.body = response.status, response.content
        try:
            body = await self._read(response)
        except BaseException:
            response.close()
            raise
        finally:
            progress.body = None
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
        origin = "/".join(url.split("/", 3)[:3])
        if origin not in self._settings:
            with requests.Session() as session:
                merged = session.merge_environment_settings(url, {}, True, self._verify, None)
            proxy = select_proxy(url, merged["proxies"])
            self._settings[origin] = Settings(_proxy_url(proxy), _tls_context(merged["verify"]))
        return self._settings[origin]


async def _open_session() -> AsyncGenerator[aiohttp.ClientSession, None]:
    """Open a session, and close it when the generator is closed.

    An event loop closes generators when it is shut down, and when they are deleted.
    """
    session = aiohttp.ClientSession(
        connector=StrictConnector(),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        auto_decompress=False,
        skip_auto_headers=AUTOMATIC_HEADERS,
        read_bufsize=READ_BUFFER,
        max_line_size=MAX_HEADER_LINE,
        max_field_size=MAX_HEADER_LINE,
        max_headers=MAX_HEADERS + 1,
        middlewares=(_send_once,),
    )
    try:
        yield session
    finally:
        await session.close()


async def _send_once(request: Any, handler: Any) -> aiohttp.ClientResponse:
    """Raise an exception that aiohttp does not know.

    After those that it knows it repeats PUT and DELETE on a connection that was used before.
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
        raise ProxyNotSupportedError
    return url


def _tls_context(verify: bool | str | None) -> ssl.SSLContext | bool:
    if verify is False:
        return False
    path = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    is_directory = os.path.isdir(path)
    return ssl.create_default_context(
        cafile=None if is_directory else path, capath=path if is_directory else None
    )


def _timeout_kind(progress: Progress) -> FailureKind:
    if progress.is_connected:
        return "timeout"
    return "connect_timeout" if progress.has_slot else "pool_timeout"


def _failure_from(raised: Exception, progress: Progress) -> TransportFailure:
    causes = tuple(_causes(raised))
    kinds = KINDS_AFTER_CONNECTION if progress.is_connected else KINDS_BEFORE_CONNECTION
    for kind, types in EXCEPTION_KINDS:
        if any(isinstance(cause, types) for cause in causes):
            detail = getattr(causes[-1], "detail", None)
            return TransportFailure(kinds.get(kind, kind), progress.status, detail)
    return TransportFailure("unknown", progress.status, describe_origin(causes[-1]))


def _causes(raised: BaseException | None) -> Iterator[BaseException]:
    while raised is not None:
        yield raised
        raised = raised.__cause__
