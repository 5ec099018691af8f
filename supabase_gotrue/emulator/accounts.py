"""Users and what belongs to them: finding, making, confirming and deleting them.

What may live here: what several routes do with a user inside one transaction. Nothing
here reads a request or writes an answer.

https://github.com/supabase/auth/blob/master/internal/models/user.go
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from types import MappingProxyType

from supabase_gotrue.emulator import checks, faults, gojson, passwords
from supabase_gotrue.emulator.database import Duplicate, Transaction
from supabase_gotrue.emulator.rows import Factor, Identity, User, new_id
from supabase_gotrue.emulator.views import metadata

# What a change of the password, and of an identity, makes void.
_PENDING = {
    "confirmation_token": "",
    "confirmation_sent_at": None,
    "recovery_token": "",
    "recovery_sent_at": None,
    "email_change_token_current": "",
    "email_change_token_new": "",
    "email_change_sent_at": None,
    "phone_change_token": "",
    "phone_change_sent_at": None,
    "reauthentication_token": "",
    "reauthentication_sent_at": None,
}
_CHANGES = {"email_change": "", "email_change_status": 0, "phone_change": ""}


# ---- finding


def load(tx: Transaction, user: User) -> User:
    """Add what is kept in other tables."""
    user.identities = tx.all(Identity, "WHERE user_id = ? ORDER BY created_at, seq", user.id)
    user.factors = tx.all(Factor, "WHERE user_id = ? ORDER BY created_at, seq", user.id)
    return confirmed(user)


def confirmed(user: User) -> User:
    """Add the earlier of both confirmations, which the database computes."""
    both = (user.email_confirmed_at, user.phone_confirmed_at)
    user.confirmed_at = min((at for at in both if at is not None), default=None)
    return user


def find(tx: Transaction, where: str, *values: str) -> User | None:
    """The user that fulfils a condition, complete."""
    user = tx.first(User, f"WHERE {where}", *values)
    return user and load(tx, user)


def by_id(tx: Transaction, user_id: str) -> User | None:
    return find(tx, "id = ?", user_id)


def by_email(tx: Transaction, email: str, aud: str) -> User | None:
    return find(tx, "email = ? AND aud = ?", email.lower(), aud)


def by_phone(tx: Transaction, phone: str, aud: str) -> User | None:
    return find(tx, "phone = ? AND aud = ?", phone, aud)


def by_token(tx: Transaction, token_hash: str, *kinds: str) -> User | None:
    """Whose one-time token this is."""
    marks = ", ".join("?" * len(kinds))
    where = f"id = (SELECT user_id FROM one_time_tokens WHERE token_hash = ? AND kind IN ({marks}))"
    return find(tx, where, token_hash, *kinds)


def with_email(tx: Transaction, email: str, aud: str, but: User | None = None) -> User | None:
    """Who else has this address, as an identity or as a user."""
    owners = "SELECT user_id FROM identities WHERE email = ? AND user_id != ?"
    # The plus keeps SQLite from looking through all users of the audience.
    other = find(tx, f"id IN ({owners}) AND +aud = ?", email, but.id if but else "", aud)
    return other or by_email(tx, email, aud)


def identity_of(tx: Transaction, user: User, provider: str) -> Identity | None:
    return tx.first(Identity, "WHERE provider_id = ? AND provider = ?", user.id, provider)


# ---- making


def new_user(
    aud: str,
    *,
    email: str = "",
    phone: str = "",
    password: str = "",
    data: Mapping[str, object] | None = None,
    provider: str = "",
) -> User:
    """A user that is not in the database yet."""
    if len(password.encode("utf-8", "replace")) > checks.MAX_PASSWORD:
        raise faults.crash()
    providers = {"provider": provider, "providers": [provider]} if provider else {}
    return User(
        new_id(),
        aud,
        email=email or None,
        phone=phone or None,
        password=passwords.make_hash(password) if password else "",
        user_metadata=gojson.canonical(dict(data or {})),
        app_metadata=gojson.canonical(providers),
        identities=[],
    )


def add(tx: Transaction, user: User) -> User:
    """Insert a user that signs up."""
    user.role = "authenticated"
    try:
        tx.add(user)
    except Duplicate as duplicate:
        raise faults.failed("Database error saving new user", duplicate.taken) from None
    return user


def sign_up(tx: Transaction, user: User) -> User:
    """Insert a user with the identity of its address."""
    add(tx, user)
    user.identities = [add_identity(tx, user, "email", {"email": user.email})]
    return user


def add_identity(
    tx: Transaction,
    user: User,
    provider: str,
    claims: Mapping[str, object],
    extra: Mapping[str, object] = MappingProxyType({}),
) -> Identity:
    """A new identity of a user; what is claimed goes before what is only told."""
    claimed = {key: value for key, value in claims.items() if value}
    unverified = {"email_verified": False, "phone_verified": False}
    data = {**extra, **unverified, **claimed, "sub": user.id}
    identity = Identity(
        id=new_id(),
        provider_id=user.id,
        user_id=user.id,
        identity_data=gojson.canonical(data),
        provider=provider,
        email=str(data.get("email", "")).lower(),
        last_sign_in_at=tx.now,
    )
    tx.add(identity)
    return identity


# ---- changing


def save(tx: Transaction, user: User, **changes: object) -> None:
    """Set fields of a user and write them."""
    for name, value in changes.items():
        setattr(user, name, value)
    tx.save(user)


def merge(text: str, updates: Mapping[str, object]) -> str:
    """Metadata after an update: top-level keys are replaced, a null removes one.

    >>> merge('{"a":1,"b":2}', {"b": None, "c": 3})
    '{"a":1,"c":3}'
    """
    merged = metadata(text) | dict(updates)
    kept = {key: value for key, value in merged.items() if updates.get(key, key) is not None}
    return gojson.canonical(kept)


def update_identity(tx: Transaction, identity: Identity, updates: Mapping[str, object]) -> None:
    identity.identity_data = merge(identity.identity_data, updates)
    identity.email = str(metadata(identity.identity_data).get("email", ""))
    stamped = identity.updated_at
    tx.save(identity)
    tx.run("UPDATE identities SET updated_at = ? WHERE id = ?", stamped, identity.id)
    identity.updated_at = stamped


def confirm_email(tx: Transaction, user: User) -> None:
    user_metadata = merge(user.user_metadata, {"email_verified": True})
    save(
        tx,
        user,
        confirmation_token="",
        email_confirmed_at=tx.now,
        user_metadata=user_metadata,
    )
    forget_tokens(tx, user)


def confirm_phone(tx: Transaction, user: User) -> None:
    save(tx, user, confirmation_token="", phone_confirmed_at=tx.now)
    forget_tokens(tx, user)


def set_password(tx: Transaction, user: User, password: str, keep: str | None = None) -> None:
    """A new password: pending links are void, and all sessions but one end."""
    hashed = passwords.make_hash(password) if password else ""
    save(tx, user, password=hashed, **_PENDING)
    forget_tokens(tx, user)
    sign_out(tx, user, keep)


def sign_out(tx: Transaction, user: User, keep: str | None = None) -> None:
    """End the user's sessions, all but one."""
    tx.run("DELETE FROM sessions WHERE user_id = ? AND id IS NOT ?", user.id, keep)


