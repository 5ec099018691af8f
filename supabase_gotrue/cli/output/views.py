"""What people see of users."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec import structs

from supabase_gotrue import User
from supabase_gotrue.cli.output.tables import View
from supabase_gotrue.cli.output.times import minute, minute_and_zone
from supabase_gotrue.json_types import is_array


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


def user_row(user: User) -> tuple[str, ...]:
    """Return the cells of a user."""
    addresses = " ".join(filter(None, (user.email, user.phone)))
    times = minute(user.created_at), minute(user.last_sign_in_at)
    providers = ", ".join(providers_of(user))
    return (user.id, addresses, *times, state_of(user), name_of(user), providers)


def name_of(user: User) -> str:
    """Return the name that a user has chosen."""
    return first_text(user.user_metadata, "full_name", "name", "user_name")


def providers_of(user: User) -> list[str]:
    """Return the providers by which a user can sign in."""
    providers = user.app_metadata.get("providers")
    listed = providers if is_array(providers) else [user.app_metadata.get("provider")]
    identities = [identity.provider for identity in user.identities or ()]
    return list(dict.fromkeys([p for p in listed if isinstance(p, str)] + identities))


def user_details(user: User) -> dict[str, object]:
    """Return the fields of a user, with one line for each identity and factor."""
    return {
        **{name: shown_time(value) for name, value in structs.asdict(user).items()},
        "identities": "\n".join(f"{i.provider} {i.email or i.id}" for i in user.identities or ()),
        "factors": "\n".join(f"{f.factor_type} {f.status} {f.id}" for f in user.factors or ()),
        "state": state_of(user),
    }


def first_text(fields: Mapping[str, object], *names: str) -> str:
    """Return the first of some fields that is a text and not empty."""
    found = (fields.get(name) for name in names)
    return next((value for value in found if isinstance(value, str) and value), "")


def shown_time(value: object) -> object:
    """Return a time as people see it; anything else as it is."""
    return minute_and_zone(value) if isinstance(value, datetime) else value


USER_VIEW: Final = View(
    "users",
    ("ID", "Email or phone", "Created", "Last sign-in", "State", "Name", "Providers"),
    (1, 4, 3, 2, 0, 5, 6),
    user_row,
    User,
)
