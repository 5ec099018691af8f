"""How a function becomes a command: its options, its errors and its exit status."""

import inspect
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar, cast, get_type_hints

import typer
from msgspec.structs import asdict, replace
from returns.result import Result, Success

from supabase_gotrue import Client, Error
from supabase_gotrue.cli.options import Options, connect
from supabase_gotrue.cli.output import Output, OutputClosedError, Record
from supabase_gotrue.cli.status import ExitStatus, status_of
from supabase_gotrue.error import describe_origin

_P = ParamSpec("_P")
_Q = ParamSpec("_Q")
_T = TypeVar("_T")

NAME: Final = "supabase-gotrue"
BUG: Final = "this is a bug of supabase-gotrue: please report it"
WRONG_FILE: Final = (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)
KEYWORD: Final = inspect.Parameter.KEYWORD_ONLY


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


class _Handler(Protocol):
    """A command as typer calls it: with the arguments that its signature names."""

    def __call__(self, session: Session, /, **arguments: object) -> ExitStatus: ...


Command = Callable[Concatenate[Session, _P], ExitStatus]


def command(app: typer.Typer, name: str, *, example: str) -> Callable[[Command[_P]], Command[_P]]:
    """Register a function as a command; the first paragraph of its docstring is its help.

    Args:
        app: The group of commands.
        name: What users type.
        example: The arguments of an example, which ends the command's help.
    """

    def register(function: Command[_P]) -> Command[_P]:
        def invoke(context: typer.Context, **arguments: object) -> None:
            own = {name: arguments.pop(name) for name in Options.__struct_fields__}
            session = Session(merge_options(context, own))
            handler = cast("_Handler", function)
            raise typer.Exit(run_command(partial(handler, session, **arguments), session))

        set_signature(invoke, function)
        help_text = inspect.cleandoc(function.__doc__ or "")
        app.command(name, help=help_text, epilog=f"Example: {NAME} {example}")(invoke)
        return function

    return register


def set_signature(function: Callable[_P, None], model: Callable[_Q, object]) -> None:
    """Give a function the signature that typer reads: a context, own and common options.

    Args:
        function: Takes the arguments by name.
        model: Has the own ones as its parameters; one named `session` is left out.
    """
    hints = get_type_hints(Options, include_extras=True)
    parameters = {
        "context": inspect.Parameter("context", KEYWORD, annotation=typer.Context),
        **inspect.signature(model, eval_str=True).parameters,
        **{
            name: inspect.Parameter(name, KEYWORD, default=default, annotation=hints[name])
            for name, default in asdict(Options()).items()
        },
    }
    parameters.pop("session", None)
    signature = inspect.Signature([p.replace(kind=KEYWORD) for p in parameters.values()])
    vars(function)["__signature__"] = signature
    function.__annotations__ = {name: p.annotation for name, p in parameters.items()}


def merge_options(context: typer.Context, own: Mapping[str, object]) -> Options:
    """Return the options of a command; those before its name apply where it has not its own."""
    outer = context.obj if isinstance(context.obj, Options) else Options()
    defaults = asdict(Options())
    given = {name: value for name, value in own.items() if value != defaults[name]}
    return replace(outer, **given)


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
