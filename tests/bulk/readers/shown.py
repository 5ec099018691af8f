"""The rows of readers in short, and the samples that they read."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from returns.result import Result

from supabase_gotrue import AdminUserParams, Error
from supabase_gotrue.bulk import readers
from supabase_gotrue.bulk.readers import UserRows

SAMPLES: Final = Path(__file__).parents[2] / "samples" / "migration"
CONFIG: Final = json.loads((SAMPLES / "firebase-hash-config.json").read_text())
Reader = Callable[[Any], UserRows]

# All functions of the module.
READERS: Final[Mapping[str, Reader]] = {
    name: getattr(readers, name) for name in readers.__all__ if name.islower()
} | {"firebase": partial(readers.firebase, hash_config=CONFIG)}
BAN: Final = "876000h"
HASH: Final = "$2b$10$" + "a" * 53
ARGON2: Final = "$argon2id$v=19$m=1024,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA"
NO_ADDRESS: Final = (
    "email at least an email or phone is required; phone at least an email or phone is required"
)


def shown(row: Result[AdminUserParams, Error]) -> Any:
    """Return the given parameters of a row, or its message, which begins with the line."""
    match row.swap().value_or(None):
        case Error() as error:
            assert error.code == "validation"
            assert error.message.startswith(f"line {error.metadata['line']}: ")
            return error.message
        case _:
            params = row.unwrap()
            values = ((name, getattr(params, name)) for name in params.__struct_fields__)
            return {name: value for name, value in values if value is not None}


def rows(reader: Iterator[Result[AdminUserParams, Error]]) -> list[Any]:
    """Return all rows in short."""
    return [shown(row) for row in reader]


def users_of(found: list[Any]) -> list[Any]:
    """Return the rows that are no failures."""
    return [row for row in found if not isinstance(row, str)]


def without_hash(row: Any) -> Any:
    """Replace the hash of a row by whether it has one."""
    return row if isinstance(row, str) else {**row, "password_hash": "password_hash" in row}
