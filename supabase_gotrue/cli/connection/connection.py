"""Which project a command is about: from options, a profile or the environment."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from returns.result import Failure, Result, Success

from supabase_gotrue import Client, Error, init_client
from supabase_gotrue.cli.arguments.options import Options
from supabase_gotrue.cli.connection.profiles import (
    KEY_SOURCES,
    Profile,
    find_profile,
    read_profile_key,
    usage_error,
)
from supabase_gotrue.cli.terminal.prompts import read_hidden
from supabase_gotrue.error import BLANK, validation_error
from supabase_gotrue.schemas.client_options import DEFAULTS

URL_VARIABLES: Final = ("SUPABASE_URL", "GOTRUE_URL")
KEY_VARIABLES: Final = ("SUPABASE_SECRET_KEY", "SUPABASE_SERVICE_ROLE_KEY")
PROFILE_VARIABLE: Final = "SUPABASE_GOTRUE_PROFILE"
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
EMULATOR: Final = "the emulator"
MISSING_EMULATOR: Final = (
    "--emulator needs the extra `emulator`; install it by:"
    " pip install 'supabase-gotrue[cli,emulator]'"
)


class Origin(NamedTuple):
    """A value, and where it came from."""

    value: str
    source: str


class Connection(NamedTuple):
    """A project, and how to connect to it.

    Args:
        url: The URL of the project or of the GoTrue.
        auth_url: The URL of a GoTrue without a gateway.
        read_key: Reads the key; `None` means that nothing says where it is.
        key_error: The error if there is no key, which says where one can be given.
        profile: The name of the profile that has this server.
        is_production: Whether it says that destructive commands ask for its name.
    """

    url: Origin
    auth_url: str | None
    read_key: Callable[[], Result[Origin | None, Error]]
    key_error: Error
    profile: str | None = None
    is_production: bool = False

    @property
    def project(self) -> str:
        """The host and port, as people call the project."""
        return project_of(self.url.value)


def project_of(url: str) -> str:
    """Return the host, and the port where it is not the usual one.

    >>> project_of("https://acme.supabase.co/auth/v1"), project_of("http://127.0.0.1:9999")
    ('acme.supabase.co', '127.0.0.1:9999')
    """
    server = server_of(url)
    return url if server is None else server[1]


def server_of(url: str) -> tuple[str, str] | None:
    """Return the scheme and the host with its port, normalised; `None` if a URL is invalid.

    >>> server_of("HTTPS://Acme.supabase.co:443/") == server_of("https://acme.supabase.co")
    True
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if not host:
        return None
    shown = f"[{host}]" if ":" in host else host
    usual = DEFAULT_PORTS.get(parts.scheme)
    return parts.scheme, shown if port in (None, usual) else f"{shown}:{port}"


def find_connection(options: Options) -> Result[Connection, Error]:
    """Return the project that options, a profile or the environment name.

    Options come before `--profile`, then the variables of the environment, then the profile
    that `SUPABASE_GOTRUE_PROFILE` names. The URL and the key are from one of these.
    """
    env = {name: value for name, value in os.environ.items() if value.strip()}
    name = options.profile or env.get(PROFILE_VARIABLE)
    profile: tuple[str, Profile] | None = None
    if name is not None:
        match find_profile(name):
            case Success(found):
                profile = name, found
            case failed if options.profile is not None or not _decides_without(options, env):
                return Failure(failed.failure())
            case _:  # it would not decide, and protects nothing
                pass
    return _choose(options, env, profile).map(lambda chosen: _protected(chosen, profile))


def _decides_without(options: Options, env: Mapping[str, str]) -> bool:
    """Whether options or the environment name a server, so that no profile is needed."""
    given = (options.url, options.auth_url, *(env.get(name) for name in URL_VARIABLES))
    return any(value is not None for value in given)


def _choose(
    options: Options, env: Mapping[str, str], profile: tuple[str, Profile] | None
) -> Result[Connection, Error]:
    if options.url is not None or options.auth_url is not None:
        return _from_options(options, env)
    if options.key_file is not None:
        return Failure(usage_error("--key-file needs --url or --auth-url: a key is for one server"))
    if profile is not None and (options.profile is not None or not _decides_without(options, env)):
        return Success(_from_profile(*profile))
    return _from_environment(env)


