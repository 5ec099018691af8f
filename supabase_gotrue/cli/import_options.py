"""The options of `import`, and the command that goes on after it stopped."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

import msgspec
from msgspec.structs import replace

from supabase_gotrue.cli.commands import NAME
from supabase_gotrue.cli.options import Options, to_arguments

FormatName = Literal["jsonl", "csv", "firebase", "auth0", "django", "cognito"]

FORMAT_OF_SUFFIX: Final[Mapping[str, FormatName]] = MappingProxyType(
    {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}
)


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of `import`, as its command has them."""

    file: Path
    format: FormatName | None = None
    hash_config: Path | None = None
    passwords: Path | None = None
    dry_run: bool = False
    failures: Path | None = None
    concurrency: int = 8
    skip: int = 0

    @property
    def is_stdin(self) -> bool:
        """Whether the input is the standard input."""
        return str(self.file) == "-"

    def problem(self) -> str | None:
        """Return what is wrong with the options together."""
        if self.format is None:
            return "the format is unknown: give --from"
        if (self.format == "firebase") is (self.hash_config is None):
            return "--from firebase and --hash-config belong together"
        if self.format != "auth0" and self.passwords is not None:
            return "--passwords belongs to --from auth0"
        if self.failures is not None and is_same_file(self.failures, self.file):
            return "--failures must not be the file that is imported"
        return None

    def next_command(self, common: Options, skip: int) -> str:
        """Return the command that goes on after the first rows."""
        failures = self.failures and free_name(self.failures)
        later = replace(self, skip=skip, failures=failures)
        arguments = [*to_arguments(later, {"format": "--from", "file": ""}), *to_arguments(common)]
        return shlex.join([NAME, "import", *arguments])


def is_same_file(first: Path, second: Path) -> bool:
    """Whether two paths lead to one file that exists."""
    return first.exists() and second.exists() and first.samefile(second)


def free_name(path: Path) -> Path:
    """Return a path that holds nothing, for the failures of the next import.

    >>> free_name(Path("no-such-folder/failed.csv")).name
    'failed.csv'
    """
    found, number = path, 2
    while found.exists() and found.stat().st_size:
        found, number = path.with_name(f"{path.stem}.{number}{path.suffix}"), number + 1
    return found
