"""JSON representations: one Struct per response object of the server.

https://github.com/supabase/auth/blob/master/internal/models/user.go
"""

import json

import msgspec
from msgspec import UNSET, UnsetType

from supabase_gotrue.emulator.go.clock import format_time
from supabase_gotrue.emulator.store.rows import AuditEntry, Factor, Identity, Passkey, User

Text = str | UnsetType
Json = dict[str, object]


class IdentityView(msgspec.Struct):
    identity_id: str
    id: str
    user_id: str
    identity_data: msgspec.Raw | UnsetType
    provider: str
    last_sign_in_at: str
    created_at: str
    updated_at: str
    email: Text


class FactorView(msgspec.Struct):
    id: str
    created_at: str
    updated_at: str
    status: str
    friendly_name: Text
    factor_type: str
    phone: str
    last_challenged_at: str | None


class UserView(msgspec.Struct):
    id: str
    aud: str
    role: str
    email: str
    email_confirmed_at: Text
    invited_at: Text
    phone: str
    phone_confirmed_at: Text
    confirmation_sent_at: Text
    confirmed_at: Text
    recovery_sent_at: Text
    new_email: Text
    email_change_sent_at: Text
    new_phone: Text
    phone_change_sent_at: Text
    reauthentication_sent_at: Text
    last_sign_in_at: Text
    app_metadata: msgspec.Raw
    user_metadata: msgspec.Raw
    factors: list[FactorView] | UnsetType
    identities: list[IdentityView] | None
    created_at: str
    updated_at: str
    banned_until: Text
    deleted_at: Text
    is_anonymous: bool


def user(row: User) -> UserView:
    """Represent a user with its loaded identities and factors."""
    identities = row.identities
    return UserView(
        id=row.id,
        aud=row.aud,
        role=row.role,
        email=row.email or "",
        email_confirmed_at=_time_or_unset(row.email_confirmed_at),
        invited_at=_time_or_unset(row.invited_at),
        phone=row.phone or "",
        phone_confirmed_at=_time_or_unset(row.phone_confirmed_at),
        confirmation_sent_at=_time_or_unset(row.confirmation_sent_at),
        confirmed_at=_time_or_unset(row.confirmed_at),
        recovery_sent_at=_time_or_unset(row.recovery_sent_at),
        new_email=row.email_change or UNSET,
        email_change_sent_at=_time_or_unset(row.email_change_sent_at),
        new_phone=row.phone_change or UNSET,
        phone_change_sent_at=_time_or_unset(row.phone_change_sent_at),
        reauthentication_sent_at=_time_or_unset(row.reauthentication_sent_at),
        last_sign_in_at=_time_or_unset(row.last_sign_in_at),
        app_metadata=msgspec.Raw(row.app_metadata),
        user_metadata=msgspec.Raw(row.user_metadata),
        factors=[factor(item) for item in row.factors] or UNSET,
        identities=None if identities is None else [identity(item) for item in identities],
        created_at=format_time(row.created_at),
        updated_at=format_time(row.updated_at),
        banned_until=_time_or_unset(row.banned_until),
        deleted_at=_time_or_unset(row.deleted_at),
        is_anonymous=bool(row.is_anonymous),
    )


def identity(row: Identity) -> IdentityView:
    """Represent an identity; those of deleted users have no data."""
    return IdentityView(
        identity_id=row.id,
        id=row.provider_id,
        user_id=row.user_id,
        identity_data=UNSET if row.identity_data == "{}" else msgspec.Raw(row.identity_data),
        provider=row.provider,
        last_sign_in_at=format_time(row.last_sign_in_at),
        created_at=format_time(row.created_at),
        updated_at=format_time(row.updated_at),
        email=row.email or UNSET,
    )


def factor(row: Factor) -> FactorView:
    """Represent a factor without its secret."""
    challenged = row.last_challenged_at
    return FactorView(
        id=row.id,
        created_at=format_time(row.created_at),
        updated_at=format_time(row.updated_at),
        status=row.status,
        friendly_name=row.friendly_name or UNSET,
        factor_type=row.factor_type,
        phone=row.phone,
        last_challenged_at=None if challenged is None else format_time(challenged),
    )


def link(row: User, **properties: str) -> Json:
    """Represent a user and the properties of a link."""
    fields: Json = msgspec.structs.asdict(user(row))
    return {name: value for name, value in fields.items() if value is not UNSET} | properties


def passkey(row: Passkey) -> Json:
    """Represent a passkey."""
    used = row.last_used_at
    return {
        "id": row.id,
        **({"friendly_name": row.friendly_name} if row.friendly_name else {}),
        "created_at": format_time(row.created_at),
        **({} if used is None else {"last_used_at": format_time(used)}),
    }


def audit_entry(row: AuditEntry) -> Json:
    """Represent an entry of the audit log."""
    return {
        "id": row.id,
        "payload": msgspec.Raw(row.payload),
        "created_at": format_time(row.created_at),
        "ip_address": row.ip_address,
    }


def decode_metadata(text: str) -> Json:
    """Decode metadata."""
    decoded: Json = json.loads(text)
    return decoded


def _time_or_unset(time: int | None) -> Text:
    return UNSET if time is None else format_time(time)
