"""The groups `passkeys` and `identities`."""

from typing import Final

from supabase_gotrue import Identity, Passkey, admin
from supabase_gotrue.cli.many import find_id
from supabase_gotrue.cli.output import View, minute
from supabase_gotrue.cli.paging import print_all
from supabase_gotrue.cli.session import Session
from supabase_gotrue.cli.status import ExitStatus


def passkey_row(passkey: Passkey) -> tuple[str, ...]:
    """Return the cells of a passkey."""
    times = minute(passkey.created_at), minute(passkey.last_used_at)
    return (passkey.id, passkey.friendly_name or "", *times)


def identity_row(identity: Identity) -> tuple[str, ...]:
    """Return the cells of an identity."""
    last_used = minute(identity.last_sign_in_at)
    return (identity.identity_id or "", identity.provider, identity.email or "", last_used)


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


def list_passkeys(session: Session, user_id: str) -> ExitStatus:
    """List the passkeys of a user."""
    result = session.call(
        lambda client: find_id(client, user_id).bind(
            lambda found: admin.list_passkeys(client, found)
        )
    )
    return print_all(session, result, PASSKEY_VIEW)


def delete_passkey(
    session: Session, user_id: str, passkey_id: str, yes: bool = False
) -> ExitStatus:
    """Ask, and delete a passkey of a user."""
    refused = session.ask_consent(
        f"Delete the passkey {passkey_id} of {user_id}, a user of {session.project}?",
        is_given=yes,
        declined="nothing was deleted",
    )
    if refused is not None:
        return refused
    result = session.call(
        lambda client: find_id(client, user_id).bind(
            lambda found: admin.delete_passkey(client, found, passkey_id)
        )
    )
    return session.finish(
        result,
        lambda _: {"id": passkey_id, "deleted": True},
        lambda _: f"deleted passkey {passkey_id}",
    )


def list_identities(session: Session, user_id: str) -> ExitStatus:
    """List the identities of a user."""
    result = session.call(
        lambda client: find_id(client, user_id).bind(
            lambda found: admin.list_identities(client, found)
        )
    )
    return print_all(session, result, IDENTITY_VIEW)
