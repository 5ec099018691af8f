"""The rows of an import, up to a problem of the file or an interruption."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from returns.result import Failure, Result

from supabase_gotrue import AdminUserParams, Error
from supabase_gotrue.bulk.readers import UserRows
from supabase_gotrue.cli.terminal.interruption import Interruption


class SourceRow(NamedTuple):
    """What is known of a row until its outcome is.

    Args:
        text: Its source, if failed rows are written.
        carried: What the user has that an import carries over.
        left_out: What is left out of it, and of what stands between it and the row before.
    """

    text: str = ""
    carried: Mapping[str, int] = {}
    left_out: Mapping[str, int] = {}


class SourceRows(Iterator[Result[AdminUserParams, Error]]):
    """The rows of a file after the first ones, up to a problem of the file or an interruption.

    Args:
        rows: The rows of a reader.
        skip: How many rows are left out.
        interruption: Ends the rows.
        keeps_texts: Whether the sources of rows are kept until their outcome is known.
    """

    def __init__(
        self, rows: UserRows, skip: int, interruption: Interruption, *, keeps_texts: bool
    ) -> None:
        self.rows = rows
        # The problem of the file that ended the rows.
        self.error: Error | None = None
        self._skip = skip
        self._number = 0
        self._size = 0
        self._is_exhausted = False
        self._interruption = interruption
        self._keeps_texts = keeps_texts
        self._pending: dict[int, SourceRow] = {}
        self._carried: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()

    @property
    def line(self) -> int:
        """The line on which the row just given begins."""
        return self.rows.line

    def __next__(self) -> Result[AdminUserParams, Error]:
        while self._number < self._skip:
            self._next_row()
            self._take_counts("")
        row = self._next_row()
        self._pending[self._number] = self._take_counts(self.rows.text)
        return row

    def estimate_total(self, size: int | None) -> int | None:
        """Return how many rows there are, estimated by those so far; `None` if nothing is known.

        Args:
            size: The bytes of the file. Its position would mislead: readers read ahead.
        """
        if self._is_exhausted:
            return self._number
        return self._number * size // self._size if size and self._size else None

    def take(self, number: int) -> SourceRow:
        """Return what is known of a row, which is then forgotten."""
        return self._pending.pop(number, SourceRow())

    def take_rest(self) -> SourceRow:
        """Return what is left out after the last row."""
        return self._take_counts("")

    def _take_counts(self, text: str) -> SourceRow:
        """Return what the reader has counted since the last time."""
        carried, left_out = Counter(self.rows.carried), Counter(self.rows.left_out)
        row = SourceRow(
            text if self._keeps_texts else "", carried - self._carried, left_out - self._left_out
        )
        self._carried, self._left_out = carried, left_out
        return row

    def _next_row(self) -> Result[AdminUserParams, Error]:
        if self._interruption.is_requested:
            raise StopIteration
        try:
            row = next(self.rows)
        except StopIteration:
            self._is_exhausted = True
            raise
        if isinstance(row, Failure) and not self.rows.text:
            self.error = row.failure()
            raise StopIteration
        self._number += 1
        self._size += size_of_text(self.rows.text) + 1
        return row


def size_of_text(text: str) -> int:
    """Return the bytes of a text in a file."""
    return len(text) if text.isascii() else len(text.encode(errors="replace"))
