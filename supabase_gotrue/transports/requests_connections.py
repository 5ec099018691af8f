"""Connections of urllib3 whose timeout is one deadline for everything that follows."""

import _thread
import contextvars
import errno
import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from io import BufferedReader, RawIOBase
from typing import TYPE_CHECKING, Any, Final, TypeVar
from weakref import WeakSet

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidSchema
from returns.result import Failure, Result, Success
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError, ProxyError

from supabase_gotrue.request import origin
from supabase_gotrue.transports.requests_response import RESPONSE_CLASS
from supabase_gotrue.transports.requests_slots import ConnectionQueue

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection
else:  # vcrpy may have replaced it when this module is imported
    HTTPConnection = object

_T = TypeVar("_T")

READ_BUFFER: Final = 8192
# Seconds by which an operation may exceed the deadline: each new timeout is a system call.
DEADLINE_SLACK: Final = 0.05


# Whether a part of the request of this attempt may have been sent. Connections that another
# library has put in place do not set it.
MAY_BE_SENT: Final[ContextVar[bool]] = ContextVar("MAY_BE_SENT", default=True)


class ThreadStartError(Exception):
    """The interpreter is shutting down, or the system allows no more threads."""


class AuthoritiesError(Exception):
    """The file or directory of certificate authorities does not exist."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.detail: str = f"{path}: {os.strerror(errno.ENOENT)}"


class SocksNotSupportedError(Exception):
    """The environment names a SOCKS proxy, and the library for it is not installed."""

    detail = 'SOCKS proxies need PySocks: pip install "requests[socks]"'


class ResponseTooLargeError(Exception):
    """The bytes of a response exceed the limit of its connection."""


class Deadline(urllib3.Timeout):
    """One deadline in place of urllib3's timeouts for each phase."""

    def __init__(self, deadline: float) -> None:
        super().__init__()
        self.deadline = deadline

    def clone(self) -> "Deadline":
        return self

    def start_connect(self) -> float:
        return time.monotonic()

    @property
    def connect_timeout(self) -> float:
        return remaining(self.deadline)

    @property
    def read_timeout(self) -> float:
        return remaining(self.deadline)


def remaining(deadline: float) -> float:
    """Return the seconds until the deadline; never 0, which would mean not to block."""
    return max(deadline - time.monotonic(), 0.001)


def run_with_deadline(
    work: Callable[[], _T], deadline: float, cleanup: Callable[[], object] = tuple
) -> _T:
    """Run blocking work in a thread, and raise TimeoutError at the deadline.

    If the work finishes later, `cleanup` is called.
    """
    outcome: list[Result[_T, BaseException]] = []
    first: dict[str, str] = {}
    done = threading.Lock()
    done.acquire()

    def leave(who: str) -> None:
        """Clean up if the other one has left: the outcome of finished work is not taken."""
        if first.setdefault("who", who) != who:
            cleanup()

    def run() -> None:
        try:
            outcome.append(Success(work()))
        except BaseException as raised:
            outcome.append(Failure(raised))
        leave("work")
        done.release()

    try:
        # A copy of the context, so that tracing finds the parent of what happens there. Unlike
        # `threading.Thread.start`, this holds no lock that an interruption could keep.
        _thread.start_new_thread(contextvars.copy_context().run, (run,))
    except RuntimeError as raised:
        raise ThreadStartError from raised
    try:
        if not done.acquire(timeout=remaining(deadline)):
            raise TimeoutError
    except BaseException:
        leave("caller")
        raise
    result = outcome[0]
    if isinstance(result, Failure):
        raise result.failure()
    return result.unwrap()


