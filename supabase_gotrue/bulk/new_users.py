"""What is checked and filled in before a row of an import is sent."""

from typing import Final, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from msgspec.structs import replace
from returns.result import Failure, Result, Success

from supabase_gotrue.bulk.password_hashes import password_hash_error, unguessable_hash
from supabase_gotrue.error import INVALID, Error, Messages, validation_error
from supabase_gotrue.json_types import has_type, is_array, is_object
from supabase_gotrue.schemas.admin_user import AdminUserParams

# Columns of PostgreSQL, which answers more with an error that GoTrue turns into a 500.
MAX_COLUMN_CHARS: Final = 255
MAX_PASSWORD_BYTES: Final = 72
TOO_LONG: Final = (INVALID, f"more than {MAX_COLUMN_CHARS} characters")
INVALID_ROW: Final = validation_error({"row": (INVALID,)})
HOLDS_NUL: Final = (INVALID, "it holds a NUL")


def prepare_user(row: object, *, unguessable_passwords: bool) -> Result[AdminUserParams, Error]:
    """Check a row, and give it an id and, if it has no password, an unguessable hash.

    Args:
        row: A Result, parameters, or a Mapping.
        unguessable_passwords: Whether to fill in a hash that no password matches.

    >>> prepare_user({"email": "Ada@example.com"}, unguessable_passwords=False)
    <Success: AdminUserParams(email='Ada@example.com', id='3d21f9ee-d85e-5a10-bda2-dff7da80567a')>
    """
    return (
        _unwrap(row)
        .bind(lambda attrs: AdminUserParams.parse(cast("AdminUserParams", attrs)))
        .bind(_check)
        .map(lambda params: _with_hash(params) if unguessable_passwords else params)
    )


def _unwrap(row: object) -> Result[object, Error]:
    if not issubclass(type(row), Result):
        return Success(row)
    return cast("Result[object, object]", row).lash(
        lambda error: Failure(error if has_type(error, Error) else INVALID_ROW)
    )


def user_id_of(params: AdminUserParams) -> str:
    """Return the id of a new user: its own, or one that is always the same for its address.

    >>> user_id_of(AdminUserParams(email="ADA@example.com"))
    '3d21f9ee-d85e-5a10-bda2-dff7da80567a'
    """
    if params.id is not None:
        return params.id
    if params.email is not None:
        return str(uuid5(NAMESPACE_URL, f"mailto:{params.email.strip().lower()}"))
    return str(uuid5(NAMESPACE_URL, f"tel:{digits_of(params.phone or '')}"))


def digits_of(phone: str) -> str:
    """Return the digits of a phone number, as the server stores it."""
    return "".join(char for char in phone if char in "0123456789")


def _check(params: AdminUserParams) -> Result[AdminUserParams, Error]:
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
    user_id = _parse_uuid(user_id_of(params))
    if user_id is None:
        errors["id"] = (INVALID, "not a UUID")
    return Failure(validation_error(errors)) if errors else Success(replace(params, id=user_id))


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


def _parse_uuid(text: str) -> str | None:
    try:
        user_id = UUID(text)
    except ValueError:
        return None
    return str(user_id) if user_id.int else None


def _with_hash(params: AdminUserParams) -> AdminUserParams:
    if params.password is not None or params.password_hash is not None:
        return params
    return replace(params, password_hash=unguessable_hash())
