"""Who is meant: users by their IDs or email addresses, from arguments or stdin."""

import sys
from collections.abc import Sequence
from typing import Final

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue import Error
from supabase_gotrue.json_types import is_object

STDIN: Final = "-"


def read_targets(arguments: Sequence[str]) -> Result[list[str], Error]:
    """Return the IDs and email addresses that are meant, each once.

    `-` stands for the lines of the standard input: IDs, email addresses, or JSON with an `id`.
    """
    targets: dict[str, str] = {}
    for argument in arguments:
        if argument != STDIN:
            targets.setdefault(key_of(argument), argument)
            continue
        text = sys.stdin.buffer.read().decode("utf-8-sig", "surrogateescape")
        for number, line in enumerate(text.split("\n"), 1):
            match parse_line(line.strip()):
                case "":
                    continue
                case None:
                    message = f"line {number} of stdin is JSON without an id"
                    return Failure(Error("validation", message))
                case target:
                    targets.setdefault(key_of(target), target)
    return Success(list(targets.values()))


def key_of(target: str) -> str:
    """Return what two names of one user share: the server ignores the case of both kinds."""
    return target.lower()


def parse_line(line: str) -> str | None:
    """Return the user of a line; `None` for JSON that does not name one.

    >>> parse_line("ada@example.com"), parse_line('{"id": "7d9e"}'), parse_line("{}")
    ('ada@example.com', '7d9e', None)
    """
    if not line.startswith("{"):
        return line
    try:
        value: object = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None
    user_id = value.get("id") if is_object(value) else None
    return user_id if isinstance(user_id, str) and user_id else None


def is_email(target: str) -> bool:
    """Whether a user is named by the email address."""
    return "@" in target
