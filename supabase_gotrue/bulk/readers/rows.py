"""`UserRows`, which every reader returns: records of a source become rows, and rows users."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from returns.result import Failure, Result, Success

from supabase_gotrue.error import Error, Messages, validation_error
from supabase_gotrue.schemas.admin_user import AdminUserParams

# `carried` counts some attributes under names that people understand.
CARRIED_NAMES: Final = {
    "email_confirm": "confirmed email",
    "phone_confirm": "confirmed phone",
    "password_hash": "password",
    "ban_duration": "ban",
}


class SourceError(Exception):
    """A problem of the whole source, which ends it.

    Args:
        field: What is wrong: the `file`, its `header`, or an argument of the reader.
        messages: What is wrong with it.
        line: Where, if that is known.
        errors: In place of `field`: what is wrong, by field.
    """

    def __init__(
        self,
        field: str = "file",
        *messages: str,
        line: int | None = None,
        errors: Mapping[str, Messages] | None = None,
    ) -> None:
        self.errors: dict[str, Messages] = {field: messages} if errors is None else dict(errors)
        self.line = line

    def at(self, line: int) -> "SourceError":
        """Return the same error with a line, if it has none."""
        return SourceError(line=line if self.line is None else self.line, errors=self.errors)


class Record(NamedTuple):
    """One record of a source.

    Args:
        line: Where the record begins, as an editor counts lines.
        text: Its source.
        value: Its fields by name, or `None` if it cannot be read.
        field: What the error is about.
        error: Why it cannot be read.
    """

    line: int
    text: str
    value: dict[str, object] | None
    error: str = ""
    field: str = "record"


class Row(NamedTuple):
    """One user of a source.

    Args:
        line: Where the record begins.
        text: The source of the record.
        attrs: The attributes of the new user; `None` if the record is not a user.
        left_out: Names of what the import does not carry over.
        errors: What is wrong with the record, by field.
    """

    line: int
    text: str
    attrs: Mapping[str, object] | None
    left_out: tuple[str, ...] = ()
    errors: Mapping[str, Messages] = MappingProxyType({})


def left_out_row(names: Iterable[str]) -> Row:
    """Return a row without a user, which only counts names of what is left out."""
    return Row(0, "", None, tuple(names))


class Source(Protocol):
    """What `UserRows` tells about the text that it is read from."""

    header: str
    delimiter: str


class UserRows(Iterator[Result[AdminUserParams, Error]]):
    """The users of a source, one Result each, in its order.

    An Error has code `validation`; its `message` begins with the line, which is also
    `metadata["line"]`, and shows no value of the record. A Failure about the whole source,
    whose `text` is empty, is the last one.
    """

    def __init__(self, rows: Iterator[Row], source: Source | None = None) -> None:
        self._rows = rows
        self._source = source
        self._row = Row(0, "", None)
        self._carried: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()

    @property
    def carried(self) -> Mapping[str, int]:
        """How many users so far have what the import carries over, by name.

        Names are those of the attributes of `create_user`, but `password`, `ban`,
        `confirmed email` and `confirmed phone`. Rows that failed are not counted.
        """
        return MappingProxyType(self._carried)

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many users so far have what the import does not carry over, by name.

        Names are those of the source: fields, models, and providers of identities; also
        `password` and `second factors`. The server links an identity of a provider when its
        user next signs in with that provider, if the provider has verified the same email
        address.
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

    @property
    def header(self) -> str:
        """The source of the header of a CSV; empty for other formats."""
        return self._source.header if self._source else ""

    @property
    def delimiter(self) -> str:
        """The delimiter of a CSV."""
        return self._source.delimiter if self._source else ","

    def __next__(self) -> Result[AdminUserParams, Error]:
        self._row = row = self._next_user()
        if row.errors:
            return Failure(line_error(row.line, row.errors))
        params = AdminUserParams.parse(row.attrs or {})
        match params:
            case Success(AdminUserParams() as user):
                self._carried.update(carried_names(user))
                self._left_out.update(row.left_out)
            case _:
                pass
        return params.alt(lambda error: line_error(row.line, error.errors, error))

    def _next_user(self) -> Row:
        """Return the next row that is a user or an error; count what others leave out."""
        try:
            for row in self._rows:
                if row.errors or row.attrs is not None:
                    return row
                self._left_out.update(row.left_out)
        except Exception as raised:
            self._rows = iter(())
            error = raised if isinstance(raised, SourceError) else unreadable(raised)
            line = self._row.line + 1 if error.line is None else error.line
            return Row(line, "", None, errors=error.errors)
        raise StopIteration


def unreadable(raised: Exception) -> SourceError:
    """Return the error for a source that raises."""
    return SourceError("file", f"cannot be read: {type(raised).__name__}")


def carried_names(user: AdminUserParams) -> Iterator[str]:
    """Yield the names under which the attributes of a user are counted."""
    values = ((name, getattr(user, name)) for name in user.__struct_fields__)
    return (CARRIED_NAMES.get(name, name) for name, value in values if value)


def line_error(line: int, errors: Mapping[str, Messages], error: Error | None = None) -> Error:
    """Return a validation error that names the line of a source."""
    message = (validation_error(errors) if error is None else error).message
    return Error("validation", f"line {line}: {message}", errors=errors, metadata={"line": line})
