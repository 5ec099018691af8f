"""`import_users` on a Dask cluster: workers import the parts of a file.

Theory of operation
===================

Calls to the server take much longer than reading the file. So the caller reads the whole file once,
with the reader. This *survey* shows where records begin, what is carried over and left out, and
which rows are *shared*: they have the id, email or phone of another row. The file is cut where a
record begins, into parts of about `blocksize` bytes. Each part is a task, which opens the file by
itself: neither a record nor the key of a server passes through the scheduler. Shared rows are left
out of these tasks. One further task imports them, in the order of the file, so that the second row
of a person fails as it does in an import by one machine.

A task can be run again if its worker dies, because an import can be run again.
"""

import os
from array import array
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, NamedTuple, Protocol, TypeVar, cast

from returns.result import Result, Success

from supabase_gotrue.bulk import readers
from supabase_gotrue.bulk.import_planner import ImportedRow
from supabase_gotrue.bulk.importing import import_users as import_rows
from supabase_gotrue.bulk.new_users import NewUser, prepare_user
from supabase_gotrue.bulk.readers import UserRows
from supabase_gotrue.bulk.seen_users import SeenUsers
from supabase_gotrue.client import Client, client_from_env
from supabase_gotrue.error import Error, check_fields, describe_origin, validation_error
from supabase_gotrue.json_types import has_type
from supabase_gotrue.schemas.admin_user import AdminUserParams

__all__ = ["DaskClient", "Future", "ImportReport", "Reader", "import_users"]

BLOCKSIZE: Final = 4 * 2**20
# Readers with an argument `first_line`, whose records begin on a line of their own.
SPLITTABLE: Final[Collection[object]] = (readers.csv, readers.jsonl)
# The survey derives ids only to compare rows; the workers derive those that are sent.
COMPARISON_KEY: Final = "dask"

_T_co = TypeVar("_T_co", covariant=True)
Path = str | os.PathLike[str]


class Reader(Protocol):
    """A function of `bulk.readers`."""

    def __call__(self, file: Iterable[bytes], /) -> UserRows:
        """Read a file."""
        ...


class _PartReader(Protocol):
    def __call__(self, file: Iterable[bytes], /, *, first_line: int) -> UserRows: ...


class Future(Protocol[_T_co]):
    """What this module uses of `distributed.Future`."""

    def result(self) -> _T_co:
        """Wait for the result."""
        ...

    def cancel(self) -> object:
        """Do not run the task if it is not running yet."""
        ...


class DaskClient(Protocol):
    """What this module uses of `distributed.Client`."""

    def submit(self, func: "Callable[[], _PartReport]", /, *, pure: bool) -> "Future[_PartReport]":
        """Run a function on a worker."""
        ...


class ImportReport(NamedTuple):
    """What became of an import.

    Args:
        counts: How many rows had each outcome.
        failures: The rows that failed or conflict, in the order of the file. If the import
            could not begin or has stopped, the last one has the number 0.
        carried: How many users have what the import carries over, by name.
        left_out: How many users have what it does not carry over, by name.
    """

    counts: Mapping[str, int]
    failures: tuple[ImportedRow, ...]
    carried: Mapping[str, int]
    left_out: Mapping[str, int]


def import_users(
    dask_client: DaskClient,
    path: Path,
    reader: Reader,
    *,
    blocksize: int | str = BLOCKSIZE,
    max_concurrency: int = 2,
    unguessable_passwords: bool = True,
    make_client: Callable[[], Result[Client, Error]] = client_from_env,
) -> ImportReport:
    """Create users from a file on a Dask cluster; the report equals that of a single machine.

    Blocks until the import has ended. A part whose worker dies is imported again by another
    one; the users whom the dead one has created then count as `exists`. Needs the extra
    `dask`, and this library on the workers.

    Args:
        dask_client: A `distributed.Client`.
        path: A file that the caller and all workers can read, in UTF-8.
        reader: Such as `readers.csv`, or a `functools.partial` of a reader. Files of
            `readers.csv` and JSON Lines of `readers.jsonl` are imported in parts; those of
            other readers are imported by one worker.
        blocksize: The size of a part, in bytes or as text such as `"64MiB"`, by default 4 MiB;
            a part ends where a record does.
        max_concurrency: Maximum number of calls of each part at a time, 1 to 1000. The server
            sees this times the number of the cluster's threads.
        unguessable_passwords: As in `bulk.import_users`.
        make_client: Called on a worker, for each part. By default the client comes from the
            environment variables of the worker, and no key is sent.

    Returns:
        The report. If an argument is invalid, the file cannot be read, the cluster fails or the
        import stops, its last failure has the number 0: `validation`, `unexpected`, or the
        error that has stopped it.

    Route: POST /admin/users.
    Source: https://github.com/supabase/auth/blob/master/internal/api/admin.go

    >>> from supabase_gotrue.bulk import dask, readers
    >>> from distributed import Client as DaskClient  # doctest: +SKIP
    >>> with DaskClient(processes=False, dashboard_address=None) as cluster:  # doctest: +SKIP
    ...     dask.import_users(cluster, "users.csv", readers.csv, blocksize="16MiB").counts
    {'created': 100000}
    """
    options = _Options(max_concurrency, unguessable_passwords, make_client)
    try:
        size = _bytes_of(blocksize)
        error = _check_arguments(path, reader, size, make_client)
        if error is not None:
            return _report_of(error)
        survey = _survey(path, reader, size)
        work = partial(_import_parts, path, reader, options)
        tasks = [partial(work, (part,), survey.shared, is_shared=False) for part in survey.parts]
        if survey.shared:
            tasks.append(partial(work, survey.parts, survey.shared, is_shared=True))
        reports = _run(dask_client, tasks)
    except Exception as raised:
        return _report_of(_error_of(raised))
    return _merge(reports, survey)


