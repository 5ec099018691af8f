"""The type of JSON, and type guards for JSON and for values of callers."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeGuard, TypeVar

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

_T = TypeVar("_T")


def has_type(value: object, kind: type[_T]) -> TypeGuard[_T]:
    """Like `isinstance`, but ignores `__class__`, which a caller's object may override."""
    return issubclass(type(value), kind)


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Whether decoded JSON is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[object]]:
    """Whether decoded JSON is an array."""
    return isinstance(value, list)


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Whether a caller's value is a mapping."""
    return issubclass(type(value), Mapping)


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a caller's value is a list or a tuple."""
    return issubclass(type(value), (list, tuple))
