"""The systems that users come from: how a record shows its source, and how records become rows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from supabase_gotrue.bulk.readers.csv_records import csv_records
from supabase_gotrue.bulk.readers.fields import Draft
from supabase_gotrue.bulk.readers.json_records import PSQL_HINT, json_records
from supabase_gotrue.bulk.readers.rows import Record, Row, SourceError
from supabase_gotrue.bulk.readers.text import TextPieces
from supabase_gotrue.error import UNKNOWN, Messages
from supabase_gotrue.json_types import has_type
from supabase_gotrue.schemas.cast import cast_positive_int, cast_value, unknown_names

Errors = Mapping[str, Messages]
Check = Callable[[Mapping[str, object]], Errors]
UnsupportedPasswords = Literal["fail", "leave_out"]


class Source(NamedTuple):
    """A system that users come from.

    Args:
        reader: The name of the function in `bulk.readers` that reads its records.
        records: What its records are called in messages.
        keys: A record must have at least one of these names.
        signs: Names that no other source has.
    """

    reader: str
    records: str
    keys: frozenset[str]
    signs: frozenset[str]


def _source(reader: str, records: str, signs: str, *other_keys: str) -> Source:
    names = frozenset(signs.split())
    return Source(reader, records, names | frozenset(other_keys), names)


SUPABASE: Final = _source(
    "supabase",
    "rows of auth.users",
    "encrypted_password raw_app_meta_data raw_user_meta_data is_sso_user instance_id",
    *("email_confirmed_at", "phone_confirmed_at", "confirmed_at", "banned_until"),
)
FIREBASE: Final = _source(
    "firebase", "users of Firebase", "localId passwordSalt providerUserInfo uid customAttributes"
)
AUTH0: Final = _source(
    "auth0",
    "users of Auth0",
    "user_id custom_password_hash logins_count",
    *("identities", "password_hash", "passwordHash"),
)
DJANGO: Final = _source("django", "objects of Django", "fields model pk")
COGNITO: Final = _source(
    "cognito",
    "users of Cognito",
    "cognito:username cognito:mfa_enabled Attributes UserStatus Username",
    "sub",
)
CLERK: Final = _source(
    "clerk",
    "users of Clerk",
    "primary_email_address primary_email_address_id password_digest password_hasher"
    " unsafe_metadata email_addresses verified_email_addresses primary_phone_number",
)
KEYCLOAK: Final = _source(
    "keycloak",
    "users of Keycloak",
    "credentials realmRoles federatedIdentities createdTimestamp requiredActions",
    "username",
)
# The titles of the table that psql draws around JSON.
PSQL_COLUMNS: Final = frozenset({"json_agg", "row_to_json", "to_jsonb", "jsonb_agg"})
SOURCES: Final = (SUPABASE, FIREBASE, AUTH0, DJANGO, COGNITO, CLERK, KEYCLOAK)
_READERS: Final[Mapping[str, Source]] = MappingProxyType(
    {sign.lower(): source for source in SOURCES for sign in source.signs}
)


def source_of(name: str) -> str | None:
    """Return a message that names the reader for records with this name, or None if unclear.

    >>> source_of("encrypted_password")
    'rows of auth.users are read by readers.supabase'
    """
    source = _READERS.get(name.lower())
    return source and f"{source.records} are read by readers.{source.reader}"


def sources_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the messages of `source_of` for some names, without repetitions."""
    return tuple(dict.fromkeys(hint for hint in map(source_of, names) if hint))


def unknown_errors(unknown: Iterable[str], known: Mapping[str, object]) -> dict[str, Messages]:
    """Return the errors of unknown names, each with a hint at the reader for its source."""
    errors = unknown_names(unknown, known)
    hints = {name: source_of(name) for name in errors}
    return errors | {name: (f"{UNKNOWN}: {hint}",) for name, hint in hints.items() if hint}


def check_kind(source: Source, names: Mapping[str, object]) -> Errors:
    """Return the error of a record that does not belong to a source."""
    if not source.keys.isdisjoint(names):
        return {}
    hints = PSQL_HINT if names.keys() & PSQL_COLUMNS else sources_of(names)
    hints = hints or (f"it has none of the names {', '.join(sorted(source.keys))}",)
    return {"record": (f"is not one of the {source.records}", *hints)}


def records_of(
    pieces: TextPieces, check: Check, names: Mapping[str, str], *wrappers: str
) -> Iterator[Record]:
    """Yield the records of JSON, or of CSV with columns in any case.

    Args:
        pieces: The text.
        check: Returns the errors of a header.
        names: The names of a CSV's columns, by their titles in lower case.
        wrappers: As for `json_records`.
    """
    if pieces.peek() in ("{", "["):
        return json_records(pieces, *wrappers)
    return csv_records(pieces, lambda title: names.get(title.lower(), title), check)


def titles_of(names: Iterable[str], **others: str) -> Mapping[str, str]:
    """Return names by their titles in lower case, with other titles.

    >>> titles_of(["localId"], uid="localId")
    mappingproxy({'localid': 'localId', 'uid': 'localId'})
    """
    return MappingProxyType({name.lower(): name for name in names} | others)


def check_unsupported_passwords(unsupported_passwords: object) -> bool:
    """Return whether the argument leaves out passwords that the server cannot verify.

    Raises:
        SourceError: If the argument is neither `fail` nor `leave_out`.
    """
    modes = {"fail": False, "leave_out": True}
    if not has_type(unsupported_passwords, str) or unsupported_passwords not in modes:
        raise SourceError("unsupported_passwords", 'is neither "fail" nor "leave_out"', line=1)
    return modes[unsupported_passwords]


def check_first_line(first_line: object) -> int:
    """Return the number of the first line.

    Raises:
        SourceError: If it is not a positive integer.
    """
    number = cast_value(first_line, cast_positive_int)
    if not isinstance(number, int):
        raise SourceError("first_line", "is not a positive integer", line=1)
    return number


def read_rows(
    records: Iterator[Record],
    check: Check,
    read: Callable[[Draft, dict[str, object]], None],
    *,
    leaves_out_passwords: bool,
) -> Iterator[Row]:
    """Yield a row for each record.

    Args:
        records: The records of the source.
        check: Returns the errors of a record that belongs to another source, or none.
        read: Puts the fields of a record into a draft.
        leaves_out_passwords: Whether passwords that the server cannot verify are left out.

    Raises:
        SourceError: If the first record belongs to another source, or there are no records.
    """
    has_records = is_known = False
    for line, text, value, error, field in records:
        if value is None:
            has_records = True
            yield Row(line, text, None, errors={field: (error,)})
            continue
        wrong = check(value)
        if wrong and not is_known:
            raise SourceError(line=line, errors=wrong)
        is_known = True
        draft = Draft(leaves_out_passwords=leaves_out_passwords)
        try:
            if not wrong:
                read(draft, value)
        except SourceError as problem:
            raise problem.at(line) from None
        has_records |= draft.is_user
        attrs = draft.attrs if draft.is_user else None
        yield Row(line, text, attrs, tuple(draft.left_out), wrong or draft.errors)
    if not has_records:
        raise SourceError("file", "holds no users", line=1)
