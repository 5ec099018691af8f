"""Where Go's JSON scanner ends, and with which message it fails.

https://go.dev/src/encoding/json/scanner.go
"""

import re
from typing import Final, NoReturn

from supabase_gotrue.emulator.go.strconv import quote_byte

# Go accepts 10,000; with more than this, Python's own decoder could exhaust the stack.
MAX_DEPTH: Final = 500
_SPACE: Final = b" \t\r\n"
_DIGITS: Final = b"0123456789"
_HEX: Final = b"0123456789abcdefABCDEF"
_ESCAPES: Final = b'bfnrt\\/"'
_LITERALS: Final = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}
_CLOSERS: Final = {ord("{"): ord("}"), ord("["): ord("]")}
_AFTER_VALUE: Final = {ord("}"): "after object key:value pair", ord("]"): "after array element"}
_WHITESPACE: Final = re.compile(rb"[ \t\r\n]*")
_PLAIN_TEXT: Final = re.compile(rb'[^"\\\x00-\x1f]*')


class JSONError(Exception):
    """JSON that Go's decoder rejects; the message is Go's."""


def find_syntax_error(data: bytes) -> JSONError | None:
    """Return the error of data that is not one JSON value.

    >>> find_syntax_error(b'{email: 1}')
    JSONError("invalid character 'e' looking for beginning of object key string")
    """
    scanner = _Scanner(data + b" ", "unexpected end of JSON input")  # Go ends with a space, too
    try:
        scanner.scan_value()
        scanner.skip_whitespace()
        if scanner.at < len(scanner.data):
            scanner.fail("after top-level value")
    except JSONError as error:
        return error
    return None


def first_value(data: bytes) -> bytes:
    """Return the first JSON value: Go's `json.Decoder` does not read what follows it.

    >>> first_value(b' {"a": 1} and more')
    b' {"a": 1}'
    """
    if not data.strip(_SPACE):
        raise JSONError("EOF")
    scanner = _Scanner(data, "unexpected EOF")
    scanner.scan_value()
    return data[: scanner.at]


class _Scanner:
    """Scans data up to the first error, with a stack of its own.

    Args:
        data: The data.
        end_message: The message of the error if the data ends too early.
    """

    def __init__(self, data: bytes, end_message: str) -> None:
        self.data = data
        self.at = 0
        self._end_message = end_message
        self._closers: list[int] = []

    def scan_value(self) -> None:
        """Scan one value, whatever follows it."""
        while True:
            self._begin_value()
            while self._closers and self._ends_container():
                self._closers.pop()
            if not self._closers:
                return

    def skip_whitespace(self) -> None:
        self._skip(_WHITESPACE)

    def fail(self, where: str) -> NoReturn:
        raise JSONError(f"invalid character {quote_byte(self._peek())} {where}")

    def _begin_value(self) -> None:
        """Scan up to the end of the next value that contains no other one."""
        while self._opens_container(self._peek_after_whitespace()):
            pass

    def _opens_container(self, char: int) -> bool:
        """Scan a scalar or an empty container, or enter a container and return True."""
        if char not in _CLOSERS:
            self._scalar(char)
            return False
        if len(self._closers) == MAX_DEPTH:
            self.fail("exceeded max depth")
        self.at += 1
        closer = _CLOSERS[char]
        if self._peek_after_whitespace() == closer:
            self.at += 1
            return False
        self._closers.append(closer)
        if closer == ord("}"):
            self._key()
        return True

    def _ends_container(self) -> bool:
        """Scan what follows a value in a container: its end, or the begin of the next value."""
        self.skip_whitespace()
        closer = self._closers[-1]
        if self._expect((ord(","), closer), _AFTER_VALUE[closer]) == closer:
            return True
        if closer == ord("}"):
            self._key()
        return False

    def _key(self) -> None:
        if self._peek_after_whitespace() != ord('"'):
            self.fail("looking for beginning of object key string")
        self._string()
        self.skip_whitespace()
        self._expect(b":", "after object key")

    def _scalar(self, char: int) -> None:
        if char == ord('"'):
            self._string()
        elif char == ord("-") or char in _DIGITS:
            self._number()
        elif char in _LITERALS:
            self._literal(_LITERALS[char])
        else:
            self.fail("looking for beginning of value")

    def _string(self) -> None:
        self.at += 1
        self._skip(_PLAIN_TEXT)
        while (char := self._peek()) != ord('"'):
            if char != ord("\\"):
                self.fail("in string literal")
            self.at += 1
            self._escape()
            self._skip(_PLAIN_TEXT)
        self.at += 1

    def _escape(self) -> None:
        if self._expect(_ESCAPES + b"u", "in string escape code") == ord("u"):
            for _ in range(4):
                self._expect(_HEX, "in \\u hexadecimal character escape")

    def _number(self) -> None:
        if self._peek() == ord("-"):
            self.at += 1
        if self._expect(_DIGITS, "in numeric literal") != ord("0"):
            self._digits()
        if self._next_is(b"."):
            self.at += 1
            self._expect(_DIGITS, "after decimal point in numeric literal")
            self._digits()
        if self._next_is(b"eE"):
            self.at += 1
            if self._peek() in b"+-":
                self.at += 1
            self._expect(_DIGITS, "in exponent of numeric literal")
            self._digits()

    def _digits(self) -> None:
        while self._next_is(_DIGITS):
            self.at += 1

    def _literal(self, word: bytes) -> None:
        self.at += 1
        for char in word[1:]:
            where = f"in literal {word.decode()} (expecting '{chr(char)}')"
            self._expect((char,), where)

    def _peek(self) -> int:
        if self.at >= len(self.data):
            raise JSONError(self._end_message)
        return self.data[self.at]

    def _peek_after_whitespace(self) -> int:
        self.skip_whitespace()
        return self._peek()

    def _next_is(self, chars: bytes) -> bool:
        return self.at < len(self.data) and self.data[self.at] in chars

    def _expect(self, allowed: bytes | tuple[int, ...], where: str) -> int:
        char = self._peek()
        if char not in allowed:
            self.fail(where)
        self.at += 1
        return char

    def _skip(self, pattern: re.Pattern[bytes]) -> None:
        found = pattern.match(self.data, self.at)
        self.at = found.end() if found else self.at
