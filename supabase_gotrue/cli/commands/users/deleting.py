"""The command `users delete`."""

from collections.abc import Sequence

from returns.result import Result

from supabase_gotrue import Client, Error, admin
from supabase_gotrue.cli.commands.users.acting import Action, Outcome, Target, act
from supabase_gotrue.cli.output.records import Record
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.running.session import Session


def delete_users(
    session: Session,
    users: Sequence[str],
    soft: bool,
    yes: bool,
    dry_run: bool,
    **filters: object,
) -> ExitStatus:
    """Delete the users that are named, or that filters select."""

    def delete(client: Client, target: Target) -> Result[Target, Error]:
        deleted = admin.delete_user(client, target.id, should_soft_delete=soft)
        return deleted.map(lambda _: target)

    def record(outcome: Outcome) -> Record:
        user = outcome.target.user if session.output.fields else None
        known = {} if user is None else user.to_dict()
        return {**known, "id": outcome.target.id, "deleted": outcome.is_done}

    manner = " softly" if soft else ""
    action = Action("Delete", "deleted", delete, record, to_sentence, manner)
    return act(session, action, users, filters, is_given=yes, dry_run=dry_run)


def to_sentence(target: Target) -> str:
    """Return, for people, that a user is deleted."""
    return f"deleted {target.name}"
