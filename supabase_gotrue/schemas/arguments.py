"""The arguments that are no mapping of attributes: ids, an address, a scope, a flag.

What may live here: the rules of one such argument each, from anything to a Result whose
error has the argument's name.
"""

import re
from typing import Final, Literal, TypedDict, TypeVar
from uuid import UUID

from returns.result import Failure, Result, Success

from supabase_gotrue.error import BLANK, INVALID, UNKNOWN, Error, validation_error
from supabase_gotrue.schemas.cast import WRONG, Cast, boolean, by_name, cast, nearest_names, text

Id = str | UUID
Scope = Literal["global", "local", "others"]

SCOPES: Final[tuple[Scope, ...]] = ("global", "local", "others")

# No encoding saves a dot segment or a separator: libraries, gateways and servers decode
# and resolve them, and `DELETE .../factors/..` deletes the user.
_SEGMENT: Final = r"(?!\.{1,2}\Z)[^/\\?#%\s\x00-\x1f\x7f-\x9f]+"

_T = TypeVar("_T")


class DeleteUserOptions(TypedDict, total=False):
    """What `delete_user` takes in place of its flag, as the original does."""

    should_soft_delete: bool
    """Keep the row, with its addresses hashed and its metadata emptied."""


def path_segment(name: str, value: object) -> Result[str, Error]:
    """An id that stays one segment of a path, whatever reads the path.

    >>> path_segment("user_id", "..")
    <Failure: user_id is invalid (validation)>
    """
    return _argument(name, value, _segment, str)


def address(name: str, value: object) -> Result[str, Error]:
    """A string that is not blank: the server knows what an address is."""
    return _argument(name, value, text, str)


def one_of_scopes(name: str, value: object) -> Result[str, Error]:
    """Which sessions end: `global`, `local` or `others`."""
    return _argument(name, value, _scope, str)


def soft_delete(name: str, value: object) -> Result[bool, Error]:
    """A flag that is clearly a boolean, or the original's options with nothing else.

    >>> soft_delete("should_soft_delete", None)
    <Failure: should_soft_delete can't be blank (validation)>
    """
    options = by_name(value)
    if options is None:
        return _argument(name, value, boolean, bool)
    unknown = {option: (UNKNOWN,) for option in options if option != name}
    if unknown:
        return Failure(validation_error(unknown, nearest_names(unknown, [name])))
    return _argument(name, options.get(name, False), boolean, bool)


def _argument(name: str, value: object, by: Cast, kind: type[_T]) -> Result[_T, Error]:
    known = cast(value, by)
    if isinstance(known, kind):
        return Success(known)
    return Failure(validation_error({name: (BLANK if known is None else INVALID,)}))


def _segment(value: object) -> object:
    plain = text(UUID.__str__(value) if isinstance(value, UUID) else value)
    return plain if isinstance(plain, str) and re.fullmatch(_SEGMENT, plain) else WRONG


def _scope(value: object) -> object:
    plain = text(value)
    return plain if plain in SCOPES else WRONG
