"""The work of `import`: rows in, outcomes and failed records out."""

import os
import re
import stat
import sys
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from itertools import takewhile, tee
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from returns.result import Failure, Result

from supabase_gotrue import AdminUserParams, Client, Error
from supabase_gotrue.bulk import ImportedRow
from supabase_gotrue.bulk import import_users as import_rows
from supabase_gotrue.cli.dry_run import NOT_SENT
from supabase_gotrue.cli.import_options import ImportOptions
from supabase_gotrue.cli.input_formats import (
    FORMATS,
    FailedRecords,
    Format,
    Record,
    auth0_format,
    firebase_format,
)
from supabase_gotrue.cli.interruption import Interruption, stop_on_interrupt
from supabase_gotrue.cli.output import count_of
from supabase_gotrue.cli.progress import show_progress
from supabase_gotrue.cli.session import Session
from supabase_gotrue.cli.status import ExitStatus, status_of

MAX_EXAMPLES: Final = 10
# Failures one after the other that are no fault of the rows: the server is gone, or refuses
# the key.
MAX_OUTAGE: Final = 32
OUTAGE: Final = frozenset({ExitStatus.NO_CONNECTION, ExitStatus.NOT_ADMIN})
# Fields in the Failures of readers that are about no record.
NO_RECORD: Final = frozenset({"file", "header", "hash_config", "password_lines", "model"})
ENCODING: Final = "utf-8-sig"
# What `surrogateescape` makes of bytes that are not UTF-8, and writes back as they were.
_ESCAPED_BYTE: Final = re.compile("[\udc80-\udcff]")
NOT_UTF8: Final = "the file is not UTF-8: convert it, for example by iconv -f latin1 -t utf-8"


class FailedRow(NamedTuple):
    """A row that was not imported."""

    number: int
    error: Error
    record: Record | None


class Rows:
    """The rows of an input, and the records of those whose outcome is not known yet.

    Args:
        pieces: The input.
        format: Its format.
        keeps_records: Whether records are wanted.
        skip: How many rows are left out.
    """

    def __init__(
        self, pieces: Iterable[str], format: Format, *, keeps_records: bool, skip: int
    ) -> None:
        self.is_utf8: bool = True
        self.header: Record | None = None
        self._records: Iterator[Record] = iter(())
        self._pending: dict[int, Record] = {}
        self._skip = skip
        pieces = self._checked(pieces)
        if keeps_records:
            pieces, copies = tee(pieces)
            self._records = format.records(copies)
            self.header = next(self._records, None) if format.is_csv else None
        self._reader = format.read(pieces)

    def read(self, interruption: Interruption) -> Iterator[Result[AdminUserParams, Error]]:
        """Yield rows until the end or an interruption."""
        numbered = enumerate(self._reader, 1)
        for number, row in takewhile(lambda _: not interruption.is_requested, numbered):
            record = None if is_about_no_record(row) else next(self._records, None)
            if number > self._skip:
                if record is not None:
                    self._pending[number] = record
                yield row

    def take_record(self, number: int) -> Record | None:
        """Return the record of a row, which is then forgotten."""
        return self._pending.pop(number, None)

    def federated(self) -> str:
        """Return how many users have identities that cannot be imported, for people."""
        counts = self._reader.left_out.items()
        return ", ".join(f"{number:,} of {provider}" for provider, number in counts)

    def _checked(self, pieces: Iterable[str]) -> Iterator[str]:
        for piece in pieces:
            if not piece.isascii() and _ESCAPED_BYTE.search(piece):
                self.is_utf8 = False
            yield piece


