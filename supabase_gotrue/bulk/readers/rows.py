"""`UserRows`, what every reader returns, and how lines become rows."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, cast

from returns.result import Failure, Result, Success

from supabase_gotrue.error import INVALID, Error, Messages, validation_error
from supabase_gotrue.schemas import AdminUserParams

# A hundred years: Go's durations end at 292.
PERMANENT_BAN: Final = "876000h"
BYTE_ORDER_MARK: Final = "\ufeff"

# The names of attributes, for people.
CARRIED_NAMES: Final = {
    "email_confirm": "confirmed email",
    "phone_confirm": "confirmed phone",
    "password_hash": "password",
    "ban_duration": "ban",
}

Lines = Iterable[str] | Iterable[bytes]


class Row(NamedTuple):
    """One user of a file.

    Args:
        line: Where the user begins, from 1.
        attrs: The attributes of the new user.
        left_out: What the user has and the import does not carry over, by name.
        errors: What is wrong with the row, by field.
        text: The source of the row.
    """

    line: int
    attrs: Mapping[str, object]
    left_out: tuple[str, ...] = ()
    errors: Mapping[str, Messages] = MappingProxyType({})
    text: str = ""


def problem(line: int, field: str, *messages: str) -> Row:
    """Return a row that comes out as a Failure."""
    return Row(line, {}, errors={field: messages})


class UserRows(Iterator[Result[AdminUserParams, Error]]):
    """The users of a file, one Result each, in its order.

    An Error has code `validation`; its `message` begins with the line, which is also
    `metadata["line"]`, and shows no value of the row.
    """

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._row = Row(0, {})
        self._carried: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()

    @property
    def carried(self) -> Mapping[str, int]:
        """How many users so far have what the import carries over: a password, a ban, ..."""
        return MappingProxyType(self._carried)

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many users so far have what the import does not carry over, by name.

        The server links an identity of a provider when its user next signs in with that
        provider, if the provider has verified the same email address.
        """
        return MappingProxyType(self._left_out)

    @property
    def line(self) -> int:
        """The line on which the row just given begins, as an editor counts lines."""
        return self._row.line

    @property
    def text(self) -> str:
        """The source of the row just given; empty if a Failure is about the whole source."""
        return self._row.text

    def __next__(self) -> Result[AdminUserParams, Error]:
        try:
            row = next(self._rows)
        except StopIteration:
            raise
        except Exception as raised:
            self._rows = iter(())
            message = f"cannot be read: {type(raised).__name__}"
            row = problem(self._row.line + 1, "lines", message)
        self._row = row
        if row.errors:
            return Failure(line_error(row.line, row.errors))
        parsed = AdminUserParams.parse(row.attrs)
        match parsed:
            case Success(AdminUserParams() as params):
                self._carried.update(carried_names(params))
                self._left_out.update(row.left_out)
            case _:
                pass
        return parsed.alt(lambda e: line_error(row.line, e.errors, e))


def carried_names(params: AdminUserParams) -> Iterator[str]:
    """Yield the names under which the attributes of a user are counted."""
    values = ((name, getattr(params, name)) for name in params.__struct_fields__)
    return (CARRIED_NAMES.get(name, name) for name, value in values if value)


def line_error(line: int, errors: Mapping[str, Messages], error: Error | None = None) -> Error:
    """Return a validation error that names the line of a file."""
    message = (validation_error(errors) if error is None else error).message
    return Error("validation", f"line {line}: {message}", errors=errors, metadata={"line": line})


def invalid_rows(field: str, message: str) -> UserRows:
    """Return the rows of a reader whose arguments are invalid: one Failure."""
    return UserRows(iter([problem(1, field, message)]))


def numbered_lines(lines: object) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, decoded and without a byte order mark."""
    yield from enumerate(texts(lines), 1)


def texts(source: object) -> Iterator[str]:
    """Yield the pieces of an iterable of str or bytes; raises for anything else."""
    if isinstance(source, (str, bytes)):
        raise TypeError(INVALID)
    is_first = True
    for piece in cast("Iterable[object]", source):
        text = piece.decode() if isinstance(piece, bytes) else piece
        if not isinstance(text, str):
            raise TypeError(INVALID)
        yield text.removeprefix(BYTE_ORDER_MARK) if is_first else text
        is_first = False
