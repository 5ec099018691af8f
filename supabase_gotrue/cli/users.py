"""The group `users`."""

from typing import Final

from returns.result import Result

from supabase_gotrue import AdminUserParams, Client, Error, User, admin
from supabase_gotrue.cli.arguments import add_password, user_attributes
from supabase_gotrue.cli.output import minute
from supabase_gotrue.cli.session import Session
from supabase_gotrue.cli.status import ExitStatus
from supabase_gotrue.cli.views import address_of, user_details

NO_SIGN_OUT: Final = (
    "The server cannot end the sessions of a user by ID. A new password ends them, and so does"
    " deleting the user."
)


def get_user(session: Session, user_id: str) -> ExitStatus:
    """Show one user."""
    result = session.call(lambda client: admin.get_user_by_id(client, user_id))
    return session.finish(result, User.to_dict, user_details)


def find_user(session: Session, email: str) -> ExitStatus:
    """Find a user by the whole email address; case does not matter."""
    result = session.call(lambda client: admin.get_user_by_email(client, email))
    return session.finish(result, User.to_dict, user_details)


def create_user(
    session: Session,
    email: str | None = None,
    phone: str | None = None,
    email_confirm: bool = False,
    phone_confirm: bool = False,
    password_stdin: bool = False,
    user_metadata: str | None = None,
    app_metadata: str | None = None,
    role: str | None = None,
    id: str | None = None,
) -> ExitStatus:
    """Create a user. No email is sent.

    A user without a password can sign in by a link or a code.
    """
    attrs = user_attributes(
        email, phone, email_confirm, phone_confirm, user_metadata, app_metadata, role
    )

    def create(client: Client) -> Result[User, Error]:
        given = add_password({**attrs, "id": id}, is_wanted=password_stdin)
        return given.bind(AdminUserParams.parse).bind(
            lambda params: admin.create_user(client, params)
        )

    return session.finish(
        session.call(create),
        User.to_dict,
        lambda user: f"created {address_of(user)}, ID {user.id}",
    )


def update_user(
    session: Session,
    user_id: str,
    email: str | None = None,
    phone: str | None = None,
    email_confirm: bool = False,
    phone_confirm: bool = False,
    password_stdin: bool = False,
    user_metadata: str | None = None,
    app_metadata: str | None = None,
    role: str | None = None,
) -> ExitStatus:
    """Change attributes of a user; the others stay as they are.

    Metadata is merged at the top level, and a null removes its key. A new password ends all
    sessions.
    """
    attrs = user_attributes(
        email, phone, email_confirm, phone_confirm, user_metadata, app_metadata, role
    )
    if not attrs and not password_stdin:
        return session.refuse("nothing to change: give an option")

    def update(client: Client) -> Result[User, Error]:
        given = add_password(attrs, is_wanted=password_stdin)
        return given.bind(AdminUserParams.parse_update).bind(
            lambda params: admin.update_user_by_id(client, user_id, params)
        )

    return session.finish(
        session.call(update), User.to_dict, lambda user: f"updated {address_of(user)}"
    )


def ban_user(
    session: Session,
    user_id: str,
    duration: str,
) -> ExitStatus:
    """Ban a user."""
    question = f"Ban the user of {session.project}?"
    stopped = session.ask_consent(question, is_given=True, declined="nobody was banned")
    if stopped is not None:
        return stopped
    result = session.call(
        lambda client: admin.update_user_by_id(client, user_id, {"ban_duration": duration})
    )
    return session.finish(
        result,
        User.to_dict,
        lambda user: f"banned {address_of(user)} until {minute(user.banned_until)}",
    )


def unban_user(session: Session, user_id: str) -> ExitStatus:
    """End the ban of a user."""
    result = session.call(
        lambda client: admin.update_user_by_id(client, user_id, {"ban_duration": "none"})
    )
    return session.finish(result, User.to_dict, lambda user: f"unbanned {address_of(user)}")


def invite_user(session: Session, email: str, redirect_to: str | None = None) -> ExitStatus:
    """Create a user and send an invitation by email."""
    result = session.call(
        lambda client: admin.invite_user_by_email(client, email, {"redirect_to": redirect_to})
    )
    return session.finish(
        result, User.to_dict, lambda user: f"invited {address_of(user)}, ID {user.id}"
    )


def sign_out_user(
    session: Session,
    user_id: str,
    reset_password: bool = False,
) -> ExitStatus:
    """End all sessions of a user by a random password, which nobody gets to know.

    The server has no other way to end them by ID but to delete the user. Access tokens stay
    valid until they expire, and the user needs a recovery link to set a new password.
    """
    if not reset_password:
        session.output.message(NO_SIGN_OUT)
    question = f"Set a random password, which the user of {session.project} has to recover?"
    stopped = session.ask_consent(
        question,
        is_given=reset_password,
        declined="no session was ended",
        option="--reset-password",
    )
    if stopped is not None:
        return stopped
    import secrets  # imported late: slow

    # Servers can ask for a character of each kind, and for at most 72 bytes.
    password = f"{secrets.token_urlsafe(40)}-aA1!"
    result = session.call(
        lambda client: admin.update_user_by_id(client, user_id, {"password": password})
    )
    return session.finish(
        result, User.to_dict, lambda user: f"ended all sessions of {address_of(user)}"
    )
