"""One attempt at one request, by requests and within a deadline.

What may live here: sessions, what they are given and what they raise. Nothing here decides
whether to try again, and no text of a carrier's exception leaves: they quote headers.
"""

import http.client
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import select_proxy
from returns.result import Failure, Result, Success
from urllib3 import exceptions as faults

from supabase_gotrue.request import Request
from supabase_gotrue.response import Response
from supabase_gotrue.transports.answer import Unframed
from supabase_gotrue.transports.fault import Fault, Kind
from supabase_gotrue.transports.pools import Adapter, Until, apart, host_of, left

# What an attempt may raise, by the first of its causes that is listed; the order counts.
CAUSES: Final[tuple[tuple[Kind, tuple[type[BaseException], ...]], ...]] = (
    ("late", (TimeoutError, faults.ReadTimeoutError)),
    ("nameless", (socket.gaierror, UnicodeError, faults.LocationValueError)),
    ("unconnected", (faults.NewConnectionError, faults.ConnectTimeoutError)),
    ("proxy", (faults.ProxyError, requests.exceptions.InvalidProxyURL)),
    ("cut", (ConnectionError, ssl.SSLEOFError, http.client.IncompleteRead)),
    ("untrusted", (ssl.SSLError, ssl.CertificateError, faults.SSLError)),
    ("encoding", (faults.DecodeError,)),
    ("garbage", (http.client.HTTPException, faults.InvalidHeader, faults.HeaderParsingError)),
    ("cut", (faults.IncompleteRead, faults.ProtocolError)),
)


class Carrier:
    """The connections of one process."""

    def __init__(
        self,
        max_response_bytes: int,
        pool_size: int,
        verify: bool | str,
        session: requests.Session | None,
    ) -> None:
        self._most = max_response_bytes
        self._free = threading.BoundedSemaphore(pool_size)
        self._verify = verify if session is None else None
        self._session = _own_session(pool_size) if session is None else session
        self._settings: dict[str, dict[str, Any]] = {}

    def carry(self, request: Request, deadline: float) -> Result[Response, Fault]:
        """Send a request once, as soon as a connection may be used for it."""
        handled = sys.exception()
        try:
            adapter = self._session.get_adapter(request.url)
            bounded = isinstance(adapter, Adapter) and not self._nests(request.url)
            if not self._free.acquire(timeout=left(deadline)):
                return Failure(Fault("crowded"))
            attempt = partial(self._attempt, adapter, request, deadline)
            return attempt() if bounded else apart(attempt, deadline)
        except Unframed as raised:
            return Failure(Fault("garbage", raised.status))
        except Exception as raised:
            return Failure(_fault(raised, None, handled))

    def _nests(self, url: str) -> bool:
        """Whether TLS goes through a proxy's own, which has a timeout for each piece."""
        proxies = self._settings_for(url)["proxies"]
        proxy = select_proxy(url, proxies) if proxies else None
        return proxy is not None and proxy.lower().startswith("https:")

    def _attempt(
        self, adapter: BaseAdapter, request: Request, deadline: float
    ) -> Result[Response, Fault]:
        """One that is left behind frees its connection when it ends."""
        try:
            return self._exchange(adapter, request, deadline)
        finally:
            self._free.release()

    def _exchange(
        self, adapter: BaseAdapter, request: Request, deadline: float
    ) -> Result[Response, Fault]:
        own = isinstance(adapter, Adapter)
        timeout: Any = Until(deadline) if own else left(deadline)
        settings = self._settings_for(request.url)
        answer = adapter.send(_prepared(request), timeout=timeout, **settings)
        handled = sys.exception()
        try:
            body = _read(answer.raw, self._most + 1)
        except Exception as raised:
            answer.raw.close()
            return Failure(_fault(raised, answer.status_code, handled))
        if len(body) > self._most:
            answer.raw.close()
            return Failure(Fault("large", answer.status_code))
        headers = {name.lower(): value for name, value in answer.raw.headers.items()}
        return Success(Response(answer.status_code, headers, body))

    def _settings_for(self, url: str) -> dict[str, Any]:
        """Proxies, authorities and certificate, read from the environment once a host."""
        host = host_of(url)
        if host not in self._settings:
            merged = self._session.merge_environment_settings(url, {}, True, self._verify, None)
            self._settings[host] = {**merged}
        return self._settings[host]


def _read(raw: Any, most: int) -> bytes:
    """The body, or as much of it as may be held; only the read after the last byte tells
    whether it was the last."""
    encoded = "content-encoding" in raw.headers
    body: bytes = raw.read(most, decode_content=encoded)
    while 0 < len(body) < most and (encoded or raw.length_remaining != 0):
        more = raw.read(most - len(body), decode_content=encoded)
        if not more:
            break
        body += more
    return body


def _own_session(pool_size: int) -> requests.Session:
    session = requests.Session()
    session.mount("https://", Adapter(pool_size))
    session.mount("http://", Adapter(pool_size))
    return session


def _prepared(request: Request) -> requests.PreparedRequest:
    """Set by hand: `prepare` would read netrc, add cookies and change the URL."""
    framing = {} if request.body is None else {"content-length": str(len(request.body))}
    accepted = {"accept-encoding": "gzip, deflate"}
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = request.url
    prepared.headers = CaseInsensitiveDict({**accepted, **request.headers, **framing})
    prepared.body = request.body
    return prepared


def _fault(raised: BaseException, status: int | None, handled: BaseException | None) -> Fault:
    causes = tuple(_causes(raised, handled))
    kinds: list[Kind] = [
        kind for kind, types in CAUSES if any(isinstance(c, types) for c in causes)
    ]
    return Fault(kinds[0] if kinds else "unknown", status)


def _causes(raised: BaseException | None, handled: BaseException | None) -> Iterator[BaseException]:
    """Not what the caller was handling: the interpreter chains that, too."""
    met = {id(handled)}
    while raised is not None and id(raised) not in met:
        yield raised
        met.add(id(raised))
        raised = raised.__cause__ or raised.__context__
