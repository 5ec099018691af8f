"""The fields of this library's own formats: attributes of `create_user`, and exported users."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from supabase_gotrue.bulk.readers.casts import cast_flag
from supabase_gotrue.bulk.readers.fields import (
    OWN_PROVIDERS,
    SECOND_FACTORS,
    Draft,
    Fields,
    carry,
    carry_address,
    carry_banned_until,
    carry_object,
    carry_password_hash,
    confirm_by_time,
    leave_out,
    leave_out_app_providers,
    leave_out_as,
    leave_out_providers,
    read_fields,
    reject,
    reject_flag,
)
from supabase_gotrue.bulk.readers.sources import Errors, source_of, unknown_errors

METADATA: Final = ("app_metadata", "user_metadata")
DELETED: Final = "a softly deleted user cannot be created"
# What the server keeps of a user, under the same name in its API and its table.
SERVER_FIELDS: Final[Fields] = MappingProxyType(
    {
        "id": carry("id"),
        "aud": carry("aud"),
        "role": carry("role"),
        "email": carry_address("email"),
        "phone": carry_address("phone"),
        "email_confirmed_at": confirm_by_time("email_confirm"),
        "phone_confirmed_at": confirm_by_time("phone_confirm"),
        "banned_until": carry_banned_until,
        "deleted_at": reject(DELETED),
        "is_sso_user": reject_flag("an SSO user cannot be created"),
        "is_anonymous": reject_flag("a user without an address cannot be created"),
        "confirmed_at": leave_out,
        "created_at": leave_out,
        "updated_at": leave_out,
        "last_sign_in_at": leave_out,
        "invited_at": leave_out,
        "confirmation_sent_at": leave_out,
        "recovery_sent_at": leave_out,
        "email_change_sent_at": leave_out,
        "phone_change_sent_at": leave_out,
        "reauthentication_sent_at": leave_out,
    }
)
OWN_FIELDS: Final[Fields] = MappingProxyType(
    {
        "app_metadata": carry_object("app_metadata"),
        "user_metadata": carry_object("user_metadata"),
        **SERVER_FIELDS,
        "email_confirm": carry("email_confirm", cast_flag),
        "phone_confirm": carry("phone_confirm", cast_flag),
        "password": carry("password"),
        "password_hash": carry_password_hash,
        "ban_duration": carry("ban_duration"),
        "nonce": carry("nonce"),
        "new_email": leave_out,
        "new_phone": leave_out,
        "identities": leave_out_providers("provider", own=OWN_PROVIDERS),
        "factors": leave_out_as(SECOND_FACTORS),
    }
)


def check_source(names: Mapping[str, object]) -> Errors:
    """Return the errors of unknown names if one of them shows that the record is from elsewhere."""
    unknown = unknown_names(names)
    return unknown_errors(unknown, OWN_FIELDS) if any(map(source_of, unknown)) else {}


def unknown_names(names: Mapping[str, object]) -> list[str]:
    """Return the names that are unknown; those that begin with `_` are left out."""
    return [name for name in names if name not in OWN_FIELDS and not name.startswith("_")]


def read_own(draft: Draft, record: Mapping[str, object]) -> None:
    """Read a record of our own formats, in which unknown names are errors."""
    draft.errors.update(unknown_errors(unknown_names(record), OWN_FIELDS))
    draft.attrs.update({name: {} for name in METADATA if record.get(name) == {}})
    read_fields(draft, record, OWN_FIELDS)
    leave_out_app_providers(draft)
