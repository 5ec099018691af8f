"""The readers of `import`, by the names of their formats."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import BinaryIO, Final, Protocol, cast

import msgspec

from supabase_gotrue.bulk import readers
from supabase_gotrue.bulk.readers import UserRows
from supabase_gotrue.cli.transfer.import_options import ImportOptions
from supabase_gotrue.json_types import is_object


class Reader(Protocol):
    """A reader of the library; each has some of the options."""

    def __call__(self, file: BinaryIO, /, **options: object) -> UserRows: ...


READERS: Final[Mapping[str, object]] = MappingProxyType(
    {
        "jsonl": readers.jsonl,
        "csv": readers.csv,
        "supabase": readers.supabase,
        "firebase": readers.firebase,
        "auth0": readers.auth0,
        "django": readers.django,
        "cognito": readers.cognito,
        "clerk": readers.clerk,
        "keycloak": readers.keycloak,
    }
)


def read_rows(
    file: BinaryIO, options: ImportOptions, passwords: BinaryIO | None = None
) -> UserRows:
    """Read the users of a file.

    Args:
        file: The file.
        options: The options of the command.
        passwords: The open file of Auth0's password hashes.

    Raises:
        OSError: If a file that an option names cannot be read.
    """
    arguments: dict[str, object] = {
        "delimiter": options.delimiter,
        "columns": dict(map(split_column, options.column)),
        "hash_config": options.hash_config and hash_config(options.hash_config.read_bytes()),
        "password_lines": passwords,
        "model": options.model,
        "unsupported_passwords": options.unsupported_passwords.replace("-", "_"),
    }
    defaults = {"unsupported_passwords": "fail"}
    given = {n: value for n, value in arguments.items() if value and defaults.get(n) != value}
    return cast("Reader", READERS[str(options.format)])(file, **given)


def split_column(column: str) -> tuple[str, str | None]:
    """Return the title of a column and its new name; without a name it is left out.

    >>> split_column("E-Mail=email"), split_column("Notes=")
    (('E-Mail', 'email'), ('Notes', None))
    """
    title, _, name = column.rpartition("=")
    return title, name or None


def hash_config(data: bytes) -> object:
    """Return Firebase's hash parameters: JSON, or as the console shows them."""
    text = data.decode("utf-8-sig", "replace")
    try:
        config: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text
    return config if is_object(config) else text
