"""The work of `import`: rows in, outcomes and failed records out."""

import os
import stat
import sys
from collections.abc import Mapping
from contextlib import ExitStack, closing
from typing import BinaryIO, Final

from supabase_gotrue import Client, Error
from supabase_gotrue.bulk import ImportedRow
from supabase_gotrue.bulk import import_users as import_rows
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.output.words import count_of
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.cli.terminal.interruption import Interruption, stop_on_interrupt
from supabase_gotrue.cli.terminal.progress import show_progress
from supabase_gotrue.cli.transfer.failed_records import FailedRecords
from supabase_gotrue.cli.transfer.import_options import ImportOptions
from supabase_gotrue.cli.transfer.input_formats import read_rows
from supabase_gotrue.cli.transfer.outcomes import Outcomes
from supabase_gotrue.cli.transfer.source_rows import SourceRows
from supabase_gotrue.error import UNKNOWN

OUTCOME_WORDS: Final = (
    ("created", "created"),
    ("valid", "are valid"),
    ("exists", "exist already"),
    ("conflict", "conflict with other users"),
    ("failed", "failed"),
)
COLUMN_HINT: Final = "  rename a column by --column TITLE=NAME, or leave it out by --column TITLE="
CARRIED_TITLES: Final = ("carried over", "left out")


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
            outcomes.finish(is_interrupted=interruption.is_requested)
            self._is_complete = not interruption.is_requested and outcomes.error is None
        return self._status(source, outcomes, interruption)

    def _status(
        self, source: SourceRows, outcomes: Outcomes, interruption: Interruption
    ) -> ExitStatus:
        if outcomes.error is not None:
            return self._session.fail(outcomes.error)
        if source.error is not None:
            status = self._session.fail(source.error)
            if is_about_columns(source.error, self._options):
                self._session.output.warn(COLUMN_HINT)
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
        message(f"{verb} {rows}{where}: {', '.join(parts)}" if parts else f"{verb} {rows}{where}")
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
        titles = ("would carry over", "would leave out") if options.dry_run else CARRIED_TITLES
        for title, found in zip(titles, (outcomes.carried, outcomes.left_out), strict=True):
            if found:
                message(f"{title}: {counts_in_words(found)}")
        if not self._is_complete:
            failures = None if failed_records is None else failed_records.path
            command = options.next_command(self._session.options, outcomes.settled, failures)
            self._session.output.warn(f"to continue, run: {command}")


def is_about_columns(error: Error, options: ImportOptions) -> bool:
    """Whether the header of a CSV has columns that are no attributes."""
    return options.format == "csv" and any(UNKNOWN in texts for texts in error.errors.values())


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


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Return how many users have what.

    >>> counts_in_words({"email": 2000, "password": 7})
    'email 2,000, password 7'
    """
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())
