"""The groups `passkeys` and `identities`."""

from collections.abc import Callable
from typing import Final, TypeVar

from returns.result import Result

from supabase_gotrue import Client, Error, Identity, Passkey, admin
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.output.tables import View
from supabase_gotrue.cli.output.times import minute
from supabase_gotrue.cli.running.many import find_id
from supabase_gotrue.cli.running.paging import print_all
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.models.base import ServerStruct

_T = TypeVar("_T", bound=ServerStruct)


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
    Passkey,
)
IDENTITY_VIEW: Final = View(
    "identities",
    ("ID", "Provider", "Email", "Last sign-in"),
    range(4),
    identity_row,
    Identity,
)


def list_passkeys(session: Session, user_id: str) -> ExitStatus:
    """List the passkeys of a user."""
    return _list(session, user_id, admin.list_passkeys, PASSKEY_VIEW)


def delete_passkey(
    session: Session, user_id: str, passkey_id: str, yes: bool = False
) -> ExitStatus:
    """Ask, and delete a passkey of a user."""
    what = f"the passkey {passkey_id} of {user_id}, a user of {session.project}"
    refused = session.ask_to_delete(what, is_given=yes)
    if refused is not None:
        return refused
    result = session.call(
        lambda client: find_id(client, user_id).bind(
            lambda found: admin.delete_passkey(client, found, passkey_id)
        )
    )
    return session.finish_deletion(result, "passkey", passkey_id)


def list_identities(session: Session, user_id: str) -> ExitStatus:
    """List the identities of a user."""
    return _list(session, user_id, admin.list_identities, IDENTITY_VIEW)


def _list(
    session: Session,
    user_id: str,
    read: Callable[[Client, str], Result[tuple[_T, ...], Error]],
    view: View[_T],
) -> ExitStatus:
    result = session.call(
        lambda client: find_id(client, user_id).bind(lambda found: read(client, found))
    )
    return print_all(session, result, view)
