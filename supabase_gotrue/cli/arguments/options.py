"""Options that every command accepts."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

import msgspec

from supabase_gotrue.schemas.client_options import DEFAULTS


class Options(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The options that every command accepts, before or after its name."""

    profile: str | None = None
    url: str | None = None
    auth_url: str | None = None
    key_file: Path | None = None
    timeout: float = DEFAULTS.timeout
    emulator: bool = False
    confirm: str | None = None
    output: str | None = None
    json: bool = False
    fields: str | None = None
    utc: bool = False
    quiet: bool = False
    debug: bool = False


# Blank as by "$UNSET" of a shell: another project would be meant.
TEXTS: Final = ("profile", "url", "auth_url", "confirm")
# A server of its own, so that nothing may say which one is meant.
EMULATOR_EXCLUDES: Final = ("url", "auth_url", "profile", "key_file")


def options_problem(options: Options) -> str | None:
    """Return what is wrong with the options, by themselves and together."""
    blank = next((name for name in TEXTS if is_blank(getattr(options, name))), None)
    if blank is not None:
        return f"--{blank.replace('_', '-')}: must not be blank"
    others = [name for name in EMULATOR_EXCLUDES if getattr(options, name) is not None]
    if options.emulator and others:
        flags = " and ".join(f"--{name.replace('_', '-')}" for name in others)
        return f"--emulator excludes {flags}: it is a server of its own"
    if options.url is not None and options.auth_url is not None:
        return "give --url or --auth-url, not both"
    if options.json and options.output not in (None, "json"):
        return f"--json excludes --output {options.output}"
    return None


def is_blank(text: str | None) -> bool:
    """Whether an option is given without a value."""
    return text is not None and not text.strip()


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
        value: object = getattr(options, field.name)
        if value != field.default:
            flag = flags.get(field.name, f"--{field.name.replace('_', '-')}")
            is_repeated = isinstance(value, tuple)
            values = cast("tuple[object, ...]", value) if is_repeated else (value,)
            for each in values:
                arguments += [flag] if flag else []
                arguments += [] if each is True else [str(each)]
    return arguments


def field_names(text: str | None) -> list[str]:
    """Return the names that `--fields` gives.

    >>> field_names("id, email,")
    ['id', 'email']
    """
    return [name.strip() for name in (text or "").split(",") if name.strip()]
