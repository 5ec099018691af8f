"""Decoding of response bodies that are compressed with gzip or deflate."""

import zlib
from io import BytesIO
from typing import Final, Protocol

ACCEPTED_ENCODINGS: Final = "gzip, deflate"

_GZIP_MAGIC: Final = b"\x1f\x8b"
_GZIP: Final = 16 + zlib.MAX_WBITS
_GZIP_NAMES: Final = ("gzip", "x-gzip")
_ZLIB_METHOD: Final = 8


class _Stream(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


# gzip allows any number of members one after the other. Empty ones take time without yielding data.
MAX_MEMBERS: Final = 4096
# zlib copies the rest of its input at the end of each member, so it only gets so much at a time.
SLICE: Final = 2**14


class ContentDecodingError(Exception):
    """The body ends before its compressed data does, or has too many members."""


class ContentDecoder:
    """Decodes a body piece by piece. A body in another encoding is left as it is.

    https://www.rfc-editor.org/rfc/rfc9110#name-content-codings
    """

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.strip().lower()
        self._stream: _Stream | None = None
        self._members = 0
        self._is_finished = False

    def decode(self, data: bytes, max_length: int) -> bytes:
        """Decode a piece, to `max_length` bytes at most."""
        if self._encoding not in (*_GZIP_NAMES, "deflate"):
            return data
        decoded = BytesIO()
        for start in range(0, len(data), SLICE):
            self._decode_slice(data[start : start + SLICE], decoded, max_length)
        return decoded.getvalue()

    def _decode_slice(self, data: bytes, decoded: BytesIO, max_length: int) -> None:
        while not self._is_finished:
            if self._stream is None:
                self._stream = self._new_stream(data)
            decoded.write(self._stream.decompress(data, max(1, max_length - decoded.tell())))
            data = self._stream.unused_data
            if len(data) < len(_GZIP_MAGIC):
                return
            self._stream = None
            self._is_finished = not data.startswith(_GZIP_MAGIC)  # the rest is ignored

    def finish(self) -> None:
        """Raise ContentDecodingError if the data is incomplete."""
        if self._stream is not None and not self._stream.eof:
            raise ContentDecodingError

    def _new_stream(self, start: bytes) -> _Stream:
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise ContentDecodingError
        if self._encoding in _GZIP_NAMES:
            return zlib.decompressobj(_GZIP)
        # Some servers send deflate without the header of zlib, whose method is always 8.
        is_zlib = start[0] & 0x0F == _ZLIB_METHOD
        return zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
