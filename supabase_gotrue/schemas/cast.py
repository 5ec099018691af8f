"""Casts of callers' values by the rules of the Elixir library."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from itertools import islice
from math import isnan
from types import MappingProxyType
from typing import (
    Annotated,
    Final,
    NamedTuple,
    TypeAlias,
    get_args,
    get_origin,
    get_type_hints,
)
from uuid import UUID

import msgspec

from supabase_gotrue.error import INVALID, UNKNOWN, Messages
from supabase_gotrue.json_types import Id as Id
from supabase_gotrue.json_types import has_type, is_mapping

Values = dict[str, object]
Errors = dict[str, Messages]
Caster = Callable[[object], object]

# No function accepts nearly as many names.
MAX_FIELDS: Final = 256

_BOOLEANS: Final[Mapping[object, bool]] = MappingProxyType(
    {"true": True, "1": True, "false": False, "0": False}
)
_DIGITS: Final = r"[+-]?[0-9]{1,18}"
MAX_NAME_CHARS: Final = 64


class Invalid(NamedTuple):
    """The result of a cast that failed.

    Args:
        message: What is wrong with the value.
        path: Where inside the value: `.tags[0]`, or `""` for the value itself.
    """

    message: str = INVALID
    path: str = ""

    def under(self, path: str) -> "Invalid":
        """Return the same failure as seen from the value that contains this one."""
        return Invalid(self.message, path + self.path)


INVALID_VALUE: Final = Invalid()
# The value of empty cells in pandas.
NAN_VALUE: Final = Invalid("is nan: use None for absent")


def wrong_type(value: object) -> Invalid:
    """Return why a value of another type is invalid."""
    return NAN_VALUE if has_type(value, float) and isnan(value) else INVALID_VALUE


def cast_str(value: object) -> object:
    """Cast to an exact str that can be encoded as UTF-8.

    Subclasses are converted, so that they cannot change what is sent.
    """
    if not has_type(value, str):
        return wrong_type(value)
    try:
        str.encode(value)
    except UnicodeEncodeError:
        return INVALID_VALUE
    return str.__str__(value)


def cast_id(value: object) -> object:
    """Cast a string or a `uuid.UUID` to a str."""
    return cast_str(UUID.__str__(value) if has_type(value, UUID) else value)


def cast_bool(value: object) -> object:
    """Cast a bool, or one of the strings `"true"`, `"1"`, `"false"` and `"0"`.

    >>> cast_bool("1"), cast_bool(1) is INVALID_VALUE
    (True, True)
    """
    if isinstance(value, bool):
        return value
    return _BOOLEANS.get(cast_str(value), wrong_type(value))


def cast_positive_int(value: object) -> object:
    """Cast an int of at least 1, or the ASCII digits of one.

    >>> cast_positive_int("3"), cast_positive_int(0) is INVALID_VALUE
    (3, True)
    """
    text = cast_str(value)
    if isinstance(text, str):
        return cast_positive_int(int(text)) if re.fullmatch(_DIGITS, text) else INVALID_VALUE
    if isinstance(value, bool) or not isinstance(value, int):
        return INVALID_VALUE
    number = int.__int__(value)  # ignores what a subclass overrides
    return number if 0 < number < 2**63 else INVALID_VALUE


# The types of the fields of params Structs; `casters_of` reads the caster.
Text: TypeAlias = Annotated[str, cast_str]
IdText: TypeAlias = Annotated[str, cast_id]
Flag: TypeAlias = Annotated[bool, cast_bool]
PositiveInt: TypeAlias = Annotated[int, cast_positive_int]


@cache
def casters_of(struct: type[msgspec.Struct]) -> Mapping[str, Caster]:
    """Return the caster of each field: the metadata of its `Annotated` type."""
    hints = get_type_hints(struct, include_extras=True)
    return MappingProxyType({name: _caster(hints[name]) for name in struct.__struct_fields__})


def _caster(annotation: object) -> Caster:
    options = (annotation, *get_args(annotation))  # `Text`, or `Text | None`
    casters: list[Caster] = [get_args(o)[1] for o in options if get_origin(o) is Annotated]
    return casters[0]


def is_blank(value: object) -> bool:
    """Whether a value counts as absent: `None`, or a string of whitespace."""
    return value is None or (has_type(value, str) and not str.strip(value))


def cast_value(value: object, caster: Caster) -> object:
    """Apply a caster; an absent value becomes `None`, and any exception makes it invalid."""
    try:
        return None if is_blank(value) else caster(value)
    except Exception:
        return INVALID_VALUE


def cast_values(
    named: Values, casters: Mapping[str, Caster], clearable: Collection[str] = ()
) -> tuple[Values, Errors]:
    """Cast by name; absent values are left out, and unknown names are errors."""
    values: Values = {}
    errors: Errors = {}
    for name, caster in casters.items():
        given = named.get(name)
        if given is None:
            continue
        is_cleared = name in clearable and has_type(given, str) and str.__len__(given) == 0
        value = "" if is_cleared else cast_value(given, caster)
        if type(value) is Invalid:  # isinstance would ask a caller's object for its __class__
            errors[name + value.path] = (value.message,)
        elif value is not None:
            values[name] = value
    unknown = [name for name in named if name not in casters]
    return values, errors | (unknown_names(unknown, casters) if unknown else {})


def to_named_dict(given: object) -> Values | None:
    """Copy a mapping into a dict with string keys, or return `None` if that fails.

    Keys that begin with `_`, such as `_csrf_token` of a form, are left out.
    """
    if not is_mapping(given):
        return None
    try:
        pairs = [(_name(key), value) for key, value in islice(given.items(), MAX_FIELDS + 1)]
    except Exception:
        return None
    named = dict(pairs)
    if not len(pairs) == len(named) <= MAX_FIELDS:
        return None
    return {name: value for name, value in named.items() if not name.startswith("_")}


def _name(key: object) -> str:
    return str.__str__(key) if isinstance(key, str) else repr(key)


def unknown_names(unknown: Iterable[str], known: Iterable[str]) -> Errors:
    """Return the errors of unknown names, each with the known name that is most similar.

    >>> unknown_names(["emial"], ["email", "phone"])
    {'emial': ('is unknown', "did you mean 'email'?")}
    """
    from difflib import get_close_matches  # imported late: only a typo needs it

    names = list(known)
    return {
        name: (
            UNKNOWN,
            *(f"did you mean {n!r}?" for n in get_close_matches(name[:MAX_NAME_CHARS], names, 1)),
        )
        for name in unknown
    }