class _Options(NamedTuple):
    max_concurrency: int
    unguessable_passwords: bool
    make_client: Callable[[], Result[Client, Error]]


class _Part(NamedTuple):
    """A part of a file.

    Args:
        start: The offset of its first byte.
        end: The offset after its last byte, or None for the end of the file.
        line: The number of its first line.
        number: The number of its first row.
        header: The header of a CSV, if it is not in the part.
    """

    start: int
    end: int | None
    line: int
    number: int
    header: str


class _Survey(NamedTuple):
    """What reading the file has shown.

    Args:
        parts: The parts of the file.
        shared: The numbers of rows that have the id, email or phone of another row.
        carried: As in `ImportReport`.
        left_out: As in `ImportReport`.
    """

    parts: Sequence[_Part]
    shared: frozenset[int]
    carried: Mapping[str, int]
    left_out: Mapping[str, int]


class _PartReport(NamedTuple):
    """What became of some parts."""

    counts: Mapping[str, int]
    failures: Sequence[ImportedRow]
    stopped: ImportedRow | None


class _Lines(Iterator[bytes]):
    """The lines of a file, with the offsets of those that were read since the last `find`."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._offset = 0
        self._number = 0
        self._known: deque[tuple[int, int, bytes]] = deque()

    def __next__(self) -> bytes:
        line = next(self._lines)
        self._number += 1
        self._known.append((self._number, self._offset, line))
        self._offset += len(line)
        return line

    def find(self, number: int, text: str) -> int | None:
        """Return the offset of a line if it begins with a record's text; forget earlier lines."""
        while self._known and self._known[0][0] < number:
            self._known.popleft()
        if not self._known or self._known[0][0] != number:
            return None
        begin = text.lstrip().partition("\n")[0].rstrip().encode()
        _, offset, line = self._known[0]
        return offset if begin and line.lstrip().startswith(begin) else None


def _survey(path: Path, reader: Reader, blocksize: int) -> _Survey:
    with open(path, "rb") as file:
        is_splittable = _is_splittable(reader) and file.read(4096).lstrip()[:1] != b"["
        file.seek(0)
        lines = _Lines(file)
        rows = reader(lines)
        parts = [_Part(0, None, 1, 1, "")]
        seen, shared = SeenUsers(), set[int]()
        for number, row in enumerate(rows, 1):
            offset = lines.find(rows.line, rows.text)
            # A reader judges a file by its first record: a part begins with a valid one.
            may_begin = is_splittable and number > 1 and isinstance(row, Success)
            if may_begin and offset is not None and offset - parts[-1].start >= blocksize:
                parts[-1] = parts[-1]._replace(end=offset)
                parts.append(_Part(offset, None, rows.line, number, rows.header))
            shared |= _note_keys(seen, number, row)
        return _Survey(parts, frozenset(shared), dict(rows.carried), dict(rows.left_out))


def _is_splittable(reader: object) -> bool:
    while isinstance(reader, partial):
        reader = reader.func
    return reader in SPLITTABLE


def _note_keys(seen: SeenUsers, number: int, row: object) -> set[int]:
    """Note the keys of a row; return its number and those of earlier rows with the same keys."""
    prepared = prepare_user(row, key=COMPARISON_KEY, unguessable_passwords=False, is_parsed=True)
    match prepared:
        case Success(NewUser() as user):
            keys = user.keys.values()
        case _:
            return set()
    found = {key: first for key in keys if (first := seen.find(key)) is not None}
    seen.add([key for key in keys if key not in found], number)
    return {number, *found.values()} if found else set()


