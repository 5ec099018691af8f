"""The cast of metadata: a checked copy of a JSON object."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from math import isfinite, isnan
from typing import Annotated, Final, TypeAlias, TypeVar

import msgspec

from supabase_gotrue.json_types import JsonDict, is_mapping, is_sequence
from supabase_gotrue.schemas.cast import (
    INVALID_VALUE,
    MAX_NAME_CHARS,
    NAN_VALUE,
    Invalid,
    cast_str,
    wrong_type,
)

# Deeper metadata would exhaust the stacks of JSON decoders.
MAX_DEPTH: Final = 100
# The server accepts 1 MiB, and a JSON value takes at least one byte.
MAX_NODES: Final = 2**20
# What msgspec can encode as a JSON integer.
INTEGERS: Final = range(-(2**63), 2**64)

_T = TypeVar("_T")


def cast_json_object(value: object) -> object:
    """Copy a Mapping of JSON values into a dict that holds exact types only.

    >>> cast_json_object({"tags": ("a", 1)})
    {'tags': ['a', 1]}
    >>> cast_json_object({"limits": [1.5, float("nan")]})
    Invalid(message='is nan: use None for absent', path='.limits[1]')
    """
    if not is_mapping(value):
        return wrong_type(value)
    if not _is_plain_json([value]):
        return _copy_each(value)
    try:
        return _JSON.decode(_JSON_ENCODER.encode(value))
    except UnicodeEncodeError:  # a lone surrogate
        return _copy_each(value)


def _is_plain_json(items: list[object]) -> bool:
    """Whether msgspec can copy values: they are of exact JSON types, and not too many.

    Each level is checked as a whole, which takes a tenth of the time of a call per value.
    """
    remaining = MAX_NODES
    for _depth in range(MAX_DEPTH + 1):
        kinds = set(map(type, items))
        remaining -= len(items)
        if not kinds <= _PLAIN_TYPES or remaining < 0:
            return False
        if int in kinds and not all(i in INTEGERS for i in items if type(i) is int):
            return False
        if float in kinds and not all(map(isfinite, [i for i in items if type(i) is float])):
            return False
        if kinds.isdisjoint(_CONTAINERS):
            return True
        objects: list[dict[object, object]] = [item for item in items if type(item) is dict]
        arrays: list[Sequence[object]] = [i for i in items if type(i) is list or type(i) is tuple]
        if not set(map(type, chain.from_iterable(objects))) <= _KEY_TYPES:
            return False
        nested = chain((item.values() for item in objects), arrays)
        items = list(islice(chain.from_iterable(nested), remaining + 1))
    return not items


def _copy_each(value: Mapping[object, object]) -> object:
    """Copy value by value: converts subclasses and other Mappings, and names what is invalid."""
    return _copy_object(value, 0, _Budget(MAX_NODES - 1))


class _Budget:
    """How many more values may be copied: a Mapping's `items()` may never end."""

    def __init__(self, nodes: int) -> None:
        self.nodes = nodes

    def take(self, items: Iterable[_T]) -> list[_T] | None:
        """Return the items as a list, or `None` if there are too many."""
        taken = list(islice(items, self.nodes + 1))
        self.nodes -= len(taken)
        return taken if self.nodes >= 0 else None


_TOO_LARGE: Final = Invalid("holds too many values")
_TOO_DEEP: Final = Invalid("is nested too deeply")
_LONE_SURROGATE: Final = Invalid("is not JSON: lone surrogate")
_INT_OUT_OF_RANGE: Final = Invalid("is not JSON: integer out of range")
_ATOMS: Final[frozenset[type]] = frozenset({bool, type(None)})
_CONTAINERS: Final[frozenset[type]] = frozenset({dict, list, tuple})
_PLAIN_TYPES: Final[frozenset[type]] = _ATOMS | _CONTAINERS | {str, int, float}
_KEY_TYPES: Final[frozenset[type]] = frozenset({str})
_JSON_ENCODER: Final = msgspec.json.Encoder()
_JSON: Final = msgspec.json.Decoder(dict[str, object])


def _copy_json(value: object, depth: int, budget: _Budget) -> object:
    kind = type(value)
    if kind in _ATOMS:
        return value
    if issubclass(kind, str):
        text = cast_str(value)
        return _LONE_SURROGATE if text is INVALID_VALUE else text
    if isinstance(value, int):
        number = int.__int__(value)
        return number if number in INTEGERS else _INT_OUT_OF_RANGE
    if isinstance(value, float):
        real = float.__float__(value)
        return (
            real
            if isfinite(real)
            else NAN_VALUE
            if isnan(real)
            else Invalid(f"is not JSON: {real}")
        )
    if is_mapping(value):
        return _copy_object(value, depth, budget)
    if is_sequence(value):
        return _copy_array(value, depth, budget)
    return Invalid(f"is not JSON: {kind.__name__}")


def _copy_object(value: Mapping[object, object], depth: int, budget: _Budget) -> object:
    pairs = budget.take(value.items())
    if pairs is None:
        return _TOO_LARGE
    if pairs and depth == MAX_DEPTH:
        return _TOO_DEEP
    copy: dict[str, object] = {}
    for key, item in pairs:
        name = cast_str(key)
        if not isinstance(name, str):
            return Invalid(f"has a key that is not a string: {type(key).__name__}")
        copied = _copy_json(item, depth + 1, budget)
        if type(copied) is Invalid:
            return copied.under(f".{name[:MAX_NAME_CHARS]}")
        copy[name] = copied
    return copy


def _copy_array(value: Iterable[object], depth: int, budget: _Budget) -> object:
    items = budget.take(value)
    if items is None:
        return _TOO_LARGE
    if items and depth == MAX_DEPTH:
        return _TOO_DEEP
    copy: list[object] = []
    for index, item in enumerate(items):
        copied = _copy_json(item, depth + 1, budget)
        if type(copied) is Invalid:
            return copied.under(f"[{index}]")
        copy.append(copied)
    return copy


JsonObject: TypeAlias = Annotated[JsonDict, cast_json_object]
