"""What became of the rows of an import."""

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from supabase_gotrue.bulk import ImportedRow
from supabase_gotrue.cli.output.status import ExitStatus, status_of
from supabase_gotrue.cli.transfer.failed_records import FailedRecords
from supabase_gotrue.cli.transfer.source_rows import SourceRow, SourceRows

if TYPE_CHECKING:
    from supabase_gotrue import Error

MAX_EXAMPLES: Final = 10
# Failures that are no fault of the row: the server is gone, or refuses the key.
OUTAGE: Final = frozenset({ExitStatus.NO_CONNECTION, ExitStatus.NOT_ADMIN})
# The outcomes of rows whose users have, or would have, what the row has.
CARRYING: Final = frozenset({"created", "valid"})


class FinishedRow(NamedTuple):
    """A row whose call has ended.

    Args:
        row: Its outcome.
        source: What is known of it besides.
    """

    row: ImportedRow
    source: SourceRow


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
        # How many of the new users have what, and what is left out of the rows.
        self.carried: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
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
        finished = FinishedRow(row, self._source.take(row.number))
        if row.error is not None and status_of(row.error) in OUTAGE:
            self._outage.append(finished)
            return
        if row.error is None or row.error.status is not None:  # the server works
            self._flush()
        self._settle(finished)

    def finish(self, *, is_interrupted: bool) -> None:
        """Let failures of the connection count as failed rows, unless the import ended with them.

        Rows without an outcome are left to the command that continues.
        """
        if is_interrupted:
            return
        if self.error is None and self._outage and not (self.counts or self._later):
            self.error = self._outage[-1].row.error
        if self.error is None:
            self._flush()
            self.left_out.update(self._source.take_rest().left_out)

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
        row, source = finished
        if row.error is not None:
            if self._failed_records is not None:
                self._failed_records.write(self._source.rows, source.text, row.error.message)
            if len(self.examples) < MAX_EXAMPLES:
                self.examples.append(row.error.message)
        outcome = self._report(row)
        self.counts[outcome] += 1
        self.left_out.update(source.left_out)
        if outcome in CARRYING:
            self.carried.update(source.carried)
