"""The work of `import`: rows in, outcomes and failed records out."""

import os
import stat
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from typing import BinaryIO, Final, NamedTuple

from returns.result import Failure, Result

from supabase_gotrue import AdminUserParams, Client, Error
from supabase_gotrue.bulk import ImportedRow
from supabase_gotrue.bulk import import_users as import_rows
from supabase_gotrue.bulk.readers import UserRows
from supabase_gotrue.cli.output.output import count_of
from supabase_gotrue.cli.output.status import ExitStatus, status_of
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.cli.terminal.interruption import Interruption, stop_on_interrupt
from supabase_gotrue.cli.terminal.progress import show_progress
from supabase_gotrue.cli.transfer.import_options import ImportOptions
from supabase_gotrue.cli.transfer.input_formats import FailedRecords, read_rows

MAX_EXAMPLES: Final = 10
# Failures that are no fault of the row: the server is gone, or refuses the key.
OUTAGE: Final = frozenset({ExitStatus.NO_CONNECTION, ExitStatus.NOT_ADMIN})
OUTCOME_WORDS: Final = (
    ("created", "created"),
    ("valid", "are valid"),
    ("exists", "exist already"),
    ("conflict", "conflict with other users"),
    ("failed", "failed"),
)


class FinishedRow(NamedTuple):
    """A row whose call has ended.

    Args:
        row: Its outcome.
        text: Its source, if failed rows are written.
    """

    row: ImportedRow
    text: str


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
        self._texts: dict[int, str] = {}
        self._before: Mapping[str, Mapping[str, int]] = {"carried": {}, "left_out": {}}

    @property
    def line(self) -> int:
        """The line on which the row just given begins."""
        return self.rows.line

    def __next__(self) -> Result[AdminUserParams, Error]:
        while self._number < self._skip:
            self._next_row()
            self._before = {"carried": {**self.rows.carried}, "left_out": {**self.rows.left_out}}
        row = self._next_row()
        if self._keeps_texts:
            self._texts[self._number] = self.rows.text
        return row

    def estimate_total(self, size: int | None) -> int | None:
        """Return how many rows there are, estimated by those so far; `None` if nothing is known.

        Args:
            size: The bytes of the file. Its position would mislead: readers read ahead.
        """
        if self._is_exhausted:
            return self._number
        return self._number * size // self._size if size and self._size else None

    def take_text(self, number: int) -> str:
        """Return the source of a row, which is then forgotten."""
        return self._texts.pop(number, "")

    def counts(self, name: str) -> str:
        """Return how many of the rows have what is carried over or left out, for people."""
        counts: Mapping[str, int] = getattr(self.rows, name)
        before = self._before[name]
        own = {what: count - before.get(what, 0) for what, count in counts.items()}
        return ", ".join(f"{what} {count:,}" for what, count in own.items() if count)

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


