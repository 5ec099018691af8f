"""`export_users`: all users as JSON Lines."""

from collections.abc import Iterator

import msgspec
from returns.result import Result

from supabase_gotrue.bulk.streaming import stream_users
from supabase_gotrue.client import Client
from supabase_gotrue.error import Error


def export_users(client: Client, *, filter: str | None = None) -> Iterator[Result[bytes, Error]]:
    """Read all users as JSON Lines, as completely as `stream_users`.

    A line has all fields of a user. Passwords, identities and factors are not among them:
    lists do not show these. `bulk.readers.jsonl` reads the lines back for `import_users`.

    Args:
        client: A client created with a secret or `service_role` key.
        filter: As in `stream_users`.

    Returns:
        An iterator of lines, each with its line break. A Failure ends it, as in
        `stream_users`: without one, the export is complete.

    Route: GET /admin/users.

    >>> [line.map(len) for line in export_users(client)] != []
    True
    """
    encoder = msgspec.json.Encoder()
    users = stream_users(client, filter=filter)
    return (user.map(lambda user: encoder.encode(user) + b"\n") for user in users)
