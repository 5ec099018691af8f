"""Times as people see them: to the minute, local or in UTC."""

import time
from contextvars import ContextVar
from datetime import datetime, tzinfo
from typing import Final

# The zone of the times that people see; `None` is the local one.
ZONE: Final[ContextVar[tzinfo | None]] = ContextVar("zone", default=None)


def minute(moment: datetime | None) -> str:
    """Return a time up to its minute, without its zone; or nothing."""
    return "" if moment is None else f"{moment.astimezone(ZONE.get()):%Y-%m-%d %H:%M}"


def minute_and_zone(moment: datetime | None) -> str:
    """Return a time up to its minute, with its zone; or nothing."""
    return "" if moment is None else f"{moment.astimezone(ZONE.get()):%Y-%m-%d %H:%M %Z}"


def zone() -> str:
    """Return the name of the zone of the times that people see, such as CET/CEST."""
    zone = ZONE.get()
    return "/".join(dict.fromkeys(time.tzname)) if zone is None else str(zone)
