"""What a command prints: records on stdout, messages on stderr."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import compress
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TextIO

import msgspec

from supabase_gotrue import Error
from supabase_gotrue.error import BLANK, INVALID

if TYPE_CHECKING:
    from rich.console import Console

Record = Mapping[str, object]

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
UNKNOWN_OUTCOME: Final = "the change may have been carried out: look before you repeat it"


class OutputClosedError(Exception):
    """The reader of stdout is gone, as after `| head -1`."""


class Output:
    """The output of one command.

    Args:
        is_terminal: Print tables; otherwise one JSON object a line.

    A command that changes many users sets `keeps_going`: it goes on when the reader of its
    output is gone.
    """

    def __init__(self, *, is_terminal: bool) -> None:
        self.is_terminal = is_terminal
        self.keeps_going = False
        self.is_closed: bool = False

    def line(self, record: Record) -> None:
        """Print a record as a line of JSON."""
        self._write(msgspec.json.encode(record) + b"\n")

    def data(self, data: bytes) -> None:
        """Print lines of JSON."""
        self._write(data)

    def text(self, text: str, style: str = "") -> None:
        """Print a line for people, which is not wrapped."""
        from rich.text import Text  # imported late: only terminals need it

        self._print(_console(sys.stdout), Text(printable(text), style), soft_wrap=True)

    def record(self, record: Record, shown: str | Record, style: str = "") -> None:
        """Print a record; a terminal shows a sentence, or fields, instead."""
        if not self.is_terminal:
            self.line(record)
        elif isinstance(shown, str):
            self.text(shown, style)
        else:
            self.details(shown)

    def table(
        self,
        titles: Mapping[str, int],
        rows: Iterable[Sequence[str]],
        *,
        is_message: bool = False,
    ) -> None:
        """Print a table for people.

        Args:
            titles: Each title with the width of a terminal that has room for its column.
            rows: The cells of each row.
            is_message: Print on stderr.
        """
        from rich.table import Table  # imported late: only terminals need it
        from rich.text import Text

        console = _console(sys.stderr if is_message else sys.stdout)
        shown = [width <= console.width for width in titles.values()]
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
        for title in compress(titles, shown):
            table.add_column(title, overflow="fold", no_wrap=title == "ID")
        for row in rows:
            cells = (Text(printable(cell), STATE_STYLES.get(cell, "")) for cell in row)
            table.add_row(*compress(cells, shown))
        self._print(console, table)

    def details(self, record: Record) -> None:
        """Print one record for people: each field that is set."""
        from rich.table import Table  # imported late: only terminals need it
        from rich.text import Text

        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="bold")
        grid.add_column(overflow="fold")
        for name, value in record.items():
            if value not in (None, False, "", {}, (), []):
                grid.add_row(name, Text(printable(as_text(value))))
        self._print(_console(sys.stdout), grid)

    def message(self, text: str, style: str = "") -> None:
        """Print a message on stderr."""
        from rich.text import Text  # imported late: most commands have no message

        _console(sys.stderr).print(Text(printable(text), style), soft_wrap=True)

    def error(self, error: Error, subject: str | None = None) -> None:
        """Print an error on stderr, which names each invalid field, and what can be done."""
        subject = "" if subject is None else f"{subject}: "
        code = f" ({error.error_code})" if error.error_code else ""
        self.message(f"error: {subject}{error.message}{code}", "red")
        for hint in hints(error):
            self.message(f"  {hint}")

    def flush(self) -> None:
        """Write out what is buffered."""
        self._write(b"")

    def _print(self, console: "Console", renderable: object, *, soft_wrap: bool = False) -> None:
        try:
            console.print(renderable, soft_wrap=soft_wrap)
        except OSError as error:
            self._fail(error)

    def _write(self, data: bytes) -> None:
        if self.is_closed:
            return
        try:
            sys.stdout.buffer.write(data)
            if self.is_terminal or not data:
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


def printable(text: str) -> str:
    """Replace characters that could control a terminal by their escapes.

    >>> printable("red: \\x1b[31m")
    'red: \\\\x1b[31m'
    """
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def as_text(value: object) -> str:
    """Return a field of a record for people.

    >>> as_text({"plan": "pro"})
    '{"plan":"pro"}'
    """
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count_of(1, "user"), count_of(2000, "user")
    ('1 user', '2,000 users')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def minute(time: datetime | None) -> str:
    """Return a time in UTC up to its minute, or nothing."""
    return "" if time is None else f"{time:%Y-%m-%d %H:%M}"


def _console(file: TextIO) -> "Console":
    from rich.console import Console  # imported late: only terminals and messages need it

    return Console(file=file, highlight=False, markup=False, emoji=False)
