"""Objects of a long JSON text, one at a time and in bounded memory."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from supabase_gotrue.bulk.readers.rows import texts
from supabase_gotrue.json_types import is_object

CHUNK: Final = 2**16
# A whole string, a bracket, or a quote whose string goes on in the next piece.
_TOKEN: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}"]', re.DOTALL)
_CLOSES: Final = {"]": "[", "}": "{"}


class JsonObject(NamedTuple):
    """An object and the line on which it begins; None if it is invalid or incomplete."""

    line: int
    value: dict[str, object] | None
    text: str = ""


def decode_object(text: str) -> dict[str, object] | None:
    """Return the JSON object that a text is, or None.

    >>> decode_object('{"a": 1}'), decode_object("[1]")
    ({'a': 1}, None)
    """
    try:
        value: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None
    return value if is_object(value) else None


def json_objects(source: object, *paths: str) -> Iterator[JsonObject]:
    """Yield the objects that stand at one of some paths of a JSON text.

    Args:
        source: An open text file, or an iterable of lines.
        paths: The brackets around a wanted object: "[" for the elements of a list, "{["
            for those of a list in an object, "" for objects one after the other.

    >>> [*json_objects(['[{"a": 1},', '{"b": "]"}]'], "[")]  # doctest: +NORMALIZE_WHITESPACE
    [JsonObject(line=1, value={'a': 1}, text='{"a": 1}'),
     JsonObject(line=1, value={'b': ']'}, text='{"b": "]"}')]
    """
    buffer, position, line = "", 0, 1
    around, seen = "", ""
    start: int | None = None  # how many brackets stand around the object that has begun
    for piece in _pieces(source):
        buffer += piece
        seen = seen or piece.strip()[:1]
        while (found := _TOKEN.search(buffer, position)) is not None and found[0] != '"':
            token, position = found[0], found.end()
            if token == "{" and start is None and around in paths:
                line += buffer.count("\n", 0, found.start())
                buffer, position, start = buffer[found.start() :], 1, len(around)
            if token in _CLOSES.values():
                around += token
            elif token in _CLOSES:
                if around[-1:] != _CLOSES[token]:
                    yield JsonObject(line, None)
                    return
                around = around[:-1]
            if token == "}" and start == len(around):
                text = buffer[:position]
                yield JsonObject(line, decode_object(text), text)
                start = None
        position = len(buffer) if found is None else found.start()
        if start is None:
            line += buffer.count("\n", 0, position)
            buffer, position = buffer[position:], 0
    if around or buffer or seen not in ("", *_CLOSES.values()):
        yield JsonObject(line, None)


def _pieces(source: object) -> Iterator[str]:
    read = getattr(source, "read", None)
    if not callable(read):
        return texts(source)
    return texts(iter(lambda: read(CHUNK) or None, None))
