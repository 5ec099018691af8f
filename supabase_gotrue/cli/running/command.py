"""Runs a command: whatever happens becomes an exit status and a message."""

import logging
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

from supabase_gotrue.cli.output.output import OutputClosedError
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.error import describe_origin

BUG: Final = "this is a bug of supabase-gotrue: please report it"
WRONG_FILE: Final = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)


def run_command(function: Callable[[], ExitStatus], session: Session) -> ExitStatus:
    """Run a command; whatever happens becomes an exit status and a message."""
    output = session.output
    try:
        status = function()
        output.flush()
    except OutputClosedError:
        return ExitStatus.DONE
    except KeyboardInterrupt:
        after_echo = "\n" if sys.stderr.isatty() else ""  # a terminal shows ^C
        output.warn(f"{after_echo}interrupted", "yellow")
        return ExitStatus.INTERRUPTED
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        output.problem(f"{place}{error.strerror or type(error).__name__}")
        return ExitStatus.USAGE if isinstance(error, WRONG_FILE) else ExitStatus.REFUSED
    except Exception as error:  # its message may hold a secret
        output.problem(f"{describe_origin(error)}; {BUG}")
        return ExitStatus.REFUSED
    return status


@contextmanager
def request_log(is_wanted: bool) -> Generator[None]:
    """Write a line for each request on stderr, if wanted: its route, status and time, no secret."""
    if not is_wanted:
        yield
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.getLogger("supabase_gotrue")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
