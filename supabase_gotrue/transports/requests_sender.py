"""One attempt to send a request with a `requests.Session`, within a deadline."""

import http.client
import socket
import ssl
import sys
import time
import zlib
from collections.abc import Generator, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import requests
from requests import exceptions
from requests.structures import CaseInsensitiveDict
from requests.utils import select_proxy
from returns.result import Failure, Result, Success
from urllib3 import exceptions as urllib3_exceptions

from supabase_gotrue.error import describe_origin
from supabase_gotrue.request import Request, origin
from supabase_gotrue.response import Response
from supabase_gotrue.schemas.client_options import TransportOptions
from supabase_gotrue.transports.attempt_log import log_attempt
from supabase_gotrue.transports.content_encoding import (
    ACCEPTED_ENCODINGS,
    ContentDecoder,
    ContentDecodingError,
)
from supabase_gotrue.transports.failure import (
    EXPLAINED,
    ExceptionKinds,
    FailureKind,
    TransportFailure,
    kind_of,
    reason,
)
from supabase_gotrue.transports.requests_connections import (
    MAY_BE_SENT,
    AuthoritiesError,
    Deadline,
    DeadlineAdapter,
    ResponseTooLargeError,
    SocksNotSupportedError,
    ThreadStartError,
    remaining,
    run_with_deadline,
)
from supabase_gotrue.transports.requests_response import InvalidFraming
from supabase_gotrue.transports.requests_slots import Slots

# Larger pieces leave holes in the memory, by which a page of 1,000 users holds 8 % more.
READ_SIZE: Final = 2**18

# The kind of an attempt's exception: the first row that has the type of it or of a cause.
EXCEPTION_KINDS: Final[ExceptionKinds] = (
    ("body_too_large", (ResponseTooLargeError,)),
    ("authorities_error", (AuthoritiesError,)),
    (
        "proxy_error",
        (
            SocksNotSupportedError,
            urllib3_exceptions.ProxySchemeUnknown,
            exceptions.InvalidProxyURL,
        ),
    ),
    (
        "dns_error",
        (
            socket.gaierror,
            urllib3_exceptions.NameResolutionError,
            urllib3_exceptions.LocationValueError,
        ),
    ),
    ("connect_error", (urllib3_exceptions.NewConnectionError, ThreadStartError)),
    ("connect_timeout", (urllib3_exceptions.ConnectTimeoutError, exceptions.ConnectTimeout)),
    ("timeout", (TimeoutError, urllib3_exceptions.ReadTimeoutError, exceptions.Timeout)),
    ("connection_lost", (ConnectionError, ssl.SSLEOFError, http.client.IncompleteRead)),
    ("proxy_error", (urllib3_exceptions.ProxyError, exceptions.ProxyError)),
    ("tls_error", (ssl.SSLError, urllib3_exceptions.SSLError, exceptions.SSLError)),
    (
        "decode_error",
        (
            zlib.error,
            ContentDecodingError,
            urllib3_exceptions.DecodeError,
            exceptions.ContentDecodingError,
        ),
    ),
    (
        "protocol_error",
        (
            http.client.HTTPException,
            urllib3_exceptions.InvalidHeader,
            urllib3_exceptions.HeaderParsingError,
        ),
    ),
    (
        "connection_lost",
        (
            urllib3_exceptions.ProtocolError,
            exceptions.ChunkedEncodingError,
            exceptions.ConnectionError,
        ),
    ),
    ("not_sent", (exceptions.InvalidSchema, exceptions.InvalidURL)),
)


# The same exception means something else before a part of the request was sent.
KINDS_BEFORE_SENDING: Final[Mapping[FailureKind, FailureKind]] = MappingProxyType(
    {
        "timeout": "connect_timeout",
        "connection_lost": "connect_error",
        "protocol_error": "proxy_error",
        "unknown": "not_sent",
    }
)


class Settings(NamedTuple):
    """How to send to one origin."""

    arguments: dict[str, Any]
    proxy: str | None
    needs_thread: bool


