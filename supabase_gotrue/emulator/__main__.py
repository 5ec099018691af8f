"""Serve the emulator over HTTP: `python -m supabase_gotrue.emulator`."""

import argparse
import inspect
import re
import signal
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing, suppress
from typing import Any, NoReturn

import msgspec

from supabase_gotrue.emulator import Emulator, Settings
from supabase_gotrue.emulator.extra import missing_extra
from supabase_gotrue.json_types import is_array

try:
    from supabase_gotrue.emulator.serving import listen, server_for, url_of
except ModuleNotFoundError as _error:
    raise missing_extra(_error) from _error

METAVARS: Mapping[str, str] = {"allow_redirect": "GLOB", "cors_allowed_headers": "NAME"}


class ArgumentParser(argparse.ArgumentParser):
    """Reports errors in one line, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}\n")


def nonempty(text: str) -> str:
    """Return the text, or raise the error of argparse if it is empty."""
    if not text:
        raise argparse.ArgumentTypeError("is empty")
    return text


def freeze(value: object) -> Any:
    """Return a tuple for a list: `Settings` has no lists."""
    return tuple(value) if is_array(value) else value


def build_parser() -> ArgumentParser:
    parser = ArgumentParser(
        prog="python -m supabase_gotrue.emulator",
        description="A local GoTrue server for development and tests; do not use it in production.",
        epilog="Serves the routes at / like a bare GoTrue, and at /auth/v1 like a hosted project.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="The address to listen on.")
    parser.add_argument("--port", default=9999, type=int, help="0 picks a free port.")
    parser.add_argument(
        "--database", default=":memory:", metavar="FILE", help="Keeps users; default: in memory."
    )
    group = parser.add_argument_group("settings")
    helps = setting_helps()
    for field in msgspec.structs.fields(Settings):
        add_setting(group, field, helps.get(field.name, ""))
    return parser


def setting_helps() -> dict[str, str]:
    """Return the description of each setting, from the docstring of `Settings`."""
    text = inspect.getdoc(Settings) or ""
    entries = re.findall(r"^    (\w+): (.+(?:\n        .+)*)", text, re.MULTILINE)
    return {name: " ".join(words.split()).replace("`", "") for name, words in entries}


def add_setting(group: Any, field: msgspec.structs.FieldInfo, description: str) -> None:
    """Add the option of a setting. If it is not given, `Settings` has a default."""
    flag, default = f"--{field.name.replace('_', '-')}", argparse.SUPPRESS
    metavar = METAVARS.get(field.name)
    if field.type is bool:
        action = argparse.BooleanOptionalAction
        group.add_argument(flag, action=action, default=default, help=description)
    elif field.type == tuple[str, ...]:
        metavar = metavar or "TEXT"
        description = f"{description} Can be repeated."
        group.add_argument(
            flag, action="append", default=default, metavar=metavar, help=description
        )
    elif field.type in (int, int | None):
        group.add_argument(flag, type=int, default=default, metavar="N", help=description)
    else:
        kind = nonempty if field.name == "jwt_secret" else str
        group.add_argument(flag, type=kind, default=default, metavar="TEXT", help=description)


def main() -> None:
    """Print the environment variables for clients, and serve until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = build_parser()
    arguments = vars(parser.parse_args())
    host, port = arguments.pop("host"), arguments.pop("port")
    settings = {name: freeze(value) for name, value in arguments.items()}
    try:
        listener = listen(host, port)
        url = url_of(host, listener)
        settings.setdefault("external_url", url)
        emulator = Emulator(**settings)
    except (OSError, OverflowError, sqlite3.Error) as error:
        parser.error(str(error))
    with suppress(KeyboardInterrupt), listener, closing(emulator):
        sys.stdout.write(
            "# for development and tests only\n"
            f"export SUPABASE_URL={url}\n"
            f"export SUPABASE_SERVICE_ROLE_KEY={emulator.key()}\n"
            f"export SUPABASE_ANON_KEY={emulator.key('anon')}\n"
        )
        sys.stdout.flush()
        with server_for(emulator, listener) as server:
            server.serve_forever()


if __name__ == "__main__":
    main()
