"""What a command works with: its options, its output, its errors and its exit status."""

import sys
from collections.abc import Callable
from typing import Final, TypeVar

from returns.result import Result, Success

from supabase_gotrue import Client, Error
from supabase_gotrue.cli.options import Options, connect
from supabase_gotrue.cli.output import Output, OutputClosedError, Record
from supabase_gotrue.cli.status import ExitStatus, status_of
from supabase_gotrue.error import describe_origin

_T = TypeVar("_T")

BUG: Final = "this is a bug of supabase-gotrue: please report it"
WRONG_FILE: Final = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)


class Session:
    """What a command works with.

    Args:
        options: The options that every command accepts.
        output: Where it prints.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.output: Output = Output(is_terminal=not options.json and sys.stdout.isatty())

    def connect(self, *, pool_size: int = 1) -> Result[Client, Error]:
        """Return the client that the options describe."""
        return connect(self.options, pool_size=pool_size)

    def call(self, function: Callable[[Client], Result[_T, Error]]) -> Result[_T, Error]:
        """Call a function with that client."""
        return self.connect().bind(function)

    def fail(self, error: Error, subject: str | None = None) -> ExitStatus:
        """Report an error and whom or what it concerns, and return its exit status."""
        self.output.error(error, subject)
        return status_of(error)

    def decline(self, message: str) -> ExitStatus:
        """Report that the answer to a question was no."""
        self.output.message(message)
        return ExitStatus.REFUSED

    def refuse(self, message: str) -> ExitStatus:
        """Report wrong usage."""
        self.output.message(f"error: {message}", "red")
        return ExitStatus.USAGE

    def finish(
        self,
        result: Result[_T, Error],
        record: Callable[[_T], Record],
        shown: Callable[[_T], str | Record],
    ) -> ExitStatus:
        """Print the result of one call.

        Args:
            result: The result.
            record: Returns what is printed as JSON.
            shown: Returns what a terminal shows: a sentence, or fields.
        """
        match result:
            case Success(value):
                self.output.record(record(value), shown(value))
                return ExitStatus.DONE
            case failed:
                return self.fail(failed.failure())


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
        output.message(f"{after_echo}interrupted", "yellow")
        return ExitStatus.INTERRUPTED
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        output.message(f"error: {place}{error.strerror or type(error).__name__}", "red")
        return ExitStatus.USAGE if isinstance(error, WRONG_FILE) else ExitStatus.REFUSED
    except Exception as error:  # its message may hold a secret
        output.message(f"error: {describe_origin(error)}; {BUG}", "red")
        return ExitStatus.REFUSED
    return status
