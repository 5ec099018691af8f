"""One attempt to send a request with a `requests.Session`, within a deadline."""

import http.client
import socket
import ssl
import sys
import threading
import time
from collections.abc import Generator, Iterator
from functools import partial
from typing import Any, Final, NamedTuple

import requests
from requests import exceptions
from requests.structures import CaseInsensitiveDict
from requests.utils import select_proxy
from returns.result import Failure, Result, Success
from urllib3 import exceptions as urllib3_exceptions

from supabase_gotrue.error import describe_origin
from supabase_gotrue.request import Request
from supabase_gotrue.response import Response
from supabase_gotrue.schemas.client_options import TransportOptions
from supabase_gotrue.transports.attempt_log import log_attempt
from supabase_gotrue.transports.failure import FailureKind, TransportFailure
from supabase_gotrue.transports.requests_connections import (
    Deadline,
    DeadlineAdapter,
    ResponseTooLargeError,
    ThreadStartError,
    origin,
    remaining,
    run_with_deadline,
)
from supabase_gotrue.transports.requests_response import InvalidFraming

# The kind of an attempt's exception: the first row that has the type of it or of a cause.
EXCEPTION_KINDS: Final[tuple[tuple[FailureKind, tuple[type[BaseException], ...]], ...]] = (
    ("body_too_large", (ResponseTooLargeError,)),
    ("proxy_error", (urllib3_exceptions.ProxySchemeUnknown, exceptions.InvalidProxyURL)),
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
    ("decode_error", (urllib3_exceptions.DecodeError, exceptions.ContentDecodingError)),
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
)


class Settings(NamedTuple):
    """How to send to one origin."""

    arguments: dict[str, Any]
    needs_thread: bool


class Sender:
    """The connections of one process."""

    def __init__(self, options: TransportOptions, session: requests.Session | None) -> None:
        self._max_bytes = options.max_response_bytes
        self._slots = threading.BoundedSemaphore(options.pool_size)
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
        try:
            settings = self._settings_for(request.url)
        except Exception as raised:
            return Failure(_failure_from(raised, handled))
        if not self._slots.acquire(timeout=remaining(deadline)):
            return Failure(TransportFailure("pool_timeout"))
        exchange = partial(self._exchange, request, deadline, settings.arguments)
        if not settings.needs_thread:
            return exchange()
        try:
            return run_with_deadline(exchange, deadline)
        except TimeoutError:
            return Failure(TransportFailure("timeout"))
        except ThreadStartError:
            self._slots.release()
            return Failure(TransportFailure("connect_error"))

    def _exchange(
        self, request: Request, deadline: float, arguments: dict[str, Any]
    ) -> Result[Response, TransportFailure]:
        """Send and receive. An abandoned exchange frees its slot when it ends."""
        handled = sys.exception()
        timeout: Any = Deadline(deadline) if self._is_own_session else remaining(deadline)
        status = None
        try:
            response = self._session.send(
                _prepare(request, self._headers_class),
                timeout=timeout,
                allow_redirects=False,
                **arguments,
            )
            status = response.status_code
            return self._read(response)
        except Exception as raised:
            return Failure(_failure_from(raised, handled, status))
        finally:
            self._slots.release()

    def _read(self, response: requests.Response) -> Result[Response, TransportFailure]:
        status, raw = response.status_code, getattr(response.raw, "wrapped", response.raw)
        if not hasattr(raw, "length_remaining"):  # not of urllib3, but written for a test
            return Success(Response(status, _lower_case(response.headers), response.content))
        try:
            body = _read_body(raw, self._max_bytes + 1)
        except Exception:
            raw.close()
            raise
        if len(body) > self._max_bytes:
            raw.close()
            return Failure(TransportFailure("body_too_large", status))
        return Success(Response(status, _lower_case(raw.headers), body))

    def _settings_for(self, url: str) -> Settings:
        """Read proxies, authorities and certificate from the environment once per origin."""
        key = origin(url)
        if key not in self._settings:
            merged = self._session.merge_environment_settings(url, {}, True, self._verify, None)
            needs_thread = not self._is_own_session or _is_tls_in_tls(url, merged["proxies"])
            self._settings[key] = Settings({**merged}, needs_thread)
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
    accepted = {"accept-encoding": "gzip, deflate"}
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = request.url
    prepared.headers = headers_class({**accepted, **request.headers, **framing})
    prepared.body = request.body
    prepared.hooks = {"response": [_hide_from_session]}
    return prepared


def _lower_case(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _read_body(raw: Any, limit: int) -> bytes:
    """Return the body, or as many bytes of it as the limit allows.

    Only the read after the last byte shows whether it was the last.
    """
    is_encoded = "content-encoding" in raw.headers
    body: bytes = raw.read(limit, decode_content=is_encoded)
    while 0 < len(body) < limit and (is_encoded or raw.length_remaining != 0):
        more = raw.read(limit - len(body), decode_content=is_encoded)
        if not more:
            break
        body += more
    return body


def _new_session(options: TransportOptions) -> requests.Session:
    session = _Session()
    for prefix in ("https://", "http://"):
        session.mount(prefix, DeadlineAdapter(options.pool_size, options.max_wire_bytes))
    return session


def _is_tls_in_tls(url: str, proxies: Any) -> bool:
    """Whether TLS goes through an HTTPS proxy: there, each piece has its own timeout."""
    proxy = select_proxy(url, proxies) if proxies else None
    return proxy is not None and proxy.lower().startswith("https:")


def _failure_from(
    raised: BaseException, handled: BaseException | None, status: int | None = None
) -> TransportFailure:
    causes = tuple(_causes(raised, handled))
    for cause in causes:
        if isinstance(cause, InvalidFraming):
            status = cause.status
    for kind, types in EXCEPTION_KINDS:
        if any(isinstance(cause, types) for cause in causes):
            return TransportFailure(kind, status)
    return TransportFailure("unknown", status, describe_origin(raised))


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
