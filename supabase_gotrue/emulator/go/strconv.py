"""Quoting and parsing as Go's `strconv` does.

https://pkg.go.dev/strconv
"""

import re
from typing import Final

_UINT64: Final = 2**64
_MAX_DIGITS: Final = 20
_DIGITS: Final = re.compile(r"[0-9]*")
_SHORT_ESCAPES: Final = {
    "\a": r"\a",
    "\b": r"\b",
    "\f": r"\f",
    "\n": r"\n",
    "\r": r"\r",
    "\t": r"\t",
    "\v": r"\v",
    "\\": r"\\",
}


class NumError(Exception):
    """Text that is not a number; the message is Go's."""


def quote(text: str) -> str:
    """Quote a text as `%q` does.

    >>> print(quote('a"\\n\\x00'))
    "a\\"\\n\\x00"
    """

    def escape(char: str) -> str:
        if char in _SHORT_ESCAPES or char == '"':
            return _SHORT_ESCAPES.get(char, '\\"')
        if char.isprintable():
            return char
        code = ord(char)
        if code < 0x80:
            return f"\\x{code:02x}"
        return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

    return f'"{"".join(map(escape, text))}"'


def quote_byte(byte: int) -> str:
    """Quote a byte as Go's JSON scanner does in its messages.

    >>> print(quote_byte(ord("'")), quote_byte(10), quote_byte(200))
    '\\'' '\\n' 'È'
    """
    if byte in b"'\"":
        return {"'": r"'\''", '"': "'\"'"}[chr(byte)]
    if chr(byte) in _SHORT_ESCAPES:
        return f"'{_SHORT_ESCAPES[chr(byte)]}'"
    if chr(byte).isprintable():
        return f"'{chr(byte)}'"
    return f"'\\x{byte:02x}'" if byte < 0x80 else f"'\\u{byte:04x}'"


def parse_uint(text: str) -> int:
    """Parse a decimal number of 64 bits, or raise `NumError`.

    >>> parse_uint("12")
    12
    """
    found = _DIGITS.match(text)
    digits = found[0] if found else ""
    significant = digits.lstrip("0")
    # Go reads from the left: a number that is too large before a letter is out of range.
    is_large = len(significant) > _MAX_DIGITS or int(significant or "0") >= _UINT64
    if is_large or not digits or digits != text:
        problem = "value out of range" if is_large else "invalid syntax"
        raise NumError(f"strconv.ParseUint: parsing {quote(text)}: {problem}")
    return int(significant or "0")
