"""Rows of an import: they are checked, and get an id and a password hash, before they are sent."""

import hmac
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, cast
from uuid import UUID

from msgspec.structs import replace
from returns.result import Failure, Result, Success

from supabase_gotrue.bulk.password_hashes import password_hash_error, unguessable_hash
from supabase_gotrue.bulk.seen_users import Key
from supabase_gotrue.error import INVALID, Error, Messages, validation_error
from supabase_gotrue.json_types import has_type, is_array, is_object
from supabase_gotrue.schemas.admin_user import AdminUserParams

# The columns are varchar(255): GoTrue answers a longer value with a 500.
MAX_COLUMN_CHARS: Final = 255
MAX_PASSWORD_BYTES: Final = 72
TOO_LONG: Final = (INVALID, f"more than {MAX_COLUMN_CHARS} characters")
INVALID_ROW: Final = validation_error({"row": (INVALID,)})
HOLDS_NUL: Final = (INVALID, "it holds a NUL")

AddressKind = Literal["email", "phone"]


class NewUser(NamedTuple):
    """A row that has been checked.

    Args:
        params: The attributes, with an id.
        has_own_id: Whether the row gives the id; otherwise it is derived.
        email: The address as the server stores it.
        phone: The number as the server stores it.
        keys: By field, what another row must not have, too.
    """

    params: AdminUserParams
    has_own_id: bool
    email: str | None
    phone: str | None
    keys: Mapping[str, Key]


def prepare_user(
    row: object, *, key: str, unguessable_passwords: bool, is_parsed: bool = False
) -> Result[NewUser, Error]:
    """Check a row, and give it an id and, if it has no password, an unguessable hash.

    Args:
        row: A Result, parameters, or a Mapping.
        key: The key from which ids are derived.
        unguessable_passwords: Whether to fill in a hash that no password matches.
        is_parsed: Whether parameters come from `AdminUserParams.parse`.

    >>> row = {"email": "Ada@example.com"}
    >>> prepare_user(row, key="k", unguessable_passwords=False).unwrap().params
    AdminUserParams(email='Ada@example.com', id='7560a776-3fe8-8dea-8e13-6bb466023857')
    """
    attrs = _unwrap(row)
    is_parsed = is_parsed and isinstance(attrs.value_or(None), AdminUserParams)
    parsed = (
        cast("Result[AdminUserParams, Error]", attrs)
        if is_parsed
        else attrs.bind(lambda given: AdminUserParams.parse(cast("AdminUserParams", given)))
    )
    return parsed.bind(lambda params: _check(params, key)).map(
        lambda user: _with_hash(user) if unguessable_passwords else user
    )


def _unwrap(row: object) -> Result[object, Error]:
    if not issubclass(type(row), Result):
        return Success(row)
    return cast("Result[object, object]", row).lash(
        lambda error: Failure(error if has_type(error, Error) else INVALID_ROW)
    )


def derive_user_id(key: str, kind: AddressKind, address: str) -> UUID:
    """Return a UUID of version 8 that is always the same for an address and a key.

    Without the key, nobody can find out the address by trying addresses.
    https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-8

    >>> derive_user_id("service-key", "phone", "15555550101")
    UUID('d9c86d56-ce09-89f0-ae80-acc1b701ee76')
    """
    digest = hmac.digest(
        key.encode("utf-8", "surrogatepass"), f"{kind}:{address}".encode(), "sha256"
    )
    number = int.from_bytes(digest[:16])
    number = number & ~(0xF << 76) | (8 << 76)  # the version
    return UUID(int=number & ~(0x3 << 62) | (2 << 62))  # the variant


def normalize_email(email: str) -> str:
    """Return an address as the server stores it.

    https://github.com/supabase/auth/blob/master/internal/api/mail.go
    """
    return email.lower()


def normalize_phone(phone: str) -> str:
    """Return a number as the server stores it.

    https://github.com/supabase/auth/blob/master/internal/api/phone.go

    >>> normalize_phone("+1 555 0101")
    '15550101'
    """
    return phone.removeprefix("+").replace(" ", "")


def _check(params: AdminUserParams, key: str) -> Result[NewUser, Error]:
    fields = params.__struct_fields__
    errors: dict[str, Messages] = {
        name: HOLDS_NUL for name in fields if _has_nul(getattr(params, name))
    }
    errors |= {
        name: TOO_LONG
        for name in ("role", "aud", "email")
        if len(getattr(params, name) or "") > MAX_COLUMN_CHARS
    }
    errors |= _password_errors(params)
    email = None if params.email is None else normalize_email(params.email)
    phone = None if params.phone is None else normalize_phone(params.phone)
    addresses: dict[AddressKind, str | None] = {"email": email, "phone": phone}
    derived = {
        kind: derive_user_id(key, kind, address)
        for kind, address in addresses.items()
        if address is not None
    }
    user_id = next(iter(derived.values())) if params.id is None else _parse_uuid(params.id)
    if user_id is None:
        errors["id"] = (INVALID, "not a UUID")
    if user_id is None or errors:
        return Failure(validation_error(errors))
    keys: dict[str, Key] = {kind: Key("address", uid.bytes) for kind, uid in derived.items()}
    keys["id"] = Key("id", user_id.bytes)
    checked = replace(params, id=str(user_id))
    return Success(NewUser(checked, params.id is not None, email, phone, keys))


def _password_errors(params: AdminUserParams) -> dict[str, Messages]:
    if params.password_hash is not None:
        if params.password is not None:
            return {"password": ("cannot be given with a password_hash",)}
        reason = password_hash_error(params.password_hash)
        return {} if reason is None else {"password_hash": (reason,)}
    if len((params.password or "").encode()) > MAX_PASSWORD_BYTES:
        return {"password": (INVALID, f"more than {MAX_PASSWORD_BYTES} bytes")}
    return {}


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if is_object(value):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    return is_array(value) and any(map(_has_nul, value))


def _parse_uuid(text: str) -> UUID | None:
    try:
        user_id = UUID(text)
    except ValueError:
        return None
    return user_id if user_id.int else None


def _with_hash(user: NewUser) -> NewUser:
    params = user.params
    if params.password is not None or params.password_hash is not None:
        return user
    return user._replace(params=replace(params, password_hash=unguessable_hash()))
