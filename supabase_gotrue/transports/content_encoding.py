"""Decoding of response bodies that are compressed with gzip or deflate."""

import zlib
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


class ContentDecodingError(Exception):
    """The body ends before its compressed data does."""


class ContentDecoder:
    """Decodes a body piece by piece. A body in another encoding is left as it is.

    https://www.rfc-editor.org/rfc/rfc9110#name-content-codings
    """

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.strip().lower()
        self._stream: _Stream | None = None

    def decode(self, data: bytes, max_length: int) -> bytes:
        """Decode a piece, to `max_length` bytes at most."""
        if self._stream is None:
            if self._encoding not in (*_GZIP_NAMES, "deflate"):
                return data
            self._stream = self._new_stream(data)
        decoded = self._stream.decompress(data, max_length)
        while self._stream.eof and self._stream.unused_data.startswith(_GZIP_MAGIC):
            data = self._stream.unused_data
            self._stream = self._new_stream(data)
            decoded += self._stream.decompress(data, max(1, max_length - len(decoded)))
        return decoded

    def finish(self) -> None:
        """Raise ContentDecodingError if the data is incomplete."""
        if self._stream is not None and not self._stream.eof:
            raise ContentDecodingError

    def _new_stream(self, start: bytes) -> _Stream:
        if self._encoding in _GZIP_NAMES:
            return zlib.decompressobj(_GZIP)
        # Some servers send deflate without the header of zlib, whose method is always 8.
        is_zlib = start[0] & 0x0F == _ZLIB_METHOD
        return zlib.decompressobj(zlib.MAX_WBITS if is_zlib else -zlib.MAX_WBITS)
