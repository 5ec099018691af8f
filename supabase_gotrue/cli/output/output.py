"""What a command prints: records on stdout, messages on stderr."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TextIO, TypeVar

import msgspec

from supabase_gotrue import Error
from supabase_gotrue.cli.output.escapes import escaped_json, printable
from supabase_gotrue.cli.output.hints import hints
from supabase_gotrue.cli.output.records import Record, RecordEncoder, as_text, member
from supabase_gotrue.cli.output.tables import View, cells_of_fields, cells_of_view, field_text
from supabase_gotrue.models.base import ServerStruct

if TYPE_CHECKING:
    from rich.console import Console

_T = TypeVar("_T", bound=ServerStruct)


class OutputClosedError(Exception):
    """The reader of stdout is gone, as after `| head -1`."""


class Output:
    """The output of one command.

    Args:
        format: `table` for people; `json`, `csv` or `ids` for programs.
        fields: The fields of records, such as `app_metadata.plan`; all if empty.
        is_quiet: Whether only errors and what was asked for are printed.
        has_json_errors: Whether errors are printed as JSON.
        doctor: The command that finds the cause of a failure.

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
        doctor: str = "",
    ) -> None:
        self.format = format
        self.fields: tuple[str, ...] = tuple(fields)
        self.is_quiet = is_quiet
        self.has_json_errors = has_json_errors
        self.doctor = doctor
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

    def table(self, view: View[_T], items: Iterable[_T]) -> None:
        """Print a table for people, with the columns that fit, the most important first."""
        cells = cells_of_fields(self.fields, items) if self.fields else cells_of_view(view, items)
        console = _console(sys.stdout)
        shown = cells.that_fit(console.width)
        self._print(console, cells.to_rich(shown, console.width))
        left_out = [name for index, name in enumerate(self.fields) if index not in shown]
        if left_out:
            self.message(f"the terminal is too narrow for {', '.join(left_out)}")

    def preview(self, view: View[_T], items: Iterable[_T]) -> None:
        """Print a table on stderr, of which a question is."""
        cells, console = cells_of_view(view, items), _console(sys.stderr)
        self._print(console, cells.to_rich(cells.that_fit(console.width), console.width))

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
            self._json_error(
                {**error.to_dict(), "subject": subject, "hints": hints(error, self.doctor)}
            )
            return
        subject = "" if subject is None else f"{subject or '(blank)'}: "
        code = f" ({error.error_code})" if error.error_code else ""
        self.warn(f"error: {subject}{error.message}{code}", "red")
        for hint in hints(error, self.doctor):
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


def _console(file: TextIO) -> "Console":
    from rich.console import Console  # imported late: only terminals and messages need it

    return Console(file=file, highlight=False, markup=False, emoji=False)
