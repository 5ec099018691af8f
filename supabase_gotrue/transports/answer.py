"""An answer as HTTP/1.1 has it, read within a deadline.

What may live here: from a socket's bytes to a status, fields and the end of the body.
Nothing here connects, sends or decodes.
"""

import http.client
import re
import socket
import time
from io import BufferedReader, RawIOBase
from typing import Any, Final, cast

# Seconds by which a read may outlast the deadline, for each new timeout is a system call.
OVERRUN: Final = 0.05
MOST_FIELDS: Final = 101
LONGEST_FIELD: Final = 65_537
_FIELD_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LENGTH: Final = re.compile(r"[0-9]{0,18}")


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


class Unframed(http.client.HTTPException):
    """A header block that does not tell where the body ends."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Answer(http.client.HTTPResponse):
    """An answer within its deadline, whose header block must be whole and well-formed: the
    standard library takes the end of the stream for that of the headers, urllib3 logs what
    it cannot read of them, and mail's parser costs more than all the rest."""

    chunked: bool
    headers: http.client.HTTPMessage
    length: int | None
    msg: http.client.HTTPMessage
    reason: str
    status: int
    will_close: bool

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
            raise Unframed(status)
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
            raise Unframed(self.status)
        return int(length) if length else None

    def _read_next_chunk_size(self) -> int:
        """The standard library takes -1, and all that follows without a bound."""
        reading: Any = super()
        size: int = reading._read_next_chunk_size()
        if size < 0:
            raise ValueError
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
