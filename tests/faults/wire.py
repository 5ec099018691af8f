"""Servers that do to a client what servers should not, over real sockets.

What may live here: sockets, threads and certificates. A script is a function of one
connection; the last one of a server serves all further connections too.
"""

import socket
import ssl
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import trustme

from supabase_gotrue import Client, RequestsTransport, init_client

KEY = "service-key-of-the-wire"
USER = b'{"id":"1","aud":"authenticated","created_at":"2026-08-20T10:00:00Z"}'


@dataclass
class Wire:
    """One server: where it is, what arrived, by connection and by request, and what to
    say to it."""

    url: str
    connections: int = 0
    open: int = 0
    most_open: int = 0
    requests: list[bytes] = field(default_factory=list[bytes])
    said: bytes = b""
    ended: Event = field(default_factory=Event)

    def client(self, **options: Any) -> Client:
        given: dict[str, Any] = {"timeout": 5.0, **options}
        return init_client(self.url, KEY, auth_url=self.url, **given).unwrap()

    def transport(self, **options: Any) -> RequestsTransport:
        given: dict[str, Any] = {"timeout": 5.0, **options}
        return RequestsTransport(**given)


Script = Callable[[socket.socket, Wire], None]


def context(authority: trustme.CA, host: str = "localhost") -> ssl.SSLContext:
    """A server's, as certified by an authority."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(made)
    return made


@contextmanager
def serving(*scripts: Script, tls: ssl.SSLContext | None = None) -> Generator[Wire]:
    """A server on loopback, for as long as the test needs it."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        scheme = "http" if tls is None else "https"
        wire = Wire(f"{scheme}://localhost:{listener.getsockname()[1]}")

        def handle(raw: socket.socket, script: Script) -> None:
            wire.open += 1
            wire.most_open = max(wire.most_open, wire.open)
            with suppress(OSError), raw:
                secured = raw if tls is None else tls.wrap_socket(raw, server_side=True)
                with secured:
                    script(secured, wire)
            wire.open -= 1

        def accept() -> None:
            with suppress(OSError):
                while True:
                    raw, _ = listener.accept()
                    script = scripts[min(wire.connections, len(scripts) - 1)]
                    wire.connections += 1
                    Thread(target=handle, args=(raw, script), daemon=True).start()

        Thread(target=accept, daemon=True).start()
        try:
            yield wire
        finally:
            wire.ended.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def receive(conn: socket.socket, wire: Wire) -> bytes:
    """One whole request, `b""` where the client has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = conn.recv(65536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < length:
        body += conn.recv(65536)
    wire.requests.append(head + b"\r\n\r\n" + body)
    return wire.requests[-1]


def answer(body: bytes = USER, status: str = "200 OK", *headers: str) -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


def saying(*parts: bytes) -> Script:
    """Answer one request with these bytes, and close."""

    def script(conn: socket.socket, wire: Wire) -> None:
        if receive(conn, wire):
            for part in parts:
                conn.sendall(part)

    return script


def keeping(*answers: bytes) -> Script:
    """Answer each request in turn, the last answer for all further ones."""

    def script(conn: socket.socket, wire: Wire) -> None:
        turn = 0
        while receive(conn, wire):
            conn.sendall(answers[min(turn, len(answers) - 1)])
            turn += 1

    return script


def dripping(start: bytes, drop: bytes, seconds: float = 0.02) -> Script:
    """Begin an answer, and go on by a drop at a time for ever."""

    def script(conn: socket.socket, wire: Wire) -> None:
        receive(conn, wire)
        conn.sendall(start)
        while not wire.ended.wait(seconds):
            conn.sendall(drop)

    return script


def silent(conn: socket.socket, wire: Wire) -> None:
    """Take a connection, and do nothing with it."""
    wire.ended.wait(30)


def resetting(conn: socket.socket, wire: Wire) -> None:
    """Take a request, and reset the connection."""
    receive(conn, wire)
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
