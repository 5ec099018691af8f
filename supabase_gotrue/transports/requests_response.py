"""An HTTP/1.1 response read strictly: its header block must be complete and well-formed."""

import http.client
import re
from typing import Any, Final

MAX_HEADERS: Final = 101
MAX_HEADER_LINE: Final = 65_537
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_LENGTH: Final = re.compile(r"[0-9]{0,18}")

# Names of http.client that the class below needs and a later Python may rename.
REQUIRED_NAMES: Final = ("_read_status", "_check_close", "_read_next_chunk_size")


class InvalidFraming(http.client.HTTPException):
    """The header block does not define where the body ends."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class StrictHTTPResponse(http.client.HTTPResponse):
    """Reads the header block itself.

    The standard library takes the end of the stream for the end of the headers, urllib3
    logs headers that it cannot parse, and the parser of the email package is slower than
    everything else in a call.
    """

    chunked: bool
    headers: http.client.HTTPMessage
    length: int | None
    msg: http.client.HTTPMessage
    reason: str
    status: int
    will_close: bool

    def begin(self) -> None:
        """Read the status line and the headers, and decide where the body ends.

        https://www.rfc-editor.org/rfc/rfc9112#section-6.3
        """
        private: Any = self
        version, status, reason = private._read_status()
        while status < 200 and status != http.HTTPStatus.SWITCHING_PROTOCOLS:
            self._read_headers()
            version, status, reason = private._read_status()
        if not version.startswith("HTTP/1."):
            raise http.client.UnknownProtocol(version)
        self.version = 10 if version == "HTTP/1.0" else 11
        self.code = self.status = status
        self.reason = reason.strip()
        self.headers = self.msg = headers = self._read_headers()
        coding = ",".join(headers.get_all("transfer-encoding", ())).lower()
        if coding:  # overrides the length
            del headers["content-length"]
        if coding not in ("", "chunked"):
            raise InvalidFraming(status)
        length = self._content_length()
        empty = status < 200 or status in (204, 304)
        self.chunked = coding == "chunked" and not empty
        private.chunk_left = None
        self.length = 0 if empty else length
        ends_with_connection = length is None and not coding
        announces_body = status < 200 or bool(coding) or bool(length)
        self.will_close = (
            announces_body if empty else ends_with_connection
        ) or private._check_close()

    def _content_length(self) -> int | None:
        """Return the length of the body, or None without one; several must be equal.

        https://www.rfc-editor.org/rfc/rfc9110#section-8.6
        """
        values = ",".join(self.headers.get_all("content-length", ())).split(",")
        length, *others = {value.strip() for value in values}
        if others or not _LENGTH.fullmatch(length):
            raise InvalidFraming(self.status)
        return int(length) if length else None

    def _read_next_chunk_size(self) -> int:
        """Reject -1, after which the standard library would read without a limit."""
        private: Any = super()
        size: int = private._read_next_chunk_size()
        if size < 0:
            raise ValueError
        return size

    def _read_headers(self) -> http.client.HTTPMessage:
        headers = http.client.HTTPMessage()
        for _ in range(MAX_HEADERS):
            line = self.fp.readline(MAX_HEADER_LINE)
            if not line.endswith(b"\n") and len(line) < MAX_HEADER_LINE:
                raise http.client.IncompleteRead(b"")
            if line in (b"\r\n", b"\n"):
                return headers
            name, _, value = line.decode("latin-1").partition(":")
            if not line.endswith(b"\n") or not _HEADER_NAME.fullmatch(name):
                break
            headers.set_raw(name, value.strip())
        raise http.client.HTTPException("invalid header block")


# The strict reader is optional: the deadline and the size limit do not depend on it.
RESPONSE_CLASS: Final[type[http.client.HTTPResponse]] = (
    StrictHTTPResponse
    if all(hasattr(http.client.HTTPResponse, name) for name in REQUIRED_NAMES)
    else http.client.HTTPResponse
)