def _from_options(options: Options, env: Mapping[str, str]) -> Result[Connection, Error]:
    flag = "--url" if options.auth_url is None else "--auth-url"
    url = Origin(options.url or options.auth_url or "", flag)

    def read_key() -> Result[Origin | None, Error]:
        if options.key_file is not None:
            return _read_key_file(options.key_file)
        variable = next((name for name in KEY_VARIABLES if name in env), None)
        same = [env[name] for name in URL_VARIABLES if name in env]
        if variable is None:
            return Success(None)
        if same and all(server_of(other) == server_of(url.value) for other in same):
            return Success(Origin(env[variable], variable))
        message = f"{flag} does not take the key of {variable}, which may be another project's"
        return Failure(usage_error(f"{message}: give --key-file, too"))

    no_key = usage_error(f"{flag} needs a key: give --key-file, too")
    return Success(Connection(url, options.auth_url, read_key, no_key))


def _from_profile(name: str, profile: Profile) -> Connection:
    source = f"profile {name}"

    def read_key() -> Result[Origin | None, Error]:
        return read_profile_key(name, profile).map(
            lambda key: None if key is None else Origin(key, f"{profile.key_source} of {source}")
        )

    url = Origin(profile.url or profile.auth_url or "", source)
    no_key = usage_error(f"{source} does not say where its key is: set {', '.join(KEY_SOURCES)}")
    return Connection(url, profile.auth_url, read_key, no_key)


def _from_environment(env: Mapping[str, str]) -> Result[Connection, Error]:
    url, auth_url = (env.get(name) for name in URL_VARIABLES)
    if url is not None and auth_url is not None and server_of(url) != server_of(auth_url):
        names = f"SUPABASE_URL ({project_of(url)}) and GOTRUE_URL ({project_of(auth_url)})"
        return Failure(usage_error(f"{names} name different servers: unset one"))
    given = next(((name, env[name]) for name in URL_VARIABLES if name in env), None)
    if given is None:
        return Failure(validation_error({URL_VARIABLES[0]: (BLANK,)}))

    def read_key() -> Result[Origin | None, Error]:
        found = next((name for name in KEY_VARIABLES if name in env), None)
        return Success(None if found is None else Origin(env[found], found))

    name, value = given
    no_key = validation_error({KEY_VARIABLES[0]: (BLANK,)})
    return Success(Connection(Origin(value, name), auth_url, read_key, no_key))


def _protected(connection: Connection, profile: tuple[str, Profile] | None) -> Connection:
    """Return the connection with what the profile says, if it has the same server."""
    if profile is None:
        return connection
    name, found = profile
    is_same = server_of(found.url or found.auth_url or "") == server_of(connection.url.value)
    if not is_same:
        return connection
    return connection._replace(profile=name, is_production=found.production)


def _read_key_file(path: Path) -> Result[Origin | None, Error]:
    try:
        return Success(Origin(path.read_text(encoding="utf-8").strip(), f"--key-file {path}"))
    except (OSError, UnicodeDecodeError):
        return Failure(validation_error({"key_file": ("cannot be read",)}))


def find_key(connection: Connection) -> Result[Origin, Error]:
    """Return the key; it is asked for if nothing says where it is, and somebody can be asked."""

    def ask(key: Origin | None) -> Result[Origin, Error]:
        if key is None and sys.stdin.isatty():
            typed = read_hidden(f"Secret key of {connection.project}: ").strip()
            key = Origin(typed, "the prompt") if typed else None
        if key is None:
            return Failure(connection.key_error)
        return Success(key)

    return connection.read_key().bind(ask)


def make_client(
    connection: Connection, key: Origin, options: Options, *, pool_size: int
) -> Result[Client, Error]:
    """Create the client of a project.

    Args:
        connection: The project.
        key: Its key.
        options: The options that every command accepts.
        pool_size: At least as many connections as calls are made at a time.
    """
    return init_client(
        connection.url.value,
        key.value,
        auth_url=connection.auth_url,
        timeout=options.timeout,
        pool_size=max(pool_size, DEFAULTS.pool_size),
    )


def emulated_client() -> Result[Client, Error]:
    """Create the client of a new emulator."""
    try:
        from supabase_gotrue.emulator import Emulator
    except ImportError:
        return Failure(Error("validation", MISSING_EMULATOR))
    return Success(Emulator().client())
