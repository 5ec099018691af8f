"""The bases of the Structs of checked parameters: what they check, and how they are parsed."""

from collections.abc import Callable, Collection, Mapping
from typing import ClassVar, NamedTuple, Self, TypeVar

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue.error import BLANK, INVALID, Error, validation_error
from supabase_gotrue.json_types import PydanticHandler, has_type
from supabase_gotrue.models.base import decoder_of
from supabase_gotrue.pydantic_schema import Schema, struct_schema
from supabase_gotrue.redaction import RedactedStruct
from supabase_gotrue.schemas.cast import Errors, Values, cast_values, casters_of, to_named_dict

Validator = Callable[[Values, Errors], Errors]

_S = TypeVar("_S", bound=msgspec.Struct)


class Rules(NamedTuple):
    """What a Struct checks in addition to the types of its fields.

    Args:
        argument: The caller's name for the Mapping.
        validate: Returns errors that depend on several values, for example absent ones.
        excluded: Fields that are not accepted.
        clearable: Fields whose empty string is a value: it removes what the server has.
        hints: Explanations for the message, by field.
        defaults: The values of absent fields.
    """

    argument: str = "attrs"
    validate: Validator | None = None
    excluded: Collection[str] = ()
    clearable: Collection[str] = ()
    hints: Mapping[str, str] = {}
    defaults: Mapping[str, object] = {}


class Params(RedactedStruct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the Structs of checked parameters. The repr hides secrets."""

    rules: ClassVar[Rules] = Rules()

    @classmethod
    def parse(cls, given: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check values by name. Nothing is sent.

        Args:
            given: Any Mapping, for example a row of a CSV file: strings are cast. `None` and
                blank strings count as absent.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.
        """
        return parse(cls, given, cls.rules)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, handler: PydanticHandler) -> Schema:
        """Let pydantic and FastAPI check a body as `parse` does."""
        return struct_schema(cls, handler, cls.parse)


class UpdatableParams(Params, frozen=True, kw_only=True):
    """Base of the parameters that both create and update something."""

    update_rules: ClassVar[Rules]

    @classmethod
    def parse_update(cls, given: Mapping[str, object] | Self) -> Result[Self, Error]:
        """Check changes by name. Nothing is sent.

        Args:
            given: Any Mapping; `None` and blank strings leave a value unchanged.

        Returns:
            The parameters, or an Error with code `validation` that names each invalid field.
        """
        return parse(cls, given, cls.update_rules)


class ListParams(Params, frozen=True, kw_only=True):
    """Base of the parameters of a list."""

    rules: ClassVar[Rules] = Rules("params")

    def to_query(self) -> dict[str, object]:
        """Return the query of the request."""
        return msgspec.structs.asdict(self)


def parse(into: type[_S], given: object, rules: Rules) -> Result[_S, Error]:
    """Cast a Mapping into a Struct; such a Struct is cast again, because it may hold anything.

    Args:
        into: The Struct to make.
        given: A Mapping, or an instance of `into`.
        rules: What is checked in addition to the types of the fields.

    Returns:
        The Struct, or an Error with code `validation` and the messages of each field.
    """
    named = _set_fields(given) if has_type(given, into) else to_named_dict(given)
    if named is None:
        return Failure(validation_error({rules.argument: (INVALID,)}))
    accepted = {n: caster for n, caster in casters_of(into).items() if n not in rules.excluded}
    values, errors = cast_values(named, accepted, rules.clearable)
    if rules.validate is not None:
        errors |= rules.validate(values, errors)
    if errors:
        hints = {k: v for k, v in rules.hints.items() if errors.get(k) == (INVALID,)}
        return Failure(validation_error(errors, hints))
    return Success(msgspec.convert({**rules.defaults, **values}, decoder_of(into).type))


def _set_fields(struct: msgspec.Struct) -> Values:
    fields = ((name, getattr(struct, name)) for name in struct.__struct_fields__)
    return {name: value for name, value in fields if value is not None}


def required(*fields: str) -> Validator:
    """Return a validator that demands these fields."""

    def validate(values: Values, errors: Errors) -> Errors:
        return {f: (BLANK,) for f in fields if f not in values and f not in errors}

    return validate
