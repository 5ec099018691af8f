"""The formats that `import` reads, record by record, and how failed records are written back."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Final, NamedTuple, TextIO

import msgspec

from supabase_gotrue.bulk import readers
from supabase_gotrue.bulk.readers import UserRows
from supabase_gotrue.bulk.readers.json_records import decode_object, json_records
from supabase_gotrue.bulk.readers.text import TextPieces
from supabase_gotrue.json_types import is_object

# Readers ignore names that begin with `_`.
ERROR_NAME: Final = "_error"
CHUNK: Final = 2**16


class Record(NamedTuple):
    """One record of an input.

    Args:
        text: As it stands in the input, or "" if that is unknown.
        fields: The fields of a row of CSV.
        value: The object of JSON, or `None` if it is invalid.
    """

    text: str
    fields: Sequence[str] = ()
    value: Mapping[str, object] | None = None


def lines_of(file: TextIO) -> Iterator[str]:
    """Yield the lines of a file."""
    return iter(file)


def chunks_of(file: TextIO) -> Iterator[str]:
    """Yield pieces of a file, which may be one long line."""
    return iter(partial(file.read, CHUNK), "")


def line_records(lines: Iterable[str]) -> Iterator[Record]:
    """Yield a record for each line of JSON Lines."""
    return (Record(line, value=decode_object(line)) for line in lines if line.strip())


def csv_records(lines: Iterable[str]) -> Iterator[Record]:
    """Yield a record for each row of CSV, the header first."""
    taken: list[str] = []
    reader = csv.reader(record_taken(lines, taken), strict=True)
    while True:
        taken.clear()
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Record("".join(taken))
        else:
            if fields:
                yield Record("".join(taken), fields)


def record_taken(lines: Iterable[str], taken: list[str]) -> Iterator[str]:
    """Yield lines, and append each to a list."""
    for line in lines:
        taken.append(line)
        yield line


def firebase_records(pieces: Iterable[str]) -> Iterator[Record]:
    """Yield a record for each user of Firebase."""
    return (Record("", value=found.value) for found in json_records(TextPieces(pieces), "users"))


def django_records(pieces: Iterable[str]) -> Iterator[Record]:
    """Yield a record for each user of Django."""
    objects = (found.value for found in json_records(TextPieces(pieces)))
    return (Record("", value=value) for value in objects if is_row_of_django(value))


def is_row_of_django(value: Mapping[str, object] | None) -> bool:
    """Whether the reader has a row for an object: it skips other models than users."""
    fields = None if value is None else value.get("fields")
    return value is None or (is_object(fields) and "password" in fields)


class Format(NamedTuple):
    """A format of `import`.

    Args:
        pieces: Reads a file.
        records: Splits the pieces into records, one for each row of the reader.
        read: Returns the reader's rows for the pieces.
        is_csv: Whether the first record is a header.
        brackets: What stands around all records.
        separator: What stands between two records.
    """

    pieces: Callable[[TextIO], Iterator[str]]
    records: Callable[[Iterable[str]], Iterator[Record]]
    read: Callable[[Iterable[str]], UserRows]
    is_csv: bool = False
    brackets: tuple[str, str] = ("", "\n")
    separator: str = "\n"


def firebase_format(hash_config: str) -> Format:
    """Return the format for Firebase's hash parameters: JSON, or as the console shows them."""
    config = decode_object(hash_config) or hash_config
    read = partial(readers.firebase, hash_config=config)
    brackets = ('{"users": [\n', "\n]}\n")
    return Format(chunks_of, firebase_records, read, brackets=brackets, separator=",\n")


def auth0_format(password_lines: Iterable[str]) -> Format:
    """Return the format for Auth0's hashes."""
    return Format(lines_of, line_records, partial(readers.auth0, password_lines=password_lines))


FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        "jsonl": Format(lines_of, line_records, readers.jsonl),
        "csv": Format(lines_of, csv_records, readers.csv, is_csv=True),
        "cognito": Format(lines_of, csv_records, readers.cognito, is_csv=True),
        "django": Format(
            chunks_of, django_records, readers.django, brackets=("[\n", "\n]\n"), separator=",\n"
        ),
    }
)


class FailedRecords:
    """Writes failed records, with their reasons, in the format of the input.

    Args:
        file: Where they are written.
        format: The format of the input.
        header: The header of an input in CSV.
    """

    def __init__(self, file: TextIO, format: Format, header: Record | None) -> None:
        self._file = file
        self._format = format
        self._csv = csv.writer(file, lineterminator="\n")
        # The reasons of an earlier import are replaced.
        self._names = () if header is None else header.fields
        self._reason_at = self._names.index(ERROR_NAME) if ERROR_NAME in self._names else None
        self.count: int = 0

    def write(self, record: Record, reason: str) -> None:
        """Write a record, unless its text is unknown."""
        if not (record.text or record.value):
            return
        before = self._format.separator if self.count else self._format.brackets[0]
        self.count += 1
        if self._format.is_csv:
            self._write_row(record, reason)
        else:
            self._file.write(before + with_reason(record, reason))
        self._file.flush()  # the file is of use even if the process is killed

    def _write_row(self, record: Record, reason: str) -> None:
        if self.count == 1:
            self._csv.writerow([ERROR_NAME, *self._without_reason(self._names)])
        if record.fields:
            self._csv.writerow([reason, *self._without_reason(record.fields)])
        else:  # not CSV: as it is, so that it can be mended
            quoted = reason.replace('"', '""')
            self._file.write(f'"{quoted}",{record.text.rstrip()}\n')

    def finish(self) -> None:
        """Write what stands after the last record."""
        if self.count and not self._format.is_csv:
            self._file.write(self._format.brackets[1])

    def _without_reason(self, fields: Sequence[str]) -> list[str]:
        return [field for index, field in enumerate(fields) if index != self._reason_at]


def with_reason(record: Record, reason: str) -> str:
    """Return a record of JSON with the reason as its first member; an invalid one as it is.

    >>> with_reason(Record("", value={"email": "ada"}), "email is invalid")
    '{"_error":"email is invalid","email":"ada"}'
    """
    if record.value is None:
        return record.text.rstrip("\r\n")
    others = {name: value for name, value in record.value.items() if name != ERROR_NAME}
    return msgspec.json.encode({ERROR_NAME: reason, **others}).decode()
