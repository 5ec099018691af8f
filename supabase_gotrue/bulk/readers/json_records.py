"""Records of a JSON text, one at a time: of an array, or one after the other (JSON Lines)."""

import re
from collections.abc import Collection, Iterator
from typing import Final, cast

import msgspec

from supabase_gotrue.bulk.readers.rows import Record, SourceError
from supabase_gotrue.bulk.readers.text import TextPieces
from supabase_gotrue.json_types import is_object

# A string, which may continue in the next piece, or a bracket.
_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+(")?|[\[\]{}]', re.DOTALL)
_REST_OF_STRING: Final = re.compile(r'(?:[^"\\]++|\\.)*+(")?', re.DOTALL)
# Text between two records.
_STRAY_LINE: Final = re.compile(r"[^\r\n]*[^\s,][^\r\n]*")
_STRAY_ELEMENT: Final = re.compile(r'(?:"(?:[^"\\]|\\.)*"?|[^\s,"])+', re.DOTALL)
_CLOSES: Final = {"]": "[", "}": "{"}
PSQL_HINT: Final = ("psql writes bare JSON with --no-align --tuples-only",)
NOT_AN_OBJECT: Final = "is not a JSON object"
# Longer strings are not kept for the next piece: they cannot be one of the keys looked for.
MAX_KEY: Final = 64


def decode(text: str) -> object:
    """Return decoded JSON, or None if the text is not JSON."""
    try:
        value: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None
    return value


def decode_object(text: str) -> dict[str, object] | None:
    """Return the JSON object that a text is, or None.

    >>> decode_object('{"a": 1}'), decode_object("[1]")
    ({'a': 1}, None)
    """
    value = decode(text)
    return value if is_object(value) else None


def json_records(pieces: TextPieces, *wrappers: str, first_line: int = 1) -> Iterator[Record]:
    """Yield the records of an array, of JSON Lines, or of JSON texts one after the other.

    Args:
        pieces: The text. Items of an iterable are lines, but for arrays they are pieces.
        wrappers: Keys of an object around the array, such as `users`.
        first_line: The number of the first line.

    Returns:
        A record for each element or object; its value is None if it is not an object.

    Raises:
        SourceError: If the text is not JSON, or a bracket is not closed.

    >>> [record.value for record in json_records(TextPieces(['[{"a": 1},', '{"b": "]"}]']))]
    [{'a': 1}, {'b': ']'}]
    """
    first = pieces.peek()
    if first not in ("{", "[", ""):
        raise SourceError("file", "is not JSON", *PSQL_HINT, line=first_line + pieces.blank_lines)
    pieces.has_lines = first == "{" and not wrappers
    scanner = _Scanner(wrappers, first_line, is_array=first == "[")
    try:
        for piece in pieces:
            yield from scanner.feed(piece)
            ends_line = first == "{" and not (wrappers and scanner.is_open)
            if ends_line and not pieces.is_file and not piece.endswith("\n"):
                yield from scanner.feed("\n")
    except SourceError as error:
        raise error.at(scanner.line) from None
    yield from scanner.finish()


class _Scanner:
    """Finds records by brackets and strings, and looks at each character once.

    Records stand at a depth of brackets: 0 in JSON Lines, 1 in an array. The object around a
    wrapped array stands where a record could, so it only turns out to be a wrapper when the key
    is seen: then records stand two brackets deeper until the array ends.
    """

    def __init__(self, wrappers: Collection[str], first_line: int, *, is_array: bool) -> None:
        self.line = first_line  # of the first character that was not taken yet
        self._wrappers = wrappers
        self._is_array = is_array
        self._brackets: list[str] = []
        # How many brackets stand around a record: here, and outside of wrappers.
        self._record_depth = self._outer_depth = 0
        # Whether the object at the outer depth is a wrapper, whose end ends no record.
        self._in_wrapper = False
        self._in_string = False
        self._key = ""  # the last string
        self._text = ""
        self._start = 0  # of what was not taken yet
        self._unseen = ""  # the end of the last piece, to be seen again
        self._taken: list[str] = []
        self._taken_line = first_line

    @property
    def is_open(self) -> bool:
        """Whether a bracket or a string is open."""
        return bool(self._brackets or self._in_string or self._unseen)

    def feed(self, piece: str) -> Iterator[Record]:
        """Yield the records that end in a piece."""
        self._text, self._start, self._unseen = self._unseen + piece, 0, ""
        for found in _TOKEN.finditer(self._text, self._skip_string()):
            token = found[0]
            if token in _CLOSES:
                yield from self._close(token, found.start(), found.end())
            elif token in _CLOSES.values():
                yield from self._open(token, found.start(), found.end())
            else:
                self._see_string(found)
        self._take(len(self._text) - len(self._unseen))
        if self._in_wrapper and self._record_depth == self._outer_depth:
            self._flush()  # what follows the array in a wrapper

    def finish(self) -> Iterator[Record]:
        """Yield the text after the last record, or raise if a record is incomplete."""
        if self.is_open:
            hint = "a bracket or a string is not closed"
            raise SourceError("file", "is incomplete", hint, line=self._taken_line)
        yield from self._strays()

    def _skip_string(self) -> int:
        """Return the end of a string that began in an earlier piece, or the end of this one."""
        if not self._in_string:
            return 0
        found = cast("re.Match[str]", _REST_OF_STRING.match(self._text))
        self._in_string = found[1] is None
        self._unseen = self._text[found.end() :] if self._in_string else ""
        return len(self._text) if self._in_string else found.end()

    def _see_string(self, found: re.Match[str]) -> None:
        """Remember a string, which may be a key; one that is cut continues in the next piece."""
        self._key = found[0][1:-1]
        if found[1] is None:
            unseen = found.start() if len(found[0]) < MAX_KEY else found.end()
            self._in_string = unseen == found.end()
            self._unseen = self._text[unseen:]

    def _open(self, bracket: str, start: int, end: int) -> Iterator[Record]:
        """Begin a record, the array of all records, or a wrapped array; or go deeper in one."""
        depth = len(self._brackets)
        is_array = bracket == "[" and self._is_array and depth == 0
        is_wrapper = bracket == "[" and self._is_key_of_wrapper(depth)
        if depth == self._record_depth:
            self._take(start)
            yield from self._strays()
        if is_array or is_wrapper:
            self._record_depth = depth + 1
            self._outer_depth = 1 if is_array else self._outer_depth
            self._in_wrapper = is_wrapper
            self._take(end)
            self._flush()
        self._brackets.append(bracket)

    def _is_key_of_wrapper(self, depth: int) -> bool:
        is_member = depth == self._record_depth + 1 and self._brackets[-1] == "{"
        return is_member and self._record_depth == self._outer_depth and self._key in self._wrappers

    def _close(self, bracket: str, start: int, end: int) -> Iterator[Record]:
        """End a record, an array of records, or a wrapper."""
        if not self._brackets or self._brackets.pop() != _CLOSES[bracket]:
            self._take(start)
            raise SourceError("file", "has brackets that do not match", line=self.line)
        depth, is_inside = len(self._brackets), self._record_depth != self._outer_depth
        if depth < self._record_depth:
            self._take(start)
            yield from self._strays()
            self._record_depth = self._outer_depth = self._outer_depth if is_inside else 0
            self._take(end)
            self._flush()
        elif depth == self._record_depth:
            self._take(end)
            line, text = self._flush()
            if is_inside or not self._in_wrapper:
                yield Record(line, text, decode_object(text), NOT_AN_OBJECT)
            else:
                self._in_wrapper = False

    def _take(self, end: int) -> None:
        """Add the text up to a position to that of the record, or of the gap between two."""
        text = self._text[self._start : end]
        self._taken.append(text)
        self._start = end
        self.line += text.count("\n")

    def _flush(self) -> tuple[int, str]:
        """Return what was taken since the last time, and its line."""
        taken = self._taken_line, "".join(self._taken)
        self._taken.clear()
        self._taken_line = self.line
        return taken

    def _strays(self) -> Iterator[Record]:
        """Yield the text between two records as records with an error."""
        line, text = self._flush()
        pattern = _STRAY_ELEMENT if self._is_array else _STRAY_LINE
        for found in pattern.finditer(text):
            stray_line = line + text.count("\n", 0, found.start())
            yield Record(stray_line, found[0].strip(), None, NOT_AN_OBJECT)
