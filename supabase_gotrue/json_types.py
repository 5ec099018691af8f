"""The type of JSON, and type guards for JSON and for values of callers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeAlias, TypeGuard, TypeVar
from uuid import UUID

_T = TypeVar("_T")

Id = str | UUID


class PydanticHandler(Protocol):
    """The part of `pydantic.GetCoreSchemaHandler` that is used."""

    def generate_schema(self, source: object, /) -> object:
        """Return the schema of a type."""
        ...


class _StrOrUUID:
    """Metadata of an annotated str: pydantic accepts a UUID for it, too."""

    def __get_pydantic_core_schema__(self, _source: object, handler: PydanticHandler) -> object:
        return handler.generate_schema(Id)


if TYPE_CHECKING:
    Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
    JsonDict: TypeAlias = dict[str, object]
    JsonValue: TypeAlias = object
    ListOrTuple: TypeAlias = list[_T] | tuple[_T, ...]
    IdAttribute: TypeAlias = Id
else:
    # pydantic, hypothesis, msgspec and Litestar read types at run time, and each of them
    # refuses one of those above: an alias of itself, `object`, two kinds of arrays or of str.
    Json = bool | int | float | str | list | dict | None
    JsonDict = dict[str, Any]
    JsonValue = Any
    ListOrTuple = list
    IdAttribute = Annotated[str, _StrOrUUID()]


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
