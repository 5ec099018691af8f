"""What terminals show of users, factors and audit log entries."""

from datetime import UTC, datetime
from typing import Final

from supabase_gotrue import Factor, User
from supabase_gotrue.cli.output import minute


def address_of(user: User) -> str:
    """Return how people call a user: the email address, the phone or the ID."""
    return user.email or user.phone or user.id


def state_of(user: User) -> str:
    """Return what keeps a user from signing in, or `active`."""
    if user.deleted_at is not None:
        return "deleted"
    if user.banned_until is not None and user.banned_until > datetime.now(UTC):
        return f"banned until {minute(user.banned_until)}"
    if user.is_anonymous:
        return "anonymous"
    return "active" if user.confirmed_at is not None else "unconfirmed"


USER_TITLES: Final = ("ID", "Email or phone", "Created", "Last sign-in", "State")
FACTOR_TITLES: Final = ("ID", "Type", "Name", "State", "Created")


def user_row(user: User) -> tuple[str, ...]:
    """Return the cells of a user."""
    addresses = " ".join(filter(None, (user.email, user.phone)))
    times = minute(user.created_at), minute(user.last_sign_in_at)
    return (user.id, addresses, *times, state_of(user))


def factor_row(factor: Factor) -> tuple[str, ...]:
    """Return the cells of a factor."""
    name = factor.friendly_name or factor.phone or ""
    return (factor.id, factor.factor_type, name, factor.status, minute(factor.created_at))
