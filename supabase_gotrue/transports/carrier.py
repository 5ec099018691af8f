"""One attempt at one request, by requests and within a deadline.

What may live here: sessions, adapters, pools and what they raise. Nothing here decides
whether to try again, and no text of a carrier's exception leaves: they quote headers.
"""

import http.client
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from io import BufferedReader, RawIOBase
from typing import Any, Final, TypeVar, cast

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import select_proxy
from returns.result import Failure, Result, Success
from urllib3 import exceptions as faults
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from supabase_gotrue.request import Request
from supabase_gotrue.response import Response
from supabase_gotrue.transports.fault import Fault, Kind

_T = TypeVar("_T")

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


# Seconds by which a read may outlast the deadline, for each new timeout is a system call.
OVERRUN: Final = 0.05
MOST_FIELDS: Final = 101
LONGEST_FIELD: Final = 65_537
_FIELD_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LENGTH: Final = re.compile(r"[0-9]{0,18}")


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
            bounded = isinstance(adapter, _Adapter) and not self._nests(request.url)
            if not self._free.acquire(timeout=_left(deadline)):
                return Failure(Fault("crowded"))
            attempt = partial(self._attempt, adapter, request, deadline)
            return attempt() if bounded else apart(attempt, deadline)
        except _Unframed as raised:
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
        own = isinstance(adapter, _Adapter)
        timeout: Any = _Until(deadline) if own else _left(deadline)
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
        host = _host(url)
        if host not in self._settings:
            merged = self._session.merge_environment_settings(url, {}, True, self._verify, None)
            self._settings[host] = {**merged}
        return self._settings[host]


