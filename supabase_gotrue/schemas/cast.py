"""The rules by which arguments become parameters: the original's casts, made total.

What may live here: casts of one value, the cast of a mapping by a table of them, and
gathering what several arguments did wrong. Nothing here knows which fields there are.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import Final, TypeVar, overload

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue.error import BLANK, INVALID, UNKNOWN, Error, Messages, validation_error
from supabase_gotrue.json_types import is_a, is_mapping, is_sequence

Values = dict[str, object]
Errors = dict[str, Messages]
Cast = Callable[[object], object]
Rule = Callable[[Values, Errors], Errors]

WRONG: Final = object()

# Deeper metadata than anyone writes, and shallower than any stack.
MAX_DEPTH: Final = 100
# The server takes 1 MiB, and no JSON value is shorter than a byte.
MAX_NODES: Final = 2**20
# Many more than any function knows.
MAX_FIELDS: Final = 256
INTEGERS: Final = range(-(2**63), 2**64)

_BOOLEANS: Final[Mapping[object, bool]] = MappingProxyType(
    {"true": True, "1": True, "false": False, "0": False}
)
_DIGITS: Final = r"[+-]?[0-9]{1,18}"
_LONGEST_TYPO: Final = 64

_S = TypeVar("_S", bound=msgspec.Struct)
_A = TypeVar("_A")
_B = TypeVar("_B")
_C = TypeVar("_C")
_D = TypeVar("_D")


def text(value: object) -> object:
    """A str that can be written as UTF-8: an exact one, so that no subclass decides
    what is sent."""
    if not is_a(value, str):
        return WRONG
    try:
        str.encode(value)
    except UnicodeEncodeError:
        return WRONG
    return str.__str__(value)


def boolean(value: object) -> object:
    """A bool, or one of the four strings that the original takes for one.

    >>> boolean("1"), boolean(1) is WRONG
    (True, True)
    """
    return value if isinstance(value, bool) else _BOOLEANS.get(text(value), WRONG)


def positive(value: object) -> object:
    """An int of at least 1, or the ASCII digits of one.

    >>> positive("3"), positive(0) is WRONG, positive(True) is WRONG
    (3, True, True)
    """
    plain = text(value)
    if isinstance(plain, str):
        return positive(int(plain)) if re.fullmatch(_DIGITS, plain) else WRONG
    if isinstance(value, bool) or not isinstance(value, int):
        return WRONG
    number = int.__int__(value)  # what no subclass decides
    return number if 0 < number < 2**63 else WRONG


def json_object(value: object) -> object:
    """A Mapping of JSON, as a plain dict that is nobody else's.

    >>> json_object({"tags": ("a", 1)}), json_object({"at": float("nan")}) is WRONG
    ({'tags': ['a', 1]}, True)
    """
    return _json(value, iter(range(MAX_NODES)), 0) if is_mapping(value) else WRONG


def _json(value: object, budget: Iterator[int], depth: int) -> object:
    next(budget)  # which raises at the end, and so ends what never ends
    if depth > MAX_DEPTH:
        return WRONG
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int):
        number = int.__int__(value)
        return number if number in INTEGERS else WRONG
    if isinstance(value, float):
        return float.__float__(value) if math.isfinite(value) else WRONG
    if is_mapping(value):
        pairs = [(text(key), _json(item, budget, depth + 1)) for key, item in value.items()]
        wrong = any(key is WRONG or item is WRONG for key, item in pairs)
        return WRONG if wrong else dict(pairs)
    if is_sequence(value):
        items = [_json(item, budget, depth + 1) for item in value]
        return WRONG if any(item is WRONG for item in items) else items
    return WRONG


def absent(value: object) -> bool:
    """What the original takes for nothing: nil, and a blank string."""
    return value is None or (is_a(value, str) and not str.strip(value))


def cast(value: object, by: Cast) -> object:
    """One value by one cast, where a value that raises is wrong."""
    try:
        return None if absent(value) else by(value)
    except Exception:
        return WRONG


def parse(
    into: type[_S], given: object, casts: Mapping[str, Cast], rule: Rule, argument: str
) -> Result[_S, Error]:
    """Cast a Mapping by a table; a Struct of the same kind is cast anew.

    Args:
        into: the Struct to make.
        given: a Mapping, or such a Struct.
        casts: each known name with its cast.
        rule: from the values and their errors to what is missing.
        argument: the name under which the caller knows `given`.
    """
    named = _fields(given) if is_a(given, into) else by_name(given)
    if named is None:
        return Failure(validation_error({argument: (INVALID,)}))
    values = {name: cast(named[name], by) for name, by in casts.items() if name in named}
    wrong: Errors = {name: (INVALID,) for name, value in values.items() if value is WRONG}
    unknown: Errors = {name: (UNKNOWN,) for name in named if name not in casts}
    given_values = {name: value for name, value in values.items() if value is not None}
    errors = wrong | unknown
    errors |= rule(given_values, errors)
    if errors:
        return Failure(validation_error(errors, nearest_names(unknown, casts)))
    return Success(msgspec.convert(given_values, into))


def _fields(given: msgspec.Struct) -> Values:
    named = ((name, getattr(given, name)) for name in given.__struct_fields__)
    return {name: value for name, value in named if value is not None}


def by_name(given: object) -> Values | None:
    """What a Mapping holds, by exact names; one that raises, or never ends, is none."""
    if not is_mapping(given):
        return None
    try:
        pairs = [(_name(key), value) for key, value in islice(given.items(), MAX_FIELDS + 1)]
    except Exception:
        return None
    named = dict(pairs)
    return named if len(pairs) == len(named) <= MAX_FIELDS else None


def _name(key: object) -> str:
    return str.__str__(key) if isinstance(key, str) else repr(key)


def nearest_names(unknown: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """For each unknown name the known one that a typo probably meant.

    >>> nearest_names(["emial"], ["email", "phone"])
    {'emial': "did you mean 'email'?"}
    """
    from difflib import get_close_matches  # slow to import, and only a typo needs it

    names = list(known)
    near = {name: get_close_matches(name[:_LONGEST_TYPO], names) for name in unknown}
    return {name: f"did you mean {close[0]!r}?" for name, close in near.items() if close}


def nothing_more(_values: Values, _errors: Errors) -> Errors:
    """The rule of parameters of which none is required."""
    return {}


def required(*fields: str) -> Rule:
    """The rule that these fields must be there."""

    def rule(values: Values, errors: Errors) -> Errors:
        return {f: (BLANK,) for f in fields if f not in values and f not in errors}

    return rule


@overload
def gather(a: Result[_A, Error], b: Result[_B, Error], /) -> Result[tuple[_A, _B], Error]: ...
@overload
def gather(
    a: Result[_A, Error], b: Result[_B, Error], c: Result[_C, Error], /
) -> Result[tuple[_A, _B, _C], Error]: ...
@overload
def gather(
    a: Result[_A, Error], b: Result[_B, Error], c: Result[_C, Error], d: Result[_D, Error], /
) -> Result[tuple[_A, _B, _C, _D], Error]: ...
def gather(*parsed: Result[object, Error]) -> Result[tuple[object, ...], Error]:
    """All of several parsed arguments, or all of their errors at once."""
    failed = [result.failure() for result in parsed if isinstance(result, Failure)]
    if not failed:
        return Success(tuple(result.unwrap() for result in parsed))
    errors = {field: said for error in failed for field, said in error.errors.items()}
    return Failure(Error("validation", "; ".join(e.message for e in failed), errors=errors))
