"""A file that appears under its name when it is complete, and where an export of it stopped."""

from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from supabase_gotrue.cli.arguments.filters import given_filters
from supabase_gotrue.cli.files import private_files


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What is exported, and how.

    Args:
        filters: The options that are filters.
        format: `json`, `csv` or `ids`.
        fields: The fields that are wanted; all if empty.
    """

    filters: dict[str, object] = {}
    format: str = "json"
    fields: tuple[str, ...] = ()

    def conflicts_with(self, other: "Selection") -> bool:
        """Whether something is given, and it is not what the other selection has."""
        mine, others = given_filters(self.filters), given_filters(other.filters)
        return mine not in ({}, others) or (self.format, self.fields) != (
            other.format,
            other.fields,
        )


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """How far an export is.

    Args:
        resume: Where the stream of users is.
        size: The bytes that were written.
        read: The users that were read.
        count: Those of them that were written.
        selection: What is exported.
        began: When the export began, to which `30d` of a filter refers.
    """

    resume: dict[str, object] | None = None
    size: int = 0
    read: int = 0
    count: int = 0
    selection: Selection = Selection()
    began: datetime = msgspec.field(default_factory=lambda: datetime.now(UTC))


class PartialFile:
    """A file that appears under its name when it is complete.

    Args:
        path: The name.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.partial_path: Path = path.with_name(f"{path.name}.partial")
        self.position_path: Path = path.with_name(f"{path.name}.position")

    def read_position(self) -> Position | None:
        """Return how far a stopped export is, or `None` if there is none."""
        try:
            position = msgspec.json.decode(self.position_path.read_bytes(), type=Position)
            is_whole = self.partial_path.stat().st_size >= position.size
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        return position if is_whole else None

    def open(self, position: Position) -> BinaryIO:
        """Open the partial file at a position."""
        if position.size == 0:
            self.position_path.unlink(missing_ok=True)
            return private_files.replace(self.partial_path)
        return private_files.append(self.partial_path, position.size)

    def write_position(self, position: Position) -> None:
        """Keep how far the export is, for a later process."""
        with private_files.replace(self.position_path) as file:
            file.write(msgspec.json.encode(position))

    def complete(self, *, overwrites: bool) -> Path:
        """Give the file its name, or the next that is free if it is taken meanwhile."""
        path = self.path
        while not private_files.publish(self.partial_path, path, overwrites=overwrites):
            path = private_files.next_name(self.path)
        self.position_path.unlink(missing_ok=True)
        return path

    def discard(self) -> None:
        """Remove the partial file."""
        self.partial_path.unlink(missing_ok=True)
        self.position_path.unlink(missing_ok=True)
