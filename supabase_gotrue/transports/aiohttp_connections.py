"""Connections of aiohttp that are used again only if every byte on them is accounted for."""

import asyncio
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from threading import Thread
from typing import Any, Final

from aiohttp import ClientResponse, ServerDisconnectedError, StreamReader, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from urllib3.util import wait_for_read

_END_OF_HEAD: Final = b"\r\n\r\n"
_END_OF_CHUNKS: Final = b"0\r\n\r\n"
_INTERIM: Final = b"\r\n\r\nHTTP/1."
_MAX_INTERIM: Final = 100
_LENGTH: Final = re.compile(r"[0-9]{1,18}", re.ASCII)
_EMPTY_STATUSES: Final = (204, 304)
_SWITCHING_PROTOCOLS: Final = 101


class InvalidResponseError(Exception):
    """The headers do not define where the body ends."""


class BodyTooLargeError(Exception):
    """The body exceeds the limit, decoded or with the framing of its chunks."""


class Attempt:
    """How far an attempt to send a request has come.

    Args:
        max_bytes: How much may arrive.
        has_slot: Whether it may use a connection.
        connection: The connection that it has, or None: then nothing was sent.
        status: The HTTP status, once the header block has arrived.
        error: Why the connection ended, if that is known there.
        proxy: The URL of the proxy, if there is one.
    """

    has_slot = False
    proxy: str | None = None
    connection: "CountingProtocol | None" = None
    status: int | None = None
    error: BaseException | None = None

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes


ATTEMPT: Final[ContextVar[Attempt | None]] = ContextVar("ATTEMPT")