def _run(
    dask_client: DaskClient, tasks: Sequence[Callable[[], _PartReport]]
) -> Sequence[_PartReport]:
    """Run the tasks at the same time; when one stops the import, begin no others."""
    futures = [dask_client.submit(task, pure=False) for task in tasks]
    reports: list[_PartReport] = []
    for future in futures:
        reports.append(future.result())
        if reports[-1].stopped is not None:
            break
    for future in futures[len(reports) :]:
        future.cancel()
    return reports


class _PartRows(Iterator[Result[AdminUserParams, Error]]):
    """The rows of some parts, without those that are not wanted; `numbers` are theirs."""

    def __init__(
        self, path: Path, reader: Reader, parts: Iterable[_Part], is_wanted: Callable[[int], bool]
    ) -> None:
        self.numbers = array("Q")
        self.line: int | None = None
        self._rows = self._read(path, reader, parts, is_wanted)

    def __next__(self) -> Result[AdminUserParams, Error]:
        return next(self._rows)

    def _read(
        self, path: Path, reader: Reader, parts: Iterable[_Part], is_wanted: Callable[[int], bool]
    ) -> Iterator[Result[AdminUserParams, Error]]:
        for part in parts:
            rows = _read_part(path, reader, part)
            for number, row in enumerate(rows, part.number):
                if is_wanted(number):
                    self.line = rows.line
                    self.numbers.append(number)
                    yield row


def _read_part(path: Path, reader: Reader, part: _Part) -> UserRows:
    lines = _part_lines(path, part)
    if part.start == 0:
        return reader(lines)
    header = part.header.splitlines(keepends=True)
    return cast("_PartReader", reader)(lines, first_line=part.line - len(header))


def _part_lines(path: Path, part: _Part) -> Iterator[bytes]:
    if part.header:
        yield from (line.encode() for line in (part.header.rstrip("\r\n") + "\n").splitlines(True))
    with open(path, "rb") as file:
        file.seek(part.start)
        while part.end is None or file.tell() < part.end:
            line = file.readline()
            if not line:
                return
            yield line


def _import_parts(
    path: Path,
    reader: Reader,
    options: _Options,
    parts: Sequence[_Part],
    shared: frozenset[int],
    *,
    is_shared: bool,
) -> _PartReport:
    """Import the shared rows of some parts, or all others; this runs on a worker."""
    match options.make_client():
        case Success(Client() as client):
            pass
        case failed:
            return _PartReport({}, (), ImportedRow(0, "failed", error=failed.failure()))
    rows = _PartRows(path, reader, parts, lambda number: (number in shared) == is_shared)
    counts: Counter[str] = Counter()
    failures: list[ImportedRow] = []
    stopped: ImportedRow | None = None
    imported = import_rows(
        client,
        rows,
        max_concurrency=options.max_concurrency,
        unguessable_passwords=options.unguessable_passwords,
    )
    for row in imported:
        if row.number == 0:
            stopped = row
            continue
        counts[row.outcome] += 1
        if row.error is not None:
            failures.append(row._replace(number=rows.numbers[row.number - 1]))
    return _PartReport(dict(counts), failures, stopped)


def _merge(reports: Sequence[_PartReport], survey: _Survey) -> ImportReport:
    counts: Counter[str] = Counter()
    for report in reports:
        counts.update(report.counts)
    failures = [row for report in reports for row in report.failures]
    stopped = [report.stopped for report in reports if report.stopped is not None]
    ordered = sorted(failures, key=lambda row: row.number)
    return ImportReport(dict(counts), (*ordered, *stopped[:1]), survey.carried, survey.left_out)


def _report_of(error: Error) -> ImportReport:
    """Return the report of an import that did not begin."""
    return ImportReport({}, (ImportedRow(0, "failed", error=error),), {}, {})


def _check_arguments(
    path: object, reader: object, blocksize: int, make_client: object
) -> Error | None:
    checks = {
        # `open` takes an int for the descriptor of an open file, and would close it.
        "path": has_type(path, str) or hasattr(type(path), "__fspath__"),
        "reader": callable(reader),
        "blocksize": blocksize > 0,
        "make_client": callable(make_client),
    }
    return check_fields(checks)


def _error_of(raised: Exception) -> Error:
    if isinstance(raised, OSError):
        return validation_error({"path": (f"cannot be read: {type(raised).__name__}",)})
    return Error("unexpected", f"the import raised {describe_origin(raised)}")


def _bytes_of(blocksize: object) -> int:
    """Return a size in bytes, or 0 if it is invalid."""
    if not has_type(blocksize, str):
        return blocksize if has_type(blocksize, int) and not has_type(blocksize, bool) else 0
    from dask.utils import parse_bytes

    try:
        return int(parse_bytes(blocksize))
    except (ValueError, OverflowError):
        return 0
