"""JSON Lines: what `export_users` writes, or attributes as `create_user` takes them."""

from collections.abc import Iterator

from supabase_gotrue.bulk.readers.json_records import json_records
from supabase_gotrue.bulk.readers.own_fields import check_source, read_own
from supabase_gotrue.bulk.readers.rows import Row, UserRows
from supabase_gotrue.bulk.readers.sources import (
    UnsupportedPasswords,
    check_first_line,
    check_unsupported_passwords,
    read_rows,
)
from supabase_gotrue.bulk.readers.text import File, TextPieces


def jsonl(
    file: File, *, first_line: int = 1, unsupported_passwords: UnsupportedPasswords = "fail"
) -> UserRows:
    """Read JSON Lines, or a JSON array: exported users, or attributes of new ones.

    Of an exported user, to whom a `password_hash` may have been added, the id, addresses and
    their confirmation, role, aud, metadata and ban are read. Users that were softly deleted
    or came by SSO cannot be created, and are Failures. Unknown names are errors.

    Args:
        file: An open file, or an iterable: of lines, or of pieces of an array.
        first_line: The number of the first line, by default 1; for parts of a longer file.
        unsupported_passwords: What happens to users whose hash the server cannot verify:
            `fail`, the default, or `leave_out`, which imports them without a password.

    Returns:
        `UserRows`: a `Result` for each user. Errors have the code `validation` and name the
        line; one about the whole file or an argument is the last item.

    >>> rows = jsonl(['{"email": "ada@example.com", "email_confirm": true}', "oops"])
    >>> [row.value_or(None) for row in rows]
    [AdminUserParams(email='ada@example.com', email_confirm=True), None]
    """
    pieces = TextPieces(file)
    return UserRows(_rows(pieces, first_line, unsupported_passwords), pieces)


def _rows(pieces: TextPieces, first_line: object, unsupported_passwords: object) -> Iterator[Row]:
    leaves_out = check_unsupported_passwords(unsupported_passwords)
    records = json_records(pieces, first_line=check_first_line(first_line))
    yield from read_rows(records, check_source, read_own, leaves_out_passwords=leaves_out)
