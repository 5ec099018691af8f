"""Files that hold personal data or secrets: only their owner can read them, no link is followed."""

import os
import re
from pathlib import Path
from typing import BinaryIO, Final

MODE: Final = 0o600
# A number that `next_name` has given, not a date such as 2026-01-31.
NUMBERED: Final = re.compile(r"(.*[^-\d])-(\d{1,3})", re.ASCII)
# Windows has neither: there, a link needs a privilege.
NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def exists(path: Path) -> bool:
    """Whether there is something under a name, be it a link that leads nowhere."""
    return os.path.lexists(path)


def is_special(path: Path) -> bool:
    """Whether a path leads to a device or a pipe, which stays what it is."""
    return path.exists() and not path.is_file() and not path.is_dir()


def create(path: Path) -> BinaryIO:
    """Create a file for writing; raise FileExistsError if there is something of that name."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW
    return os.fdopen(os.open(path, flags, MODE), "wb")


def replace(path: Path) -> BinaryIO:
    """Create a file anew; a link of that name is removed, not followed."""
    path.unlink(missing_ok=True)
    return create(path)


def append(path: Path, size: int) -> BinaryIO:
    """Open a file to write after its first bytes; the rest is cut off."""
    file = os.fdopen(os.open(path, os.O_WRONLY | NO_FOLLOW), "wb")
    file.truncate(size)
    file.seek(size)
    return file


def publish(source: Path, path: Path, *, overwrites: bool) -> bool:
    """Give a complete file its name; return False if the name is taken."""
    if overwrites:
        os.replace(source, path)
        return True
    try:
        os.link(source, path)  # fails if the name is taken, which a renaming does not
    except FileExistsError:
        return False
    except OSError:  # a file system without hard links
        if exists(path):
            return False
        os.replace(source, path)
    else:
        source.unlink()
    return True


def next_name(path: Path) -> Path:
    """Return a name that is not taken: the path itself, or with the next number; a device stays.

    >>> next_name(Path("no-such-folder/failed.csv")).name
    'failed.csv'
    """
    found, numbered = path, NUMBERED.fullmatch(path.stem)
    stem, number = (numbered[1], int(numbered[2])) if numbered else (path.stem, 1)
    while exists(found) and not is_special(found):
        number += 1
        found = path.with_name(f"{stem}-{number}{path.suffix}")
    return found
