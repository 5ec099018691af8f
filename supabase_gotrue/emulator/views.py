"""What answers look like: one Struct for each of the server's, its fields in their order.

What may live here: wire shapes and pure functions from rows to them. Fields that the
server leaves out when empty are UNSET.

https://github.com/supabase/auth/blob/master/internal/models/user.go
"""

import json

import msgspec
from msgspec import UNSET, UnsetType

from supabase_gotrue.emulator.clock import stamp
from supabase_gotrue.emulator.rows import AuditEntry, Factor, Identity, User

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
    """A user, with identities and factors as far as they are loaded."""
    identities = row.identities
    return UserView(
        id=row.id,
        aud=row.aud,
        role=row.role,
        email=row.email or "",
        email_confirmed_at=_when(row.email_confirmed_at),
        invited_at=_when(row.invited_at),
        phone=row.phone or "",
        phone_confirmed_at=_when(row.phone_confirmed_at),
        confirmation_sent_at=_when(row.confirmation_sent_at),
        confirmed_at=_when(row.confirmed_at),
        recovery_sent_at=_when(row.recovery_sent_at),
        new_email=row.email_change or UNSET,
        email_change_sent_at=_when(row.email_change_sent_at),
        new_phone=row.phone_change or UNSET,
        phone_change_sent_at=_when(row.phone_change_sent_at),
        reauthentication_sent_at=_when(row.reauthentication_sent_at),
        last_sign_in_at=_when(row.last_sign_in_at),
        app_metadata=msgspec.Raw(row.app_metadata),
        user_metadata=msgspec.Raw(row.user_metadata),
        factors=[factor(one) for one in row.factors] or UNSET,
        identities=None if identities is None else [identity(one) for one in identities],
        created_at=stamp(row.created_at),
        updated_at=stamp(row.updated_at),
        banned_until=_when(row.banned_until),
        deleted_at=_when(row.deleted_at),
        is_anonymous=bool(row.is_anonymous),
    )


def identity(row: Identity) -> IdentityView:
    """An identity; one without data is a deleted user's."""
    return IdentityView(
        identity_id=row.id,
        id=row.provider_id,
        user_id=row.user_id,
        identity_data=UNSET if row.identity_data == "{}" else msgspec.Raw(row.identity_data),
        provider=row.provider,
        last_sign_in_at=stamp(row.last_sign_in_at),
        created_at=stamp(row.created_at),
        updated_at=stamp(row.updated_at),
        email=row.email or UNSET,
    )


def factor(row: Factor) -> FactorView:
    """A factor, without its secret."""
    challenged = row.last_challenged_at
    return FactorView(
        id=row.id,
        created_at=stamp(row.created_at),
        updated_at=stamp(row.updated_at),
        status=row.status,
        friendly_name=row.friendly_name or UNSET,
        factor_type=row.factor_type,
        phone=row.phone,
        last_challenged_at=None if challenged is None else stamp(challenged),
    )


def link(row: User, **properties: str) -> Json:
    """A user, and a link that signs it in."""
    shown: Json = msgspec.structs.asdict(user(row))
    return {name: value for name, value in shown.items() if value is not UNSET} | properties


def audit_entry(row: AuditEntry) -> Json:
    """A line of the audit log."""
    return {
        "id": row.id,
        "payload": msgspec.Raw(row.payload),
        "created_at": stamp(row.created_at),
        "ip_address": row.ip_address,
    }


def metadata(text: str) -> Json:
    """Metadata as a dict."""
    found: Json = json.loads(text)
    return found


def _when(moment: int | None) -> Text:
    return UNSET if moment is None else stamp(moment)
