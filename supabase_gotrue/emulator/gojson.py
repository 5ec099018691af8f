"""JSON as Go reads and writes it.

What may live here: pure functions between text and values, with the words that Go's
decoder complains in. Nothing here knows what the JSON means.

https://pkg.go.dev/encoding/json
"""

import json
import math
import re
from decimal import Decimal
from operator import itemgetter
from typing import Final, NoReturn

import msgspec

from supabase_gotrue.json_types import is_array, is_object

_SPACE: Final = b" \t\r\n"
_DIGITS: Final = b"0123456789"
_HEX: Final = b"0123456789abcdefABCDEF"
_ESCAPES: Final = b'bfnrt\\/"'
_LONE: Final = re.compile("[\ud800-\udfff]")
_EXPONENT: Final = re.compile(r"e([+-])0*(\d+)$")
_ENCODER: Final = msgspec.json.Encoder()
_KINDS: Final[tuple[tuple[type, str], ...]] = (
    (bool, "bool"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)


class Malformed(Exception):
    """A text that is no JSON; its words are those of Go's decoder."""


def loads(data: bytes) -> object:
    """Decode JSON, or raise `Malformed`.

    >>> loads(b'{"a": [1, null]}')
    {'a': [1.0, None]}
    """
    try:
        found = json.loads(
            data.decode("utf-8", "replace"),
            parse_constant=_no_constant,
            parse_float=_float64,
            parse_int=_float64,
        )
        return _whole(found) if b"\\u" in data else found
    except RecursionError:
        raise Malformed("invalid character '[' exceeded max depth") from None
    except ValueError:
        raise Malformed(complaint(data)) from None


def dumps(value: object) -> bytes:
    """Encode for the wire: no blanks, and nothing that HTML would read.

    >>> dumps({"link": "/verify?a=1&b=2"})
    b'{"link":"/verify?a=1\\\\u0026b=2"}'
    """
    return _safe(_ENCODER.encode(value))


def canonical(value: object) -> str:
    """Encode as the database hands a map back: keys sorted, numbers as Go's float64.

    >>> canonical({"b": 1.0, "a": [True, 12345678901234567890]})
    '{"a":[true,12345678901234567000],"b":1}'
    """
    if is_object(value):
        pairs = sorted(value.items(), key=itemgetter(0))
        inner = ",".join(f"{_text(key)}:{canonical(item)}" for key, item in pairs)
        return f"{{{inner}}}"
    if is_array(value):
        return f"[{','.join(map(canonical, value))}]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return _number(float(value)) if isinstance(value, int | float) else _text(str(value))


def _text(value: str) -> str:
    return _safe(_ENCODER.encode(value)).decode()


def _whole(value: object) -> object:
    """Without halves of surrogate pairs, which no database keeps."""
    if is_object(value):
        return {_LONE.sub("\ufffd", key): _whole(item) for key, item in value.items()}
    if is_array(value):
        return [_whole(item) for item in value]
    return _LONE.sub("\ufffd", value) if isinstance(value, str) else value


def _safe(data: bytes) -> bytes:
    data = data.replace(b"&", b"\\u0026").replace(b"<", b"\\u003c").replace(b">", b"\\u003e")
    return data.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")


def kind_of(value: object) -> str:
    """What Go calls a JSON value that it cannot use."""
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "number")


def _number(value: float) -> str:
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    return _EXPONENT.sub(r"e\1\2", repr(value))


def _float64(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise Malformed(f"json: cannot unmarshal number {text} into Go value of type float64")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def complaint(data: bytes) -> str:
    """Why Go would not read this text.

    >>> complaint(b'{"email": ')
    'unexpected end of JSON input'
    >>> complaint(b'{email: 1}')
    "invalid character 'e' looking for beginning of object key string"
    """
    scanner = _Scanner(data + b" ")  # which is what Go's own feeds to its last state
    try:
        scanner.value()
        scanner.blanks()
        scanner.stop("after top-level value")
    except Malformed as fault:
        return str(fault)
    except RecursionError:  # too deep to find the mistake
        return "unexpected end of JSON input"


class _Scanner:
    """Walks a text that is no JSON up to its first mistake."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def peek(self) -> int:
        if self.at >= len(self.data):
            raise Malformed("unexpected end of JSON input")
        return self.data[self.at]

    def stop(self, where: str) -> NoReturn:
        raise Malformed(f"invalid character {_quote(self.peek())} {where}")

    def blanks(self) -> None:
        while self.at < len(self.data) and self.data[self.at] in _SPACE:
            self.at += 1

    def expect(self, allowed: bytes, where: str) -> int:
        char = self.peek()
        if char not in allowed:
            self.stop(where)
        self.at += 1
        return char

    def value(self) -> None:
        self.blanks()
        char = self.peek()
        if char in b"{[":
            self.at += 1
            (self.members if char == ord("{") else self.elements)()
        elif char == ord('"'):
            self.string()
        elif char in b"-0123456789":
            self.number()
        elif char in b"tfn":
            self.literal({ord("t"): "true", ord("f"): "false", ord("n"): "null"}[char])
        else:
            self.stop("looking for beginning of value")

    def members(self) -> None:
        self.blanks()
        if self.peek() == ord("}"):
            self.at += 1
            return
        while True:
            self.blanks()
            if self.peek() != ord('"'):
                self.stop("looking for beginning of object key string")
            self.string()
            self.blanks()
            self.expect(b":", "after object key")
            self.value()
            self.blanks()
            if self.expect(b",}", "after object key:value pair") == ord("}"):
                return

    def elements(self) -> None:
        self.blanks()
        if self.peek() == ord("]"):
            self.at += 1
            return
        while True:
            self.value()
            self.blanks()
            if self.expect(b",]", "after array element") == ord("]"):
                return

    def string(self) -> None:
        self.at += 1
        while (char := self.peek()) != ord('"'):
            if char < 0x20:
                self.stop("in string literal")
            self.at += 1
            if char == ord("\\"):
                self.escape()
        self.at += 1

    def escape(self) -> None:
        if self.expect(_ESCAPES + b"u", "in string escape code") == ord("u"):
            for _ in range(4):
                self.expect(_HEX, "in \\u hexadecimal character escape")

    def number(self) -> None:
        if self.peek() == ord("-"):
            self.at += 1
        if self.expect(_DIGITS, "in numeric literal") != ord("0"):
            self.digits()
        if self.data[self.at : self.at + 1] == b".":
            self.at += 1
            self.expect(_DIGITS, "after decimal point in numeric literal")
            self.digits()
        if self.data[self.at : self.at + 1] in (b"e", b"E"):
            self.at += 1
            if self.peek() in b"+-":
                self.at += 1
            self.expect(_DIGITS, "in exponent of numeric literal")
            self.digits()

    def digits(self) -> None:
        while self.at < len(self.data) and self.data[self.at] in _DIGITS:
            self.at += 1

    def literal(self, word: str) -> None:
        self.at += 1
        for char in word[1:]:
            self.expect(char.encode(), f"in literal {word} (expecting '{char}')")


def _quote(char: int) -> str:
    if char in b"'\"":
        return {"'": r"'\''", '"': "'\"'"}[chr(char)]
    short = {7: r"\a", 8: r"\b", 12: r"\f", 10: r"\n", 13: r"\r", 9: r"\t", 11: r"\v", 92: r"\\"}
    if char in short:
        return f"'{short[char]}'"
    if chr(char).isprintable():
        return f"'{chr(char)}'"
    return f"'\\x{char:02x}'" if char < 0x80 else f"'\\u{char:04x}'"
