"""Users of Clerk: the CSV of its dashboard, or the JSON of its Backend API.

https://clerk.com/docs/guides/development/migrating/export-from-clerk
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from supabase_gotrue.bulk.readers.casts import is_absent
from supabase_gotrue.bulk.readers.fields import (
    PASSWORD,
    SECOND_FACTORS,
    Draft,
    Field,
    Fields,
    ban_if_true,
    carry_object,
    leave_out,
    leave_out_as,
    leave_out_flag,
    leave_out_providers,
    metadata,
    objects,
    read_fields,
    read_later,
)
from supabase_gotrue.bulk.readers.firebase_hashes import hash_prefix, scrypt_hash
from supabase_gotrue.bulk.readers.rows import Row, UserRows
from supabase_gotrue.bulk.readers.sources import (
    CLERK,
    Errors,
    UnsupportedPasswords,
    check_kind,
    check_unsupported_passwords,
    read_rows,
    records_of,
    titles_of,
)
from supabase_gotrue.bulk.readers.text import File, TextPieces
from supabase_gotrue.json_types import is_array, is_object

# The hasher of users who came from Firebase, and the parts of its hashes.
FIREBASE: Final = "scrypt_firebase"
FIREBASE_PARTS: Final = (
    *("hash", "salt", "base64_signer_key", "base64_salt_separator", "rounds", "mem_cost"),
)
# Between the addresses in one field of the CSV.
_SEPARATORS: Final = re.compile(r"[\s|,;]+")
_factor: Final = leave_out_as(SECOND_FACTORS, is_flag=True)
_provider: Final[Field] = leave_out_providers("provider")
FIELDS: Final[Fields] = MappingProxyType(
    {
        "public_metadata": carry_object("app_metadata"),
        "unsafe_metadata": carry_object("user_metadata"),
        "private_metadata": leave_out,
        "first_name": metadata("user_metadata"),
        "last_name": metadata("user_metadata"),
        "username": metadata("user_metadata"),
        "banned": ban_if_true,
        "locked": leave_out_flag,
        "external_accounts": _provider,
        "saml_accounts": _provider,
        "enterprise_accounts": _provider,
        "totp_secret": leave_out_as(SECOND_FACTORS),
        "totp_enabled": _factor,
        "two_factor_enabled": _factor,
        "backup_code_enabled": _factor,
        "passkeys": leave_out_as(SECOND_FACTORS),
        "id": leave_out,
        "object": leave_out,
        "has_image": leave_out_flag,
        "delete_self_enabled": leave_out_flag,
        "create_organization_enabled": leave_out_flag,
        "password_digest": read_later,
        "password_hasher": read_later,
        # The Backend API says that there is a password, but does not show its hash.
        "password_enabled": leave_out_as(PASSWORD, is_flag=True),
        "primary_email_address": read_later,
        "primary_email_address_id": read_later,
        "email_addresses": read_later,
        "verified_email_addresses": read_later,
        "unverified_email_addresses": read_later,
        "primary_phone_number": read_later,
        "primary_phone_number_id": read_later,
        "phone_numbers": read_later,
        "verified_phone_numbers": read_later,
        "unverified_phone_numbers": read_later,
    }
)


def clerk(file: File, *, unsupported_passwords: UnsupportedPasswords = "fail") -> UserRows:
    """Read users of Clerk. Only the CSV of the dashboard has password hashes.

    The primary addresses are carried over, and are confirmed if Clerk has verified them;
    others are left out. `public_metadata` becomes `app_metadata`, `unsafe_metadata` and names
    `user_metadata`, `banned` a ban of a hundred years. The ids of Clerk are left out,
    because they are not UUIDs.

    Args:
        file: The dashboard's CSV, or JSON of the Backend API (`GET /v1/users`): an open file,
            or an iterable of lines, or of pieces of a JSON array.
        unsupported_passwords: What happens to users whose hash the server cannot verify:
            `fail`, the default, or `leave_out`, which imports them without a password.

    Returns:
        `UserRows`: a `Result` for each user. Errors have the code `validation` and name the
        line; one about the whole file or an argument is the last item.

    >>> header = "id,primary_email_address,verified_email_addresses"
    >>> next(clerk([header, "user_1,ada@example.com,ada@example.com"]))
    <Success: AdminUserParams(email='ada@example.com', email_confirm=True)>
    """
    pieces = TextPieces(file)
    return UserRows(_rows(pieces, unsupported_passwords), pieces)


def _rows(pieces: TextPieces, unsupported_passwords: object) -> Iterator[Row]:
    leaves_out = check_unsupported_passwords(unsupported_passwords)
    records = records_of(pieces, _check, titles_of(FIELDS), "data")
    yield from read_rows(records, _check, _read, leaves_out_passwords=leaves_out)


def _check(names: Mapping[str, object]) -> Errors:
    return check_kind(CLERK, names)


def _read(draft: Draft, record: Mapping[str, object]) -> None:
    read_fields(draft, record, FIELDS)
    _read_addresses(draft, record, "email", "email_address", "email_addresses")
    _read_addresses(draft, record, "phone", "phone_number", "phone_numbers")
    _read_password(draft, record)
    if "password_hash" in draft.attrs:
        draft.left_out.pop(PASSWORD, None)


def _read_addresses(
    draft: Draft, record: Mapping[str, object], attr: str, singular: str, plural: str
) -> None:
    """Carry the primary address over, else the first verified one, and leave out the others."""
    verified = dict.fromkeys(_split(draft, f"verified_{plural}", record), True)
    is_verified = dict.fromkeys(_split(draft, f"unverified_{plural}", record), False) | verified
    listed = [*_listed_addresses(draft, record, singular, plural)]
    is_verified |= {each.address: each.is_verified for each in listed}
    primary = _split(draft, f"primary_{singular}", record)
    primary += [each.address for each in listed if each.is_primary]
    candidates = [*primary, *(each for each in is_verified if is_verified[each]), *is_verified]
    for address in candidates[:1]:
        draft.put(attr, address)
        if is_verified.get(address):
            draft.put(f"{attr}_confirm", True)
    if {*candidates} - {*candidates[:1]}:
        draft.leave_out(f"other {plural.replace('_', ' ')}")


class _Address(NamedTuple):
    address: str
    is_verified: bool
    is_primary: bool


def _listed_addresses(
    draft: Draft, record: Mapping[str, object], singular: str, plural: str
) -> Iterator[_Address]:
    """Yield the addresses of a record of the Backend API."""
    listed = record.get(plural)
    items = [*objects(listed)]
    if not is_absent(listed) and not (is_array(listed) and len(items) == len(listed)):
        draft.fail(plural, "is invalid")
    for item in items:
        address, verification = item.get(singular), item.get("verification")
        if not isinstance(address, str) or not address.strip():
            draft.fail(plural, "is invalid")
            continue
        if item.get("reserved_for_second_factor") is True:
            draft.leave_out(SECOND_FACTORS)
        is_verified = is_object(verification) and verification.get("status") == "verified"
        is_primary = item.get("id") == record.get(f"primary_{singular}_id")
        yield _Address(address.strip(), is_verified, is_primary)


def _split(draft: Draft, name: str, record: Mapping[str, object]) -> list[str]:
    """Return the addresses in one field of the CSV."""
    value = record.get(name)
    if not is_absent(value) and not isinstance(value, str):
        draft.fail(name, "is invalid")
    return [*filter(None, _SEPARATORS.split(value))] if isinstance(value, str) else []


def _read_password(draft: Draft, record: Mapping[str, object]) -> None:
    digest, hasher = record.get("password_digest"), record.get("password_hasher")
    parts = digest.split("$") if isinstance(digest, str) else []
    if hasher == FIREBASE and len(parts) == len(FIREBASE_PARTS):
        config = dict(zip(FIREBASE_PARTS, parts, strict=True))
        scrypt = scrypt_hash(hash_prefix(config) or "", config["salt"], config["hash"])
        draft.put_password_hash("password_digest", scrypt)
    elif not is_absent(digest):
        draft.put_password_hash("password_digest", digest)
    elif not is_absent(hasher):
        draft.leave_out(PASSWORD)
