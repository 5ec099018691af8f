"""The command `users delete`."""

from collections.abc import Iterable, Sequence

from returns.result import Failure, Success

from supabase_gotrue import Client, Error, User, admin
from supabase_gotrue.cli.dry_run import NOT_SENT, without_network
from supabase_gotrue.cli.output import count_of
from supabase_gotrue.cli.session import Session
from supabase_gotrue.cli.status import ExitStatus
from supabase_gotrue.cli.views import USER_VIEW


def delete_users(
    session: Session, user_ids: Sequence[str], soft: bool, yes: bool, dry_run: bool
) -> ExitStatus:
    """Delete users; whom it will delete is shown, and has to be confirmed."""
    refused = None if dry_run else session.check_consent(is_given=yes)
    if refused is not None:
        return refused
    session.output.keeps_going = True
    connected = session.connect()
    match connected.bind(without_network) if dry_run else connected:
        case Success(Client() as client):
            if dry_run or (yes and session.production is None):
                return delete_each(session, client, user_ids, soft=soft)
            return ask_and_delete(session, client, user_ids, soft=soft, yes=yes)
        case failed:
            return session.fail(failed.failure())


def ask_and_delete(
    session: Session, client: Client, user_ids: Sequence[str], *, soft: bool, yes: bool
) -> ExitStatus:
    """Show the users, and delete them if the answer is yes."""
    users: list[User] = []
    status = ExitStatus.DONE
    for user_id in user_ids:
        match admin.get_user_by_id(client, user_id):
            case Success(User() as user):
                users.append(user)
            case failed:
                status = session.fail(failed.failure(), subject=user_id)
    if not users:
        return status
    session.output.table(USER_VIEW.titles, map(USER_VIEW.row, users), is_message=True)
    manner = " softly" if soft else ""
    question = f"Delete {count_of(len(users), 'user')} of {session.project}{manner}?"
    stopped = session.ask_consent(question, is_given=yes, declined="nobody was deleted")
    if stopped is not None:
        return stopped
    return delete_each(session, client, [user.id for user in users], soft=soft) or status


def delete_each(
    session: Session, client: Client, user_ids: Iterable[str], *, soft: bool
) -> ExitStatus:
    """Delete users, and print each that is deleted; the status is that of the last failure."""
    from supabase_gotrue import bulk  # imported late: slow

    status = ExitStatus.DONE
    for user_id, result in bulk.delete_users(client, user_ids, should_soft_delete=soft):
        match result:
            case Success(_):
                session.output.record({"id": user_id, "deleted": True}, f"deleted {user_id}")
            case Failure(Error() as error) if error == NOT_SENT:
                sentence = f"would delete {user_id}"
                session.output.record({"id": user_id, "deleted": False}, sentence)
            case failed:
                status = session.fail(failed.failure(), subject=user_id)
    return status
