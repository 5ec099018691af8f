"""Misbehaving HTTP servers on loopback, over real sockets."""

import socket
import ssl
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any, Protocol

import trustme

from supabase_gotrue import Client, Transport, aio
from supabase_gotrue.aio import AsyncClient
from tests.programs import PATIENCE

KEY = "service-key-of-the-wire"
# Of a test that waits for a deadline. A busy machine needs longer to get as far as the server.
GROWING_TIMEOUTS = (0.4, 4.0, 40.0)
USER = b'{"id":"1","aud":"authenticated","created_at":"2026-08-20T10:00:00Z"}'


class MakeClient(Protocol):
    """Makes a client of the server at `url`, with options of the transport."""

    def __call__(
        self, url: str, headers: Mapping[str, str] | None = None, **options: Any
    ) -> Client: ...


class MakeTransport(Protocol):
    """Makes the transport that is tested."""

    def __call__(self, **options: Any) -> Transport: ...


@dataclass
class Server:
    """A server: its URL, and what arrived there."""

    url: str
    connections: int = 0
    open: int = 0
    max_open: int = 0
    requests: list[bytes] = field(default_factory=list[bytes])
    response: bytes = b""
    """For scripts that send what the test sets."""
    stopped: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    def count_connection(self) -> int:
        """Return the number of earlier connections."""
        with self._lock:
            self.connections += 1
            self.open += 1
            self.max_open = max(self.max_open, self.open)
            return self.connections - 1

    def count_close(self) -> None:
        with self._lock:
            self.open -= 1


# What a server does with one connection.
Script = Callable[[socket.socket, Server], None]


def server_context(authority: trustme.CA, host: str = "localhost") -> ssl.SSLContext:
    """Return the TLS context of a server that an authority has certified."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


def make_async_client(server: Server, **options: Any) -> AsyncClient:
    """Make an async client of a server, with options of the transport."""
    options = {"timeout": 60.0, **options}
    return aio.init_client(server.url, KEY, auth_url=server.url, **options).unwrap()


@contextmanager
def serve(*scripts: Script, tls: ssl.SSLContext | None = None) -> Generator[Server]:
    """Run a server: one script per connection, the last one for all further connections."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        scheme = "http" if tls is None else "https"
        server = Server(f"{scheme}://localhost:{listener.getsockname()[1]}")

        def handle(raw: socket.socket, script: Script) -> None:
            with suppress(OSError), raw:
                secured = raw if tls is None else tls.wrap_socket(raw, server_side=True)
                with secured:
                    script(secured, server)
            server.count_close()

        def accept() -> None:
            with suppress(OSError):
                while True:
                    raw, _ = listener.accept()
                    script = scripts[min(server.count_connection(), len(scripts) - 1)]
                    Thread(target=handle, args=(raw, script), daemon=True).start()

        Thread(target=accept, daemon=True).start()
        try:
            yield server
        finally:
            server.stopped.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def receive_request(conn: socket.socket, server: Server) -> bytes:
    """Receive one whole request, or `b""` if the client has closed the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return b""
        data += more
    head, _, rest = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].split(b":")[1]) if lengths else 0
    body = bytearray(rest)
    while len(body) < length:
        more = conn.recv(65536)
        if not more:
            return b""
        body += more
    request = head + b"\r\n\r\n" + body
    server.requests.append(request)
    return request


def receive_over_tls(
    conn: socket.socket, context: ssl.SSLContext
) -> tuple[ssl.SSLObject, ssl.MemoryBIO]:
    """Receive a request over TLS in memory; return the TLS, and the bytes that it wants to send."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_side=True)
    for step in (tls.do_handshake, tls.read):
        while True:
            try:
                step()
                break
            except ssl.SSLWantReadError:
                conn.sendall(outgoing.read())
                incoming.write(conn.recv(65536))
    return tls, outgoing


def head_lines(request: bytes) -> list[str]:
    """Return the request line and the headers, in lower case."""
    return request.partition(b"\r\n\r\n")[0].decode().lower().split("\r\n")


def http_response(body: bytes = USER, status: str = "200 OK", *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


def respond_and_close(*parts: bytes) -> Script:
    """Respond to one request with these bytes, and close the connection."""

    def script(conn: socket.socket, server: Server) -> None:
        if receive_request(conn, server):
            for part in parts:
                conn.sendall(part)

    return script


def keep_alive(*responses: bytes) -> Script:
    """Respond to each request in turn, with the last response to all further ones."""

    def script(conn: socket.socket, server: Server) -> None:
        turn = 0
        while receive_request(conn, server):
            conn.sendall(responses[min(turn, len(responses) - 1)])
            turn += 1

    return script


def drip(start: bytes, drop: bytes, seconds: float = 0.02) -> Script:
    """Begin a response, and continue with a drop at a time without end."""

    def script(conn: socket.socket, server: Server) -> None:
        receive_request(conn, server)
        conn.sendall(start)
        while not server.stopped.wait(seconds):
            conn.sendall(drop)

    return script


def never_respond(conn: socket.socket, server: Server) -> None:
    """Accept a connection, and do nothing with it."""
    server.stopped.wait(PATIENCE)


def reset_connection(conn: socket.socket, server: Server) -> None:
    """Receive a request, and reset the connection."""
    receive_request(conn, server)
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
