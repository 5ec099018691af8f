"""Removal of escapes, so that a secret is found in whichever of them a server repeats it."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

# Deeper than errors of servers and gateways are escaped. Each level is one pass.
MAX_LEVELS: Final = 6

_X: Final = "[0-9a-fA-F]"
_BYTE: Final = r"(?:%|\\x)"  # of UTF-8, in a URL, or as Go and Python print bytes
_NEXT_BYTE: Final = rf"{_BYTE}[89abAB]{_X}"
_UNIT: Final = r"(?:\\u|%u)"  # of UTF-16, in JSON, or as JavaScript escapes URLs
_SURROGATES: Final = rf"{_UNIT}[dD][89abAB]{_X}{{2}}{_UNIT}[dD][c-fC-F]{_X}{{2}}"
_ESCAPE: Final = (  # compiled at its first use, which takes as long as to import two modules
    rf"(?P<utf8>{_BYTE}(?:[cCdD]{_X}{_NEXT_BYTE}|[eE]{_X}(?:{_NEXT_BYTE}){{2}}"
    rf"|[fF][0-4](?:{_NEXT_BYTE}){{3}}|{_X}{{2}}))"
    rf"|(?P<utf16>{_SURROGATES}|{_UNIT}{_X}{{4}})"
    rf"|(?P<hex>\\u\{{{_X}{{1,6}}\}}|\\U{_X}{{8}}|&#[xX]{_X}{{1,6}};)"
    r"|(?P<decimal>&#[0-9]{1,7};)"
    r"|(?P<html>&[A-Za-z][0-9A-Za-z]{1,31};)"
    r"|(?P<short>\\[\"'\\/abfnrtv])"
)
_SHORT: Final = str.maketrans("abfnrtv", "\a\b\f\n\r\t\v")


class Level(NamedTuple):
    """A text after some of its escapes were removed.

    Args:
        text: What is left.
        places: Where each character begins in the original text, and where the last one ends.
    """

    text: str
    places: list[int]


def levels(text: str) -> Iterator[Level]:
    r"""Yield a text as it is, then without one more level of escapes each time.

    Raises:
        ValueError: After `MAX_LEVELS`, if the text still has escapes.

    >>> [level.text for level in levels("a%2526b \\u0026amp; c")]
    ['a%2526b \\u0026amp; c', 'a%26b &amp; c', 'a&b & c']
    """
    level = Level(text, list(range(len(text) + 1)))
    for _ in range(MAX_LEVELS):
        yield level
        below = _unescape(level)
        if below.text == level.text:
            return
        level = below
    raise ValueError


def _unescape(level: Level) -> Level:
    text, places = level
    parts: list[str] = []
    kept: list[int] = []
    end = 0
    for match in re.finditer(_ESCAPE, text):
        start = match.start()
        meant = _DECODERS[match.lastgroup or ""](match[0])
        parts += text[end:start], meant
        kept += places[end:start]
        kept += [places[start]] * len(meant)
        end = match.end()
    return Level("".join([*parts, text[end:]]), kept + places[end:])


def _utf8(escape: str) -> str:
    data = bytes.fromhex(re.sub(r"%|\\x", "", escape))
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _utf16(escape: str) -> str:
    return bytes.fromhex(re.sub(r"[%\\u]", "", escape)).decode("utf-16-be", "surrogatepass")


def _hex(escape: str) -> str:
    return _character(escape, int(re.sub(r"[^0-9a-fA-F]", "", escape), 16))


def _decimal(escape: str) -> str:
    return _character(escape, int(escape[2:-1]))


def _character(escape: str, code_point: int) -> str:
    return chr(code_point) if code_point <= sys.maxunicode else escape


def _html(escape: str) -> str:
    from html import unescape  # imported late: rare, and slow to import

    return unescape(escape)


_DECODERS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "utf8": _utf8,
        "utf16": _utf16,
        "hex": _hex,
        "decimal": _decimal,
        "html": _html,
        "short": lambda escape: escape[1].translate(_SHORT),
    }
)
