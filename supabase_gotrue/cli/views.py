"""What terminals show of users, factors and audit log entries."""

from datetime import UTC, datetime
from types import MappingProxyType
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
        return "banned"
    if user.is_anonymous:
        return "anonymous"
    return "active" if user.confirmed_at is not None else "unconfirmed"


# Each title with the width of a terminal that has room for its column.
USER_TITLES: Final = MappingProxyType(
    {"ID": 0, "Email or phone": 0, "Created": 120, "Last sign-in": 100, "State": 0}
)
FACTOR_TITLES: Final = MappingProxyType({"ID": 0, "Type": 0, "Name": 0, "State": 0, "Created": 100})


def user_row(user: User) -> tuple[str, ...]:
    """Return the cells of a user."""
    addresses = " ".join(filter(None, (user.email, user.phone)))
    times = minute(user.created_at), minute(user.last_sign_in_at)
    return (user.id, addresses, *times, state_of(user))


def user_details(user: User) -> dict[str, object]:
    """Return the fields of a user, with one line for each identity and factor."""
    return {
        **user.to_dict(),
        "identities": "\n".join(f"{i.provider} {i.email or i.id}" for i in user.identities or ()),
        "factors": "\n".join(f"{f.factor_type} {f.status} {f.id}" for f in user.factors or ()),
        "state": state_of(user),
    }


def factor_row(factor: Factor) -> tuple[str, ...]:
    """Return the cells of a factor."""
    name = factor.friendly_name or factor.phone or ""
    return (factor.id, factor.factor_type, name, factor.status, minute(factor.created_at))
