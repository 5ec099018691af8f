"""The type of JSON, and type guards for JSON and for values of callers."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeAlias, TypeGuard, TypeVar, cast
from uuid import UUID

_T = TypeVar("_T")

Id = str | UUID


class PydanticHandler(Protocol):
    """The part of `pydantic.GetCoreSchemaHandler` that is used."""

    def generate_schema(self, source: object, /) -> object:
        """Return the schema of a type."""
        ...


class _Accepts:
    """Metadata of an annotated str: pydantic accepts these types for it."""

    def __init__(self, types: object) -> None:
        self.types = types

    def __get_pydantic_core_schema__(self, _source: object, handler: PydanticHandler) -> object:
        return handler.generate_schema(self.types)


if TYPE_CHECKING:
    Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
    JsonDict: TypeAlias = dict[str, object]
    JsonValue: TypeAlias = object
    ListOrTuple: TypeAlias = list[_T] | tuple[_T, ...]
    IdAttribute: TypeAlias = Id
    Duration: TypeAlias = str | timedelta
else:
    # pydantic, hypothesis, msgspec and Litestar read types at run time, and each of them
    # refuses one of those above: an alias of itself, `object`, two kinds of arrays or of str.
    Json = bool | int | float | str | list | dict | None
    JsonDict = dict[str, Any]
    JsonValue = Any
    ListOrTuple = list
    IdAttribute = Annotated[str, _Accepts(Id)]
    Duration = Annotated[str, _Accepts(str | timedelta)]


def has_type(value: object, kind: type[_T]) -> TypeGuard[_T]:
    """Like `isinstance`, but ignores `__class__`, which a caller's object may override."""
    try:
        return issubclass(type(value), kind)
    except Exception:  # abstract classes hash the type, which a metaclass may refuse
        return False


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Whether decoded JSON is an object."""
    return isinstance(value, dict)


def is_array(value: object) -> TypeGuard[list[object]]:
    """Whether decoded JSON is an array."""
    return isinstance(value, list)


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Whether a caller's value is a mapping."""
    return has_type(value, cast("type[Mapping[object, object]]", Mapping))


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Whether a caller's value is a list or a tuple."""
    return issubclass(type(value), (list, tuple))
