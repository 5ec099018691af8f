"""Users of Firebase Authentication: of `firebase auth:export`, or of the Admin SDK.

https://firebase.google.com/docs/cli/auth
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from types import MappingProxyType
from typing import Final

from supabase_gotrue.bulk.readers.casts import cast_flag, is_absent
from supabase_gotrue.bulk.readers.csv_records import column_names, csv_rows, record_of
from supabase_gotrue.bulk.readers.fields import (
    PASSWORD,
    SECOND_FACTORS,
    Draft,
    Fields,
    ban_if_true,
    carry_address,
    carry_object,
    confirm,
    leave_out_as,
    leave_out_providers,
    metadata,
    read_fields,
    read_later,
)
from supabase_gotrue.bulk.readers.firebase_hashes import (
    REDACTED_HASH,
    FirebaseHashConfig,
    hash_prefix,
    scrypt_hash,
)
from supabase_gotrue.bulk.readers.json_records import json_records
from supabase_gotrue.bulk.readers.rows import Record, Row, SourceError, UserRows
from supabase_gotrue.bulk.readers.sources import (
    FIREBASE,
    Errors,
    UnsupportedPasswords,
    check_kind,
    check_unsupported_passwords,
    read_rows,
    sources_of,
    titles_of,
)
from supabase_gotrue.bulk.readers.text import File, TextPieces
from supabase_gotrue.schemas.cast import Invalid

OWN_PROVIDERS: Final = frozenset({"password", "phone"})
# The providers that have columns in the CSV, in their order; others follow in the second half.
PROVIDERS: Final = ("google", "facebook", "twitter", "github")
LATER_PROVIDERS: Final = (
    *("apple.com", "microsoft.com", "gc.apple.com", "playgames.google.com"),
    *("linkedin.com", "yahoo.com"),
)
PARTS: Final = ("id", "email", "display name", "photo url")
# The CSV has no header, and a comma after its last column.
COLUMNS: Final = (
    *("localId", "email", "emailVerified", "passwordHash", "salt", "displayName", "photoUrl"),
    *(f"{provider} {part}" for provider in PROVIDERS for part in PARTS),
    *("createdAt", "lastSignedInAt", "phoneNumber", "disabled", "customAttributes"),
    *(f"{provider} {part}" for provider in LATER_PROVIDERS for part in PARTS),
)
MIN_COLUMNS: Final = COLUMNS.index("customAttributes") + 1

_providers: Final = leave_out_providers("providerId", own=OWN_PROVIDERS)
FIELDS: Final[Fields] = MappingProxyType(
    {
        "customAttributes": carry_object("app_metadata"),
        "customClaims": carry_object("app_metadata"),
        "email": carry_address("email"),
        "emailVerified": confirm("email_confirm"),
        "phoneNumber": carry_address("phone"),
        "disabled": ban_if_true,
        "displayName": metadata("user_metadata", "name"),
        "photoUrl": metadata("user_metadata", "picture"),
        "photoURL": metadata("user_metadata", "picture"),
        "providerUserInfo": _providers,
        "providerData": _providers,
        "mfaInfo": leave_out_as(SECOND_FACTORS),
        "multiFactor": leave_out_as(SECOND_FACTORS),
        "passwordHash": read_later,
        "salt": read_later,
        "passwordSalt": read_later,
        **{f"{name} {part}": leave_out_as(f"{name}.com") for name in PROVIDERS for part in PARTS},
        **{f"{name} {part}": leave_out_as(name) for name in LATER_PROVIDERS for part in PARTS},
    }
)
# Titles of columns that people add, in lower case; from the table in the documentation.
TITLES: Final = titles_of(
    COLUMNS,
    **{
        "uid": "localId",
        "email verified": "emailVerified",
        "password hash": "passwordHash",
        "password salt": "salt",
        "name": "displayName",
        "photo url": "photoUrl",
        "user creation time": "createdAt",
        "last sign-in time": "lastSignedInAt",
        "phone number": "phoneNumber",
    },
)


def firebase(
    file: File,
    hash_config: FirebaseHashConfig | Mapping[str, object] | str | None = None,
    *,
    unsupported_passwords: UnsupportedPasswords = "fail",
) -> UserRows:
    """Read users of Firebase, with password hashes.

    The users come from `firebase auth:export`, as JSON or CSV, or from `listUsers` of the
    Admin SDK, as JSON. `emailVerified` and phone numbers, which Firebase always verifies,
    become confirmations, `disabled` a ban of a hundred years, custom claims `app_metadata`,
    and name and picture `user_metadata`. `localId` is left out, because it is not a UUID.

    Args:
        file: An open file, or an iterable: of pieces of JSON, or of lines.
        hash_config: The project's hash parameters: a mapping, or the text that the console
            shows ("Password hash parameters" in the menu above the users). Not needed if no
            user has a password.
        unsupported_passwords: What happens to users whose hash the server cannot verify:
            `fail`, the default, or `leave_out`, which imports them without a password.

    Returns:
        `UserRows`: a `Result` for each user. Errors have the code `validation` and name the
        line; one about the whole file or an argument is the last item.

    >>> config = {"base64_signer_key": "AAEC", "base64_salt_separator": "Bw==",
    ...           "rounds": 8, "mem_cost": 14}
    >>> text = '{"users": [{"localId": "x", "email": "ada@example.com", "emailVerified": true}]}'
    >>> next(firebase([text], config))
    <Success: AdminUserParams(email='ada@example.com', email_confirm=True)>
    """
    pieces = TextPieces(file)
    return UserRows(_rows(pieces, hash_config, unsupported_passwords), pieces)


def _rows(pieces: TextPieces, hash_config: object, unsupported_passwords: object) -> Iterator[Row]:
    leaves_out = check_unsupported_passwords(unsupported_passwords)
    prefix = hash_prefix(hash_config)
    is_json = pieces.peek() in ("{", "[")
    records = json_records(pieces, "users") if is_json else _csv_records(pieces)

    def read(draft: Draft, record: Mapping[str, object]) -> None:
        read_fields(draft, record, FIELDS)
        if not is_absent(draft.attrs.get("phone")):
            draft.put("phone_confirm", True)
        _read_password(draft, record, prefix)

    yield from read_rows(records, _check, read, leaves_out_passwords=leaves_out)


def _check(names: Mapping[str, object]) -> Errors:
    return check_kind(FIREBASE, names)


def _read_password(draft: Draft, record: Mapping[str, object], prefix: str | None) -> None:
    hashed, salts = record.get("passwordHash"), [record.get("salt"), record.get("passwordSalt")]
    salt = next((salt for salt in salts if not is_absent(salt)), None)
    if is_absent(hashed):
        if salt is not None:
            draft.leave_out("salt")
    elif hashed == REDACTED_HASH:
        draft.reject_password("passwordHash", "is redacted", "export with a role that may see it")
    elif not isinstance(hashed, str) or not isinstance(salt, str):
        draft.reject_password("passwordHash", "has no salt")
    elif prefix is not None:
        draft.put_password_hash("passwordHash", scrypt_hash(prefix, salt, hashed))
    elif draft.leaves_out_passwords:
        draft.leave_out(PASSWORD)
    else:
        raise SourceError("hash_config", "is missing", "this user has a password")


def _csv_records(pieces: TextPieces) -> Iterator[Record]:
    """Yield the records of CSV, with or without a header."""
    rows = csv_rows(pieces)
    first = next(rows, None)
    if first is None:
        return
    titles = [TITLES.get(field.strip().lower(), field.strip()) for field in first.fields]
    names: Sequence[str] = COLUMNS[: len(titles)]
    if "localId" in titles:
        pieces.header = first.text
        names = column_names(first, lambda title: TITLES.get(title.lower(), title))
    elif len(titles) >= MIN_COLUMNS and not isinstance(cast_flag(titles[2] or "f"), Invalid):
        rows = chain([first], rows)
    else:
        message = "is neither JSON nor the CSV of auth:export"
        raise SourceError("file", message, *sources_of(titles), line=first.line)
    for row in rows:
        yield record_of(row, names)
