"""`export_users`: all users as JSON Lines."""

from collections.abc import Iterator
from typing import Final

import msgspec
from returns.result import Result

from supabase_gotrue.bulk.streaming import stream_users
from supabase_gotrue.client import Client
from supabase_gotrue.error import Error
from supabase_gotrue.models.user import User


def export_users(client: Client, *, filter: str | None = None) -> Iterator[Result[bytes, Error]]:
    """Read all users as JSON Lines, as completely as `stream_users`.

    A line has all fields of a user, except for passwords, identities and factors, which lists
    do not show. `bulk.readers.jsonl` reads the lines back for `import_users`.

    Args:
        client: A client created with a secret or `service_role` key.
        filter: As in `stream_users`; by default all users are read.

    Returns:
        An iterator of lines, each with its line break. A Failure is the last item, as in
        `stream_users`: without one, the export is complete.

    Route: GET /admin/users.
    Source: https://github.com/supabase/auth/blob/master/internal/api/pagination.go

    >>> [line.map(len) for line in export_users(client)] != []
    True
    """
    return (user.map(encode_line) for user in stream_users(client, filter=filter))


def encode_line(user: User) -> bytes:
    """Return a user as a line of JSON."""
    return _ENCODER.encode(user) + b"\n"


_ENCODER: Final = msgspec.json.Encoder()
