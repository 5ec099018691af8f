"""What a command works with: its options, its output, its errors and its exit status."""

import shlex
import sys
from collections.abc import Callable
from datetime import UTC
from functools import cached_property
from typing import TypeVar

from returns.result import Result, Success

from supabase_gotrue import Client, Error
from supabase_gotrue.cli.arguments.options import Options, field_names, to_arguments
from supabase_gotrue.cli.connection.connection import (
    EMULATOR,
    Connection,
    Origin,
    emulated_client,
    find_connection,
    find_key,
    make_client,
)
from supabase_gotrue.cli.output.output import Output
from supabase_gotrue.cli.output.records import Record
from supabase_gotrue.cli.output.status import ExitStatus, status_of
from supabase_gotrue.cli.output.times import ZONE
from supabase_gotrue.cli.table.commands import NAME
from supabase_gotrue.cli.terminal.prompts import ask, confirm, is_interactive

_T = TypeVar("_T")


class Session:
    """What a command works with.

    Args:
        options: The options that every command accepts.
        output: Where it prints.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        # Where the URL and the key came from, once there is a client.
        self.sources: dict[str, str] = {}
        ZONE.set(UTC if options.utc else None)
        default = "table" if sys.stdout.isatty() else "json"
        self.output: Output = Output(
            format="json" if options.json else options.output or default,
            fields=field_names(options.fields),
            is_quiet=options.quiet,
            has_json_errors=options.json or options.output == "json",
            doctor=doctor_command(options),
        )

    @cached_property
    def connection(self) -> Result[Connection, Error]:
        """The project that options, a profile or the environment name."""
        return find_connection(self.options)

    @property
    def project(self) -> str:
        """What people call the project."""
        if self.options.emulator:
            return EMULATOR
        return self.connection.map(lambda connection: connection.project).value_or("")

    def connect(self, *, pool_size: int = 1) -> Result[Client, Error]:
        """Return the client of the project.

        Args:
            pool_size: How many calls are made at a time.
        """
        if self.options.emulator:
            return emulated_client()

        def make(connection: Connection, key: Origin) -> Result[Client, Error]:
            self.sources = {"URL": connection.url.source, "key": key.source}
            return make_client(connection, key, self.options, pool_size=pool_size)

        return self.connection.bind(
            lambda connection: find_key(connection).bind(lambda key: make(connection, key))
        )

    def check_consent(self, *, is_given: bool, option: str = "--yes") -> ExitStatus | None:
        """Refuse a destructive command to which nobody can consent; `None` means continue.

        Args:
            is_given: Whether an option says so.
            option: That option.
        """
        given, profile, name = self.options.confirm, self.profile, self.production
        if given not in (None, profile) and self.project and not self.options.emulator:
            whose = "has no profile" if profile is None else f"is that of the profile {profile}"
            return self.refuse(f"--confirm {given}: the project {self.project} {whose}")
        if name is not None and given is None and not is_interactive():
            return self.refuse(f"{name} is a production profile: give --confirm {name}")
        if name is None and not (is_given or is_interactive()):
            return self.refuse(f"nobody can be asked, because stdin is no terminal: give {option}")
        return None

    def ask_consent(
        self, question: str, *, is_given: bool, declined: str, option: str = "--yes"
    ) -> ExitStatus | None:
        """Ask before a destructive command, unless consent is given; `None` means yes.

        The name of a production profile has to be typed, or given by `--confirm`.

        Args:
            question: It names the project.
            is_given: Whether an option says so.
            declined: What is printed if the answer is no.
            option: That option.
        """
        refused = self.check_consent(is_given=is_given, option=option)
        if refused is not None:
            return refused
        name = self.production
        if name is None:
            return None if is_given or confirm(question) else self.decline(declined)
        if self.options.confirm == name or ask(f"{question} Type {name} to continue:") == name:
            return None
        return self.decline(declined)

    def ask_to_delete(self, what: str, *, is_given: bool) -> ExitStatus | None:
        """Ask before something is deleted, as `ask_consent` does."""
        question = f"Delete {what}?"
        return self.ask_consent(question, is_given=is_given, declined="nothing was deleted")

    @property
    def profile(self) -> str | None:
        """The name of the profile that has the server."""
        return self.connection.map(lambda connection: connection.profile).value_or(None)

    @property
    def production(self) -> str | None:
        """The name of the profile, if it is a production one."""
        is_production = self.connection.map(lambda connection: connection.is_production)
        is_real = not self.options.emulator
        return self.profile if is_real and is_production.value_or(False) else None

    def call(self, function: Callable[[Client], Result[_T, Error]]) -> Result[_T, Error]:
        """Call a function with that client."""
        return self.connect().bind(function)

    def fail(self, error: Error, subject: str | None = None) -> ExitStatus:
        """Report an error and whom or what it concerns, and return its exit status."""
        is_nameless = error.code in ("connection_error", "timeout") and bool(self.project)
        if is_nameless and self.project not in error.message:
            error = error.with_message(f"{error.message} ({self.project})")
        self.output.error(error, subject)
        return status_of(error)

    def decline(self, message: str) -> ExitStatus:
        """Report that the answer to a question was no."""
        self.output.message(message)
        return ExitStatus.REFUSED

    def refuse(self, message: str) -> ExitStatus:
        """Report wrong usage."""
        self.output.problem(message)
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

    def finish_deletion(self, result: Result[object, Error], noun: str, id: str) -> ExitStatus:
        """Print that something was deleted, or why not."""
        return self.finish(
            result, lambda _: {"id": id, "deleted": True}, lambda _: f"deleted {noun} {id}"
        )


def doctor_command(options: Options) -> str:
    """Return the command that finds out why calls to the same project fail."""
    connection = Options(
        profile=options.profile,
        url=options.url,
        auth_url=options.auth_url,
        key_file=options.key_file,
    )
    return shlex.join([NAME, "doctor", *to_arguments(connection)])
