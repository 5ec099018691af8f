"""CSV with a header."""

from collections.abc import Iterator, Mapping
from typing import Final

from supabase_gotrue.bulk.readers.casts import is_absent
from supabase_gotrue.bulk.readers.csv_records import csv_records
from supabase_gotrue.bulk.readers.fields import Draft, nest
from supabase_gotrue.bulk.readers.own_fields import METADATA, OWN_FIELDS, read_own, unknown_names
from supabase_gotrue.bulk.readers.rows import Row, SourceError, UserRows
from supabase_gotrue.bulk.readers.sources import (
    Errors,
    UnsupportedPasswords,
    check_first_line,
    check_unsupported_passwords,
    read_rows,
    unknown_errors,
)
from supabase_gotrue.bulk.readers.text import File, TextPieces
from supabase_gotrue.json_types import has_type, is_mapping

# Begins the name of a column that is left out: unknown names that begin with `_` are allowed.
LEFT_OUT: Final = "_left out: "


def csv(
    file: File,
    *,
    delimiter: str | None = None,
    columns: Mapping[str, str | None] = {},
    first_line: int = 1,
    unsupported_passwords: UnsupportedPasswords = "fail",
) -> UserRows:
    """Read a CSV whose header names attributes of `create_user`.

    The case of names does not matter. `true`, `t`, `yes`, `1` and `false`, `f`, `no`, `0`
    are booleans in any case, and an empty field is absent. A column such as
    `app_metadata.plan` is a key of the metadata, always a string; a column `app_metadata` or
    `user_metadata` is a JSON object. Unknown columns are an error.

    Args:
        file: An open file, or an iterable of lines.
        delimiter: One character; by default `,`, `;` or a tab, whichever the header has.
        columns: By the name of a column, its new name, or `None` to leave it out.
        first_line: The number of the first line, by default 1; for parts of a longer file.
        unsupported_passwords: What happens to users whose hash the server cannot verify:
            `fail`, the default, or `leave_out`, which imports them without a password.

    Returns:
        `UserRows`: a `Result` for each user. Errors have the code `validation` and name the
        line; one about the whole file or an argument is the last item.

    >>> lines = ["E-Mail;email_confirm;app_metadata.plan", "ada@example.com;TRUE;pro"]
    >>> next(csv(lines, columns={"E-Mail": "email"})).unwrap().app_metadata
    {'plan': 'pro'}
    """
    pieces = TextPieces(file)
    return UserRows(_rows(pieces, delimiter, columns, first_line, unsupported_passwords), pieces)


def _rows(
    pieces: TextPieces,
    delimiter: object,
    columns: object,
    first_line: object,
    unsupported_passwords: object,
) -> Iterator[Row]:
    leaves_out = check_unsupported_passwords(unsupported_passwords)
    renamed = _check_columns(columns)

    def name_of(title: str) -> str:
        name = renamed.get(title.lower(), title)
        if name is None:
            return LEFT_OUT + title
        root, dot, rest = name.partition(".")
        return root.lower() + dot + rest

    records = csv_records(
        pieces,
        name_of,
        _check_names,
        delimiter=_check_delimiter(delimiter),
        first_line=check_first_line(first_line),
    )
    yield from read_rows(records, lambda _: {}, _read, leaves_out_passwords=leaves_out)


def _check_delimiter(delimiter: object) -> str | None:
    is_one = has_type(delimiter, str) and len(delimiter) == 1 and delimiter not in '"\r\n'
    if delimiter is not None and not is_one:
        raise SourceError("delimiter", "is not one character", line=1)
    return delimiter if has_type(delimiter, str) else None


def _check_columns(columns: object) -> dict[str, str | None]:
    renamed: dict[str, str | None] = {}
    try:
        for title, name in columns.items() if is_mapping(columns) else [(None, None)]:
            if not has_type(title, str) or not (name is None or has_type(name, str)):
                raise TypeError
            renamed[title.strip().lower()] = name
    except Exception:
        message = "is not a mapping of names to names or None"
        raise SourceError("columns", message, line=1) from None
    return renamed


def _check_names(names: Mapping[str, object]) -> Errors:
    """Return the errors of unknown columns."""
    roots = {name: name.partition(".")[0] for name in names}
    known = {name for name, root in roots.items() if root in METADATA or root == name}
    unknown = unknown_names({roots[name] if name in known else name: None for name in names})
    return unknown_errors(unknown, OWN_FIELDS)


def _read(draft: Draft, record: dict[str, object]) -> None:
    left_out = [name for name in record if name.startswith(LEFT_OUT)]
    for name in left_out:
        if not is_absent(record.pop(name)):
            draft.leave_out(name.removeprefix(LEFT_OUT))
    nested = nest(record, METADATA)
    if isinstance(nested, str):
        draft.fail(nested, "is given twice")
    else:
        read_own(draft, nested)
