"""The audit log: the actions that it knows, and `record`, which adds an entry.

https://github.com/supabase/auth/blob/master/internal/models/audit_log_entry.go
"""

from typing import Final

import msgspec

from supabase_gotrue.emulator.go import gojson
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import NIL_UUID, AuditEntry, User, new_id
from supabase_gotrue.emulator.wire import views

LOOPBACK: Final = "127.0.0.1"


class Action(msgspec.Struct, frozen=True):
    """An action that the log records.

    Args:
        name: The name of the action.
        log_type: What the action concerns: an account, a token, a user, ...
        has_ip_address: Whether the real server records the IP address.
    """

    name: str
    log_type: str
    has_ip_address: bool = False


LOGIN: Final = Action("login", "account")
LOGOUT: Final = Action("logout", "account")
USER_SIGNEDUP: Final = Action("user_signedup", "team")
USER_INVITED: Final = Action("user_invited", "team")
USER_DELETED: Final = Action("user_deleted", "team")
TOKEN_REVOKED: Final = Action("token_revoked", "token")
TOKEN_REFRESHED: Final = Action("token_refreshed", "token")
USER_MODIFIED: Final = Action("user_modified", "user")
USER_RECOVERY_REQUESTED: Final = Action("user_recovery_requested", "user")
USER_REAUTHENTICATE_REQUESTED: Final = Action("user_reauthenticate_requested", "user")
USER_CONFIRMATION_REQUESTED: Final = Action("user_confirmation_requested", "user")
USER_REPEATED_SIGNUP: Final = Action("user_repeated_signup", "user")
USER_UPDATED_PASSWORD: Final = Action("user_updated_password", "user")
IDENTITY_UNLINKED: Final = Action("identity_unlinked", "user", has_ip_address=True)
FACTOR_IN_PROGRESS: Final = Action("factor_in_progress", "factor", has_ip_address=True)
FACTOR_UNENROLLED: Final = Action("factor_unenrolled", "factor", has_ip_address=True)
CHALLENGE_CREATED: Final = Action("challenge_created", "factor", has_ip_address=True)
VERIFICATION_ATTEMPTED: Final = Action("verification_attempted", "factor", has_ip_address=True)
FACTOR_DELETED: Final = Action("factor_deleted", "factor", has_ip_address=True)
FACTOR_UPDATED: Final = Action("factor_updated", "factor")
PASSKEY_DELETED: Final = Action("passkey_deleted", "user", has_ip_address=True)


def record(ctx: Context, action: Action, actor: User | None = None, /, **traits: object) -> None:
    """Add an entry about an action of `actor`, by default the administrator of the request."""
    actor = actor or _admin_actor(ctx)
    name = views.decode_metadata(actor.user_metadata).get("full_name")
    payload = {
        "action": action.name,
        "actor_id": actor.id,
        "actor_username": actor.phone or actor.email or "",
        "actor_via_sso": False,
        "log_type": action.log_type,
        **({} if name is None else {"actor_name": name}),
        **({"traits": traits} if traits else {}),
    }
    ip_address = LOOPBACK if action.has_ip_address else ""
    ctx.tx.add(AuditEntry(new_id(), gojson.canonical(payload), ip_address))


def _admin_actor(ctx: Context) -> User:
    role = str(ctx.claims.get("role", ""))
    return User(NIL_UUID, "", email=role, role=role)


def user_traits(user: User, *, phone: bool = True) -> dict[str, object]:
    """Return the traits that describe a user."""
    traits: dict[str, object] = {"user_id": user.id, "user_email": user.email or ""}
    return traits | ({"user_phone": user.phone or ""} if phone else {})
