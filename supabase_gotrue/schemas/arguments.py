"""Checks of single arguments: ids, an address, a scope, a flag; and their combination."""

import re
from collections.abc import Callable
from typing import Final, Literal, TypeVar, cast, overload

from msgspec import Struct
from returns.result import Failure, Result, Success
from typing_extensions import TypedDict

from supabase_gotrue.error import BLANK, INVALID, Error, validation_error
from supabase_gotrue.json_types import has_type
from supabase_gotrue.schemas.cast import (
    INVALID_VALUE,
    Caster,
    Invalid,
    cast_bool,
    cast_id,
    cast_str,
    cast_value,
    to_named_dict,
    unknown_names,
)

Scope = Literal["global", "local", "others"]

SCOPES: Final[tuple[Scope, ...]] = ("global", "local", "others")

# Libraries, gateways and servers decode and resolve even encoded dots and separators, and
# `DELETE .../factors/..` would delete the user.
_SEGMENT: Final = r"(?!\.{1,2}\Z)[^/\\?#%\s\x00-\x1f\x7f-\x9f]+"

_A = TypeVar("_A")
_B = TypeVar("_B")
_C = TypeVar("_C")
_T = TypeVar("_T")


class DeleteUserOptions(TypedDict, total=False):
    """Accepted by `delete_user` instead of its flag, as in the Elixir library."""

    should_soft_delete: bool
    """Keep the row, with hashed addresses and empty metadata."""


def path_segment(name: str, value: object) -> Result[str, Error]:
    """Check an ID that becomes one segment of a path.

    >>> path_segment("user_id", "..")
    <Failure: user_id is invalid (validation)>
    """
    return check_argument(name, value, _cast_segment, str, _segment_hint)


def email_argument(name: str, value: object) -> Result[str, Error]:
    """Check that an address is a string that is not blank; the server checks its form."""
    return check_argument(name, value, cast_str, str)


def scope_argument(name: str, value: object) -> Result[str, Error]:
    """Check a scope: `global`, `local` or `others`."""
    return check_argument(name, value, _cast_scope, str, _scope_hint)


def soft_delete_argument(name: str, value: object) -> Result[bool, Error]:
    """Check a flag, or the options of the Elixir library, which hold nothing else.

    >>> soft_delete_argument("should_soft_delete", None)
    <Failure: should_soft_delete can't be blank (validation)>
    """
    options = to_named_dict(value)
    if options is None:
        return check_argument(name, value, cast_bool, bool)
    unknown = unknown_names((option for option in options if option != name), [name])
    if unknown:
        return Failure(validation_error(unknown))
    return check_argument(name, options.get(name, False), cast_bool, bool)


def check_argument(
    name: str,
    value: object,
    caster: Caster,
    kind: type[_T],
    hint: Callable[[object], str | None] = lambda _value: None,
) -> Result[_T, Error]:
    """Cast one argument; the Error names it and says whether it is blank or invalid, and how."""
    checked = cast_value(value, caster)
    if isinstance(checked, kind):
        return Success(checked)
    message = checked.message if isinstance(checked, Invalid) else BLANK
    text = hint(value) if message == INVALID else None
    return Failure(validation_error({name: (message,)}, {name: text} if text else {}))


@overload
def combine(
    function: Callable[[_A, _B], _T], a: Result[_A, Error], b: Result[_B, Error], /
) -> Result[_T, Error]: ...
@overload
def combine(
    function: Callable[[_A, _B, _C], _T],
    a: Result[_A, Error],
    b: Result[_B, Error],
    c: Result[_C, Error],
    /,
) -> Result[_T, Error]: ...
def combine(function: object, /, *checked: Result[object, Error]) -> Result[object, Error]:
    """Call a function with several checked arguments, or return all of their errors at once."""
    if any(isinstance(result, Failure) for result in checked):
        return Failure(all_errors(*checked))
    call = cast("Callable[[*tuple[object, ...]], object]", function)
    return Success(call(*[result.unwrap() for result in checked]))


def all_errors(*checked: Result[object, Error]) -> Error:
    """Return the errors of all results that are failures as one."""
    failures = [result.failure() for result in checked if isinstance(result, Failure)]
    errors = {field: messages for error in failures for field, messages in error.errors.items()}
    message = "; ".join(error.message for error in failures)
    return Error("validation", message, errors=errors)


def _cast_segment(value: object) -> object:
    text = cast_id(value)
    return text if isinstance(text, str) and re.fullmatch(_SEGMENT, text) else INVALID_VALUE


def _segment_hint(value: object) -> str | None:
    """Return which mistake an invalid ID probably is."""
    if has_type(value, Result):
        return "it is a Result: unwrap it first"
    if has_type(value, Struct):
        return f"it is a {type(value).__name__}: pass its ID"
    return None


def _scope_hint(_value: object) -> str:
    return f"one of {', '.join(SCOPES)}"


def _cast_scope(value: object) -> object:
    text = cast_str(value)
    return text if text in SCOPES else INVALID_VALUE