class DeadlineSocket:
    """A socket whose `settimeout` limits the total time of all following operations."""

    has_surplus = False

    def __init__(self, wrapped: Any, max_bytes: int) -> None:
        self.wrapped = wrapped
        self._max_bytes = max_bytes
        self._deadline = time.monotonic()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.wrapped, name)

    def settimeout(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds

    def apply_deadline(self) -> None:
        """Make the next operation of the wrapped socket end at the deadline, or shortly after."""
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        if not seconds <= self.wrapped.gettimeout() <= seconds + DEADLINE_SLACK:
            self.wrapped.settimeout(seconds + DEADLINE_SLACK / 2)

    def sendall(self, data: Any) -> None:
        self.apply_deadline()
        MAY_BE_SENT.set(True)
        self.wrapped.sendall(data)

    def makefile(self, _mode: str) -> BufferedReader:
        """Return the reader of one response."""
        return _ResponseReader(_DeadlineReader(self, self._max_bytes), READ_BUFFER)

    @property
    def has_unread_data(self) -> bool:
        """Whether there is data that polling the socket does not show.

        It may be in the reader of the last response, or decrypted in the buffer of TLS. TLS
        within the TLS of a proxy does not say whether it has any, so it counts as unread data.
        """
        if self.has_surplus:
            return True
        if isinstance(self.wrapped, ssl.SSLSocket):
            return self.wrapped.pending() > 0
        return not isinstance(self.wrapped, socket.socket)


class _ResponseReader(BufferedReader):
    """The reader of one response, which tells its socket what it leaves unread."""

    def close(self) -> None:
        raw: Any = self.raw
        if not self.closed and raw.tell() > self.tell():
            raw.socket.has_surplus = True
        super().close()


class _DeadlineReader(RawIOBase):
    """The bytes of a socket until its deadline, and up to a limit."""

    def __init__(self, sock: DeadlineSocket, max_bytes: int) -> None:
        self.socket = sock
        self._max_bytes = max_bytes
        self._stream = sock.wrapped.makefile("rb", buffering=0)
        self._bytes_left = max_bytes

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._max_bytes - self._bytes_left

    def readinto(self, buffer: Any) -> int | None:
        self.socket.apply_deadline()
        try:
            count: int | None = self._stream.readinto(buffer)
        except ssl.SSLError as raised:  # not in the handshake: the request was sent
            raise ConnectionAbortedError from raised
        self._bytes_left -= count or 0
        if self._bytes_left < 0:
            raise ResponseTooLargeError
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


class _DeadlineConnection(HTTPConnection):
    """A mixin that gives the connections of urllib3 a deadline and a limit on bytes."""

    debuglevel = 0  # more would print the key
    max_bytes: int
    response_class = RESPONSE_CLASS
    _partially_sent = False

    def connect(self) -> None:
        MAY_BE_SENT.set(False)
        timeout: Any = self.timeout
        deadline = time.monotonic() + timeout
        try:
            run_with_deadline(super().connect, deadline, cleanup=self.close)
        except TimeoutError as raised:
            raise ConnectTimeoutError(self, "connect") from raised
        except (ConnectionError, ssl.SSLEOFError) as raised:
            raise NewConnectionError(self, "connect") from raised
        except http.client.HTTPException as raised:
            raise ProxyError("connect", raised) from raised
        sock: Any = DeadlineSocket(self.sock, self.max_bytes)
        sock.settimeout(remaining(deadline))
        self.sock = sock

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Send a request. A server may respond before it has read everything."""
        if self.is_closed:
            self.connect()
        MAY_BE_SENT.set(False)
        self._partially_sent = False
        try:
            super().request(*args, **kwargs)
        except OSError:
            self._partially_sent = True

    def getresponse(self) -> Any:
        response = super().getresponse()
        conn: Any = self
        if self._partially_sent and conn.sock is not None:
            conn.sock.close()
            conn.sock = None
        return response

    @property
    def is_connected(self) -> bool:
        sock: Any = self.sock
        return super().is_connected and not sock.has_unread_data


# The initial attributes of each response: creating them anew includes a cookie jar, which is slow.
_EMPTY_RESPONSE: Final = vars(requests.Response())


class DeadlineAdapter(HTTPAdapter):
    """The adapter of requests for connections with a deadline.

    It keeps what the adapter of requests would look up again for each request.
    """

    def __init__(self, pool_size: int, max_bytes: int) -> None:
        self._pools: dict[str, Any] = {}
        self._verified: WeakSet[Any] = WeakSet()
        self._max_bytes = max_bytes
        super().__init__(pool_maxsize=pool_size)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self._use_deadline_connections(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        is_new = proxy not in self.proxy_manager
        try:
            manager = super().proxy_manager_for(proxy, **kwargs)
        except InvalidSchema as raised:
            raise SocksNotSupportedError from raised
        if is_new:
            self._use_deadline_connections(manager)
        return manager

    def _use_deadline_connections(self, manager: Any) -> None:
        manager.pool_classes_by_scheme = {
            scheme: _pool_class(stock, self._max_bytes)
            for scheme, stock in manager.pool_classes_by_scheme.items()
        }

    def get_connection_with_tls_context(
        self, request: Any, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        key = origin(request.url)
        pool = self._pools.get(key)
        if pool is None or pool.pool is None:  # the manager closes the oldest of many
            pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
            self._pools[key] = pool
        return pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Verify an HTTPS proxy too, which requests does only for HTTPS URLs."""
        if conn in self._verified:
            return
        stock: Any = super()
        try:
            stock.cert_verify(conn, f"{conn.scheme}:", verify, cert)
        except OSError as raised:
            raise AuthoritiesError(str(verify)) from raised
        self._verified.add(conn)

    def request_url(self, request: Any, proxies: Any) -> str:
        return super().request_url(request, proxies) if proxies else request.path_url

    def build_response(self, req: Any, resp: Any) -> requests.Response:
        """Build a response with what is read later, without cookies and a guessed encoding."""
        response = requests.Response.__new__(requests.Response)
        vars(response).update(_EMPTY_RESPONSE, history=[])
        response.request, response.url, response.raw = req, req.url, resp
        response.status_code, response.headers = resp.status, resp.headers
        return response


@cache
def _pool_class(stock: Any, max_bytes: int) -> Any:
    """Derive a pool whose connections have a deadline and a limit on bytes."""

    def connection_class(_pool: object) -> Any:
        """Leave connections alone that another library has put in place."""
        current = stock.ConnectionCls
        is_stock = current.__module__.startswith("urllib3.")
        return _connection_class(current, max_bytes) if is_stock else current

    namespace = {"ConnectionCls": property(connection_class), "QueueCls": ConnectionQueue}
    return type(f"Deadline{stock.__name__}", (stock,), namespace)


@cache
def _connection_class(stock: Any, max_bytes: int) -> Any:
    bases = (_DeadlineConnection, stock)
    return type(f"Deadline{stock.__name__}", bases, {"max_bytes": max_bytes})
