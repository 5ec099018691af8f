"""Profiles: projects by name, in `config.toml` of the platform's configuration folder."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue import Error
from supabase_gotrue.json_types import is_object

KEY_SOURCES: Final = ("key_command", "key_file", "key_env")
NO_KEY_HERE: Final = (
    "a secret does not belong in this file: use key_command, key_file or key_env instead of key"
)


class Profile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A project.

    Args:
        url: The URL of the project.
        auth_url: The URL of a GoTrue without a gateway, instead.
        key_command: Is run by the shell, and prints the key.
        key_file: Holds the key.
        key_env: The variable that holds the key.
        production: Whether destructive commands ask for the name.
    """

    url: str | None = None
    auth_url: str | None = None
    key_command: str | None = None
    key_file: str | None = None
    key_env: str | None = None
    production: bool = False

    @property
    def key_source(self) -> str | None:
        """The field that says where the key is; `None` if none is set."""
        return next((name for name in KEY_SOURCES if getattr(self, name)), None)


def config_path() -> Path:
    """Return the path of `config.toml`."""
    from platformdirs import user_config_path  # imported late: few commands need it

    return user_config_path("supabase-gotrue", appauthor=False) / "config.toml"


def usage_error(message: str) -> Error:
    """Return an Error about the configuration or the options."""
    return Error("validation", message)


def read_tables(path: Path) -> Result[Mapping[str, object], Error]:
    """Return the tables of all profiles, unchecked, by their names."""
    import tomllib  # imported late: few commands need it

    try:
        config = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Success({})
    except OSError as error:
        return Failure(usage_error(f"{path}: {error.strerror}"))
    except (ValueError, RecursionError) as error:  # of tomllib, and of UTF-8
        reason = error if isinstance(error, tomllib.TOMLDecodeError) else "not UTF-8"
        return Failure(usage_error(f"{path}: {reason}"))
    profiles = config.get("profiles", {})
    if not is_object(profiles):
        return Failure(usage_error(f"{path}: profiles must be tables: [profiles.NAME]"))
    return Success(profiles)


def parse_profile(name: str, table: object, path: Path) -> Result[Profile, Error]:
    """Check the table of a profile."""
    where = f"{path}: profile {name}"
    if is_object(table) and "key" in table:
        return Failure(usage_error(f"{where}: {NO_KEY_HERE}"))
    try:
        profile = msgspec.convert(table, Profile)
    except msgspec.ValidationError as error:
        return Failure(usage_error(f"{where}: {error}"))
    if bool(profile.url) is bool(profile.auth_url):
        return Failure(usage_error(f"{where}: give url or auth_url"))
    if sum(bool(getattr(profile, source)) for source in KEY_SOURCES) > 1:
        return Failure(usage_error(f"{where}: give one of {', '.join(KEY_SOURCES)}"))
    return Success(profile)


def find_profile(name: str) -> Result[Profile, Error]:
    """Return the profile of a name."""
    path = config_path()

    def find(tables: Mapping[str, object]) -> Result[Profile, Error]:
        if name in tables:
            return parse_profile(name, tables[name], path)
        known = f"it has {', '.join(tables)}" if tables else "it has no profiles"
        return Failure(usage_error(f"there is no profile {name} in {path}: {known}"))

    return read_tables(path).bind(find)


def read_profile_key(name: str, profile: Profile) -> Result[str | None, Error]:
    """Return the key of a profile; `None` if it does not say where the key is."""
    source = profile.key_source
    if source is None:
        return Success(None)
    key = KEY_READERS[source](str(getattr(profile, source)))

    def check(text: str) -> Result[str | None, Error]:
        if text.strip():
            return Success(text.strip())
        return Failure(usage_error(f"{source} of the profile {name} gives no key"))

    return key.alt(lambda reason: usage_error(f"{source} of the profile {name} {reason}")).bind(
        check
    )


def _run_command(command: str) -> Result[str, str]:
    """Run a command, which may ask on the terminal. Its text can hold secrets: it is not shown."""
    import subprocess  # imported late: few commands need it

    try:
        ran = subprocess.run(command, shell=True, stdout=subprocess.PIPE, check=False)  # noqa: S602
        key = ran.stdout.decode()
    except (OSError, ValueError):
        return Failure("cannot be run, or does not print text")
    if ran.returncode:
        return Failure(f"failed with status {ran.returncode}")
    return Success(key)


def _read_file(name: str) -> Result[str, str]:
    """Read a file; a relative path begins at the folder of `config.toml`."""
    path = config_path().parent / Path(name).expanduser()
    try:
        return Success(path.read_text(encoding="utf-8"))
    except OSError as error:
        return Failure(f"cannot be read: {path}: {error.strerror}")
    except ValueError:
        return Failure(f"is not text: {path}")


def _read_variable(name: str) -> Result[str, str]:
    key = os.environ.get(name, "")
    return Success(key) if key.strip() else Failure(f"names the variable {name}, which is not set")


KEY_READERS: Final[Mapping[str, Callable[[str], Result[str, str]]]] = MappingProxyType(
    {"key_command": _run_command, "key_file": _read_file, "key_env": _read_variable}
)
