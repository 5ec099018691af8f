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

from supabase_gotrue.emulator.go.json_scanner import MAX_DEPTH, find_syntax_error
from supabase_gotrue.emulator.go.json_scanner import JSONError as JSONError
from supabase_gotrue.json_types import is_array, is_object

# An escape: both halves of a surrogate pair, half of one, or anything else.
_ESCAPE: Final = re.compile(
    r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(?P<lone>\\u[dD][89a-fA-F]..)|\\.", re.DOTALL
)
_EXPONENT: Final = re.compile(r"e([+-])0*(\d+)$")
_ENCODER: Final = msgspec.json.Encoder()
_TYPE_NAMES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "bool"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)
_CONSTANTS: Final = {True: "true", False: "false", None: "null"}

Member = tuple[str, object]


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

    may_be_deep = data.count(b"[") + data.count(b"{") > MAX_DEPTH
    if may_be_deep and (error := find_syntax_error(data)):
        raise error
    text = data.decode("utf-8", "replace")
    try:
        value: object = json.loads(
            _ESCAPE.sub(_replace_lone_surrogate, text),
            object_pairs_hook=build_object,
            parse_constant=_reject_constant,
            parse_float=_parse_float64,
            parse_int=_parse_float64,
        )
    except ValueError:
        raise find_syntax_error(data) or JSONError("invalid JSON") from None
    return value, members


def _replace_lone_surrogate(escape: re.Match[str]) -> str:
    return r"\ufffd" if escape["lone"] else escape[0]


def unmarshal_error(value: object, target: str) -> JSONError:
    """Return the error of a value of the wrong type.

    >>> unmarshal_error("text", "value of type int")
    JSONError('json: cannot unmarshal string into Go value of type int')
    """
    return JSONError(f"json: cannot unmarshal {type_name(value)} into Go {target}")


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
    encoded: list[str] = []
    # A stack instead of recursion: JSON may be nested deeper than Python allows calls.
    pending: list[object] = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, _Encoded):
            encoded.append(item)
        elif is_object(item):
            pending.append(_Encoded("}"))
            pairs = sorted(item.items(), key=itemgetter(0))
            for index, (key, member) in reversed([*enumerate(pairs)]):
                pending += (member, _Encoded(f"{',' * bool(index)}{_encode_scalar(key)}:"))
            pending.append(_Encoded("{"))
        elif is_array(item):
            pending.append(_Encoded("]"))
            for index, member in reversed([*enumerate(item)]):
                pending += (member, _Encoded("," * bool(index)))
            pending.append(_Encoded("["))
        else:
            encoded.append(_encode_scalar(item))
    return "".join(encoded)


class _Encoded(str):
    """A piece of JSON, between the values that are still to be encoded."""

    __slots__ = ()


def _encode_scalar(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return _CONSTANTS[value]
    if isinstance(value, int | float):
        return _format_number(float(value))
    return _escape_html(_ENCODER.encode(str(value))).decode()


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
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, _Overflow):
            return item.text
        if is_object(item):
            pending.extend(reversed(item.values()))
        elif is_array(item):
            pending.extend(reversed(item))
    return ""


def _reject_constant(name: str) -> NoReturn:
    raise ValueError(name)
