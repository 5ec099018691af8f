"""Exit statuses of the command line."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final

from supabase_gotrue.error import Error


class ExitStatus(IntEnum):
    """How a command ended; `docs/command-line.md` has the same table."""

    DONE = 0
    REFUSED = 1
    USAGE = 2
    NOT_FOUND = 3
    NO_CONNECTION = 4
    NOT_ADMIN = 5
    ROWS_FAILED = 6
    INTERRUPTED = 130


# All other codes are what a server answered: REFUSED.
STATUS_OF_CODE: Final[Mapping[str, ExitStatus]] = MappingProxyType(
    {
        "validation": ExitStatus.USAGE,
        "not_found": ExitStatus.NOT_FOUND,
        "connection_error": ExitStatus.NO_CONNECTION,
        "timeout": ExitStatus.NO_CONNECTION,
        "unauthorized": ExitStatus.NOT_ADMIN,
        "forbidden": ExitStatus.NOT_ADMIN,
    }
)
# These are 404s, but nobody looked for a user: the wrong URL, and a route that is switched off.
NOTHING_SOUGHT: Final = frozenset({None, "feature_disabled"})


def status_of(error: Error) -> ExitStatus:
    """Return the exit status for an error.

    >>> status_of(Error("not_found", status=404, error_code="user_not_found")).name
    'NOT_FOUND'
    >>> status_of(Error("not_found", status=404)).name  # a proxy's page: a wrong URL
    'REFUSED'
    """
    if error.status == 404 and error.error_code in NOTHING_SOUGHT:
        return ExitStatus.REFUSED
    return STATUS_OF_CODE.get(error.code, ExitStatus.REFUSED)
