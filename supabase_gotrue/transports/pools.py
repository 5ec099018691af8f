"""Pools of connections that keep one deadline, behind the stock adapter of requests.

What may live here: connecting, one attempt, and what requests would find out anew for each
request. Nothing here knows what a failure is called.
"""

import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeVar

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as faults
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from supabase_gotrue.transports.answer import Answer

_T = TypeVar("_T")


class Until(urllib3.Timeout):
    """One deadline for everything, where urllib3 has a time for each step."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline


def left(deadline: float) -> float:
    """Seconds; never 0, which would mean not to wait for what is there."""
    return max(deadline - time.monotonic(), 0.001)


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
        return outcome.result(left(deadline))
    except BaseException:
        if not outcome.done():
            outcome.add_done_callback(lambda _done: undo())
        raise


class _Bounded(HTTPConnectionPool):
    """A pool of stock connections that keeps the deadline."""

    def urlopen(self, *_: Any, **given: Any) -> Any:
        """One attempt: urllib3's own would repeat, redirect and time each step."""
        deadline: float = given["timeout"].deadline
        tunnels = self.proxy is not None and given["url"].startswith("/")
        headers = {**given["headers"], **({} if tunnels else self.proxy_headers)}
        conn: Any = self._get_conn()
        try:
            if conn.is_closed:
                self._connect(conn, deadline, tunnels)
            answer = _answer(
                conn, deadline, (given["method"], given["url"], given["body"], headers)
            )
        except BaseException:
            conn.close()
            self._put_conn(None)
            raise
        answer._connection, answer._pool = conn, self
        return answer

    def _connect(self, conn: Any, deadline: float, tunnels: bool) -> None:
        """Each address, proxy and handshake would have a timeout of its own."""
        conn.timeout = left(deadline)
        connect = partial(self._prepare_proxy, conn) if tunnels else conn.connect
        try:
            apart(connect, deadline, undo=conn.close)
        except Exception as raised:
            beyond = conn.has_connected_to_proxy and isinstance(raised, ssl.SSLError)
            if conn.proxy and not beyond:
                raise faults.ProxyError("", raised) from raised
            raise
        self._validate_conn(conn)

    def _new_conn(self) -> Any:
        conn: Any = super()._new_conn()
        conn.response_class = Answer
        conn.debuglevel = 0  # which would print the key
        return conn


def _answer(conn: Any, deadline: float, request: tuple[str, str, bytes | None, Any]) -> Any:
    """What comes back, also before all is sent; what then follows is no answer."""
    sent = False
    conn.timeout = left(deadline)
    with suppress(OSError):
        conn.request(*request, preload_content=False)
        sent = True
    conn.timeout = left(deadline)
    answer = conn.getresponse()
    if not sent and conn.sock:
        conn.sock.close()
        conn.sock = None
    return answer


class _BoundedTls(_Bounded, HTTPSConnectionPool):
    """The same over TLS."""

    def _get_conn(self, timeout: float | None = None) -> Any:
        """What TLS has read ahead, no look at the socket shows; within the TLS of a proxy
        nothing does."""
        conn: Any = super()._get_conn(timeout)
        if isinstance(conn.sock, ssl.SSLSocket) and not conn.sock.pending():
            return conn
        conn.close()
        return conn


class Adapter(HTTPAdapter):
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
        host = host_of(request.url)
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


def host_of(url: str) -> str:
    """Scheme, host and port."""
    return "/".join(url.split("/", 3)[:3])
