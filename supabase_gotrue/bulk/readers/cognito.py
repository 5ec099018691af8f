"""Users of Amazon Cognito: the CSV of its user import, or `list-users`, without hashes.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from supabase_gotrue.bulk.readers.casts import is_absent
from supabase_gotrue.bulk.readers.fields import (
    SECOND_FACTORS,
    Draft,
    Fields,
    ban_if_false,
    carry_address,
    confirm,
    leave_out,
    leave_out_as,
    leave_out_providers,
    metadata,
    objects,
    put_id,
    read_fields,
)
from supabase_gotrue.bulk.readers.rows import Row, UserRows
from supabase_gotrue.bulk.readers.sources import (
    COGNITO,
    Errors,
    check_kind,
    read_rows,
    records_of,
    titles_of,
)
from supabase_gotrue.bulk.readers.text import File, TextPieces
from supabase_gotrue.json_types import is_array

PROFILE: Final = (
    *("name", "given_name", "family_name", "middle_name", "nickname", "preferred_username"),
    *("profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "address"),
)
CUSTOM: Final = "custom:"
STATUS: Final = "cognito:user_status"
USERNAME: Final = "cognito:username"
EXTERNAL: Final = "EXTERNAL_PROVIDER"
FIELDS: Final[Fields] = MappingProxyType(
    {
        "sub": put_id,
        "email": carry_address("email"),
        "email_verified": confirm("email_confirm"),
        "phone_number": carry_address("phone"),
        "phone_number_verified": confirm("phone_confirm"),
        **{name: metadata("user_metadata") for name in PROFILE},
        "enabled": ban_if_false,
        "identities": leave_out_providers("providerName"),
        "cognito:mfa_enabled": leave_out_as(SECOND_FACTORS, is_flag=True),
        "UserMFASettingList": leave_out_as(SECOND_FACTORS),
        "MFAOptions": leave_out_as(SECOND_FACTORS),
        USERNAME: leave_out,
        STATUS: leave_out,
    }
)
# What `list-users` calls the columns of the CSV.
NAMES: Final = {"Username": USERNAME, "Enabled": "enabled", "UserStatus": STATUS}


def cognito(file: File) -> UserRows:
    """Read users of Cognito, which does not export password hashes.

    `email_verified` and `phone_number_verified` become confirmations, a `sub` that is a
    UUID the id, the profile and `custom:` attributes `user_metadata`, and `enabled` of
    `false` a ban of a hundred years. Users need a recovery link or a one-time code to sign in.

    Args:
        file: A CSV with the columns of the user import, or the JSON of `list-users`: an open
            file, or an iterable of lines, or of pieces of JSON.

    Returns:
        `UserRows`: a `Result` for each user. Errors have the code `validation` and name the
        line; one about the whole file or an argument is the last item.

    >>> next(cognito(["cognito:username,email,email_verified", "ada,ada@example.com,TRUE"]))
    <Success: AdminUserParams(email='ada@example.com', email_confirm=True)>
    """
    pieces = TextPieces(file)
    return UserRows(_rows(pieces), pieces)


def _rows(pieces: TextPieces) -> Iterator[Row]:
    records = records_of(pieces, _check, titles_of(FIELDS), "Users")
    yield from read_rows(records, _check, _read, leaves_out_passwords=False)


def _check(names: Mapping[str, object]) -> Errors:
    return check_kind(COGNITO, names)


def _read(draft: Draft, record: dict[str, object]) -> None:
    flat = _flatten(draft, record)
    custom = {name: flat.pop(name) for name in [*flat] if name.startswith(CUSTOM)}
    read_fields(draft, flat, FIELDS)
    for name, value in custom.items():
        if not is_absent(value):
            metadata("user_metadata", name.removeprefix(CUSTOM))(draft, name, value)
    # The name of a federated user begins with the provider's: `Google_1234`.
    if flat.get(STATUS) == EXTERNAL and is_absent(flat.get("identities")):
        draft.leave_out(str(flat.get(USERNAME) or "").partition("_")[0] or "unknown provider")


def _flatten(draft: Draft, record: Mapping[str, object]) -> dict[str, object]:
    """Return a user of `list-users` with the names of the CSV."""
    flat = {NAMES.get(name, name): value for name, value in record.items()}
    attributes = flat.pop("Attributes", None)
    pairs = [(item.get("Name"), item.get("Value")) for item in objects(attributes)]
    if not (is_absent(attributes) or (is_array(attributes) and len(attributes) == len(pairs))):
        draft.fail("Attributes", "is invalid")
    for name, value in pairs:
        if not isinstance(name, str) or flat.setdefault(name, value) != value:
            draft.fail("Attributes", "is invalid")
    return flat
