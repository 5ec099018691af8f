"""CSV with a header."""

import csv as csv_format
from collections.abc import Iterator, Sequence

from supabase_gotrue.bulk.readers.json_text import decode_object
from supabase_gotrue.bulk.readers.rows import Lines, Row, UserRows, problem, texts
from supabase_gotrue.json_types import is_object


def csv(lines: Lines) -> UserRows:
    """Read a CSV whose header names attributes of `create_user`.

    Values are cast as those of `create_user`: `true`, `1`, `false` and `0` are booleans, and
    an empty field is absent. A column such as `app_metadata.plan` is a key of the metadata,
    always a string; a column `app_metadata` or `user_metadata` is a JSON object.

    Args:
        lines: A text file opened with `newline=""`, or any iterable of lines.

    Returns:
        The users; an Error with code `validation` names the line.

    >>> rows = csv(["email,email_confirm,app_metadata.plan", "ada@example.com,true,pro"])
    >>> next(rows).unwrap().app_metadata
    {'plan': 'pro'}
    """
    return UserRows(_rows(lines))


def csv_rows(lines: object) -> Iterator[tuple[int, Sequence[str], str]]:
    """Yield the fields of each row that is not blank, with its line and its text.

    The first row is the header. A row that is not CSV has no fields.
    """
    taken: list[str] = []
    reader = csv_format.reader(_taken(lines, taken), strict=True)
    line = 1
    while True:
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv_format.Error:
            yield line, (), "".join(taken)
        else:
            if fields:
                yield line, fields, "".join(taken)
        line = reader.line_num + 1
        taken.clear()


def _taken(lines: object, taken: list[str]) -> Iterator[str]:
    for line in texts(lines):
        taken.append(line)
        yield line


def header_problem(names: Sequence[str]) -> Row | None:
    """Return the row for a header with a blank or repeated name, if it has one."""
    if all(names) and len(set(names)) == len(names):
        return None
    return problem(1, "header", "has a blank or repeated name")


def _rows(lines: object) -> Iterator[Row]:
    rows = csv_rows(lines)
    names = [name.strip() for name in next(rows, (1, ["email"], ""))[1]]
    wrong = header_problem(names)
    if wrong is not None:
        yield wrong
        return
    for line, fields, text in rows:
        if len(fields) != len(names):
            row = problem(line, "row", f"has {len(fields)} fields, the header {len(names)}")
        else:
            row = _row(line, zip(names, fields, strict=True))
        yield row._replace(text=text)


def _row(line: int, fields: Iterator[tuple[str, str]]) -> Row:
    attrs: dict[str, object] = {}
    for name, value in fields:
        if not value.strip():
            continue
        column, *path = name.split(".")
        content: object = value
        if name in ("app_metadata", "user_metadata"):
            content = decode_object(value)
            if content is None:
                return problem(line, name, "is not a JSON object")
        if not _put(attrs, column, path, content):
            return problem(line, name, "is given twice")
    return Row(line, attrs)


def _put(target: dict[str, object], name: str, path: Sequence[str], value: object) -> bool:
    """Set a value at a path of keys; return False if something else stands there."""
    present = target.get(name)
    if not path:
        if is_object(present) and is_object(value):
            present |= {key: item for key, item in value.items() if key not in present}
            return True
        target[name] = value
        return present is None
    inner = target.setdefault(name, {})
    return is_object(inner) and _put(inner, path[0], path[1:], value)
