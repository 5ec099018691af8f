"""Options that every command accepts, and the client that they describe."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue import Client, Error, init_client
from supabase_gotrue.cli.prompts import read_hidden
from supabase_gotrue.error import BLANK, validation_error
from supabase_gotrue.schemas.client_options import DEFAULTS

KEY_VARIABLES: Final = ("SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY")
MISSING_EMULATOR: Final = (
    "--emulator needs the extra `emulator`; install it by:"
    " pip install 'supabase-gotrue[cli,emulator]'"
)


class Options(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The options that every command accepts, before or after its name."""

    url: str | None = None
    auth_url: str | None = None
    key_file: Path | None = None
    timeout: float = DEFAULTS.timeout
    emulator: bool = False
    json: bool = False


def to_arguments(options: msgspec.Struct, flags: Mapping[str, str] = {}) -> list[str]:
    """Return the arguments that give options, without those that have their defaults.

    Args:
        options: Their names are those of the flags.
        flags: Other flags, by name; "" for an argument.

    >>> to_arguments(Options(url="http://localhost:9999", json=True))
    ['--url', 'http://localhost:9999', '--json']
    """
    arguments: list[str] = []
    for field in msgspec.structs.fields(options):
        value = getattr(options, field.name)
        if value != field.default:
            flag = flags.get(field.name, f"--{field.name.replace('_', '-')}")
            arguments += [flag] if flag else []
            arguments += [] if value is True else [str(value)]
    return arguments


def connect(options: Options, *, pool_size: int = DEFAULTS.pool_size) -> Result[Client, Error]:
    """Create the client that the options and the environment describe.

    The environment means the same as for `client_from_env`; options replace it. The key is
    asked for if it is missing and the standard input is a terminal.

    Args:
        options: The options that every command accepts.
        pool_size: At least as many connections as calls are made at a time.
    """
    pool_size = max(pool_size, DEFAULTS.pool_size)
    if options.emulator:
        return _emulated()
    env = {name: value for name, value in os.environ.items() if value.strip()}
    is_explicit = options.url is not None or options.auth_url is not None
    auth_url = options.auth_url if is_explicit else env.get("GOTRUE_URL")
    url = options.url or (None if is_explicit else env.get("SUPABASE_URL")) or auth_url
    if url is None:
        return Failure(validation_error({"SUPABASE_URL": (BLANK,)}))
    return _key(options.key_file, env).bind(
        lambda key: init_client(
            url, key, auth_url=auth_url, timeout=options.timeout, pool_size=pool_size
        )
    )


def _key(key_file: Path | None, env: Mapping[str, str]) -> Result[str, Error]:
    if key_file is not None:
        return _read_key(key_file)
    key = next((env[name] for name in KEY_VARIABLES if name in env), None)
    if key is None and sys.stdin.isatty():
        key = read_hidden("Secret key of the project: ").strip()
    if not key:
        return Failure(validation_error({KEY_VARIABLES[0]: (BLANK,)}))
    return Success(key)


def _read_key(key_file: Path) -> Result[str, Error]:
    try:
        return Success(key_file.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError):
        return Failure(validation_error({"key_file": ("cannot be read",)}))


def _emulated() -> Result[Client, Error]:
    try:
        from supabase_gotrue.emulator import Emulator
    except ImportError:
        return Failure(Error("validation", MISSING_EMULATOR))
    return Success(Emulator().client())
