"""The group `users`."""

import shlex
from collections.abc import Sequence
from typing import Final

from returns.result import Failure, Result, Success

from supabase_gotrue import AdminUserParams, Client, Error, User, admin
from supabase_gotrue.cli.arguments.attributes import Attrs, add_password, user_attributes
from supabase_gotrue.cli.arguments.targets import STDIN, is_email
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.output.views import address_of, user_details
from supabase_gotrue.cli.output.words import count_of
from supabase_gotrue.cli.running.many import find_id, for_each_named, read_user, user_reporter
from supabase_gotrue.cli.running.session import Session

# What no two users share.
OF_ONE_USER: Final = ("email", "phone")
NO_SIGN_OUT: Final = (
    "The server cannot end the sessions of a user by ID. A new password ends them, and so does"
    " deleting the user."
)


def get_users(session: Session, users: Sequence[str]) -> ExitStatus:
    """Show users."""

    def show(user: User) -> str:
        session.output.record(user.to_dict(), user_details(user))
        return "done"

    return for_each_named(session, users, read_user, show, past="read", is_change=False)


def find_user(session: Session, email: str) -> ExitStatus:
    """Find a user by the whole email address."""
    if not email.strip():
        return session.refuse("email can't be blank")
    if not is_email(email):
        hint = f"for a part of it: users list --filter {shlex.quote(email)}"
        return session.refuse(f"{email} is not an email address; {hint}")
    result = session.call(lambda client: read_user(client, email))
    return session.finish(result, User.to_dict, user_details)


def create_user(session: Session, id: str | None, **attributes: object) -> ExitStatus:
    """Create a user. No email is sent."""

    def create(client: Client, attrs: Attrs) -> Result[User, Error]:
        return AdminUserParams.parse(attrs).bind(lambda params: admin.create_user(client, params))

    result = (
        user_attributes(attributes)
        .bind(require_address)
        .bind(lambda attrs: add_password(attrs, is_wanted=bool(attributes["password_stdin"])))
        .bind(lambda attrs: session.call(lambda client: create(client, {**attrs, "id": id})))
    )
    return session.finish(
        result, User.to_dict, lambda user: f"created {address_of(user)}, ID {user.id}"
    )


def require_address(attrs: Attrs) -> Result[Attrs, Error]:
    """Refuse attributes of a new user without an address."""
    if "email" in attrs or "phone" in attrs:
        return Success(attrs)
    return Failure(Error("validation", "give --email or --phone"))


def update_users(session: Session, users: Sequence[str], **attributes: object) -> ExitStatus:
    """Change attributes of users; the others stay as they are."""
    is_password = bool(attributes["password_stdin"])
    match user_attributes(attributes):
        case Success(attrs):
            pass
        case invalid:
            return session.fail(invalid.failure())
    if not attrs and not is_password:
        return session.refuse("nothing to change: give an option")
    is_one = len(users) == 1 and STDIN not in users
    if not is_one and (is_password or not attrs.keys().isdisjoint(OF_ONE_USER)):
        return session.refuse("an email address, phone number or password is for one user")
    match add_password(attrs, is_wanted=is_password).bind(AdminUserParams.parse_update):
        case Success(params):
            pass
        case failed:
            return session.fail(failed.failure())
    if not is_one:
        question = f"Update {count_named(users)} of {session.project}?"
        stopped = session.ask_consent(question, is_given=True, declined="nobody was updated")
        if stopped is not None:
            return stopped

    def update(client: Client, target: str) -> Result[User, Error]:
        return find_id(client, target).bind(
            lambda user_id: admin.update_user_by_id(client, user_id, params)
        )

    return for_each_named(
        session, users, update, user_reporter(session, "updated {}"), past="updated"
    )


def invite_user(session: Session, email: str, redirect_to: str | None = None) -> ExitStatus:
    """Create a user and send an invitation by email."""
    result = session.call(
        lambda client: admin.invite_user_by_email(client, email, {"redirect_to": redirect_to})
    )
    return session.finish(
        result, User.to_dict, lambda user: f"invited {address_of(user)}, ID {user.id}"
    )


def sign_out_users(session: Session, users: Sequence[str], reset_password: bool) -> ExitStatus:
    """End all sessions of users by random passwords, which nobody gets to know."""
    if not reset_password:
        session.output.message(NO_SIGN_OUT)
    question = f"Set random passwords for {count_named(users)} of {session.project}?"
    stopped = session.ask_consent(
        question,
        is_given=reset_password,
        declined="no session was ended",
        option="--reset-password",
    )
    if stopped is not None:
        return stopped

    def sign_out(client: Client, target: str) -> Result[User, Error]:
        return find_id(client, target).bind(
            lambda user_id: admin.update_user_by_id(
                client, user_id, {"password": random_password()}
            )
        )

    report = user_reporter(session, "ended all sessions of {}")
    return for_each_named(session, users, sign_out, report, past="signed out")


def count_named(users: Sequence[str]) -> str:
    """Return how many users are named, for a question: stdin is read after it."""
    return "the users on stdin" if STDIN in users else count_of(len(set(users)), "user")


def random_password() -> str:
    """Return a password with a character of each kind that servers ask for, below 72 bytes."""
    import secrets  # imported late: slow

    return f"{secrets.token_urlsafe(40)}-aA1!"
