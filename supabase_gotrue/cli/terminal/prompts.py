"""Questions on the terminal, and secrets from the standard input."""

import sys

from returns.result import Failure, Result, Success

from supabase_gotrue import Error
from supabase_gotrue.cli.output.escapes import printable
from supabase_gotrue.error import BLANK, validation_error


def is_interactive() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


def read_hidden(label: str) -> str:
    """Ask on the terminal, without an echo; the end of the input is no answer."""
    from getpass import getpass  # imported late: few commands ask

    try:
        return getpass(label, stream=sys.stderr)
    except EOFError:
        return ""


def read_password() -> Result[str, Error]:
    """Read a password: an answer on the terminal, or else one line of the standard input."""
    if is_interactive():
        password = read_hidden("Password: ")
    else:
        line = sys.stdin.readline()
        if not line:
            return Failure(Error("validation", "password can't be blank: stdin was empty"))
        password = line.rstrip("\r\n")
    if not password:
        return Failure(validation_error({"password": (BLANK,)}))
    return Success(password)


def ask(question: str) -> str:
    """Ask on the terminal, and return the answer."""
    sys.stderr.write(f"{printable(question)} ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def confirm(question: str) -> bool:
    """Ask on the terminal; only `y` and `yes` mean yes."""
    return ask(f"{question} [y/N]").lower() in ("y", "yes")
