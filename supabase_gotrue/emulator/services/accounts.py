"""Database operations on users, identities and their pending changes.

https://github.com/supabase/auth/blob/master/internal/models/user.go
"""

import hashlib
from collections.abc import Mapping
from types import MappingProxyType

from supabase_gotrue.emulator.go import base64url, gojson
from supabase_gotrue.emulator.services import lookup, passwords
from supabase_gotrue.emulator.store.database import Transaction
from supabase_gotrue.emulator.store.rows import Identity, User, new_id
from supabase_gotrue.emulator.wire import errors
from supabase_gotrue.emulator.wire.errors import database_errors
from supabase_gotrue.emulator.wire.validation import MAX_PASSWORD_LENGTH
from supabase_gotrue.emulator.wire.views import decode_metadata

# Values of the columns of a user for whom no confirmation is pending.
_PENDING_TOKENS = {
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
_PENDING_CHANGES = {"email_change": "", "email_change_status": 0, "phone_change": ""}


# ---- create


def new_user(
    aud: str,
    *,
    email: str = "",
    phone: str = "",
    password: str = "",
    data: Mapping[str, object] | None = None,
    provider: str = "",
) -> User:
    """Build a user without inserting it."""
    if len(password.encode("utf-8", "replace")) > MAX_PASSWORD_LENGTH:
        # GoTrue does not check the length here, and bcrypt refuses the password.
        raise errors.internal_server_error()
    providers = {"provider": provider, "providers": [provider]} if provider else {}
    return User(
        new_id(),
        aud,
        email=email or None,
        phone=phone or None,
        password=passwords.hash_password(password) if password else "",
        user_metadata=gojson.canonical(dict(data or {})),
        app_metadata=gojson.canonical(providers),
        identities=[],
    )


def insert_user(
    tx: Transaction, user: User, error_message: str = "Database error saving new user"
) -> User:
    """Insert a user with the role `authenticated`."""
    user.role = "authenticated"
    with database_errors(error_message):
        tx.add(user)
    return user


def insert_user_with_identity(tx: Transaction, user: User) -> User:
    """Insert a user and its email identity."""
    insert_user(tx, user)
    user.identities = [add_identity(tx, user, "email", {"email": user.email})]
    return user


def unconfirmed_user(
    tx: Transaction,
    user: User | None,
    aud: str,
    email: str,
    data: Mapping[str, object] | None,
    password: str = "",
) -> User:
    """Return a user whose email is unconfirmed: the given one, or without one a new one.

    Raises `email_exists` if the email of the given user is confirmed.
    """
    if user is None:
        user = new_user(aud, email=email, password=password, data=data, provider="email")
        return insert_user_with_identity(tx, user)
    if user.email_confirmed_at:
        raise errors.email_exists()
    return user


def add_identity(
    tx: Transaction,
    user: User,
    provider: str,
    claims: Mapping[str, object],
    extra: Mapping[str, object] = MappingProxyType({}),
) -> Identity:
    """Insert an identity. `claims` take precedence over `extra`."""
    nonempty = {key: value for key, value in claims.items() if value}
    unverified = {"email_verified": False, "phone_verified": False}
    data = {**extra, **unverified, **nonempty, "sub": user.id}
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


# ---- change


def save_user(tx: Transaction, user: User, **changes: object) -> None:
    """Set fields of a user and save all of it."""
    for name, value in changes.items():
        setattr(user, name, value)
    tx.save(user)


def merge_metadata(text: str, updates: Mapping[str, object]) -> str:
    """Merge metadata: top-level keys are replaced, a null removes its key.

    >>> merge_metadata('{"a":1,"b":2}', {"b": None, "c": 3})
    '{"a":1,"c":3}'
    """
    merged = decode_metadata(text) | dict(updates)
    kept = {key: value for key, value in merged.items() if updates.get(key, key) is not None}
    return gojson.canonical(kept)


def update_identity(tx: Transaction, identity: Identity, updates: Mapping[str, object]) -> None:
    """Merge updates into the data of an identity, and take its email from there."""
    identity.identity_data = merge_metadata(identity.identity_data, updates)
    identity.email = str(decode_metadata(identity.identity_data).get("email", ""))
    _save_identity(tx, identity)


def _save_identity(tx: Transaction, identity: Identity) -> None:
    """Save an identity, but keep its time of change, as the real server does."""
    updated_at = identity.updated_at
    tx.save(identity)
    tx.execute("UPDATE identities SET updated_at = ? WHERE id = ?", updated_at, identity.id)
    identity.updated_at = updated_at


def confirm_email(tx: Transaction, user: User) -> None:
    """Confirm the email, and note that in the metadata of the user."""
    user_metadata = merge_metadata(user.user_metadata, {"email_verified": True})
    save_user(
        tx,
        user,
        confirmation_token="",
        email_confirmed_at=tx.now,
        user_metadata=user_metadata,
    )
    clear_one_time_tokens(tx, user)


def confirm_phone(tx: Transaction, user: User) -> None:
    """Confirm the phone."""
    save_user(tx, user, confirmation_token="", phone_confirmed_at=tx.now)
    clear_one_time_tokens(tx, user)


def confirm_addresses(tx: Transaction, user: User, *, email: bool, phone: bool) -> None:
    """Confirm the email, the phone, both or neither."""
    if email:
        confirm_email(tx, user)
    if phone:
        confirm_phone(tx, user)


def set_password(tx: Transaction, user: User, password: str, keep: str | None = None) -> None:
    """Set a password, clear pending tokens and end all sessions but `keep`."""
    hashed = passwords.hash_password(password) if password else ""
    save_user(tx, user, password=hashed, **_PENDING_TOKENS)
    clear_one_time_tokens(tx, user)
    delete_sessions(tx, user, keep)


def delete_sessions(tx: Transaction, user: User, keep: str | None = None) -> None:
    """Delete the sessions of a user, all but `keep`."""
    tx.execute("DELETE FROM sessions WHERE user_id = ? AND id IS NOT ?", user.id, keep)


def ban_user(tx: Transaction, user: User, duration: int) -> None:
    """Ban a user for a duration in nanoseconds; 0 ends a ban."""
    save_user(tx, user, banned_until=tx.now + duration // 1000 if duration else None)


def clear_one_time_tokens(tx: Transaction, user: User) -> None:
    tx.execute("DELETE FROM one_time_tokens WHERE user_id = ?", user.id)


def clear_pending_changes(tx: Transaction, user: User) -> None:
    """Clear all pending confirmations and changes of email and phone."""
    save_user(tx, user, **_PENDING_TOKENS, **_PENDING_CHANGES)
    clear_one_time_tokens(tx, user)


def update_providers(tx: Transaction, user: User) -> None:
    """List the providers of the user's identities in `app_metadata`."""
    rows = tx.all(Identity, "WHERE user_id = ? ORDER BY created_at, seq", user.id)
    names = list(dict.fromkeys(row.provider for row in rows))
    first: dict[str, object] = {"provider": names[0]} if names else {}
    save_user(
        tx, user, app_metadata=merge_metadata(user.app_metadata, {"providers": names, **first})
    )


def change_email(tx: Transaction, user: User, email: str) -> None:
    """Change the email of a user and of its identity."""
    _verify_identity(tx, user, "email", email)
    save_user(
        tx,
        user,
        email=email,
        email_change="",
        email_change_token_current="",
        email_change_token_new="",
        email_change_status=0,
        is_anonymous=0,
    )
    clear_one_time_tokens(tx, user)
    if not user.email_confirmed_at:
        confirm_email(tx, user)


def change_phone(tx: Transaction, user: User) -> None:
    """Change the phone of a user, and of its identity, to the pending one."""
    phone = user.phone_change
    _verify_identity(tx, user, "phone", phone)
    cleared = {"phone_change": "", "phone_change_token": "", "is_anonymous": 0}
    save_user(tx, user, phone=phone, phone_confirmed_at=tx.now, **cleared)
    clear_one_time_tokens(tx, user)


def _verify_identity(tx: Transaction, user: User, provider: str, address: str) -> None:
    """Give an identity a verified address; add the identity if the user does not have it."""
    claims = {provider: address, f"{provider}_verified": True}
    identity = lookup.find_identity(tx, user, provider)
    if identity is None:
        add_identity(tx, user, provider, claims)
    else:
        update_identity(tx, identity, claims)


# ---- delete


def soft_delete_user(tx: Transaction, user: User) -> None:
    """Mark a user as deleted, and remove or hash its personal data."""
    save_user(
        tx,
        user,
        email=_obfuscate(user.id, user.email),
        phone=_obfuscate(user.id, user.phone)[:15],
        email_change=_obfuscate(user.id, user.email_change),
        phone_change=_obfuscate(user.id, user.phone_change)[:15],
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
    clear_one_time_tokens(tx, user)
    for identity in tx.all(Identity, "WHERE user_id = ?", user.id):
        identity.provider_id = _obfuscate(user.id, f"{identity.provider}:{identity.provider_id}")
        identity.identity_data, identity.email = "{}", ""
        _save_identity(tx, identity)
    tx.execute("DELETE FROM factors WHERE user_id = ?", user.id)
    delete_sessions(tx, user)


def _obfuscate(user_id: str, value: str | None) -> str:
    """Return a hash from which a value cannot be restored."""
    digest = hashlib.sha256(f"{user_id}{value or ''}".encode()).digest()
    return base64url.encode(digest)
