"""The work of `export`: users out, and what is needed to continue after a stop."""

import os
import shlex
import sys
from collections.abc import Callable
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from returns.result import Success

from supabase_gotrue import Client, User
from supabase_gotrue.bulk import UserStream, stream_users
from supabase_gotrue.cli.arguments.filters import Filters, parse_filters
from supabase_gotrue.cli.arguments.options import to_arguments
from supabase_gotrue.cli.files import private_files
from supabase_gotrue.cli.output.records import RecordEncoder
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.output.words import count_of
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.cli.table.commands import NAME
from supabase_gotrue.cli.terminal.interruption import stop_on_interrupt
from supabase_gotrue.cli.terminal.progress import show_progress
from supabase_gotrue.cli.transfer.partial_file import PartialFile, Position, Selection

STDOUT: Final = "-"


class ExportJob:
    """One export.

    Args:
        session: Where it prints.
        client: Sends the requests.
        file: The name of a file, or `-`.
        selection: What is exported.
        is_resumed: Whether it continues an export that stopped.
        overwrites: Whether an existing file is replaced.
    """

    def __init__(
        self,
        session: Session,
        client: Client,
        file: str,
        selection: Selection,
        *,
        is_resumed: bool,
        overwrites: bool,
    ) -> None:
        self._session = session
        self._client = client
        self._file = file
        self._selection = selection
        self._began = datetime.now(UTC)
        self._filters = Filters()
        self._encoder = RecordEncoder(selection.format, selection.fields)
        self._is_resumed = is_resumed
        self._overwrites = overwrites
        self._read = 0
        self._count = 0
        self._size = 0

    def run(self) -> ExitStatus:
        """Write the users."""
        if self._file == STDOUT:
            return self._copy(self._start(self._new_position()), self._session.output.data)
        path = Path(self._file)
        if private_files.is_special(path):
            with path.open("wb") as file:
                return self._copy(self._start(self._new_position()), file.write)
        return self._write_file(PartialFile(path))

    def _start(self, position: Position) -> UserStream:
        self._read, self._count, self._size = position.read, position.count, position.size
        self._selection, self._began = position.selection, position.began
        self._encoder = RecordEncoder(
            self._selection.format, self._selection.fields, has_header=position.size > 0
        )
        # They were checked before the export began.
        self._filters = parse_filters(self._selection.filters, self._began).value_or(Filters())
        return stream_users(self._client, filter=self._filters.text, resume=position.resume)

    def _new_position(self, resume: dict[str, object] | None = None) -> Position:
        return Position(
            resume=resume,
            size=self._size,
            read=self._read,
            count=self._count,
            selection=self._selection,
            began=self._began,
        )

    def _write_file(self, partial: PartialFile) -> ExitStatus:
        position = partial.read_position() if self._is_resumed else self._new_position()
        if position is None:
            return self._session.refuse("there is nothing to continue: leave out --continue")
        if self._is_resumed and self._selection.conflicts_with(position.selection):
            return self._session.refuse(
                "the export that stopped had other filters, fields or another format"
            )
        stream = self._start(position)
        with ExitStack() as stack:
            stack.callback(partial.discard)
            with partial.open(position) as file:
                status = self._copy(stream, file.write)
                file.flush()
                os.fsync(file.fileno())
            if status is ExitStatus.DONE:
                path = partial.complete(overwrites=self._overwrites)
                self._session.output.message(
                    f"exported {count_of(self._count, 'user')} of {self._session.project} to {path}"
                )
            elif stream.resume is not None:
                partial.write_position(self._new_position(dict(stream.resume)))
                stack.pop_all()
                self._explain(stream)
        return status

    def _copy(self, stream: UserStream, write: Callable[[bytes], object]) -> ExitStatus:
        """Write all users, until a failure or an interruption."""
        output = self._session.output
        is_visible = self._file == STDOUT and sys.stdout.isatty()
        progress = (
            nullcontext()
            if is_visible or output.is_quiet
            else show_progress("exporting", self._read, output.message)
        )
        with stop_on_interrupt(output.message_at_once) as interruption, progress as shown:
            for user in stream:
                self._read += 1
                match user:
                    case Success(User() as found) if not self._filters.matches(found):
                        pass
                    case Success(User() as found):
                        line = self._line_of(found)
                        write(line)
                        self._count += 1
                        self._size += len(line)
                    case failed:
                        return self._session.fail(failed.failure())
                if shown is not None:
                    shown.update(self._read, stream.total)
                if interruption.is_requested:
                    return interruption.status
            write(self._encoder.header(User.__struct_fields__))  # of a CSV without users
        return ExitStatus.DONE

    def _line_of(self, user: User) -> bytes:
        if self._selection.format == "json" and not self._selection.fields:
            return msgspec.json.encode(user) + b"\n"  # the same line, in a tenth of the time
        return self._encoder.encode(user.to_dict())

    def _explain(self, stream: UserStream) -> None:
        """Say how far the export is, and which command continues it."""
        force = ["--force"] if self._overwrites else []
        options = to_arguments(self._session.options)
        arguments = ["export", self._file, "--continue", *force, *options]
        total = "" if stream.total is None else f" of {stream.total:,}"
        message = self._session.output.message
        if self._filters.predicates:
            read = f"{self._read:,}{total}"
            message(f"exported {count_of(self._count, 'user')}, having read {read}")
        else:
            message(f"exported {self._count:,}{total} users")
        self._session.output.warn(f"to continue, run: {shlex.join([NAME, *arguments])}")
