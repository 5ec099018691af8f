"""How pydantic, and so FastAPI, reads types of this library, without importing it.

https://docs.pydantic.dev/latest/concepts/types/#customizing-validation-with-__get_pydantic_core_schema__
"""

from collections.abc import Callable, Mapping
from typing import NotRequired, Protocol, TypeVar, cast, get_type_hints

import msgspec
from returns.result import Failure, Result
from typing_extensions import TypedDict

from supabase_gotrue.json_types import PydanticHandler

_S = TypeVar("_S", bound=msgspec.Struct)
_T = TypeVar("_T")

Schema = dict[str, object]
Validator = Callable[[object], Mapping[str, object]]


class HasMessage(Protocol):
    """The part of `Error` that is used."""

    @property
    def message(self) -> str: ...


def schema_of(
    kind: type[_T],
    fields: object,
    make: Callable[[object, Validator], _T],
    to_dict: Callable[[_T], Mapping[str, object]],
) -> Schema:
    """Return the schema of a type whose instances are taken as they are.

    Args:
        kind: The type.
        fields: The schema of its fields, for JSON schemas.
        make: Turns any other value into an instance, or raises a ValueError. Its second argument
            is pydantic's own check of `fields`.
        to_dict: Returns what is serialised.
    """

    def validate(value: object, check_fields: Validator) -> _T:
        return value if isinstance(value, kind) else make(value, check_fields)

    def serialize(value: object) -> Mapping[str, object]:
        if isinstance(value, kind):
            return to_dict(value)
        from pydantic_core import PydanticSerializationUnexpectedValue  # pydantic is the caller

        # So that pydantic tries the next type of a union.
        raise PydanticSerializationUnexpectedValue(f"not a {kind.__name__}")

    return {
        "type": "function-wrap",
        "function": {"type": "no-info", "function": validate},
        "schema": fields,
        "serialization": {
            "type": "function-plain",
            "function": serialize,
            "return_schema": fields,
        },
    }


def struct_schema(
    struct: type[_S],
    handler: PydanticHandler,
    parse: Callable[[Mapping[str, object]], Result[_S, HasMessage]],
) -> Schema:
    """Return the schema of a Struct that is parsed by the library, not by pydantic.

    Args:
        struct: The Struct.
        handler: The handler that pydantic passes.
        parse: Turns a mapping into a Struct.
    """

    def make(value: object, _check_fields: Validator) -> _S:
        parsed = parse(cast("Mapping[str, object]", value))
        if isinstance(parsed, Failure):
            raise ValueError(parsed.failure().message)
        return parsed.unwrap()

    fields = handler.generate_schema(_typed_dict_of(struct))
    return schema_of(struct, fields, make, msgspec.structs.asdict)


def _typed_dict_of(struct: type[msgspec.Struct]) -> object:
    """Return a TypedDict with the fields of a Struct."""
    optional = {field.name for field in msgspec.structs.fields(struct) if not field.required}
    hints = get_type_hints(struct, include_extras=True)
    members = {
        name: NotRequired[hints[name]] if name in optional else hints[name]
        for name in struct.__struct_fields__
    }
    make = cast("Callable[[str, Mapping[str, object]], object]", TypedDict)
    return make(struct.__name__, members)
