"""What JSON is to a type checker.

What may live here: the type of what callers may put into metadata, and the questions by
which a checker learns what decoded JSON is.
"""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, TypeGuard

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Whether decoded JSON is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[object]]:
    """Whether decoded JSON is an array."""
    return isinstance(value, list)


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Whether a caller's value is a mapping, of whatever."""
    return isinstance(value, Mapping)


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a caller's value can become an array."""
    return isinstance(value, (list, tuple))
