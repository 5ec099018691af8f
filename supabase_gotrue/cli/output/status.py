"""Exit statuses of the command line."""

from collections.abc import Iterable, Mapping
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
    TERMINATED = 143


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
# 404s that do not say that a user is missing: a wrong URL, and a feature that is disabled.
ROUTE_MISSING_CODES: Final = frozenset({None, "feature_disabled"})

# The status of a command that does several things is that of the worst.
_SEVERITY: Final = (
    ExitStatus.NO_CONNECTION,
    ExitStatus.NOT_ADMIN,
    ExitStatus.REFUSED,
    ExitStatus.USAGE,
    ExitStatus.NOT_FOUND,
    ExitStatus.DONE,
)


def worst(statuses: Iterable[ExitStatus]) -> ExitStatus:
    """Return the worst of some statuses.

    >>> worst([ExitStatus.NOT_FOUND, ExitStatus.NO_CONNECTION, ExitStatus.DONE]).name
    'NO_CONNECTION'
    """
    return min(statuses, key=_SEVERITY.index, default=ExitStatus.DONE)


def status_of(error: Error) -> ExitStatus:
    """Return the exit status for an error.

    >>> status_of(Error("not_found", status=404, error_code="user_not_found")).name
    'NOT_FOUND'
    >>> status_of(Error("not_found", status=404)).name  # a proxy's page: a wrong URL
    'REFUSED'
    """
    if error.status == 404 and error.error_code in ROUTE_MISSING_CODES:
        return ExitStatus.REFUSED
    return STATUS_OF_CODE.get(error.code, ExitStatus.REFUSED)
