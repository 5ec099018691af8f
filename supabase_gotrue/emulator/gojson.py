"""JSON decoding and encoding compatible with Go's `encoding/json`.

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
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_EXPONENT: Final = re.compile(r"e([+-])0*(\d+)$")
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
_ENCODER: Final = msgspec.json.Encoder()
_TYPE_NAMES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "bool"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)


Member = tuple[str, object]


class JSONError(Exception):
    """JSON that Go's decoder rejects; the message is Go's."""


def loads(data: bytes) -> object:
    """Decode JSON, or raise `JSONError`.

    >>> loads(b'{"a": [1, null]}')
    {'a': [1.0, None]}
    """
    value = loads_members(data)[0]
    if number := find_overflow(value):
        raise JSONError(f"json: cannot unmarshal number {number} into Go value of type float64")
    return value


def loads_members(data: bytes) -> tuple[object, list[Member]]:
    """Decode JSON, and return the members of the object too, with repeated names.

    >>> loads_members(b'{"a": 1, "a": 2}')
    ({'a': 2.0}, [('a', 1.0), ('a', 2.0)])
    """
    members: list[Member] = []

    def build_object(pairs: list[Member]) -> dict[str, object]:
        # The outermost object is built last.
        members[:] = pairs
        return dict(pairs)

    try:
        value: object = json.loads(
            data.decode("utf-8", "replace"),
            object_pairs_hook=build_object,
            parse_constant=_reject_constant,
            parse_float=_parse_float64,
            parse_int=_parse_float64,
        )
        if b"\\u" in data:
            members = [(_replace_text(name), _replace_lone_surrogates(v)) for name, v in members]
            value = _replace_lone_surrogates(value)
        return value, members
    except RecursionError:
        raise JSONError("invalid character '[' exceeded max depth") from None
    except ValueError:
        raise JSONError(syntax_error_message(data)) from None


def first_value(data: bytes) -> bytes:
    """Cut what follows the first JSON value, which Go's `json.Decoder` does not read.

    >>> first_value(b'{"a": 1} and more')
    b'{"a": 1}'
    """
    text = data.decode("utf-8", "replace").lstrip(_SPACE.decode())
    if not text:
        raise JSONError("EOF")
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return data
    return text[:end].encode()


def dumps(value: object) -> bytes:
    """Encode without whitespace, with HTML characters escaped.

    >>> dumps({"link": "/verify?a=1&b=2"})
    b'{"link":"/verify?a=1\\\\u0026b=2"}'
    """
    return _escape_html(_ENCODER.encode(value))


def canonical(value: object) -> str:
    """Encode as Go encodes a map: keys sorted, numbers as float64.

    >>> canonical({"b": 1.0, "a": [True, 12345678901234567890]})
    '{"a":[true,12345678901234567000],"b":1}'
    """
    if is_object(value):
        pairs = sorted(value.items(), key=itemgetter(0))
        inner = ",".join(f"{_encode_text(key)}:{canonical(item)}" for key, item in pairs)
        return f"{{{inner}}}"
    if is_array(value):
        return f"[{','.join(map(canonical, value))}]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, int | float):
        return _format_number(float(value))
    return _encode_text(str(value))


def _encode_text(value: str) -> str:
    return _escape_html(_ENCODER.encode(value)).decode()


def _replace_lone_surrogates(value: object) -> object:
    """Replace halves of surrogate pairs by U+FFFD."""
    if is_object(value):
        return {_replace_text(key): _replace_lone_surrogates(item) for key, item in value.items()}
    if is_array(value):
        return [_replace_lone_surrogates(item) for item in value]
    return _replace_text(value) if isinstance(value, str) else value


def _replace_text(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)


def _escape_html(data: bytes) -> bytes:
    data = data.replace(b"&", b"\\u0026").replace(b"<", b"\\u003c").replace(b">", b"\\u003e")
    return data.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029")


def type_name(value: object) -> str:
    """Return Go's name of the type of a JSON value."""
    return next((name for kind, name in _TYPE_NAMES if isinstance(value, kind)), "number")


def _format_number(value: float) -> str:
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    return _EXPONENT.sub(r"e\1\2", repr(value))


class _Overflow(float):
    """A number beyond 64-bit floats, which fails where Go decodes it."""

    text: str


def _parse_float64(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        value = _Overflow(value)
        value.text = text
    return value


def find_overflow(value: object) -> str:
    """Return the text of the first number beyond 64-bit floats, or `""`."""
    if isinstance(value, _Overflow):
        return value.text
    items: list[object] = []
    if is_object(value):
        items = [*value.values()]
    elif is_array(value):
        items = [*value]
    texts = (find_overflow(item) for item in items)
    return next((text for text in texts if text), "")


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(name)


def syntax_error_message(data: bytes) -> str:
    """Return Go's message for invalid JSON.

    >>> syntax_error_message(b'{"email": ')
    'unexpected end of JSON input'
    >>> syntax_error_message(b'{email: 1}')
    "invalid character 'e' looking for beginning of object key string"
    """
    scanner = _Scanner(data + b" ")  # Go's scanner also ends with a space
    try:
        scanner.value()
        scanner.skip_whitespace()
        scanner.fail("after top-level value")
    except JSONError as error:
        return str(error)
    except RecursionError:  # nested too deeply to find the error
        return "unexpected end of JSON input"


class _Scanner:
    """Scans invalid JSON up to the first error."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def peek(self) -> int:
        if self.at >= len(self.data):
            raise JSONError("unexpected end of JSON input")
        return self.data[self.at]

    def fail(self, where: str) -> NoReturn:
        raise JSONError(f"invalid character {_quote_char(self.peek())} {where}")

    def skip_whitespace(self) -> None:
        while self.at < len(self.data) and self.data[self.at] in _SPACE:
            self.at += 1

    def expect(self, allowed: bytes, where: str) -> int:
        char = self.peek()
        if char not in allowed:
            self.fail(where)
        self.at += 1
        return char

    def value(self) -> None:
        self.skip_whitespace()
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
            self.fail("looking for beginning of value")

    def members(self) -> None:
        self.skip_whitespace()
        if self.peek() == ord("}"):
            self.at += 1
            return
        while True:
            self.skip_whitespace()
            if self.peek() != ord('"'):
                self.fail("looking for beginning of object key string")
            self.string()
            self.skip_whitespace()
            self.expect(b":", "after object key")
            self.value()
            self.skip_whitespace()
            if self.expect(b",}", "after object key:value pair") == ord("}"):
                return

    def elements(self) -> None:
        self.skip_whitespace()
        if self.peek() == ord("]"):
            self.at += 1
            return
        while True:
            self.value()
            self.skip_whitespace()
            if self.expect(b",]", "after array element") == ord("]"):
                return

    def string(self) -> None:
        self.at += 1
        while (char := self.peek()) != ord('"'):
            if char < 0x20:
                self.fail("in string literal")
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


def quote(text: str) -> str:
    """Quote a text as Go's `%q` does.

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


def _quote_char(char: int) -> str:
    if char in b"'\"":
        return {"'": r"'\''", '"': "'\"'"}[chr(char)]
    if chr(char) in _SHORT_ESCAPES:
        return f"'{_SHORT_ESCAPES[chr(char)]}'"
    if chr(char).isprintable():
        return f"'{chr(char)}'"
    return f"'\\x{char:02x}'" if char < 0x80 else f"'\\u{char:04x}'"
