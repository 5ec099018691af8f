"""The options of `import`, and the command that continues after it stopped."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec.structs import replace

from supabase_gotrue.cli.arguments.options import Options, to_arguments
from supabase_gotrue.cli.files import private_files
from supabase_gotrue.cli.table.commands import FORMATS, NAME

FORMAT_OF_SUFFIX: Final[Mapping[str, str]] = MappingProxyType(
    {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}
)
# Options that only some formats have.
FORMATS_WITH: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "delimiter": ("csv",),
        "column": ("csv",),
        "hash_config": ("firebase",),
        "passwords": ("auth0",),
        "model": ("django",),
        "unsupported_passwords": tuple(name for name in FORMATS if name != "cognito"),
    }
)


class ImportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """The options of `import`, as its command has them."""

    file: Path
    format: str | None = None
    hash_config: Path | None = None
    passwords: Path | None = None
    delimiter: str | None = None
    column: tuple[str, ...] = ()
    model: str | None = None
    unsupported_passwords: str = "fail"
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
        for name, formats in FORMATS_WITH.items():
            is_given = getattr(self, name) not in (None, (), "fail")
            if is_given and self.format not in formats:
                flag = f"--{name.replace('_', '-')}"
                return f"{flag} belongs to --from {' or '.join(formats)}"
        for column in self.column:
            if not column.rpartition("=")[0]:
                return f"--column {column}: give TITLE=NAME, or TITLE= to leave the column out"
        return None if self.failures is None else failures_problem(self.failures)

    def next_command(self, common: Options, skip: int, failures: Path | None) -> str:
        """Return the command that continues after the first rows.

        Args:
            common: The options that all commands have.
            skip: How many rows are done.
            failures: Where failed rows were written, if there were any.
        """
        later = replace(self, skip=skip, failures=failures and private_files.next_name(failures))
        arguments = [*to_arguments(later, {"format": "--from", "file": ""}), *to_arguments(common)]
        return shlex.join([NAME, "import", *arguments])


def failures_problem(path: Path) -> str | None:
    """Return why failed rows cannot be written to a file: none is replaced."""
    if private_files.exists(path) and not private_files.is_special(path):
        other = private_files.next_name(path)
        return f"--failures {path} exists, and is not replaced: give another name, such as {other}"
    if not path.parent.is_dir():
        return f"--failures {path}: there is no folder {path.parent}"
    return None