class Sender:
    """The connections of one process."""

    def __init__(self, options: TransportOptions, session: requests.Session | None) -> None:
        self._max_bytes = options.max_response_bytes
        self._slots = Slots(options.pool_size)
        self._is_own_session = session is None
        self._headers_class = _LowerCaseHeaders if session is None else CaseInsensitiveDict
        self._verify = options.verify if session is None else None
        self._session = _new_session(options) if session is None else session
        self._settings: dict[str, Settings] = {}

    def send(
        self, request: Request, deadline: float, attempt: int = 1
    ) -> Result[Response, TransportFailure]:
        """Send a request once, as soon as a connection may be used for it."""
        start = time.monotonic()
        outcome = self._send(request, deadline)
        log_attempt(request, outcome, time.monotonic() - start, attempt)
        return outcome

    def _send(self, request: Request, deadline: float) -> Result[Response, TransportFailure]:
        handled = sys.exception()
        progress: list[str] = []
        try:
            settings = self._settings_for(request.url)
            exchange = partial(self._exchange, request, deadline, settings, progress)
            return run_with_deadline(exchange, deadline) if settings.needs_thread else exchange()
        except TimeoutError:
            return Failure(TransportFailure("timeout" if progress else "pool_timeout"))
        except Exception as raised:
            return Failure(_failure_from(raised, handled, may_be_sent=False))

    def _exchange(
        self, request: Request, deadline: float, settings: Settings, progress: list[str]
    ) -> Result[Response, TransportFailure]:
        """Send and receive. An abandoned exchange gives back its slot when it ends."""
        handled = sys.exception()
        status = None
        MAY_BE_SENT.set(True)
        try:
            slot = self._slots.take(deadline)
            if slot is None:
                return Failure(TransportFailure("pool_timeout"))
            progress.append("has a slot")
            timeout: Any = Deadline(deadline) if self._is_own_session else remaining(deadline)
            response = self._session.send(
                _prepare(request, self._headers_class),
                timeout=timeout,
                allow_redirects=False,
                **settings.arguments,
            )
            status = response.status_code
            return self._read(response, deadline)
        except Exception as raised:
            failure = _failure_from(raised, handled, status, MAY_BE_SENT.get())
            return Failure(failure._replace(proxy=settings.proxy))
        finally:
            self._slots.give_back()

    def _read(
        self, response: requests.Response, deadline: float
    ) -> Result[Response, TransportFailure]:
        status, raw = response.status_code, getattr(response.raw, "wrapped", response.raw)
        if not hasattr(raw, "length_remaining"):  # not of urllib3, but written for a test
            return Success(Response(status, _lower_case(response.headers), response.content))
        try:
            body = _read_body(raw, self._max_bytes, deadline)
        except BaseException:
            raw.close()
            raise
        return Success(Response(status, _lower_case(raw.headers), body))

    def _settings_for(self, url: str) -> Settings:
        """Read proxies, authorities and certificate from the environment once per origin."""
        key = origin(url)
        if key not in self._settings:
            merged = self._session.merge_environment_settings(url, {}, True, self._verify, None)
            proxy = select_proxy(url, merged["proxies"])
            needs_thread = not self._is_own_session or _is_tls_in_tls(proxy)
            self._settings[key] = Settings({**merged}, proxy, needs_thread)
        return self._settings[key]


class _Session(requests.Session):
    """A session that does not look for redirects."""

    def resolve_redirects(self, *_args: Any, **_kwargs: Any) -> Generator[Any, None, None]:
        yield from ()


class _RawBody:
    """The raw response without what Session.send takes cookies from."""

    def __init__(self, raw: Any) -> None:
        self.wrapped = raw

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.wrapped, name)


class _LowerCaseHeaders(dict[str, str]):
    """Headers found in any case, which urllib3 copies faster than those of requests."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __setitem__(self, name: str, value: str) -> None:
        super().__setitem__(name.lower(), value)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


def _hide_from_session(response: requests.Response, **_arguments: Any) -> None:
    """Keep Session.send from storing cookies, and from reading the whole body of a redirect."""
    if response.raw is not None:
        response.raw = _RawBody(response.raw)
    if "location" in response.headers:
        response.headers = CaseInsensitiveDict(response.headers)
        del response.headers["location"]


def _prepare(request: Request, headers_class: Any) -> requests.PreparedRequest:
    """Set what `prepare` would also change: it reads netrc, adds cookies, edits the URL."""
    framing = {} if request.body is None else {"content-length": str(len(request.body))}
    headers = {"accept-encoding": ACCEPTED_ENCODINGS, **dict(request.headers.items()), **framing}
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = request.url
    prepared.headers = headers_class(headers)
    prepared.body = request.body
    prepared.hooks = {"response": [_hide_from_session]}
    return prepared


def _lower_case(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _read_body(raw: Any, max_bytes: int, deadline: float) -> bytes:
    """Return the body.

    Only the read after the last byte shows whether it was the last.
    """
    decoder = ContentDecoder(raw.headers.get("content-encoding", ""))
    pieces: list[bytes] = []
    bytes_left = max_bytes
    while wire := raw.read(READ_SIZE, decode_content=False):
        piece = decoder.decode(wire, bytes_left + 1)
        bytes_left -= len(piece)
        if bytes_left < 0:
            raise ResponseTooLargeError
        pieces.append(piece)
        if raw.length_remaining == 0:
            break
        if time.monotonic() > deadline:
            raise TimeoutError
    decoder.finish()
    return b"".join(pieces)


def _new_session(options: TransportOptions) -> requests.Session:
    session = _Session()
    for prefix in ("https://", "http://"):
        session.mount(prefix, DeadlineAdapter(options.pool_size, options.max_wire_bytes))
    return session


def _is_tls_in_tls(proxy: str | None) -> bool:
    """Whether TLS goes through an HTTPS proxy: there, each piece has its own timeout."""
    return proxy is not None and proxy.lower().startswith("https:")


def _failure_from(
    raised: BaseException,
    handled: BaseException | None,
    status: int | None = None,
    may_be_sent: bool = True,
) -> TransportFailure:
    causes = tuple(_causes(raised, handled))
    for cause in causes:
        if isinstance(cause, InvalidFraming):
            status = cause.status
    kind = kind_of(causes, EXCEPTION_KINDS)
    if not may_be_sent:
        kind = KINDS_BEFORE_SENDING.get(kind, kind)
    details = (getattr(cause, "detail", None) for cause in causes)
    detail = next(filter(None, details), None)
    if detail is None and kind in EXPLAINED:
        detail = reason(causes)
    if detail is None and kind in ("not_sent", "unknown"):
        detail = describe_origin(raised)
    # A frame of urllib3 and its exception refer to each other: connections of their pool would stay
    # open until the garbage collector comes.
    for cause in causes:
        cause.__traceback__ = None
    return TransportFailure(kind, status, detail)


def _causes(raised: BaseException | None, handled: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and its causes, but not what the caller was handling.

    The interpreter chains that, too.
    """
    seen = {id(handled)}
    while raised is not None and id(raised) not in seen:
        yield raised
        seen.add(id(raised))
        original = getattr(raised, "original_error", None)  # of urllib3's ProxyError
        raised = raised.__cause__ or raised.__context__ or original
