"""Records as programs read them: JSON Lines, CSV or IDs."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from supabase_gotrue.json_types import is_object, is_sequence

Record = Mapping[str, object]

# The field by which a command takes what a record is about, the most specific first.
ID_FIELDS: Final = ("identity_id", "identifier", "id", "user_id", "client_id", "email", "name")


class RecordEncoder:
    """Encodes records one after the other.

    Args:
        format: `json`, `csv` or `ids`.
        fields: The fields that are wanted, such as `app_metadata.plan`; all if empty.
        has_header: Whether the header of a CSV is written already.
    """

    def __init__(
        self, format: str, fields: Sequence[str] = (), *, has_header: bool = False
    ) -> None:
        self.format = format
        self._fields = tuple(fields)
        self._has_header = has_header
        self._columns: tuple[str, ...] = ()

    def encode(self, record: Record) -> bytes:
        """Return the line of a record; before the first row of a CSV, its header."""
        if self.format == "csv":
            return self._csv_rows(record)
        if self.format == "ids":
            found = next(filter(None, map(record.get, ID_FIELDS)), None)
            return b"" if found is None else f"{found}\n".encode()
        return msgspec.json.encode(self._selected(record)) + b"\n"

    def header(self, columns: Sequence[str]) -> bytes:
        """Return the header of a CSV of these columns, unless it is written already."""
        if self._has_header or self.format != "csv" or not columns:
            return b""
        self._has_header = True
        return csv_line(self._fields or columns)

    def _selected(self, record: Record) -> Record:
        return {name: member(record, name) for name in self._fields} if self._fields else record

    def _csv_rows(self, record: Record) -> bytes:
        self._columns = self._columns or self._fields or tuple(record)
        return self.header(self._columns) + csv_line(
            as_cell(member(record, name)) for name in self._columns
        )


def member(record: Record, path: str) -> object:
    """Return a field of a record, or of an object in it; `None` if there is none.

    >>> member({"app_metadata": {"plan": "pro"}}, "app_metadata.plan")
    'pro'
    >>> member({"identities": [{"provider": "email"}]}, "identities.provider")
    ['email']
    """
    if path in record:
        return record[path]
    first, _, rest = path.partition(".")
    value = record.get(first)
    if rest and is_sequence(value):
        return [member(each, rest) for each in value if is_object(each)]
    return member(value, rest) if rest and is_object(value) else None


def as_cell(value: object) -> str:
    """Return a value as a cell of CSV."""
    return "" if value is None else as_text(value)


def as_text(value: object) -> str:
    """Return a field of a record for people.

    >>> as_text({"plan": "pro"})
    '{"plan":"pro"}'
    """
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def csv_line(cells: Iterable[str]) -> bytes:
    """Return a row of CSV."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow(cells)
    return file.getvalue().encode(errors="surrogatepass")
