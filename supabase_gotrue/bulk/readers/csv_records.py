"""Records of CSV, one at a time."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Final, NamedTuple

from supabase_gotrue.bulk.readers.rows import Record, SourceError
from supabase_gotrue.bulk.readers.text import TextPieces
from supabase_gotrue.error import Messages

DELIMITERS: Final = ",;\t"
# A line break that may be followed by its second half in the next piece does not count yet.
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\n|\r(?!\Z))")


class CsvRow(NamedTuple):
    """A row that is not blank.

    Args:
        line: Where it begins.
        fields: Its fields.
        text: Its source, without the line break.
    """

    line: int
    fields: Sequence[str]
    text: str


def csv_rows(
    pieces: TextPieces, delimiter: str | None = None, first_line: int = 1
) -> Iterator[CsvRow]:
    """Yield the rows that are not blank, the header first.

    Args:
        pieces: The text; the items of an iterable are lines.
        delimiter: If it is not given, it is found in the first line.
        first_line: The number of the first line.

    Raises:
        SourceError: If quotes do not close, or a field is too long: what follows could be
            the inside of a field.
    """
    taken: list[str] = []
    lines = _lines(pieces)
    first, start = _first_line(lines, first_line)
    pieces.delimiter = delimiter or find_delimiter(first)
    reader = csv.reader(
        _append_to(taken, chain([first], lines)), delimiter=pieces.delimiter, strict=True
    )
    line = start
    try:
        for fields in reader:
            text = "".join(taken).rstrip("\r\n")
            taken.clear()
            if text.count('"') % 2:
                raise SourceError("file", *UNCLOSED, line=line)
            if any(map(str.strip, fields)):
                yield CsvRow(line, fields, text)
            line = start + reader.line_num
    except csv.Error as error:
        too_long = f"has a field of more than {csv.field_size_limit():,} characters"
        messages = (too_long,) if "limit" in str(error) else UNCLOSED
        raise SourceError("file", *messages, line=line) from None
    except SourceError as error:
        raise error.at(start + reader.line_num) from None


def find_delimiter(header: str) -> str:
    """Return the delimiter that gives a header the most fields.

    >>> find_delimiter("email;app_metadata.plan")
    ';'
    """
    return max(DELIMITERS, key=lambda each: len(next(csv.reader([header], delimiter=each), ())))


def csv_records(
    pieces: TextPieces,
    name_of: Callable[[str], str],
    check: Callable[[Mapping[str, object]], Mapping[str, Messages]],
    *,
    delimiter: str | None = None,
    first_line: int = 1,
) -> Iterator[Record]:
    """Yield a record for each row after the header, with its fields by name.

    Args:
        pieces: The text; the items of an iterable are lines.
        name_of: Returns the name of a trimmed column.
        check: Returns what is wrong with the names of all columns.
        delimiter, first_line: As of `csv_rows`.

    Raises:
        SourceError: If the header has a blank or repeated name, or fails the check, or the
            text is not CSV.
    """
    rows = csv_rows(pieces, delimiter, first_line)
    header = next(rows, None)
    if header is None:
        return
    pieces.header = header.text
    names = column_names(header, name_of)
    wrong = check(dict.fromkeys(names))
    if wrong:
        raise SourceError(line=header.line, errors=wrong)
    for row in rows:
        yield record_of(row, names)


def record_of(row: CsvRow, names: Sequence[str]) -> Record:
    """Return the record of a row; blank fields may follow its last column."""
    line, fields, text = row
    if len(fields) < len(names) or any(map(str.strip, fields[len(names) :])):
        error = f"has {len(fields)} fields, the header {len(names)}"
        return Record(line, text, None, error, "row")
    return Record(line, text, dict(zip(names, fields, strict=False)))


def column_names(header: CsvRow, name_of: Callable[[str], str]) -> Sequence[str]:
    """Return the names of columns, without blank ones at the end.

    Raises:
        SourceError: If a name is blank or repeated.
    """
    titles = [field.strip() for field in header.fields]
    while not titles[-1]:
        titles.pop()
    if header.text.lstrip()[0] in "{[":
        raise SourceError("header", "is JSON, not CSV", line=header.line)
    names = [name_of(title) for title in titles]
    if not all(names):
        hint = "a table of pandas has one: write it with index=False"
        raise SourceError("header", "has a blank name", hint, line=header.line)
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise SourceError("header", "has a repeated name", *repeated, line=header.line)
    return names


UNCLOSED: Final = (
    "has quotes that do not close",
    "a field with a quote must be quoted, and its quotes doubled",
)


def _append_to(taken: list[str], lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _first_line(lines: Iterator[str], number: int) -> tuple[str, int]:
    """Return the first line that is not blank, and its number."""
    for line in lines:
        if line.strip():
            return line, number
        number += 1
    return "", number


def _lines(pieces: TextPieces) -> Iterator[str]:
    """Yield each line with its line break; the items of an iterable are lines."""
    pieces.has_lines = True
    parts: list[str] = []
    for piece in pieces:
        is_line = not pieces.is_file and not piece.endswith("\n")
        parts.append(f"{piece}\n" if is_line else piece)
        if "\n" in parts[-1] or "\r" in piece:
            text, end = "".join(parts), 0
            # Not `finditer`: it would look for a line at each character of an incomplete one.
            while found := _LINE.match(text, end):
                yield found[0]
                end = found.end()
            parts = [text[end:]]
    rest = "".join(parts)
    if rest:
        yield rest
