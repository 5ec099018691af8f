"""The help of commands and groups, as text."""

import os
import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from supabase_gotrue.cli.table.commands import COMMANDS, COMMON, GROUPS, NAME, SUMMARY
from supabase_gotrue.cli.table.declarations import Argument, Command, Option

MAX_WIDTH: Final = 100
# Longer names stand on a line of their own.
MAX_INDENT: Final = 26
HELP_FLAGS: Final = ("--help", "-h")
HELP: Final = Option("--help", "Show this help and exit.", short="-h")
VERSION: Final = Option("--version", "Show the version and exit.")


def help_for(path: str) -> str | None:
    """Return the help of a command or a group; `None` if there is none of that name."""
    width = terminal_width()
    if path in COMMANDS:
        return "\n".join(command_lines(COMMANDS[path], width))
    if path in GROUPS or not path:
        return "\n".join(group_lines(path, width))
    return None


def group_lines(path: str, width: int) -> Iterator[str]:
    """Yield the help of a group; "" is the whole program."""
    yield f"Usage: {usage(path)} COMMAND [OPTIONS]"
    yield ""
    yield from wrapped(GROUPS[path] if path else SUMMARY, width)
    yield from section("Commands", members(path), width)
    if path:
        yield from section("Options", [row_of(HELP)], width)
    else:
        yield from common_lines([VERSION, HELP], width)
    yield ""
    yield f"Try: {usage(path)} COMMAND --help"


def members(path: str) -> Iterator[tuple[str, str]]:
    """Yield the name and the summary of each command of a group."""
    for name, summary in GROUPS.items():
        if not path:
            yield name, summary
    for command in COMMANDS.values():
        if command.path.rpartition(" ")[0] == path:
            yield command.name, command.summary


def command_lines(command: Command, width: int) -> Iterator[str]:
    """Yield the help of a command."""
    yield from wrapped(f"Usage: {command_usage(command)}", width, indent="")
    for paragraph in filter(None, (command.summary, command.details)):
        yield ""
        yield from wrapped(paragraph, width)
    yield from section("Arguments", map(row_of, command.arguments), width)
    yield from section("Options", map(row_of, command.options), width)
    yield from common_lines([HELP], width)
    yield ""
    yield "Example:"
    yield f"  {NAME} {command.path} {command.example}".rstrip()


def common_lines(others: Iterable[Option], width: int) -> Iterator[str]:
    """Yield the options that all commands have."""
    for title, options in COMMON.items():
        yield from section(title, map(row_of, options), width)
    yield from section("Other", map(row_of, others), width)


def usage(path: str) -> str:
    """Return what users type for a command or a group."""
    return f"{NAME} {path}".rstrip()


def command_usage(command: Command) -> str:
    """Return how a command is used."""
    options = (f"{o.flag} {o.metavar}" for o in command.options if o.is_required)
    arguments = map(argument_usage, command.arguments)
    return " ".join([usage(command.path), "[OPTIONS]", *options, *arguments])


def argument_usage(argument: Argument) -> str:
    """Return how an argument is used: `ID...`, or `[FILE]` if it may be left out."""
    name = argument.metavar + ("..." if argument.is_multiple else "")
    is_required = argument.is_required and argument.default is None
    return name if is_required else f"[{name}]"


def row_of(parameter: Argument | Option) -> tuple[str, str]:
    """Return the name of a parameter as help shows it, and its help."""
    text = parameter.help
    if parameter.choices:
        text = f"{text} One of: {', '.join(parameter.choices)}."
    if isinstance(parameter, Argument):
        return argument_usage(parameter), text
    names = ", ".join(filter(None, (parameter.short, parameter.flag)))
    return f"{names} {parameter.metavar}".rstrip(), text


def section(title: str, rows: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    """Yield a title and two columns; nothing if there are no rows."""
    rows = list(rows)
    if not rows:
        return
    yield ""
    yield f"{title}:"
    indent = min(max(len(name) for name, _ in rows), MAX_INDENT) + 4
    for name, text in rows:
        lines = textwrap.wrap(text, max(width - indent, 20))
        is_short = len(name) + 4 <= indent
        if not is_short:
            yield f"  {name}"
        for index, line in enumerate(lines):
            first = f"  {name}" if is_short and index == 0 else ""
            yield first.ljust(indent) + line


def wrapped(text: str, width: int, indent: str = "  ") -> list[str]:
    """Return a paragraph as lines."""
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def terminal_width() -> int:
    """Return the width of the terminal, within bounds; 80 columns if there is none."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal():
        return max(40, min(int(columns), MAX_WIDTH))
    try:
        return max(40, min(os.get_terminal_size().columns or 80, MAX_WIDTH))
    except OSError:
        return 80
