"""The groups `passkeys` and `identities`."""

from supabase_gotrue import admin
from supabase_gotrue.cli.paging import print_all
from supabase_gotrue.cli.session import Session
from supabase_gotrue.cli.status import ExitStatus
from supabase_gotrue.cli.views import IDENTITY_VIEW, PASSKEY_VIEW


def list_passkeys(session: Session, user_id: str) -> ExitStatus:
    """List the passkeys of a user."""
    result = session.call(lambda client: admin.list_passkeys(client, user_id))
    return print_all(session, result, PASSKEY_VIEW)


def delete_passkey(
    session: Session, user_id: str, passkey_id: str, yes: bool = False
) -> ExitStatus:
    """Ask, and delete a passkey of a user."""
    refused = session.ask_consent(
        f"Delete the passkey {passkey_id} of a user of {session.project}?",
        is_given=yes,
        declined="nothing was deleted",
    )
    if refused is not None:
        return refused
    result = session.call(lambda client: admin.delete_passkey(client, user_id, passkey_id))
    return session.finish(
        result,
        lambda _: {"id": passkey_id, "deleted": True},
        lambda _: f"deleted passkey {passkey_id}",
    )


def list_identities(session: Session, user_id: str) -> ExitStatus:
    """List the identities of a user."""
    result = session.call(lambda client: admin.list_identities(client, user_id))
    return print_all(session, result, IDENTITY_VIEW)