class Outcomes:
    """What became of the rows so far.

    Args:
        failed_records: Where failed records go, if they are wanted.
        skip: How many rows were left out.
    """

    def __init__(self, failed_records: FailedRecords | None, skip: int) -> None:
        self.counts: Counter[str] = Counter()
        self.examples: list[str] = []
        self.error: Error | None = None
        # All rows up to this one are settled.
        self.settled: int = skip
        self._failed_records = failed_records
        self._later: set[int] = set()
        self._outage: list[FailedRow] = []

    @property
    def is_outage(self) -> bool:
        """Whether it makes no sense to go on."""
        return len(self._outage) >= MAX_OUTAGE

    def add(self, row: ImportedRow, record: Record | None) -> None:
        """Add the outcome of a row."""
        error = row.error
        if error is None or error == NOT_SENT:
            self._flush()
            self._settle(row.number, "valid" if error == NOT_SENT else row.outcome)
        elif status_of(error) in OUTAGE:
            self._outage.append(FailedRow(row.number, error, record))
        else:
            self._flush()
            self._fail(FailedRow(row.number, error, record))

    def finish(self) -> None:
        """Count what failed last: as an outage, or as rows."""
        if self._outage and (self.is_outage or not self.counts):
            self.error = self._outage[-1].error
        else:
            self._flush()

    def _flush(self) -> None:
        """Let failures of the connection count as failed rows: the import went on after them."""
        for failed in self._outage:
            self._fail(failed)
        self._outage.clear()

    def _fail(self, failed: FailedRow) -> None:
        reason = failed.error.message
        if self._failed_records is not None and failed.record is not None:
            self._failed_records.write(failed.record, reason)
        self._settle(failed.number, "failed")
        if len(self.examples) < MAX_EXAMPLES:
            has_line = "line" in failed.error.metadata
            self.examples.append(reason if has_line else f"row {failed.number}: {reason}")

    def _settle(self, number: int, outcome: str) -> None:
        self.counts[outcome] += 1
        self._later.add(number)
        while self.settled + 1 in self._later:
            self.settled += 1
            self._later.remove(self.settled)


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
        input_format = read_format(options)
        with ExitStack() as stack:
            input_file = stack.enter_context(open_input(options))
            failures_file = stack.enter_context(open_failures(options))
            rows = Rows(
                input_format.pieces(input_file),
                input_format,
                keeps_records=failures_file is not None,
                skip=options.skip,
            )
            failed_records = None
            if failures_file is not None:
                failed_records = FailedRecords(failures_file, input_format, rows.header)
                stack.callback(failed_records.finish)
            outcomes = Outcomes(failed_records, options.skip)
            stack.callback(self._summarize, rows, outcomes)
            interruption = stack.enter_context(stop_on_interrupt(output.message))
            self._import(rows, outcomes, interruption, input_file)
            outcomes.finish()
            self._is_complete = not interruption.is_requested and outcomes.error is None
        if outcomes.error is not None:
            return self._session.fail(outcomes.error)
        if interruption.is_requested:
            return interruption.status
        return ExitStatus.ROWS_FAILED if outcomes.counts["failed"] else ExitStatus.DONE

    def _import(
        self, rows: Rows, outcomes: Outcomes, interruption: Interruption, input_file: TextIO
    ) -> None:
        output, skip = self._session.output, self._options.skip
        imported = import_rows(
            self._client, rows.read(interruption), max_concurrency=self._options.concurrency
        )
        size = size_of(input_file)
        label = "checking" if self._options.dry_run else "importing"
        with show_progress(label, skip, output.message) as progress:
            for row in imported:
                row = row._replace(number=row.number + skip)
                outcomes.add(row, rows.take_record(row.number))
                if not output.is_terminal:
                    output.line(to_record(row))
                done = skip + outcomes.counts.total()
                position = position_of(input_file) if size else 0
                progress.update(done, done * size // position if size and position else None)
                if outcomes.is_outage:
                    break

    def _summarize(self, rows: Rows, outcomes: Outcomes) -> None:
        """Print what was done, and how to go on with the rest."""
        options, message = self._options, self._session.output.message
        counts = outcomes.counts
        parts = [f"{counts[name]:,} {words}" for name, words in OUTCOME_WORDS if counts[name]]
        verb = "checked" if options.dry_run else "imported"
        message(f"{verb} {count_of(counts.total(), 'row')}: {', '.join(parts) or 'none'}")
        for example in outcomes.examples:
            message(f"  {example}")
        if counts["failed"] > len(outcomes.examples):
            message(f"  and {counts['failed'] - len(outcomes.examples):,} more")
        if counts["failed"]:
            message(
                f"the failed rows are in {options.failures}: mend and import them"
                if options.failures
                else "give --failures FILE to have the failed rows in a file"
            )
        if rows.federated():
            message(f"identities that cannot be imported: {rows.federated()}")
        if not rows.is_utf8:
            message(NOT_UTF8)
        if not self._is_complete:
            command = options.next_command(self._session.options, outcomes.settled)
            message(f"to continue, run: {command}")


OUTCOME_WORDS: Final = (
    ("created", "created"),
    ("exists", "exist already"),
    ("valid", "are valid"),
    ("failed", "failed"),
)


def is_about_no_record(row: Result[AdminUserParams, Error]) -> bool:
    """Whether a Failure of a reader is about its arguments or the whole input."""
    match row:
        case Failure(Error() as error):
            return not NO_RECORD.isdisjoint(error.errors)
        case _:
            return False


def to_record(row: ImportedRow) -> dict[str, object]:
    """Return the outcome of a row as JSON."""
    is_valid = row.error == NOT_SENT
    return {
        "number": row.number,
        "outcome": "valid" if is_valid else row.outcome,
        "user_id": row.user_id,
        "error": None if is_valid or row.error is None else row.error.to_dict(),
    }


def read_format(options: ImportOptions) -> Format:
    """Return the format, with the hash parameters or the password hashes that belong to it."""
    if options.hash_config is not None:
        return firebase_format(options.hash_config.read_text(encoding=ENCODING))
    if options.format == "auth0":
        passwords = options.passwords
        hashes = "" if passwords is None else passwords.read_text(encoding=ENCODING)
        return auth0_format(hashes.splitlines())
    return FORMATS[str(options.format)]


def open_input(options: ImportOptions) -> TextIO:
    """Open the input file, or the standard input, as UTF-8."""
    file = sys.stdin.fileno() if options.is_stdin else options.file
    return open(
        file, encoding=ENCODING, errors="surrogateescape", newline="", closefd=not options.is_stdin
    )


def open_failures(options: ImportOptions) -> AbstractContextManager[TextIO | None]:
    """Open the file of failed rows, for its owner alone: it can hold password hashes."""
    if options.failures is None:
        return nullcontext()
    return remove_if_empty(options.failures)


@contextmanager
def remove_if_empty(path: Path) -> Generator[TextIO]:
    """Open a file for writing, and remove it if nothing was written."""
    with open(
        path, "w", encoding="utf-8", errors="surrogateescape", newline="", opener=open_private
    ) as file:
        yield file
    if path.is_file() and path.stat().st_size == 0:  # a device stays
        path.unlink()


def open_private(path: str, flags: int) -> int:
    """Open a file that only its owner may read."""
    return os.open(path, flags, 0o600)


def size_of(file: TextIO) -> int | None:
    """Return the size of a file, or `None` if it is a pipe or a device."""
    status = os.fstat(file.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def position_of(file: TextIO) -> int:
    """Return how much of a file was read."""
    return os.lseek(file.fileno(), 0, os.SEEK_CUR)
