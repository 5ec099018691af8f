"""Database operations on users, identities and their pending changes.

https://github.com/supabase/auth/blob/master/internal/models/user.go
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from types import MappingProxyType

from supabase_gotrue.emulator import errors, gojson, passwords
from supabase_gotrue.emulator.database import Transaction, database_errors
from supabase_gotrue.emulator.rows import Factor, Identity, User, new_id
from supabase_gotrue.emulator.validation import MAX_PASSWORD_LENGTH
from supabase_gotrue.emulator.views import decode_metadata

# Cleared when the password or an identity changes.
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


# ---- find


def load_relations(tx: Transaction, user: User) -> User:
    """Load the identities and factors of a user."""
    user.identities = tx.all(Identity, "WHERE user_id = ? ORDER BY created_at, seq", user.id)
    user.factors = tx.all(Factor, "WHERE user_id = ? ORDER BY created_at, seq", user.id)
    return with_confirmed_at(user)


def with_confirmed_at(user: User) -> User:
    """Set `confirmed_at` to the earlier confirmation, as a generated column does."""
    times = (user.email_confirmed_at, user.phone_confirmed_at)
    user.confirmed_at = min((at for at in times if at is not None), default=None)
    return user


def find_user(tx: Transaction, where: str, *values: str) -> User | None:
    """Return the first user that matches a condition, with identities and factors."""
    user = tx.first(User, f"WHERE {where}", *values)
    return user and load_relations(tx, user)


def find_by_id(tx: Transaction, user_id: str) -> User | None:
    return find_user(tx, "id = ?", user_id)


def find_by_email(tx: Transaction, email: str, aud: str) -> User | None:
    return find_user(tx, "email = ? AND aud = ?", email.lower(), aud)


def find_by_phone(tx: Transaction, phone: str, aud: str) -> User | None:
    return find_user(tx, "phone = ? AND aud = ?", phone, aud)


def find_by_token(tx: Transaction, token_hash: str, *kinds: str) -> User | None:
    """Return the owner of a one-time token of one of these kinds."""
    placeholders = ", ".join("?" * len(kinds))
    owner = f"SELECT user_id FROM one_time_tokens WHERE token_hash = ? AND kind IN ({placeholders})"
    return find_user(tx, f"id = ({owner})", token_hash, *kinds)


def find_by_email_or_identity(
    tx: Transaction, email: str, aud: str, exclude: User | None = None
) -> User | None:
    """Return a user who has this email address, in an identity or as the user's own."""
    owners = "SELECT user_id FROM identities WHERE email = ? AND user_id != ?"
    # The unary plus keeps SQLite from using the index on `aud`, which would scan all users.
    user = find_user(
        tx, f"id IN ({owners}) AND +aud = ?", email, exclude.id if exclude else "", aud
    )
    return user or find_by_email(tx, email, aud)


def find_identity(tx: Transaction, user: User, provider: str) -> Identity | None:
    return tx.first(Identity, "WHERE provider_id = ? AND provider = ?", user.id, provider)


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
    identity.identity_data = merge_metadata(identity.identity_data, updates)
    identity.email = str(decode_metadata(identity.identity_data).get("email", ""))
    updated_at = identity.updated_at
    tx.save(identity)
    tx.execute("UPDATE identities SET updated_at = ? WHERE id = ?", updated_at, identity.id)
    identity.updated_at = updated_at


def confirm_email(tx: Transaction, user: User) -> None:
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
    save_user(tx, user, confirmation_token="", phone_confirmed_at=tx.now)
    clear_one_time_tokens(tx, user)


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
    """Ban a user for so many nanoseconds; 0 ends a ban."""
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
        updated_at = identity.updated_at
        identity.provider_id = _obfuscate(user.id, f"{identity.provider}:{identity.provider_id}")
        identity.identity_data, identity.email = "{}", ""
        tx.save(identity)
        tx.execute("UPDATE identities SET updated_at = ? WHERE id = ?", updated_at, identity.id)
    tx.execute("DELETE FROM factors WHERE user_id = ?", user.id)
    delete_sessions(tx, user)


def _obfuscate(user_id: str, value: str | None) -> str:
    digest = hashlib.sha256(f"{user_id}{value or ''}".encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
