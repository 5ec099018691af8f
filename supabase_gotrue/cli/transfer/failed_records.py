"""Failed records of an import, written so that they can be corrected and read again."""

import csv
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from supabase_gotrue.bulk.readers import UserRows
from supabase_gotrue.cli.files import private_files
from supabase_gotrue.json_types import is_object

# Readers ignore names that begin with `_`.
ERROR_NAME: Final = "_error"


class FailedRecords:
    """Writes failed records with their reasons: CSV as CSV, everything else as JSON Lines.

    The file is created by the first record, and no file is replaced: if the name is taken
    meanwhile, the next one is used.

    Args:
        path: Where they are written.
    """

    def __init__(self, path: Path) -> None:
        self.path: Path = path
        self._file: BinaryIO | None = None

    def write(self, rows: UserRows, text: str, reason: str) -> None:
        """Write the source of a record."""
        if rows.header:
            self._write(csv_record(rows.header, rows.delimiter, text, reason), rows)
        else:
            self._write(json_record(text, reason), rows)

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()

    def _write(self, line: str, rows: UserRows) -> None:
        if self._file is None:
            self._file = self._create()
            if rows.header:
                line = csv_header(rows.header, rows.delimiter) + line
        self._file.write(line.encode(errors="surrogateescape"))
        self._file.flush()  # the file is of use even if the process is killed

    def _create(self) -> BinaryIO:
        if private_files.is_special(self.path):
            return self.path.open("wb")
        while True:
            try:
                return private_files.create(self.path)
            except FileExistsError:  # created since the command began
                self.path = private_files.next_name(self.path)


def csv_header(header: str, delimiter: str) -> str:
    """Return the header of a file of failed records."""
    names = [name for name in split_csv(header, delimiter) if name.strip() != ERROR_NAME]
    return join_csv([ERROR_NAME, *names], delimiter)


def csv_record(header: str, delimiter: str, text: str, reason: str) -> str:
    """Return a record of CSV with the reason as its first field.

    >>> csv_record("email;role", ";", "ada@example.com;editor", "line 2: no")
    'line 2: no;ada@example.com;editor\\n'
    """
    names = [name.strip() for name in split_csv(header, delimiter)]
    at = names.index(ERROR_NAME) if ERROR_NAME in names else None  # of an earlier import
    others = [field for index, field in enumerate(split_csv(text, delimiter)) if index != at]
    return join_csv([reason, *others], delimiter)


def split_csv(text: str, delimiter: str) -> list[str]:
    """Return the fields of a record that a reader has read."""
    return next(csv.reader(StringIO(text, newline=""), delimiter=delimiter), list[str]())


def join_csv(fields: Iterable[str], delimiter: str) -> str:
    """Return a record of fields."""
    file = StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator="\n").writerow(fields)
    return file.getvalue()


def json_record(text: str, reason: str) -> str:
    """Return a record of JSON as one line with the reason as its first member.

    >>> json_record('{"email": "ada"}', "email is invalid")
    '{"_error":"email is invalid","email":"ada"}\\n'
    """
    try:
        value: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        value = None
    if not is_object(value):
        return text.strip() + "\n"
    others = {name: member for name, member in value.items() if name != ERROR_NAME}
    return msgspec.json.encode({ERROR_NAME: reason, **others}).decode() + "\n"