class Outcomes:
    """What became of the rows so far, in their order.

    The command that continues begins after a row: no later one is reported before.

    Args:
        source: The rows.
        failed_records: Where failed records go, if they are wanted.
        skip: How many rows were left out.
        report: Prints the outcome of a row, and returns its word.
    """

    def __init__(
        self,
        source: SourceRows,
        failed_records: FailedRecords | None,
        skip: int,
        report: Callable[[ImportedRow], str],
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: list[str] = []
        # Why the import stopped before the end of the rows.
        self.error: Error | None = None
        # All rows up to this one are settled.
        self.settled: int = skip
        self._source = source
        self._failed_records = failed_records
        self._report = report
        self._later: dict[int, FinishedRow] = {}
        # Failures of the connection, until it is known whether they end the import.
        self._outage: list[FinishedRow] = []

    @property
    def has_failures(self) -> bool:
        """Whether a row was not imported."""
        return self.counts["failed"] + self.counts["conflict"] > 0

    def add(self, row: ImportedRow) -> None:
        """Add the outcome of a row; number 0 means that the import has stopped."""
        if row.number == 0:
            self.error = row.error
            return
        finished = FinishedRow(row, self._source.take_text(row.number))
        if row.error is not None and status_of(row.error) in OUTAGE:
            self._outage.append(finished)
            return
        if row.error is None or row.error.status is not None:  # the server works
            self._flush()
        self._settle(finished)

    def finish(self) -> None:
        """Let failures of the connection count as failed rows, unless they ended the import.

        Rows without an outcome are left to the command that continues.
        """
        if self.error is None and self._outage and not (self.counts or self._later):
            self.error = self._outage[-1].row.error
        if self.error is None:
            self._flush()

    def _flush(self) -> None:
        for finished in self._outage:
            self._settle(finished)
        self._outage.clear()

    def _settle(self, finished: FinishedRow) -> None:
        self._later[finished.row.number] = finished
        while self.settled + 1 in self._later:
            self._count(self._later.pop(self.settled + 1))
            self.settled += 1

    def _count(self, finished: FinishedRow) -> None:
        row, text = finished
        if row.error is not None:
            if self._failed_records is not None:
                self._failed_records.write(self._source.rows, text, row.error.message)
            if len(self.examples) < MAX_EXAMPLES:
                self.examples.append(row.error.message)
        self.counts[self._report(row)] += 1


class ImportJob:
    """One import.

    Args:
        session: Where it prints.
        client: Sends the requests.
        options: The options of the command.
    """

    def __init__(self, session: Session, client: Client, options: ImportOptions) -> None:
        self._session = session
        self._client = client
        self._options = options
        self._is_complete = False

    def run(self) -> ExitStatus:
        """Import the users of a file."""
        options, output = self._options, self._session.output
        output.keeps_going = True
        with ExitStack() as stack:
            input_file = stack.enter_context(open_input(options))
            failed_records = None if options.failures is None else FailedRecords(options.failures)
            if failed_records is not None:
                stack.enter_context(closing(failed_records))
            passwords = None
            if options.passwords is not None:
                passwords = stack.enter_context(options.passwords.open("rb"))
            rows = read_rows(input_file, options, passwords)
            interruption = stack.enter_context(stop_on_interrupt(output.message_at_once))
            keeps_texts = failed_records is not None
            source = SourceRows(rows, options.skip, interruption, keeps_texts=keeps_texts)
            outcomes = Outcomes(source, failed_records, options.skip, self._report)
            stack.callback(self._summarize, source, outcomes, failed_records)
            self._import(source, outcomes, input_file)
            outcomes.finish()
            self._is_complete = not interruption.is_requested and outcomes.error is None
        return self._status(source, outcomes, interruption)

    def _status(
        self, source: SourceRows, outcomes: Outcomes, interruption: Interruption
    ) -> ExitStatus:
        if outcomes.error is not None:
            return self._session.fail(outcomes.error)
        if source.error is not None:
            status = self._session.fail(source.error)
            return ExitStatus.ROWS_FAILED if outcomes.counts else status
        if interruption.is_requested:
            return interruption.status
        return ExitStatus.ROWS_FAILED if outcomes.has_failures else ExitStatus.DONE

    def _import(self, source: SourceRows, outcomes: Outcomes, input_file: BinaryIO) -> None:
        output, options = self._session.output, self._options
        imported = import_rows(self._client, source, max_concurrency=options.concurrency)
        size = size_of(input_file)
        label = "checking" if options.dry_run else "importing"
        with show_progress(label, options.skip, output.message) as progress:
            for row in imported:
                outcomes.add(row._replace(number=row.number and row.number + options.skip))
                done = options.skip + outcomes.counts.total()
                progress.update(done, source.estimate_total(size))

    def _report(self, row: ImportedRow) -> str:
        outcome = outcome_of(row, is_dry_run=self._options.dry_run)
        if not self._session.output.is_terminal:
            self._session.output.line(to_record(row, outcome))
        return outcome

    def _summarize(
        self, source: SourceRows, outcomes: Outcomes, failed_records: FailedRecords | None
    ) -> None:
        """Print what was done, and how to continue with the rest."""
        options, message = self._options, self._session.output.message
        counts = outcomes.counts
        parts = [f"{counts[name]:,} {words}" for name, words in OUTCOME_WORDS if counts[name]]
        target = f" into {self._session.project}"
        verb, where = ("checked", "") if options.dry_run else ("imported", target)
        rows = count_of(counts.total(), "row")
        message(f"{verb} {rows}{where}: {', '.join(parts) or 'none'}")
        for example in outcomes.examples:
            message(f"  {example}")
        rest = counts["failed"] + counts["conflict"] - len(outcomes.examples)
        if rest > 0:
            message(f"  and {rest:,} more")
        if outcomes.has_failures:
            message(
                f"the failed rows are in {failed_records.path}: correct and import them"
                if failed_records
                else "give --failures FILE to have the failed rows in a file"
            )
        for title, name in (("carried over", "carried"), ("left out", "left_out")):
            if source.counts(name):
                message(f"{title}: {source.counts(name)}")
        if not self._is_complete:
            failures = None if failed_records is None else failed_records.path
            command = options.next_command(self._session.options, outcomes.settled, failures)
            message(f"to continue, run: {command}")


def outcome_of(row: ImportedRow, *, is_dry_run: bool) -> str:
    """Return the outcome for people: a dry run creates no user."""
    return "valid" if is_dry_run and row.outcome == "created" else row.outcome


def to_record(row: ImportedRow, outcome: str) -> dict[str, object]:
    """Return the outcome of a row as JSON."""
    return {
        "number": row.number,
        "line": None if row.error is None else row.error.metadata.get("line"),
        "outcome": outcome,
        "user_id": None if outcome == "valid" else row.user_id,
        "error": None if row.error is None else row.error.to_dict(),
    }


def open_input(options: ImportOptions) -> BinaryIO:
    """Open the input file, or the standard input."""
    file = sys.stdin.fileno() if options.is_stdin else options.file
    return open(file, "rb", closefd=not options.is_stdin)


def size_of(file: BinaryIO) -> int | None:
    """Return the size of a file, or `None` if it is a pipe or a device."""
    status = os.fstat(file.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def size_of_text(text: str) -> int:
    """Return the bytes of a text in a file."""
    return len(text) if text.isascii() else len(text.encode(errors="replace"))
