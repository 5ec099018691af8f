"""Tables: views of items, and the columns for which a terminal has room."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

from supabase_gotrue.cli.output.escapes import printable
from supabase_gotrue.cli.output.records import as_cell, member
from supabase_gotrue.cli.output.times import minute
from supabase_gotrue.models.base import ServerStruct

if TYPE_CHECKING:
    from rich.table import Table

_T = TypeVar("_T", bound=ServerStruct)

STATE_STYLES: Final[Mapping[str, str]] = MappingProxyType(
    {"active": "green", "banned": "red", "unconfirmed": "yellow", "deleted": "dim"}
)
GAP: Final = 2
EMAIL: Final = "email"
# Of the fields that are asked for, the email address comes first, and the ID gives way first.
FIELDS_ORDER: Final[Mapping[str, int]] = MappingProxyType({EMAIL: 0, "id": 2})
# The names of times end so.
TIME_ENDINGS: Final = ("_at", "_until")
# At least as wide are the columns that are folded.
FOLDED: Final = 10


class View(NamedTuple, Generic[_T]):
    """How items of a list are shown.

    Args:
        noun: What they are, for people.
        titles: The titles of a table.
        order: The columns, the most important first: those that do not fit are left out.
        row: Returns the cells of an item.
        model: The class of the items.
    """

    noun: str
    titles: Sequence[str]
    order: Sequence[int]
    row: Callable[[_T], Sequence[str]]
    model: type[_T]

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of an item as JSON."""
        return self.model.__struct_fields__


class Cells(NamedTuple):
    """The texts of a table.

    Args:
        titles: The titles of the columns.
        rows: The cells of the rows.
        order: The columns, the most important first.
        least: How wide each column must be at least.
        widths: How wide each column is if nothing is folded.
    """

    titles: list[str]
    rows: list[list[str]]
    order: list[int]
    least: list[int]
    widths: list[int]

    def that_fit(self, width: int) -> list[int]:
        """Return the columns for which a terminal has room."""
        return columns_that_fit(self.least, self.order, width)

    def to_rich(self, shown: Sequence[int], width: int) -> "Table":
        """Return these columns as a table of rich."""
        from rich.table import Table  # imported late: only terminals need it
        from rich.text import Text

        table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold")
        for index in shown:
            is_whole = self.least[index] == self.widths[index] <= width
            table.add_column(self.titles[index], overflow="fold", no_wrap=is_whole)
        for row in self.rows:
            table.add_row(*(Text(row[i], STATE_STYLES.get(row[i], "")) for i in shown))
        return table


def cells_of_view(view: View[_T], items: Iterable[_T]) -> Cells:
    """Return the cells of items in which empty columns give way first."""
    rows = [one_line(view.row(item)) for item in items]
    widths = widths_of(view.titles, rows)
    order = sorted(view.order, key=lambda index: not any(row[index] for row in rows))
    return Cells(list(view.titles), rows, order, widths, widths)


def cells_of_fields(fields: Sequence[str], items: Iterable[ServerStruct]) -> Cells:
    """Return the cells of fields that are asked for: they are folded rather than left out."""
    records = [item.to_dict() for item in items]
    rows = [one_line(field_text(n, member(record, n)) for n in fields) for record in records]
    widths = widths_of(fields, rows)
    order = sorted(range(len(fields)), key=lambda index: FIELDS_ORDER.get(fields[index], 1))
    least = [w if f == EMAIL else min(w, FOLDED) for f, w in zip(fields, widths, strict=True)]
    return Cells(list(fields), rows, order, least, widths)


def one_line(cells: Iterable[str]) -> list[str]:
    """Return cells that fit into one line, and cannot control a terminal."""
    return [printable(cell).replace("\n", " ") for cell in cells]


def widths_of(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return how wide each column is."""
    return [max(map(cell_width, column)) for column in zip(titles, *rows, strict=True)]


def columns_that_fit(widths: Sequence[int], order: Iterable[int], width: int) -> list[int]:
    """Return the columns for which a terminal has room, in their order, at least the first.

    >>> columns_that_fit([36, 20, 10], (1, 2, 0), 60)
    [1, 2]
    """
    shown: list[int] = []
    room = width + GAP
    for index in order:
        if shown and widths[index] + GAP > room:
            break
        shown.append(index)
        room -= widths[index] + GAP
    return sorted(shown)


def cell_width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # imported late: only terminals need it

    return cell_len(text)


def field_text(name: str, value: object) -> str:
    """Return a field of a record as people see it: a time like all others.

    >>> field_text("last_sign_in_at", None), field_text("email", "ada@example.com")
    ('', 'ada@example.com')
    """
    if isinstance(value, str) and name.endswith(TIME_ENDINGS):
        return minute(datetime.fromisoformat(value))
    return as_cell(value)