def apart(work: Callable[[], _T], deadline: float, undo: Callable[[], object] = int) -> _T:
    """Do what cannot be interrupted in a thread, which is left behind at the deadline;
    what it makes after that is undone."""
    outcome: Future[_T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as raised:
            outcome.set_exception(raised)

    threading.Thread(target=run, name="supabase_gotrue", daemon=True).start()
    try:
        return outcome.result(_left(deadline))
    except BaseException:
        if not outcome.done():
            outcome.add_done_callback(lambda _done: undo())
        raise


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


class _Until(urllib3.Timeout):
    """One deadline for everything, where urllib3 has a time for each step."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline


class _Stream(RawIOBase):
    """A socket's bytes until its time is up, however slowly they drip."""

    def __init__(self, sock: socket.socket) -> None:
        self._deadline = time.monotonic() + (sock.gettimeout() or 0)
        self._socket = sock
        self._stream = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if (self._socket.gettimeout() or 0) > left + OVERRUN:
            self._socket.settimeout(left)
        return self._stream.readinto(buffer)

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Source:
    """A socket as `http.client` reads it."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def makefile(self, _mode: str) -> BufferedReader:
        return BufferedReader(_Stream(self._socket))


class _Unframed(http.client.HTTPException):
    """A header block that does not tell where the body ends."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Answer(http.client.HTTPResponse):
    """An answer within its deadline, whose header block must be whole and well-formed: the
    standard library takes the end of the stream for that of the headers, urllib3 logs what
    it cannot read of them, and mail's parser costs more than all the rest."""

    def __init__(self, sock: Any, debuglevel: int = 0, method: str | None = None) -> None:
        super().__init__(cast("socket.socket", _Source(sock)), debuglevel, method)

    def begin(self) -> None:
        """https://www.rfc-editor.org/rfc/rfc9112#section-6.3"""
        reading: Any = self
        version, status, reason = reading._read_status()
        while status < 200 and status != http.HTTPStatus.SWITCHING_PROTOCOLS:
            self._fields()
            version, status, reason = reading._read_status()
        if not version.startswith("HTTP/1."):
            raise http.client.UnknownProtocol(version)
        self.version = 10 if version == "HTTP/1.0" else 11
        self.code = self.status = status
        self.reason = reason.strip()
        self.headers = self.msg = fields = self._fields()
        coding = ",".join(fields.get_all("transfer-encoding", ())).lower()
        if coding:  # which overrides it
            del fields["content-length"]
        if coding not in ("", "chunked"):
            raise _Unframed(status)
        length = self._length()
        empty = status < 200 or status in (204, 304)
        self.chunked = coding == "chunked" and not empty
        reading.chunk_left = None
        self.length = 0 if empty else length
        unbounded = length is None and not coding
        spare = status < 200 or bool(coding) or bool(length)
        self.will_close = (spare if empty else unbounded) or reading._check_close()

    def _length(self) -> int | None:
        """https://www.rfc-editor.org/rfc/rfc9110#section-8.6"""
        given = ",".join(self.headers.get_all("content-length", ())).split(",")
        length, *others = {each.strip() for each in given}
        if others or not _LENGTH.fullmatch(length):
            raise _Unframed(self.status)
        return int(length) if length else None

    def _read_next_chunk_size(self) -> int:
        """The standard library takes -1, and all that follows without a bound."""
        reading: Any = super()
        size: int = reading._read_next_chunk_size()
        if size < 0:
            raise ValueError(size)
        return size

    def _fields(self) -> http.client.HTTPMessage:
        fields = http.client.HTTPMessage()
        for _ in range(MOST_FIELDS):
            line = self.fp.readline(LONGEST_FIELD)
            if not line.endswith(b"\n") and len(line) < LONGEST_FIELD:
                raise http.client.IncompleteRead(b"")
            if line in (b"\r\n", b"\n"):
                return fields
            name, _, value = line.decode("latin-1").partition(":")
            if not line.endswith(b"\n") or not _FIELD_NAME.fullmatch(name):
                break
            fields.set_raw(name, value.strip())
        raise http.client.HTTPException("the header block")


class _Bounded(HTTPConnectionPool):
    """A pool of stock connections that keeps the deadline."""

    def urlopen(self, *_: Any, **given: Any) -> Any:
        """One attempt: urllib3's own would repeat, redirect and time each step."""
        deadline: float = given["timeout"].deadline
        tunnels = self.proxy is not None and given["url"].startswith("/")
        headers = {**given["headers"], **({} if tunnels else self.proxy_headers)}
        conn: Any = self._get_conn()
        connected = sent = False
        try:
            if conn.is_closed:
                self._connect(conn, deadline, tunnels)
            connected = True
            conn.timeout = _left(deadline)
            with suppress(OSError):  # it may have answered before it was sent all
                conn.request(
                    given["method"], given["url"], given["body"], headers, preload_content=False
                )
                sent = True
            conn.timeout = _left(deadline)
            answer = conn.getresponse()
        except BaseException as raised:
            tunnelled = conn.has_connected_to_proxy and isinstance(raised, ssl.SSLError)
            conn.close()
            self._put_conn(None)
            if conn.proxy and not (connected or tunnelled) and isinstance(raised, Exception):
                raise faults.ProxyError("", raised) from raised
            raise
        if not sent and conn.sock:  # what follows would be taken for the rest
            conn.sock.close()
            conn.sock = None
        answer._connection, answer._pool = conn, self
        return answer

    def _connect(self, conn: Any, deadline: float, tunnels: bool) -> None:
        """Each address, proxy and handshake would have a timeout of its own."""
        conn.timeout = _left(deadline)
        connect = partial(self._prepare_proxy, conn) if tunnels else conn.connect
        apart(connect, deadline, undo=conn.close)
        self._validate_conn(conn)

    def _new_conn(self) -> Any:
        conn: Any = super()._new_conn()
        conn.response_class = _Answer
        conn.debuglevel = 0  # which would print the key
        return conn


class _BoundedTls(_Bounded, HTTPSConnectionPool):
    """The same over TLS."""

    def _get_conn(self, timeout: float | None = None) -> Any:
        """What TLS has read ahead, no look at the socket shows; within the TLS of a proxy
        nothing does."""
        conn: Any = super()._get_conn(timeout)
        if not conn.is_closed and getattr(conn.sock, "pending", lambda: 1)():
            conn.close()
        return conn


class _Adapter(HTTPAdapter):
    """The stock adapter and connections, in pools that keep the deadline, without what
    it would find out anew for each request."""

    def __init__(self, pool_size: int) -> None:
        super().__init__(pool_maxsize=pool_size)
        self._pools: dict[str, Any] = {}

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        _bound(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        _bound(manager)
        return manager

    def get_connection_with_tls_context(
        self, request: Any, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        host = _host(request.url)
        pool = self._pools.get(host)
        if pool is None or pool.pool is None:  # the manager closes the oldest of many
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._pools[host] = pool
        return pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """The proxy's, too, which requests verifies on the way to TLS alone."""
        stock: Any = super()
        stock.cert_verify(conn, f"{conn.scheme}:", verify, cert)

    def request_url(self, request: Any, proxies: Any) -> str:
        return super().request_url(request, proxies) if proxies else request.path_url

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        """Only what is read: no cookies are taken, no encoding is guessed."""
        response = requests.Response()
        response.request, response.url, response.raw = req, req.url, resp
        response.status_code = resp.status
        return response


_POOLS: Final = {"http": _Bounded, "https": _BoundedTls}


def _bound(manager: Any) -> None:
    """Let its pools keep the deadline, SOCKS' own, too."""
    stock = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {
        scheme: stock[scheme]
        if issubclass(stock[scheme], bounded)
        else type(bounded.__name__, (bounded, stock[scheme]), {})
        for scheme, bounded in _POOLS.items()
    }


def _own_session(pool_size: int) -> requests.Session:
    session = requests.Session()
    session.mount("https://", _Adapter(pool_size))
    session.mount("http://", _Adapter(pool_size))
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


def _host(url: str) -> str:
    """Scheme, host and port."""
    return "/".join(url.split("/", 3)[:3])


def _left(deadline: float) -> float:
    """Seconds; never 0, which would mean not to wait for what is there."""
    return max(deadline - time.monotonic(), 0.001)


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
