"""What a command is: its name, its help, its parameters and the function that runs it."""

from typing import Literal, NamedTuple

# How the text of a parameter is read; `parser` has a row for each.
Kind = Literal["text", "integer", "number", "file", "path"]


class Argument(NamedTuple):
    """An argument of a command, which is given by its position.

    Args:
        name: The parameter of the function.
        metavar: What help calls it.
        help: What it is, for people.
        kind: How its text is read.
        choices: The values, where there are only a few.
        default: The value where it is not given; `None` if it must be.
        is_multiple: Whether several can be given: the function takes a sequence.
        is_required: Whether it must be given, if it has no default.
    """

    name: str
    metavar: str
    help: str
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    default: str | None = None
    is_multiple: bool = False
    is_required: bool = True

    @property
    def parameter(self) -> str:
        """The parameter of the function."""
        return self.name


class Option(NamedTuple):
    """An option of a command.

    Args:
        flag: Such as `--limit`.
        help: What it does, for people.
        metavar: What help calls its value; "" for an option without a value.
        kind: How its text is read.
        name: The parameter of the function; "" if it is named like the flag.
        short: Such as `-y`.
        choices: The values, where there are only a few.
        default: The value where it is not given.
        minimum: The least integer.
        maximum: The greatest integer.
        is_required: Whether it must be given.
        is_multiple: Whether it can be repeated: the function takes a sequence.
    """

    flag: str
    help: str
    metavar: str = ""
    kind: Kind = "text"
    name: str = ""
    short: str = ""
    choices: tuple[str, ...] = ()
    default: float | str | None = None
    minimum: int | None = None
    maximum: int | None = None
    is_required: bool = False
    is_multiple: bool = False

    @property
    def parameter(self) -> str:
        """The parameter of the function."""
        return self.name or self.flag.removeprefix("--").replace("-", "_")


class Command(NamedTuple):
    """A command.

    Args:
        path: What users type: `users list`.
        function: The module within `cli.commands` and the function that runs it:
            `users.listing:list_users`. It takes a `Session`, and the parameters by their names.
        summary: What it does, in a sentence.
        example: Arguments that work, which end its help.
        parameters: Its arguments and options, without those that all commands have.
        details: More about it.
        own_fields: The first fields of its records.
        record: The class of the library whose fields follow.
        also: The class whose fields `--fields` can name, too.
    """

    path: str
    function: str
    summary: str
    example: str
    parameters: tuple[Argument | Option, ...] = ()
    details: str = ""
    own_fields: tuple[str, ...] = ()
    record: str = ""
    also: str = ""

    @property
    def name(self) -> str:
        """The last word of its path."""
        return self.path.rpartition(" ")[2]

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """Its arguments, in their order."""
        return tuple(p for p in self.parameters if isinstance(p, Argument))

    @property
    def options(self) -> tuple[Option, ...]:
        """Its own options."""
        return tuple(p for p in self.parameters if isinstance(p, Option))
