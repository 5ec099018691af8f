"""Users of Keycloak: a realm export, or users of its admin API.

https://www.keycloak.org/server/importExport
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from supabase_gotrue.bulk.readers.casts import is_absent
from supabase_gotrue.bulk.readers.fields import (
    SECOND_FACTORS,
    Draft,
    Fields,
    algorithm_name,
    ban_if_false,
    carry_address,
    confirm,
    leave_out_as,
    leave_out_flag,
    leave_out_providers,
    metadata,
    put_id,
    read_fields,
    read_later,
)
from supabase_gotrue.bulk.readers.json_records import decode_object, json_records
from supabase_gotrue.bulk.readers.rows import Row, UserRows
from supabase_gotrue.bulk.readers.sources import (
    KEYCLOAK,
    Errors,
    UnsupportedPasswords,
    check_kind,
    check_unsupported_passwords,
    read_rows,
)
from supabase_gotrue.bulk.readers.text import File, TextPieces
from supabase_gotrue.json_types import is_array, is_object

SERVICE_ACCOUNT: Final = "serviceAccountClientId"
FIELDS: Final[Fields] = MappingProxyType(
    {
        "id": put_id,
        "email": carry_address("email"),
        "emailVerified": confirm("email_confirm"),
        "enabled": ban_if_false,
        "username": metadata("user_metadata"),
        "firstName": metadata("user_metadata", "first_name"),
        "lastName": metadata("user_metadata", "last_name"),
        "attributes": read_later,
        "credentials": read_later,
        "federatedIdentities": leave_out_providers("identityProvider"),
        "totp": leave_out_as(SECOND_FACTORS, is_flag=True),
        "notBefore": leave_out_flag,
    }
)
# Argon2's versions, as the library that Keycloak uses and as the PHC format write them.
VERSIONS: Final = {"1.3": "19", "1.0": "16"}
ALGORITHM: Final = "argon2"


def keycloak(file: File, *, unsupported_passwords: UnsupportedPasswords = "fail") -> UserRows:
    """Read the users of a Keycloak realm, with the argon2 hashes of Keycloak 25 and later.

    `emailVerified` becomes a confirmation, `enabled` of `false` a ban of a hundred years,
    the id stays, and names and attributes become `user_metadata`; an attribute with one value
    is that value instead of a list. Accounts of services are left out.

    Args:
        file: The JSON of `kc.sh export`, of a realm or of its users, or a JSON array of
            users: an open file, or an iterable of pieces.
        unsupported_passwords: What happens to users whose hash the server cannot verify, such as
            PBKDF2 of older versions: `fail`, the default, or `leave_out`, which imports them
            without a password.

    Returns:
        `UserRows`: a `Result` for each user. Errors have the code `validation` and name the
        line; one about the whole file or an argument is the last item.

    >>> text = '{"realm": "x", "users": [{"username": "ada", "email": "ada@example.com"}]}'
    >>> next(keycloak([text])).unwrap().user_metadata
    {'username': 'ada'}
    """
    pieces = TextPieces(file)
    return UserRows(_rows(pieces, unsupported_passwords), pieces)


def _rows(pieces: TextPieces, unsupported_passwords: object) -> Iterator[Row]:
    leaves_out = check_unsupported_passwords(unsupported_passwords)
    records = json_records(pieces, "users")
    yield from read_rows(records, _check, _read, leaves_out_passwords=leaves_out)


def _check(names: Mapping[str, object]) -> Errors:
    return check_kind(KEYCLOAK, names)


def _read(draft: Draft, record: dict[str, object]) -> None:
    if record.get("username") == record.get("email"):
        record.pop("username", None)
    if not is_absent(record.get(SERVICE_ACCOUNT)):
        draft.is_user = False
        draft.leave_out(SERVICE_ACCOUNT)
        return
    read_fields(draft, record, FIELDS)
    _read_attributes(draft, record.get("attributes"))
    credentials = record.get("credentials")
    if not is_absent(credentials) and not is_array(credentials):
        draft.fail("credentials", "is invalid")
    for credential in credentials if is_array(credentials) else ():
        _read_credential(draft, credential)


def _read_attributes(draft: Draft, attributes: object) -> None:
    if not is_absent(attributes) and not is_object(attributes):
        draft.fail("attributes", "is invalid")
    for name, values in attributes.items() if is_object(attributes) else ():
        value = values[0] if is_array(values) and len(values) == 1 else values
        if not is_absent(value) and not draft.put_metadata("user_metadata", name, value):
            draft.leave_out(f"attributes.{name}")


def _read_credential(draft: Draft, credential: object) -> None:
    if not is_object(credential):
        draft.fail("credentials", "is invalid")
    elif credential.get("type") == "password":
        _read_password(draft, credential)
    elif credential.get("type") == "password-history":
        draft.leave_out("password-history")
    else:
        draft.leave_out(SECOND_FACTORS)


def _read_password(draft: Draft, credential: Mapping[str, object]) -> None:
    secret, data = (_object_of(credential.get(name)) for name in ("secretData", "credentialData"))
    algorithm = data.get("algorithm", credential.get("algorithm"))
    more = _object_of(data.get("additionalParameters"))
    numbers = {
        name: _first(more.get(name)) for name in ("type", "version", "memory", "parallelism")
    }
    value, salt = secret.get("value"), secret.get("salt")
    if algorithm != ALGORITHM or not isinstance(value, str) or not isinstance(salt, str):
        draft.reject_password("credentials", f"have a password of {algorithm_name(algorithm)}")
        return
    version = VERSIONS.get(str(numbers["version"]), numbers["version"])
    costs = f"m={numbers['memory']},t={data.get('hashIterations')},p={numbers['parallelism']}"
    encoded = f"{salt.rstrip('=')}${value.rstrip('=')}"
    draft.put_password_hash(
        "credentials", f"$argon2{numbers['type']}$v={version}${costs}${encoded}"
    )


def _object_of(value: object) -> Mapping[str, object]:
    """Return an object, or what its JSON text holds."""
    found = decode_object(value) if isinstance(value, str) else value
    return found if is_object(found) else {}


def _first(values: object) -> object:
    return values[0] if is_array(values) and values else values
