"""Reads the arguments of the process by click, as the table of commands says."""

import sys
from collections.abc import Mapping, Sequence
from functools import partial
from importlib import import_module
from itertools import pairwise
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol, cast

import click
from click.core import ParameterSource
from msgspec.structs import fields as struct_fields
from msgspec.structs import replace

import supabase_gotrue as library
from supabase_gotrue.cli.arguments.options import Options, field_names, options_problem
from supabase_gotrue.cli.output.output import Output
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.running.command import request_log, run_command
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.cli.table.commands import COMMANDS, COMMON, GROUPS, NAME
from supabase_gotrue.cli.table.declarations import Argument, Command, Option
from supabase_gotrue.cli.table.help_text import (
    HELP_FLAGS,
    VERSION,
    argument_usage,
    help_for,
    members,
)

COMMON_OPTIONS: Final = tuple(option for options in COMMON.values() for option in options)
COMMON_NAMES: Final = frozenset(option.parameter for option in COMMON_OPTIONS)
KINDS: Final[Mapping[str, "click.ParamType[object]"]] = MappingProxyType(
    {
        "text": click.STRING,
        "number": click.FLOAT,
        "file": click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
        "path": click.Path(path_type=Path),
    }
)
SETTINGS: Final = {"help_option_names": list(HELP_FLAGS)}


class Handler(Protocol):
    """The function of a command: it takes the parameters by their names."""

    def __call__(self, session: Session, /, **parameters: object) -> ExitStatus: ...


class TableCommand(click.Command):
    """A command of the table.

    Args:
        command: Its entry.
    """

    def __init__(self, command: Command) -> None:
        parameters = (*command.parameters, *COMMON_OPTIONS)
        super().__init__(
            command.name, params=list(map(to_click, parameters)), context_settings=SETTINGS
        )
        self._command = command
        self.help: str | None = command.summary  # completion shows it

    def get_help(self, ctx: click.Context) -> str:
        """Return the help of the table."""
        return str(help_for(self._command.path))

    def invoke(self, ctx: click.Context) -> ExitStatus:
        """Run the function, and return its status."""
        own = {p.parameter: ctx.params[p.parameter] for p in self._command.parameters}
        session = Session(replace(Options(), **given_options(ctx)))
        problem = options_problem(session.options) or fields_problem(
            session.options.fields, self._command
        )
        if problem is not None:
            return session.refuse(problem)
        run = partial(self._run, load(self._command.function), session, own)
        with request_log(session.options.debug):
            return run_command(run, session)

    def _run(
        self, handler: Handler, session: Session, parameters: Mapping[str, object]
    ) -> ExitStatus:
        status = handler(session, **parameters)
        if session.output.format == "csv" and status is ExitStatus.DONE:
            session.output.end(fields_of(self._command))
        return status


class TableGroup(click.Group):
    """A group of the table; "" is the whole program.

    Args:
        path: Its name.
    """

    def __init__(self, path: str) -> None:
        params = [] if path else [to_click(option) for option in (*COMMON_OPTIONS, VERSION)]
        super().__init__(path or NAME, params=params, context_settings=SETTINGS)
        self._path = path
        self.help: str | None = GROUPS.get(path)

    def get_help(self, ctx: click.Context) -> str:
        """Return the help of the table."""
        return str(help_for(self._path))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of its commands."""
        return [name for name, _ in members(self._path)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name."""
        path = f"{self._path} {cmd_name}".strip()
        if path in GROUPS:
            return TableGroup(path)
        return TableCommand(COMMANDS[path]) if path in COMMANDS else None


def to_click(parameter: Argument | Option) -> click.Parameter:
    """Return a parameter as click has it."""
    made = to_argument(parameter) if isinstance(parameter, Argument) else to_option(parameter)
    if parameter.default is not None:  # to click, `None` would be a value
        made.default = parameter.default
    return made


def to_argument(argument: Argument) -> click.Argument:
    """Return an argument as click has it."""
    return click.Argument(
        [argument.name],
        type=type_of(argument),
        metavar=argument_usage(argument),
        nargs=-1 if argument.is_multiple else 1,
        required=argument.is_required and argument.default is None,
    )


def to_option(option: Option) -> click.Option:
    """Return an option as click has it."""
    names = list(filter(None, (option.short, option.flag, option.parameter)))
    if not option.metavar:
        return click.Option(names, is_flag=True, help=option.help)
    return click.Option(
        names,
        type=type_of(option),
        metavar=option.metavar,
        help=option.help,
        required=option.is_required,
        multiple=option.is_multiple,
    )


def type_of(parameter: Argument | Option) -> "click.ParamType[object]":
    """Return how the text of a parameter is read."""
    if parameter.choices:
        return click.Choice(parameter.choices)
    if isinstance(parameter, Option) and parameter.kind == "integer":
        return click.IntRange(parameter.minimum, parameter.maximum)
    return KINDS[parameter.kind]


def given_options(ctx: click.Context) -> dict[str, object]:
    """Return the common options that are given; those after the command replace those before."""
    outer = {} if ctx.parent is None else given_options(ctx.parent)
    own = {
        name: value
        for name, value in ctx.params.items()
        if name in COMMON_NAMES and ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    return {**outer, **own}


def fields_problem(text: str | None, command: Command) -> str | None:
    """Return what is wrong with `--fields`, before anything is done."""
    if text is None:
        return None
    names = field_names(text)
    if not names:
        return "--fields: name fields, such as id,email"
    known = nameable_fields(command)
    unknown = [name for name in names if name.partition(".")[0] not in known]
    if not known:
        return "--fields: the output of this command has no fields"
    if not unknown:
        return None
    return f"--fields: there is no field {', '.join(unknown)}; there are {', '.join(known)}"


def fields_of(command: Command) -> tuple[str, ...]:
    """Return the fields of the records of a command, in their order."""
    return (*command.own_fields, *fields_of_model(command.record))


def nameable_fields(command: Command) -> tuple[str, ...]:
    """Return the fields that `--fields` can name."""
    return tuple(dict.fromkeys([*fields_of(command), *fields_of_model(command.also)]))


def fields_of_model(name: str) -> tuple[str, ...]:
    """Return the fields of a class of the library; "" has none."""
    return tuple(field.name for field in struct_fields(getattr(library, name))) if name else ()


def load(function: str) -> Handler:
    """Return the function of a command: its module is imported when it is needed."""
    module, _, name = function.partition(":")
    found = import_module(f"supabase_gotrue.cli.commands.{module}")
    return cast("Handler", attrgetter(name)(found))


def run_command_line(arguments: list[str]) -> int:
    """Run the command that arguments name, and return the exit status."""
    try:
        return int(TableGroup("").main(arguments, prog_name=NAME, standalone_mode=False) or 0)
    except click.exceptions.NoArgsIsHelpError as error:
        sys.stderr.write(f"{error.ctx.get_help()}\n")
    except click.ClickException as error:
        output = Output(format="json", has_json_errors=wants_json(arguments))
        output.problem(error.format_message())
        context = error.ctx if isinstance(error, click.UsageError) else None
        if context is not None and not output.has_json_errors:
            output.warn(f"see: {context.command_path} --help")
    except click.Abort:
        return ExitStatus.INTERRUPTED
    return ExitStatus.USAGE


def wants_json(arguments: Sequence[str]) -> bool:
    """Whether arguments that click does not understand ask for errors as JSON."""
    pairs = pairwise(arguments)
    return "--json" in arguments or ("-o", "json") in pairs or "--output=json" in arguments
