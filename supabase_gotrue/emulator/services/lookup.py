"""Finding users, with their identities and factors.

https://github.com/supabase/auth/blob/master/internal/models/user.go
"""

from supabase_gotrue.emulator.store.database import Transaction
from supabase_gotrue.emulator.store.rows import Factor, Identity, User


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


def newest_users(tx: Transaction, limit: int) -> list[User]:
    users = tx.all(User, "ORDER BY created_at DESC, seq DESC LIMIT ?", limit)
    return [load_relations(tx, user) for user in users]
