"""The fields of records: a table says how each field is read into the `Draft` of a user."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final

from supabase_gotrue.bulk.password_hashes import password_hash_error
from supabase_gotrue.bulk.readers.casts import (
    PERMANENT_BAN,
    cast_address,
    cast_ban,
    cast_confirmation,
    cast_flag,
    cast_object,
    cast_text,
    cast_uuid,
    is_absent,
    when,
)
from supabase_gotrue.bulk.readers.json_records import decode, decode_object
from supabase_gotrue.error import INVALID, Messages
from supabase_gotrue.json_types import is_array, is_object
from supabase_gotrue.schemas.cast import Caster, Invalid

PASSWORD: Final = "password"
SECOND_FACTORS: Final = "second factors"
_ALGORITHM: Final = re.compile(r"[a-zA-Z][\w-]{1,31}", re.ASCII)
# The server makes identities of these providers by itself.
OWN_PROVIDERS: Final = frozenset({"email", "phone"})
# The command line writes the reason of a failure under this name.
IGNORED: Final = frozenset({"_error"})


class Draft:
    """The user that a record describes, while its fields are read.

    Args:
        leaves_out_passwords: Whether passwords that the server cannot verify are left out;
            they are errors otherwise.
    """

    def __init__(self, *, leaves_out_passwords: bool = False) -> None:
        self.leaves_out_passwords = leaves_out_passwords
        self.attrs: dict[str, object] = {}
        self.is_user = True
        # Names without repetitions, in order.
        self.left_out: dict[str, None] = {}
        self.errors: dict[str, Messages] = {}

    def put(self, attr: str, value: object) -> bool:
        """Set an attribute, and return whether it had no other value."""
        return self.attrs.setdefault(attr, value) == value

    def put_metadata(self, attr: str, key: str, value: object) -> bool:
        """Set a key of metadata, and return whether it had no other value."""
        metadata = self.attrs.setdefault(attr, {})
        return is_object(metadata) and metadata.setdefault(key, value) == value

    def put_password_hash(self, field: str, value: object) -> None:
        """Set the hash of the password if the server can verify it; reject it otherwise."""
        if not isinstance(value, str):
            self.fail(field, INVALID)
            return
        reason = password_hash_error(value)
        if reason is not None:
            self.reject_password(field, reason)
        elif not self.put("password_hash", value):
            self.fail(field, "is a second password")

    def reject_password(self, field: str, *messages: str) -> None:
        """Leave out a password that the server cannot verify, or add an error."""
        if self.leaves_out_passwords:
            self.leave_out(PASSWORD)
        else:
            self.fail(field, *messages)

    def fail(self, field: str, *messages: str) -> None:
        """Add the error of a field, unless it has one."""
        self.errors.setdefault(field, messages)

    def leave_out(self, name: str) -> None:
        """Note the name of what is not carried over."""
        self.left_out[name] = None


# How a field is read: the function receives the draft, the name of the field and its value.
Field = Callable[[Draft, str, object], None]
Fields = Mapping[str, Field]


def read_fields(draft: Draft, record: Mapping[str, object], fields: Fields) -> None:
    """Read the fields of a record in the order of the table; fields that it lacks are left out."""
    for name, read in fields.items():
        if name in record and not is_absent(record[name]):
            read(draft, name, record[name])
    for name, value in record.items():
        if name not in fields and name not in IGNORED and not is_absent(value):
            draft.leave_out(name)


# What tables contain: a `Field`, or a function that returns one.


def leave_out(draft: Draft, name: str, _value: object) -> None:
    """Do not carry a field over, and count it under its own name."""
    draft.leave_out(name)


def read_later(_draft: Draft, _name: str, _value: object) -> None:
    """Skip a field: another function reads it, together with others."""


def leave_out_as(counted_name: str, *, is_flag: bool = False) -> Field:
    """Do not carry a field, or a flag that is set, over, and count it under another name."""

    def read(draft: Draft, _name: str, value: object) -> None:
        if not is_flag or cast_flag(value) is not False:
            draft.leave_out(counted_name)

    return read


def leave_out_flag(draft: Draft, name: str, value: object) -> None:
    """Do not carry a flag over, and count it under its own name if it is set."""
    leave_out_as(name, is_flag=True)(draft, name, value)


def carry(attr: str, caster: Caster = cast_text) -> Field:
    """Carry a field over to an attribute of the user."""

    def read(draft: Draft, name: str, value: object) -> None:
        cast = caster(value)
        if isinstance(cast, Invalid):
            draft.fail(name, cast.message)
        elif not is_absent(cast) and not draft.put(attr, cast):
            draft.fail(name, "is given twice")

    return read


def carry_address(attr: str) -> Field:
    """Carry an email address or phone number over, without blanks around it."""
    return carry(attr, cast_address)


def put_id(draft: Draft, name: str, value: object) -> None:
    """Carry an id over if it is a UUID, and leave it out otherwise."""
    cast = cast_uuid(value)
    if isinstance(cast, Invalid) or not draft.put("id", cast):
        draft.leave_out(name)


def confirm(attr: str) -> Field:
    """Carry a flag over if it is set."""
    return carry(attr, when(True, True))


ban_if_true: Final = carry("ban_duration", when(True, PERMANENT_BAN))
ban_if_false: Final = carry("ban_duration", when(False, PERMANENT_BAN))


def confirm_by_time(attr: str) -> Field:
    """Carry the time of a confirmation over as the flag that it is confirmed."""
    return carry(attr, cast_confirmation)


carry_banned_until: Final = carry("ban_duration", cast_ban)


def leave_out_app_providers(draft: Draft) -> None:
    """Count the providers that GoTrue lists in `app_metadata`: their identities are lost."""
    app_metadata = draft.attrs.get("app_metadata")
    if not is_object(app_metadata):
        return
    listed = app_metadata.get("providers")
    for provider in (app_metadata.get("provider"), *(listed if is_array(listed) else ())):
        if not isinstance(provider, str) or provider in OWN_PROVIDERS:
            continue
        if provider.startswith("sso:"):
            draft.fail("provider", "is SSO", "an SSO user cannot be created")
        draft.leave_out(provider)


def metadata(attr: str, key: str | None = None) -> Field:
    """Carry a field over as a key of metadata; leave it out if the key has another value."""

    def read(draft: Draft, name: str, value: object) -> None:
        if not draft.put_metadata(attr, name if key is None else key, value):
            draft.leave_out(name)

    return read


def carry_object(attr: str) -> Field:
    """Carry an object, or its JSON text, over as metadata."""
    return carry(attr, cast_object)


def carry_password_hash(draft: Draft, name: str, value: object) -> None:
    """Carry a password hash over if the server can verify it."""
    draft.put_password_hash(name, value)


def reject(reason: str) -> Field:
    """Fail the record if the field is there."""
    return lambda draft, name, _value: draft.fail(name, "is set", reason)


def reject_flag(reason: str) -> Field:
    """Fail the record if the flag is set."""

    def read(draft: Draft, name: str, value: object) -> None:
        cast = cast_flag(value)
        if isinstance(cast, Invalid):
            draft.fail(name, cast.message)
        elif cast:
            draft.fail(name, "is true", reason)

    return read


def leave_out_providers(key: str, *, own: Collection[str] = ()) -> Field:
    """Count each identity of a list under its provider, which is the value of `key`."""

    def read(draft: Draft, name: str, value: object) -> None:
        listed = decode(value) if isinstance(value, str) else value
        if not is_array(listed):
            draft.leave_out(name)
            return
        for item in listed:
            provider = item.get(key) if is_object(item) else None
            if provider not in own:
                draft.leave_out(provider if isinstance(provider, str) and provider else name)

    return read


def algorithm_name(value: object) -> str:
    """Return the name of an algorithm, if it looks like one."""
    is_name = isinstance(value, str) and _ALGORITHM.fullmatch(value)
    return str(value) if is_name else "an unknown algorithm"


def objects(value: object) -> Iterator[dict[str, object]]:
    """Yield the objects of a list, or of its JSON text."""
    listed = decode(value) if isinstance(value, str) else value
    return filter(is_object, listed if is_array(listed) else [])


def nest(record: Mapping[str, object], roots: Collection[str]) -> dict[str, object] | str:
    """Turn columns such as `user_metadata.plan` into objects.

    Returns:
        The record, or the name of a column whose value is given twice.
    """
    nested: dict[str, object] = {}
    for name, value in sorted(record.items(), key=lambda item: "." in item[0]):
        root, *path = name.split(".")
        if root not in roots:
            nested[name] = value
        elif not is_absent(value):
            content = value if path or not isinstance(value, str) else decode_object(value)
            content = value if content is None else content
            if not _put(nested, root, path, content):
                return name
    return nested


def _put(target: dict[str, object], key: str, path: Sequence[str], value: object) -> bool:
    """Set a value at a path of keys; return False if it has a value already."""
    if not path:
        return target.setdefault(key, value) is value
    inner = target.setdefault(key, {})
    return is_object(inner) and _put(inner, path[0], path[1:], value)
