"""What is shown of users, factors and entries of the audit log."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec import structs

from supabase_gotrue import (
    AuditLogEntry,
    CustomProvider,
    Factor,
    Identity,
    OAuthClient,
    Passkey,
    SSOProvider,
    User,
)
from supabase_gotrue.cli.filters import providers_of
from supabase_gotrue.cli.output import View, minute, minute_and_zone
from supabase_gotrue.json_types import is_object


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


def user_details(user: User) -> dict[str, object]:
    """Return the fields of a user, with one line for each identity and factor."""
    return {
        **{name: shown_time(value) for name, value in structs.asdict(user).items()},
        "identities": "\n".join(f"{i.provider} {i.email or i.id}" for i in user.identities or ()),
        "factors": "\n".join(f"{f.factor_type} {f.status} {f.id}" for f in user.factors or ()),
        "state": state_of(user),
    }


def factor_row(factor: Factor) -> tuple[str, ...]:
    """Return the cells of a factor."""
    name = factor.friendly_name or factor.phone or ""
    return (factor.id, factor.factor_type, name, factor.status, minute(factor.created_at))


def audit_row(entry: AuditLogEntry) -> tuple[str, ...]:
    """Return the cells of an entry: when, who, what and to whom."""
    payload = entry.payload
    traits = payload.get("traits")
    whom = first_text(traits if is_object(traits) else {}, "user_email", "user_phone", "user_id")
    actor = first_text(payload, "actor_username", "actor_name", "actor_id")
    time = minute(entry.created_at)
    return (time, actor, first_text(payload, "action"), whom, entry.ip_address or "")


def passkey_row(passkey: Passkey) -> tuple[str, ...]:
    """Return the cells of a passkey."""
    times = minute(passkey.created_at), minute(passkey.last_used_at)
    return (passkey.id, passkey.friendly_name or "", *times)


def identity_row(identity: Identity) -> tuple[str, ...]:
    """Return the cells of an identity."""
    last_used = minute(identity.last_sign_in_at)
    return (identity.identity_id or "", identity.provider, identity.email or "", last_used)


def oauth_client_row(client: OAuthClient) -> tuple[str, ...]:
    """Return the cells of an OAuth client."""
    uris = " ".join(client.redirect_uris)
    return (client.client_id, client.client_name or "", client.client_type, uris)


def sso_provider_row(provider: SSOProvider) -> tuple[str, ...]:
    """Return the cells of an SSO provider."""
    domains = " ".join(each.domain for each in provider.domains)
    state = "disabled" if provider.disabled else "enabled"
    return (provider.id, provider.resource_id or "", domains, state)


def custom_provider_row(provider: CustomProvider) -> tuple[str, ...]:
    """Return the cells of a custom provider."""
    state = "enabled" if provider.enabled else "disabled"
    return (provider.identifier, provider.name, provider.provider_type, state)


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
    User.to_dict,
)
FACTOR_VIEW: Final = View(
    "factors",
    ("ID", "Type", "Name", "State", "Created"),
    (0, 1, 3, 2, 4),
    factor_row,
    Factor.to_dict,
)
AUDIT_VIEW: Final = View(
    "entries",
    ("Time", "Actor", "Action", "Whom", "From"),
    (0, 2, 1, 3, 4),
    audit_row,
    AuditLogEntry.to_dict,
)
PASSKEY_VIEW: Final = View(
    "passkeys",
    ("ID", "Name", "Created", "Last used"),
    range(4),
    passkey_row,
    Passkey.to_dict,
)
IDENTITY_VIEW: Final = View(
    "identities",
    ("ID", "Provider", "Email", "Last sign-in"),
    range(4),
    identity_row,
    Identity.to_dict,
)
OAUTH_CLIENT_VIEW: Final = View(
    "OAuth clients",
    ("ID", "Name", "Type", "Redirects to"),
    range(4),
    oauth_client_row,
    OAuthClient.to_dict,
)
SSO_PROVIDER_VIEW: Final = View(
    "SSO providers",
    ("ID", "Resource", "Domains", "State"),
    range(4),
    sso_provider_row,
    SSOProvider.to_dict,
)
CUSTOM_PROVIDER_VIEW: Final = View(
    "providers",
    ("ID", "Name", "Type", "State"),
    range(4),
    custom_provider_row,
    CustomProvider.to_dict,
)
