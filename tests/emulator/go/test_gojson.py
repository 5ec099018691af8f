"""JSON as Go reads it: what is invalid, with which message, and what is repaired."""

import pytest

from supabase_gotrue.emulator.go.gojson import JSONError, canonical, loads
from supabase_gotrue.emulator.go.json_scanner import MAX_DEPTH, first_value

INVALID_JSON = (
    *(b"1e999", b'{"a": 1e999}', b"[12 34]", b"\x7f", b"\x80", b"\x0b"),
    *(b"[" * 600, b"[" * 99_999),
)


@pytest.mark.parametrize("text", INVALID_JSON)
def test_loads_rejects_invalid_json(text: bytes) -> None:
    with pytest.raises(JSONError):
        loads(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(b"", "unexpected end of JSON input", id="empty"),
        pytest.param(b"[1, 2", "unexpected end of JSON input", id="open array"),
        pytest.param(b'{"a": {}', "unexpected end of JSON input", id="open object"),
        pytest.param(b"[1 2]", "invalid character '2' after array element", id="no comma"),
        pytest.param(b'{"a" 1}', "invalid character '1' after object key", id="no colon"),
        pytest.param(
            b'{"a": 1 2}', "invalid character '2' after object key:value pair", id="no member"
        ),
        pytest.param(
            b"{1: 2}", "invalid character '1' looking for beginning of object key string", id="key"
        ),
        pytest.param(b"[,]", "invalid character ',' looking for beginning of value", id="no value"),
        pytest.param(b"{} x", "invalid character 'x' after top-level value", id="rest"),
        pytest.param(b'"\x01"', r"invalid character '\x01' in string literal", id="control"),
        pytest.param(rb'"\x"', "invalid character 'x' in string escape code", id="unknown escape"),
        pytest.param(
            rb'"\u12x4"',
            r"invalid character 'x' in \u hexadecimal character escape",
            id="unicode escape",
        ),
        pytest.param(b"-x", "invalid character 'x' in numeric literal", id="minus"),
        pytest.param(
            b"1.x", "invalid character 'x' after decimal point in numeric literal", id="fraction"
        ),
        pytest.param(
            b"1e+x", "invalid character 'x' in exponent of numeric literal", id="exponent"
        ),
        pytest.param(b"-12.50e+10 x", "invalid character 'x' after top-level value", id="number"),
        pytest.param(
            b"trux", "invalid character 'x' in literal true (expecting 'e')", id="literal"
        ),
        pytest.param(
            b"[" * (MAX_DEPTH + 1), "invalid character '[' exceeded max depth", id="too deep"
        ),
        pytest.param(
            b'{"a":' * (MAX_DEPTH + 1), "invalid character '{' exceeded max depth", id="deep object"
        ),
        pytest.param(b"1e999", "json: cannot unmarshal number 1e999 into Go value of type float64"),
    ],
)
def test_errors_are_those_of_go(text: bytes, message: str) -> None:
    with pytest.raises(JSONError) as caught:
        loads(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("opening", "closing"), [pytest.param("[", "]", id="array"), pytest.param('{"a":', "}")]
)
def test_deepest_json_survives(opening: str, closing: str) -> None:
    text = opening * (MAX_DEPTH - 1) + "[]" + closing * (MAX_DEPTH - 1)
    assert canonical(loads(text.encode())) == text


def test_brackets_in_strings_and_siblings_do_not_count_as_depth() -> None:
    assert loads(b'"' + b"[" * 10_000 + b'"') == "[" * 10_000
    assert loads(b"[" + b"[]," * 1000 + b"[]]") == [[]] * 1001


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param(rb'"\ud83d\ude00"', "\U0001f600", id="pair"),
        pytest.param(rb'"\ud83d"', "\ufffd", id="first half"),
        pytest.param(rb'"\ude00"', "\ufffd", id="second half"),
        pytest.param(rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600", id="half before a pair"),
        pytest.param(rb'"\\ud83d"', r"\ud83d", id="escaped backslash"),
    ],
)
def test_lone_surrogates_are_replaced(text: bytes, value: str) -> None:
    assert loads(text) == value


def test_first_value_ends_where_the_value_ends() -> None:
    assert first_value(b' [1, {"a": "]"}] x') == b' [1, {"a": "]"}]'
    assert first_value(b"12") == b"12"


@pytest.mark.parametrize(("text", "message"), [(b" ", "EOF"), (b"[1", "unexpected EOF")])
def test_first_value_needs_a_value(text: bytes, message: str) -> None:
    with pytest.raises(JSONError, match=f"^{message}$"):
        first_value(text)
