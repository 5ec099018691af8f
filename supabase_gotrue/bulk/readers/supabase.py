"""Users of another Supabase project: rows of its table `auth.users`.

https://github.com/supabase/auth/tree/master/migrations
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from supabase_gotrue.bulk.readers.fields import (
    Draft,
    Fields,
    carry_object,
    carry_password_hash,
    leave_out,
    leave_out_app_providers,
    leave_out_flag,
    read_fields,
)
from supabase_gotrue.bulk.readers.own_fields import SERVER_FIELDS
from supabase_gotrue.bulk.readers.rows import Row, UserRows
from supabase_gotrue.bulk.readers.sources import (
    SUPABASE,
    Errors,
    UnsupportedPasswords,
    check_kind,
    check_unsupported_passwords,
    read_rows,
    records_of,
    titles_of,
)
from supabase_gotrue.bulk.readers.text import File, TextPieces

FIELDS: Final[Fields] = MappingProxyType(
    {
        "raw_app_meta_data": carry_object("app_metadata"),
        "raw_user_meta_data": carry_object("user_metadata"),
        **SERVER_FIELDS,
        "encrypted_password": carry_password_hash,
        "instance_id": leave_out,
        "is_super_admin": leave_out_flag,
        "email_change": leave_out,
        "phone_change": leave_out,
        "email_change_confirm_status": leave_out_flag,
        "confirmation_token": leave_out,
        "recovery_token": leave_out,
        "email_change_token_new": leave_out,
        "email_change_token_current": leave_out,
        "phone_change_token": leave_out,
        "reauthentication_token": leave_out,
    }
)


def supabase(file: File, *, unsupported_passwords: UnsupportedPasswords = "fail") -> UserRows:
    """Read rows of `auth.users` from another project, with password hashes and ids.

    The rows come as JSON (`row_to_json` on each line, or `json_agg`), or as CSV (psql's
    `\\\\copy (select * from auth.users) to 'users.csv' csv header`, or the dashboard's SQL
    editor). Only some of the columns are fine. Users that were softly deleted, are anonymous
    or came by SSO cannot be created, and are Failures.

    Args:
        file: An open file, or an iterable: of lines, or of pieces of a JSON array.
        unsupported_passwords: What happens to users whose hash the server cannot verify:
            `fail`, the default, or `leave_out`, which imports them without a password.

    Returns:
        `UserRows`: a `Result` for each user. Errors have the code `validation` and name the
        line; one about the whole file or an argument is the last item.

    >>> lines = ["email,email_confirmed_at", "ada@example.com,2026-01-01 12:00:00.5+00"]
    >>> next(supabase(lines))
    <Success: AdminUserParams(email='ada@example.com', email_confirm=True)>
    """
    pieces = TextPieces(file)
    return UserRows(_rows(pieces, unsupported_passwords), pieces)


def _rows(pieces: TextPieces, unsupported_passwords: object) -> Iterator[Row]:
    leaves_out = check_unsupported_passwords(unsupported_passwords)
    records = records_of(pieces, _check, titles_of(FIELDS))
    yield from read_rows(records, _check, _read, leaves_out_passwords=leaves_out)


def _check(names: Mapping[str, object]) -> Errors:
    """Some columns are not those of this table alone: then there must be no others."""
    return {} if names.keys() <= FIELDS.keys() else check_kind(SUPABASE, names)


def _read(draft: Draft, record: Mapping[str, object]) -> None:
    read_fields(draft, record, FIELDS)
    leave_out_app_providers(draft)