class Connector(TCPConnector):
    """The connections of one event loop."""

    def __init__(self) -> None:
        super().__init__(limit=0, resolver=DaemonResolver())

    async def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Return a new connection, or one on which nothing but its responses has arrived."""
        attempt: Any = ATTEMPT.get()
        while True:
            connection: Any = await super().connect(*args, **kwargs)
            protocol = _counting_protocol(connection)
            if protocol.begin(attempt):
                attempt.connection = protocol
                return connection
            connection.transport.abort()
            connection.close()


def _counting_protocol(connection: Any) -> "CountingProtocol":
    transport: asyncio.Transport = connection.transport
    protocol: Any = transport.get_protocol()
    return (
        protocol
        if isinstance(protocol, CountingProtocol)
        else CountingProtocol(protocol, transport)
    )


class CountingProtocol(asyncio.Protocol):
    """Counts what arrives on a connection, and passes it on to the protocol of aiohttp.

    Aiohttp itself would take bytes that follow a response for the response to the next request.
    Here a connection is only used again if all bytes belong to its responses.
    """

    def __init__(self, protocol: Any, transport: asyncio.Transport) -> None:
        self._protocol = protocol
        self._transport = transport
        self._is_new = True
        # Whether all that has arrived belongs to responses that have ended.
        self._is_clean = True
        self._attempt: Attempt | None = None
        self._body: StreamReader | None = None
        transport.set_protocol(self)

    def begin(self, attempt: Attempt) -> bool:
        """Begin an exchange; return False if the connection cannot be used for one."""
        if not (self._is_new or self._is_idle()):
            return False
        self._is_new = self._is_clean = False
        self._attempt, self._body = attempt, None
        self._received = 0
        self._head_size = 0  # as long as the header block is incomplete
        self._last_bytes = b""
        self._interim_count = 0
        return True

    def _is_idle(self) -> bool:
        """Whether nothing has arrived since the last response, not even the end."""
        is_usable = self._is_clean and not self._protocol.should_close
        sock = self._transport.get_extra_info("socket")
        return is_usable and not wait_for_read(sock, timeout=0)

    def expect_end(self, response: ClientResponse) -> None:
        """Receive the response, and compare it with what has arrived as soon as it ends."""
        self._body = response.content
        self._body.on_eof(partial(self._end, response))

    def close(self) -> None:
        """Close the connection, unless it can be used again.

        The end of TLS is not negotiated: the event loop may be closed before that is done.
        """
        if not self._is_clean or self._transport.is_closing():
            self._transport.abort()

    def _end(self, response: ClientResponse) -> None:
        self._attempt = None
        self._is_clean = self._accounts_for_all(response)
        self.close()

    def _accounts_for_all(self, response: ClientResponse) -> bool:
        """Whether all that has arrived is the header block and the body of the response."""
        headers = response.headers
        has_length = "Content-Length" in headers or "Transfer-Encoding" in headers
        must_be_empty = response.status in _EMPTY_STATUSES
        # A body without a length ends with the connection; an empty one must not have a length.
        if has_length == must_be_empty or response.status == _SWITCHING_PROTOCOLS:
            return False
        if "Transfer-Encoding" in headers:
            # Aiohttp does not say how long the chunks were. Bytes after them would be the next
            # response: an unfinished header block cannot end with `0`, CR, LF, CR, LF, and after a
            # finished one aiohttp itself closes the connection.
            return self._last_bytes == _END_OF_CHUNKS
        return self._received == self._head_size + response.content.total_bytes

    def data_received(self, data: bytes) -> None:
        attempt = self._attempt
        if attempt is None:
            self._is_clean = False
            self._transport.abort()
            return
        head, body = self._split(data)
        self._received += len(data)
        if self._body is None:
            self._interim_count += data.count(_INTERIM)
        if self._received > attempt.max_bytes:
            self._abort(attempt, BodyTooLargeError())
        elif self._interim_count > _MAX_INTERIM:
            self._abort(attempt, InvalidResponseError())
        else:
            # The head by itself: if the body is invalid, the status is known.
            for part in (head, body):
                if part:
                    self._protocol.data_received(part)
            if self._transport.is_closing():  # aiohttp has closed it, with the shutdown of TLS
                self._transport.abort()

    def _split(self, data: bytes) -> tuple[bytes, bytes]:
        """Split data into what belongs to the header block and what follows it."""
        last = self._last_bytes
        self._last_bytes = (last + data[-len(_END_OF_CHUNKS) :])[-len(_END_OF_CHUNKS) :]
        if self._head_size:
            return b"", data
        end = (last + data).find(_END_OF_HEAD)
        if end < 0:
            return data, b""
        end += len(_END_OF_HEAD) - len(last)
        self._head_size = self._received + end
        return data[:end], data[end:]

    def _abort(self, attempt: Attempt, error: Exception) -> None:
        attempt.error = error
        self._transport.abort()

    def eof_received(self) -> bool | None:
        result: bool | None = self._protocol.eof_received()
        return result

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_clean = False
        if self._attempt is not None and exc is not None:
            # Without this, a body without a length would seem to be complete.
            self._attempt.error = self._attempt.error or exc
        self._protocol.connection_lost(exc)
        body = self._body
        # After an invalid chunk, aiohttp does not end the body, and its reader would wait.
        if body is not None and not body.is_eof() and body.exception() is None:
            body.set_exception(ServerDisconnectedError())


def check_framing(response: ClientResponse) -> None:
    """Raise InvalidResponseError if the headers contradict each other about the body's length.

    https://www.rfc-editor.org/rfc/rfc9112#section-6.3
    """
    lengths = response.headers.getall("Content-Length", [])
    codings = response.headers.getall("Transfer-Encoding", [])
    if (
        len(lengths) + len(codings) > 1
        or not all(_LENGTH.fullmatch(length) for length in lengths)
        or not all(coding.lower() == "chunked" for coding in codings)
    ):
        raise InvalidResponseError


class DaemonResolver(AbstractResolver):
    """Resolves names in threads for which neither the event loop nor the program waits."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        resolved: asyncio.Future[list[Any]] = loop.create_future()
        resolve = partial(
            socket.getaddrinfo,
            host,
            port,
            family=family,
            type=socket.SOCK_STREAM,
            flags=socket.AI_ADDRCONFIG,
        )

        def run() -> None:
            try:
                settle = partial(resolved.set_result, resolve())
            except Exception as raised:
                settle = partial(resolved.set_exception, raised)
            with suppress(RuntimeError):  # the event loop may be closed
                loop.call_soon_threadsafe(_call_unless_done, settle, resolved)

        Thread(target=run, name="supabase_gotrue", daemon=True).start()
        return [
            ResolveResult(
                hostname=host,
                host=address[0],
                port=address[1],
                family=found,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for found, _, proto, _, address in await resolved
        ]

    async def close(self) -> None:
        """Do nothing: no state is kept between two names."""


def _call_unless_done(settle: Callable[[], None], future: "asyncio.Future[Any]") -> None:
    if not future.done():
        settle()
