"""Small HTML tables of values, for Jupyter."""

from collections.abc import Iterable
from typing import Final

MAX_CELL_CHARS: Final = 200


def html_table(caption: str, rows: Iterable[tuple[object, ...]]) -> str:
    """Return an escaped table; the first cell of each row is its head.

    >>> html_table("User", [("email", "<ada@example.com>")])
    '<table><caption>User</caption><tr><th>email</th><td>&lt;ada@example.com&gt;</td></tr></table>'
    """
    body = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    return f"<table><caption>{_text(caption)}</caption>{body}</table>"


def _cells(row: tuple[object, ...]) -> str:
    head, *cells = map(_text, row)
    return f"<th>{head}</th>" + "".join(f"<td>{cell}</td>" for cell in cells)


def _text(value: object) -> str:
    from html import escape  # imported late: slow to import, and only notebooks need it

    text = str(value)
    return escape(text if len(text) <= MAX_CELL_CHARS else f"{text[:MAX_CELL_CHARS]}…")
