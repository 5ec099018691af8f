"""`users_table`: users as a table of Apache Arrow."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import msgspec

from supabase_gotrue.models.user import User

if TYPE_CHECKING:
    from pyarrow import Table
else:
    Table = object  # pyarrow is optional; `get_type_hints` needs the name

# All other fields are times.
JSON_FIELDS: Final = frozenset({"app_metadata", "user_metadata", "identities", "factors"})
TEXT_FIELDS: Final = frozenset({"id", "aud", "email", "phone", "role", "new_email", "new_phone"})
FLAG_FIELDS: Final = frozenset({"is_anonymous"})


def users_table(users: Iterable[User]) -> "Table":
    """Return users as a table of Apache Arrow, which pandas, polars and Parquet read.

    The schema is the same whatever the users hold, also for no users at all: times are
    timestamps in UTC with microseconds, metadata, identities and factors are JSON text, and
    what is absent is null. Needs the extra `arrow`.

    Args:
        users: Users, such as `page.users`, or those of `stream_users` after `.unwrap()`.

    Returns:
        A `pyarrow.Table` with a column for each field of `User`.

    Raises:
        TypeError: One of the items is not a `User`, for example a `Result`.
        ImportError: pyarrow is not installed.

    >>> table = users_table([ada])
    >>> table.select(["email", "confirmed_at", "user_metadata"]).to_pylist()
    [{'email': 'ada@example.com', 'confirmed_at': None, 'user_metadata': '{}'}]
    """
    import pyarrow

    types: dict[str, pyarrow.DataType] = {
        "json": pyarrow.string(),
        "text": pyarrow.string(),
        "flag": pyarrow.bool_(),
    }
    time = pyarrow.timestamp("us", tz="UTC")
    kinds = {name: _kind(name) for name in User.__struct_fields__}
    schema = pyarrow.schema([(name, types.get(kind, time)) for name, kind in kinds.items()])
    rows = [_check(user) for user in users]
    columns = {
        name: [_cell(getattr(user, name), kind) for user in rows] for name, kind in kinds.items()
    }
    return pyarrow.table(columns, schema=schema)


def _kind(name: str) -> str:
    kinds = {"json": JSON_FIELDS, "text": TEXT_FIELDS, "flag": FLAG_FIELDS}
    return next((kind for kind, names in kinds.items() if name in names), "time")


def _check(user: object) -> User:
    if isinstance(user, User):
        return user
    message = f"users_table takes users, not {type(user).__name__}: unwrap Results first"
    raise TypeError(message)


def _cell(value: object, kind: str) -> object:
    return _JSON.encode(value).decode() if kind == "json" and value is not None else value


_JSON: Final = msgspec.json.Encoder()