def ban(tx: Transaction, user: User, duration: int) -> None:
    save(tx, user, banned_until=tx.now + duration if duration else None)


def forget_tokens(tx: Transaction, user: User) -> None:
    tx.run("DELETE FROM one_time_tokens WHERE user_id = ?", user.id)


def forget_pending(tx: Transaction, user: User) -> None:
    """Every pending confirmation and change is void."""
    save(tx, user, **_PENDING, **_CHANGES)
    forget_tokens(tx, user)


def update_providers(tx: Transaction, user: User) -> None:
    """Let `app_metadata` name the providers of the user's identities."""
    rows = tx.all(Identity, "WHERE user_id = ? ORDER BY created_at, seq", user.id)
    names = list(dict.fromkeys(row.provider for row in rows))
    first: dict[str, object] = {"provider": names[0]} if names else {}
    save(tx, user, app_metadata=merge(user.app_metadata, {"providers": names, **first}))


# ---- deleting


def soft_delete(tx: Transaction, user: User) -> None:
    """Keep the row without anything that says whose it was."""
    save(
        tx,
        user,
        email=_blur(user.id, user.email),
        phone=_blur(user.id, user.phone)[:15],
        email_change=_blur(user.id, user.email_change),
        phone_change=_blur(user.id, user.phone_change)[:15],
        password="",
        confirmation_token="",
        recovery_token="",
        email_change_token_current="",
        email_change_token_new="",
        phone_change_token="",
        user_metadata="{}",
        app_metadata="{}",
        deleted_at=tx.now,
    )
    forget_tokens(tx, user)
    for identity in tx.all(Identity, "WHERE user_id = ?", user.id):
        stamped = identity.updated_at
        identity.provider_id = _blur(user.id, f"{identity.provider}:{identity.provider_id}")
        identity.identity_data, identity.email = "{}", ""
        tx.save(identity)
        tx.run("UPDATE identities SET updated_at = ? WHERE id = ?", stamped, identity.id)
    tx.run("DELETE FROM factors WHERE user_id = ?", user.id)
    sign_out(tx, user)


def _blur(user_id: str, value: str | None) -> str:
    digest = hashlib.sha256(f"{user_id}{value or ''}".encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
