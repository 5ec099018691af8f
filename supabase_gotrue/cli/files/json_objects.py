"""JSON that users write into files."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue import Error
from supabase_gotrue.json_types import is_object

STDIN: Final = Path("-")


def read_object(file: Path) -> Result[Mapping[str, object], Error]:
    """Read a JSON object.

    Args:
        file: Its path, or `-` for the standard input.

    Returns:
        The object, or an Error with code `validation` that names the file. A file that cannot be
        read raises an OSError, which every command reports.
    """
    data = sys.stdin.buffer.read() if file == STDIN else file.read_bytes()
    try:
        value: object = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = None
    if not is_object(value):
        return Failure(
            Error("validation", f"{'stdin' if file == STDIN else file} must hold a JSON object")
        )
    return Success(value)
