"""What a command prints: records on stdout, messages on stderr."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TextIO, TypeVar

import msgspec

from supabase_gotrue import Error
from supabase_gotrue.cli.output.escapes import escaped_json, printable
from supabase_gotrue.cli.output.records import Record, RecordEncoder, as_cell, as_text, member
from supabase_gotrue.error import BLANK, INVALID
from supabase_gotrue.models.base import ServerStruct

if TYPE_CHECKING:
    from rich.console import Console


_T = TypeVar("_T", bound=ServerStruct)

# What the library's messages about arguments mean on the command line.
FIELD_HINTS: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("SUPABASE_URL", BLANK): "set it, or give --url or --auth-url",
        ("SUPABASE_SECRET_KEY", BLANK): "set it, give --key-file, or be asked on a terminal",
        ("user_metadata", INVALID): 'it must be a JSON object: \'{"plan": "pro"}\'',
        ("app_metadata", INVALID): 'it must be a JSON object: \'{"plan": "pro"}\'',
        ("password", BLANK): "give --password-stdin",
        ("new_email", BLANK): "give --new-email",
    }
)
DOCTOR: Final = "to find the cause, run: supabase-gotrue doctor"
CODE_HINTS: Final[Mapping[str, str]] = {
    "connection_error": DOCTOR,
    "timeout": DOCTOR,
    "unauthorized": f"the key is not accepted; {DOCTOR}",
    "forbidden": f"the key is not an administrator's; {DOCTOR}",
}
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
# The zone of the times that people see; `None` is the local one.
ZONE: Final[ContextVar[tzinfo | None]] = ContextVar("zone", default=None)
UNKNOWN_OUTCOME: Final = "the change may have been carried out: look before you repeat it"


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


class OutputClosedError(Exception):
    """The reader of stdout is gone, as after `| head -1`."""


class Output:
    """The output of one command.

    Args:
        format: `table` for people; `json`, `csv` or `ids` for programs.
        fields: The fields of records, such as `app_metadata.plan`; all if empty.
        is_quiet: Whether only errors and what was asked for are printed.
        has_json_errors: Whether errors are printed as JSON.

    A command that changes many users sets `keeps_going`: it continues when the reader of its
    output is gone.
    """

    def __init__(
        self,
        *,
        format: str,
        fields: Sequence[str] = (),
        is_quiet: bool = False,
        has_json_errors: bool = False,
    ) -> None:
        self.format = format
        self.fields: tuple[str, ...] = tuple(fields)
        self.is_quiet = is_quiet
        self.has_json_errors = has_json_errors
        self.keeps_going = False
        self.is_closed: bool = False
        self._encoder = RecordEncoder(format, self.fields)

    @property
    def is_terminal(self) -> bool:
        """Whether people read the output: tables and sentences."""
        return self.format == "table"

    def line(self, record: Record) -> None:
        """Print a record for programs, in the format that is wanted."""
        escape = escaped_json if self.format == "json" else printable
        self._write(self._encoder.encode(record), escape)

    def data(self, data: bytes) -> None:
        """Print lines as they are."""
        self._write(data)

    def text(self, text: str, style: str = "") -> None:
        """Print a line for people, which is not wrapped."""
        if not sys.stdout.isatty() or not style:
            self._print_text(printable(text))
            return
        from rich.text import Text  # imported late: only terminals need it

        self._print(_console(sys.stdout), Text(printable(text), style), soft_wrap=True)

    def record(self, record: Record, shown: str | Record, style: str = "") -> None:
        """Print a record; people get a sentence, or fields, instead."""
        if not self.is_terminal:
            self.line(record)
        elif self.fields:
            self.details({name: field_text(name, member(record, name)) for name in self.fields})
        elif isinstance(shown, str):
            self.text(shown, style)
        else:
            self.details(shown)

    def items(self, view: View[_T], items: Iterable[_T]) -> None:
        """Print items: a table for people, else a line each."""
        if self.is_terminal:
            self.table(view, items)
            return
        for item in items:
            self.line(item.to_dict())
        self.end(view.fields)

    def end(self, columns: Sequence[str]) -> None:
        """Print the header of a CSV, if there was no record: these columns, or `--fields`."""
        self._write(self._encoder.header(columns))

    def table(self, view: View[_T], items: Iterable[_T], *, is_message: bool = False) -> None:
        """Print a table for people, with the columns that fit, the most important first."""
        from rich.table import Table  # imported late: only terminals need it
        from rich.text import Text

        console = _console(sys.stderr if is_message else sys.stdout)
        fields = () if is_message else self.fields
        titles, rows = self._cells(view, list(items), fields)
        widths = [max(map(cell_width, column)) for column in zip(titles, *rows, strict=True)]
        if fields:  # those that are asked for are folded rather than left out
            order = sorted(range(len(titles)), key=lambda index: FIELDS_ORDER.get(titles[index], 1))
            least = [
                w if t == EMAIL else min(w, FOLDED) for t, w in zip(titles, widths, strict=True)
            ]
        else:  # empty columns give way first
            order = sorted(view.order, key=lambda index: not any(row[index] for row in rows))
            least = widths
        shown = columns_that_fit(least, order, console.width)
        table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold")
        for index in shown:
            is_whole = least[index] == widths[index] <= console.width
            table.add_column(titles[index], overflow="fold", no_wrap=is_whole)
        for row in rows:
            table.add_row(*(Text(row[i], STATE_STYLES.get(row[i], "")) for i in shown))
        self._print(console, table)
        left_out = [name for index, name in enumerate(fields) if index not in shown]
        if left_out:
            self.message(f"the terminal is too narrow for {', '.join(left_out)}")

    def _cells(
        self, view: View[_T], items: Sequence[_T], fields: Sequence[str]
    ) -> tuple[list[str], list[list[str]]]:
        """Return the titles and the rows of a table."""
        if fields:
            records = [item.to_dict() for item in items]
            rows = [[field_text(name, member(r, name)) for name in fields] for r in records]
            titles = list(fields)
        else:
            rows = [list(view.row(item)) for item in items]
            titles = list(view.titles)
        return titles, [[printable(cell).replace("\n", " ") for cell in row] for row in rows]

    def details(self, record: Record) -> None:
        """Print one record for people: each field that is set."""
        from rich.table import Table  # imported late: only terminals need it
        from rich.text import Text

        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="bold")
        grid.add_column(overflow="fold")
        for name, value in record.items():
            if value not in (None, False, "", {}, (), []):
                grid.add_row(printable(name), Text(printable(as_text(value))))
        self._print(_console(sys.stdout), grid)

    def message(self, text: str, style: str = "") -> None:
        """Print a message on stderr, unless only errors are wanted."""
        if not self.is_quiet:
            self.warn(text, style)

    def message_at_once(self, text: str) -> None:
        """Print a message in the handler of a signal.

        The signal may have interrupted a write to stderr, and a stream cannot be written to
        within a write to it. On a terminal, the message replaces a progress bar, which is drawn
        again below.
        """
        if not self.is_quiet:
            start = "\r\x1b[2K" if sys.stderr.isatty() else ""
            os.write(sys.stderr.fileno(), f"{start}{text}\n".encode())

    def warn(self, text: str, style: str = "") -> None:
        """Print a message on stderr, whatever is wanted."""
        if not (style and sys.stderr.isatty()):
            sys.stderr.write(f"{printable(text)}\n")
            sys.stderr.flush()
            return
        from rich.text import Text  # imported late: only terminals need it

        _console(sys.stderr).print(Text(printable(text), style), soft_wrap=True)

    def problem(self, message: str) -> None:
        """Print that the usage is wrong, or that something else than the server failed."""
        if self.has_json_errors:
            self._json_error({"code": "validation", "message": message})
        else:
            self.warn(f"error: {message}", "red")

    def error(self, error: Error, subject: str | None = None) -> None:
        """Print an error on stderr, which names each invalid field, and what can be done."""
        if self.has_json_errors:
            self._json_error({**error.to_dict(), "subject": subject, "hints": hints(error)})
            return
        subject = "" if subject is None else f"{subject}: "
        code = f" ({error.error_code})" if error.error_code else ""
        self.warn(f"error: {subject}{error.message}{code}", "red")
        for hint in hints(error):
            self.warn(f"  {hint}")

    def _json_error(self, error: Record) -> None:
        line = msgspec.json.encode({"error": error}).decode()
        sys.stderr.write(f"{escaped_json(line) if sys.stderr.isatty() else line}\n")
        sys.stderr.flush()

    def flush(self) -> None:
        """Write out what is buffered."""
        self._write(b"")

    def _print_text(self, text: str) -> None:
        try:
            sys.stdout.write(f"{text}\n")
            sys.stdout.flush()
        except OSError as error:
            self._fail(error)

    def _print(self, console: "Console", renderable: object, *, soft_wrap: bool = False) -> None:
        try:
            console.print(renderable, soft_wrap=soft_wrap)
        except OSError as error:
            self._fail(error)

    def _write(self, data: bytes, escape: Callable[[str], str] = escaped_json) -> None:
        """Write data; on a terminal, what could control it is escaped, by default as in JSON."""
        if self.is_closed:
            return
        try:
            is_shown = sys.stdout.isatty()
            if is_shown and data:
                data = escape(data.decode(errors="backslashreplace")).encode()
            sys.stdout.buffer.write(data)
            if is_shown or not data:
                sys.stdout.flush()
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        """Drop what is buffered, which the interpreter would try to write again at its end."""
        self.is_closed = True
        with open(os.devnull, "wb") as null:
            os.dup2(null.fileno(), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise error
        if not self.keeps_going:
            raise OutputClosedError from None


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


def hints(error: Error) -> list[str]:
    """Return what can be done about an error."""
    found = [
        *(FIELD_HINTS.get((field, messages[0])) for field, messages in error.errors.items()),
        f"the password is too weak: {', '.join(error.reasons)}" if error.reasons else None,
        f"try again in {error.retry_after} seconds" if error.retry_after else None,
        UNKNOWN_OUTCOME if error.outcome_unknown else None,
        CODE_HINTS.get(error.code),
        "is the URL right? " + DOCTOR if error.status == 404 and not error.error_code else None,
    ]
    return [hint for hint in found if hint]


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count_of(1, "user"), count_of(2000, "user")
    ('1 user', '2,000 users')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def field_text(name: str, value: object) -> str:
    """Return a field of a record as people see it: a time like all others.

    >>> field_text("last_sign_in_at", None), field_text("email", "ada@example.com")
    ('', 'ada@example.com')
    """
    if isinstance(value, str) and name.endswith(TIME_ENDINGS):
        return minute(datetime.fromisoformat(value))
    return as_cell(value)


def minute(moment: datetime | None) -> str:
    """Return a time up to its minute, without its zone; or nothing."""
    return "" if moment is None else f"{moment.astimezone(ZONE.get()):%Y-%m-%d %H:%M}"


def minute_and_zone(moment: datetime | None) -> str:
    """Return a time up to its minute, with its zone; or nothing."""
    return "" if moment is None else f"{moment.astimezone(ZONE.get()):%Y-%m-%d %H:%M %Z}"


def zone() -> str:
    """Return the name of the zone of the times that people see, such as CET/CEST."""
    zone = ZONE.get()
    return "/".join(dict.fromkeys(time.tzname)) if zone is None else str(zone)


def _console(file: TextIO) -> "Console":
    from rich.console import Console  # imported late: only terminals and messages need it

    return Console(file=file, highlight=False, markup=False, emoji=False)
