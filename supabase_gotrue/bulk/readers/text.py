"""The text of a source, from a file or an iterable of str or bytes, whatever its pieces."""

import re
from codecs import getincrementaldecoder
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, Protocol, cast

from supabase_gotrue.bulk.readers.rows import SourceError
from supabase_gotrue.json_types import has_type


class Readable(Protocol):
    """An open file."""

    def read(self, size: int, /) -> str | bytes:
        """Return the next piece, and an empty one at the end."""
        ...


File = Readable | Iterable[str] | Iterable[bytes]

CHUNK: Final = 2**16
MAGIC_BYTES: Final = 4
BYTE_ORDER_MARK: Final = "\ufeff"
NOT_UTF8: Final = ("is not UTF-8", "convert it, for example by iconv -f latin1 -t utf-8")
UTF16: Final = ("is UTF-16", "save it as UTF-8, or convert it by iconv -f utf-16 -t utf-8")
# What a file that is not text begins with.
MAGIC: Final[dict[bytes, tuple[str, str]]] = {
    b"\x1f\x8b": ("is compressed by gzip", "decompress it by gunzip, or open it by gzip.open"),
    b"PK\x03\x04": ("is a ZIP archive or an Excel workbook", "unpack it, or save it as CSV"),
    b"\xff\xfe": UTF16,
    b"\xfe\xff": UTF16,
}
# What `surrogateescape` makes of bytes that are not UTF-8, and other lone surrogates.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class TextPieces(Iterator[str]):
    """The decoded pieces of a source, without a byte order mark.

    Args:
        source: An open file, or an iterable of str or bytes.

    Raises:
        SourceError: If the source is not UTF-8.
    """

    def __init__(self, source: object) -> None:
        self._pieces = self._decode(self._read(source))
        self._head: deque[str] = deque()
        # Pieces of a file may end anywhere; the items of an iterable are lines, if its format
        # has lines.
        self.is_file: bool = True
        self.has_lines: bool = False
        # How many lines stand before the first character that is not blank.
        self.blank_lines: int = 0
        # Of a CSV, once its header was read.
        self.header: str = ""
        self.delimiter: str = ","

    def __next__(self) -> str:
        return self._head.popleft() if self._head else next(self._pieces)

    def peek(self) -> str:
        """Return the first character that is not blank, or "" if there is none."""
        text = "".join(self._head).lstrip()
        while not text:
            piece = next(self._pieces, None)
            if piece is None:
                return ""
            self._head.append(piece)
            text = piece.lstrip()
            blank = piece[: len(piece) - len(text)]
            self.blank_lines += blank.count("\n") or int(not (text or self.is_file))
        return text[0]

    def _read(self, source: object) -> Iterator[object]:
        if isinstance(source, (str, bytes)) or hasattr(source, "__fspath__"):
            message = f"is a {type(source).__name__}"
            raise SourceError("file", message, "pass an open file, or an iterable of its lines")
        read = getattr(source, "read", None)
        self.is_file = callable(read)
        if not callable(read):
            yield from cast("Iterable[object]", source)
            return
        while piece := read(CHUNK):
            yield piece

    def _decode(self, items: Iterator[object]) -> Iterator[str]:
        """Yield the text of each item, up to the first byte that is not UTF-8."""
        decoder = getincrementaldecoder("utf-8-sig")()
        first: list[bytes] = []
        head = b""
        try:
            for item in items:
                first.append(_encode(item))
                head += first[-1][:MAGIC_BYTES]
                if len(head) >= MAGIC_BYTES:
                    break
            _check_magic(head)
            for data in chain(first, map(_encode, items)):
                try:
                    text = decoder.decode(data)
                except UnicodeDecodeError as error:
                    yield from self._valid_text(error)
                    raise
                is_cut = bool(decoder.getstate()[0])
                if is_cut and self.has_lines and not self.is_file:
                    raise SourceError("file", *NOT_UTF8)
                yield text
            decoder.decode(b"", final=True)
        except UnicodeError as error:
            # A file that was opened as text raises by itself.
            if isinstance(error, UnicodeDecodeError):
                _check_magic(head or error.object[:MAGIC_BYTES])
            raise SourceError("file", *NOT_UTF8) from None

    def _valid_text(self, error: UnicodeDecodeError) -> Iterator[str]:
        """Yield the text before an invalid byte, but nothing of a line that is an item."""
        text = error.object[: error.start].decode("utf-8-sig", "ignore")
        text = text if self.is_file else text[: text.rfind("\n") + 1]
        if text:
            yield text


def _encode(item: object) -> bytes:
    if has_type(item, bytes):
        return item
    if not has_type(item, str):
        raise TypeError
    return str.encode(item, errors="surrogateescape" if _SURROGATE.search(item) else "strict")


def _check_magic(head: bytes) -> None:
    """Raise if the first bytes are those of a file that is not UTF-8."""
    for magic, messages in MAGIC.items():
        if head.startswith(magic):
            raise SourceError("file", *messages)
    if b"\x00" in head:
        raise SourceError("file", *UTF16)
