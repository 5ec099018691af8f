"""What JSON is to a type checker.

What may live here: the type of what callers may put into metadata, and the questions by
which a checker learns what decoded JSON is.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeGuard, TypeVar

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


_T = TypeVar("_T")


def is_a(value: object, kind: type[_T]) -> TypeGuard[_T]:
    """Whether a value's own type is of a kind; its `__class__` may lie, or raise."""
    return issubclass(type(value), kind)


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Whether decoded JSON is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[object]]:
    """Whether decoded JSON is an array."""
    return isinstance(value, list)


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Whether a caller's value is a mapping, of whatever."""
    return issubclass(type(value), Mapping)


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a caller's value can become an array."""
    return issubclass(type(value), (list, tuple))
