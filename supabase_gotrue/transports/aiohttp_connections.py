"""Connections of aiohttp whose responses must have a complete and well-formed header block."""

import re
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from typing import Any, Final

from aiohttp import ServerDisconnectedError, StreamReader, TCPConnector, ThreadedResolver
from aiohttp.client_proto import ResponseHandler
from urllib3.util import wait_for_read

MAX_HEAD_BYTES: Final = 2**17
MAX_HEADER_LINE: Final = 2**16
MAX_HEADERS: Final = 100

_STATUS_LINE: Final = rb"HTTP/1\.[01] ([1-9][0-9]{2})(?: [^\r\n\0]*+)?\r\n"
_HEADER: Final = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]++:[^\r\n\0]*+\r\n"
_START: Final = re.compile(_STATUS_LINE)
_HEAD: Final = re.compile(_STATUS_LINE + rb"(?:%s){0,%d}+\r\n" % (_HEADER, MAX_HEADERS))
_FRAMING: Final = re.compile(
    rb"^(content-length|transfer-encoding):[ \t]*+([^\r\n]*?)[ \t]*\r\n", re.I | re.M
)
_LENGTH: Final = re.compile(rb"[0-9]{1,18}")
_EMPTY_STATUSES: Final = (101, 204, 304)


class InvalidResponseError(Exception):
    """The header block is malformed, or does not define where the body ends."""


class BodyTooLargeError(Exception):
    """The body exceeds the limit, decoded or with the framing of its chunks."""


class Progress:
    """How far an attempt has come.

    Args:
        bytes_left: How much of the body and its framing may still arrive.
        has_slot: Whether it may use a connection.
        is_connected: Whether it has one.
        status: The HTTP status, once the header block has arrived.
        body: What is being read.
    """

    has_slot = False
    is_connected = False
    status: int | None = None
    body: StreamReader | None = None

    def __init__(self, max_bytes: int) -> None:
        self.bytes_left = max_bytes


PROGRESS: Final[ContextVar[Progress]] = ContextVar("PROGRESS")


class StrictConnector(TCPConnector):
    """The connections of one event loop."""

    def __init__(self) -> None:
        super().__init__(limit=0, resolver=ThreadedResolver())
        # Without effect if a later aiohttp renames it: the deadline and the limit on the
        # size of a body hold all the same.
        factory: Any = partial(StrictResponseHandler, loop=self._loop)
        self._factory = factory

    async def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Return a new connection, or one on which nothing has arrived since its last use."""
        connection: Any = await super().connect(*args, **kwargs)
        while connection.protocol.is_stale:
            connection.close()
            connection = await super().connect(*args, **kwargs)
        connection.protocol.progress = progress = PROGRESS.get()
        progress.is_connected = True
        return connection


class StrictResponseHandler(ResponseHandler):
    """Reads the header block before aiohttp does, and drops what follows the body.

    The parser of aiohttp is lenient, and its exceptions do not tell the status.
    """

    progress: Progress | None = None
    _head: bytes | None = None
    _body_left: int | None = None

    @property
    def is_stale(self) -> bool:
        """Whether the server has sent or closed something that the event loop may not know of."""
        if self.should_close or self.progress is None or self.transport is None:
            return self.should_close
        return wait_for_read(self.transport.get_extra_info("socket"), timeout=0)

    def set_response_params(self, **params: Any) -> None:
        self._head, self._body_left = b"", None
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            try:
                head, data = self._read_head(self._head + data)
            except InvalidResponseError as raised:
                self._head = b""
                self._fail(raised)
                return
            if head:
                super().data_received(head)
        if self._body_left is not None:
            if len(data) > self._body_left:
                self.force_close()
                data = data[: self._body_left]
            self._body_left -= len(data)
        if self.progress is not None:
            self.progress.bytes_left -= len(data)
            if self.progress.bytes_left < 0:
                self._fail(BodyTooLargeError())
                return
        if data:
            super().data_received(data)

    def _fail(self, error: Exception) -> None:
        body = None if self.progress is None else self.progress.body
        if body is not None:
            body.set_exception(error)
        self.set_exception(error)
        self.close()

    def set_exception(self, exc: BaseException, *args: Any, **kwargs: Any) -> None:
        if not isinstance(exc, InvalidResponseError):
            self._receive_rest()
        super().set_exception(exc, *args, **kwargs)

    def _receive_rest(self) -> None:
        """Receive a response that arrived before the request could be sent whole.

        When sending fails, asyncio closes a connection without reading what has arrived. What
        has arrived over TLS is lost.
        """
        transport = self.transport
        if self._head is None or transport is None or transport.get_extra_info("sslcontext"):
            return
        # uvloop raises TypeError: its sockets cannot be duplicated.
        with suppress(OSError, TypeError), transport.get_extra_info("socket").dup() as sock:
            sock.setblocking(False)
            while data := sock.recv(MAX_HEAD_BYTES):
                self.data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._receive_rest()
        if self._head and b"\n" not in self._head:
            self.set_exception(InvalidResponseError())
        super().connection_lost(exc)
        body = None if self.progress is None else self.progress.body
        # After an invalid chunk, aiohttp would let the reader wait.
        if body is not None and not body.is_eof() and body.exception() is None:
            body.set_exception(ServerDisconnectedError())

    def _read_head(self, data: bytes) -> tuple[bytes, bytes]:
        """Return the header block apart, if it was changed, and what follows.

        Both are empty while the header block is incomplete.
        """
        start = 0
        while (end := data.find(b"\r\n\r\n", start) + 4) > 3:
            match = _HEAD.fullmatch(data, start, end)
            if match is None:
                raise InvalidResponseError
            status = int(match[1])
            if status >= 200 or status == 101:
                if self.progress is not None:
                    self.progress.status = status
                head = data[start:end]
                framed = self._frame_body(status, head)
                self._head = None
                if self._body_left is None or framed is not head:
                    return framed, data[end:]
                # Nothing is changed, so nothing is copied.
                self._body_left += len(head)
                return b"", data[start:]
            start = end
        data = data[start:]
        is_malformed = b"\n" in data and not _START.match(data)
        if is_malformed or len(data) > MAX_HEAD_BYTES:
            raise InvalidResponseError
        self._head = data
        return b"", b""

    def _frame_body(self, status: int, head: bytes) -> bytes:
        """Find out where the body ends, and return a header block that says so once.

        https://www.rfc-editor.org/rfc/rfc9112#section-6.3
        """
        fields = [(name.lower(), value) for name, value in _FRAMING.findall(head)]
        coding = b",".join(value for name, value in fields if name == b"transfer-encoding").lower()
        if coding not in (b"", b"chunked"):
            raise InvalidResponseError
        length = None if coding else _content_length([value for _, value in fields])
        if status in _EMPTY_STATUSES:
            if coding or length or status == 101:
                self.force_close()
            self._body_left = 0
            return head
        self._body_left = length
        if len(fields) < 2 and (length is None or fields[0][1].isdigit()):
            return head
        line = b"Transfer-Encoding: chunked" if coding else b"Content-Length: %d" % (length or 0)
        return _FRAMING.sub(b"", head).removesuffix(b"\r\n") + line + b"\r\n\r\n"


def _content_length(values: list[bytes]) -> int | None:
    """https://www.rfc-editor.org/rfc/rfc9110#section-8.6"""
    lengths = {length.strip() for value in values for length in value.split(b",")}
    if not lengths:
        return None
    length, *others = lengths
    if others or not _LENGTH.fullmatch(length):
        raise InvalidResponseError
    return int(length)
