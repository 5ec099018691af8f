"""The group `users`."""

from typing import Annotated, Final

import typer
from returns.result import Result

from supabase_gotrue import AdminUserParams, Client, Error, User, admin
from supabase_gotrue.cli.arguments import (
    AppMetadata,
    Email,
    EmailArgument,
    EmailConfirm,
    PasswordStdin,
    Phone,
    PhoneConfirm,
    RedirectTo,
    Role,
    UserId,
    UserMetadata,
    add_password,
    user_attributes,
)
from supabase_gotrue.cli.command import Session, command
from supabase_gotrue.cli.deleting import delete_users
from supabase_gotrue.cli.listing import list_users
from supabase_gotrue.cli.output import minute
from supabase_gotrue.cli.prompts import confirm, is_interactive
from supabase_gotrue.cli.status import ExitStatus
from supabase_gotrue.cli.views import address_of, user_details

app: Final = typer.Typer(no_args_is_help=True, help="Find and administer users.")

EXAMPLE_ID: Final = "7d9e8f60-2c4b-4d0e-9b1a-5f3c2e1d0a99"
NO_SIGN_OUT: Final = (
    "The server cannot end the sessions of a user by ID. A new password ends them, and so does"
    " deleting the user."
)

command(app, "list", example="users list --filter @example.com --limit 20")(list_users)


@command(app, "get", example=f"users get {EXAMPLE_ID}")
def get_user(session: Session, user_id: UserId) -> ExitStatus:
    """Show one user."""
    result = session.call(lambda client: admin.get_user_by_id(client, user_id))
    return session.finish(result, User.to_dict, user_details)


@command(app, "find", example="users find ada@example.com")
def find_user(session: Session, email: EmailArgument) -> ExitStatus:
    """Find a user by the whole email address; case does not matter."""
    result = session.call(lambda client: admin.get_user_by_email(client, email))
    return session.finish(result, User.to_dict, user_details)


@command(app, "create", example="users create --email ada@example.com --email-confirm")
def create_user(
    session: Session,
    email: Email = None,
    phone: Phone = None,
    email_confirm: EmailConfirm = False,
    phone_confirm: PhoneConfirm = False,
    password_stdin: PasswordStdin = False,
    user_metadata: UserMetadata = None,
    app_metadata: AppMetadata = None,
    role: Role = None,
    id: Annotated[
        str | None, typer.Option("--id", metavar="UUID", help="The ID of the new user.")
    ] = None,
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


@command(app, "update", example=f"users update {EXAMPLE_ID} --role editor")
def update_user(
    session: Session,
    user_id: UserId,
    email: Email = None,
    phone: Phone = None,
    email_confirm: EmailConfirm = False,
    phone_confirm: PhoneConfirm = False,
    password_stdin: PasswordStdin = False,
    user_metadata: UserMetadata = None,
    app_metadata: AppMetadata = None,
    role: Role = None,
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


@command(app, "ban", example=f"users ban {EXAMPLE_ID} --for 24h")
def ban_user(
    session: Session,
    user_id: UserId,
    duration: Annotated[
        str,
        typer.Option(
            "--for", metavar="DURATION", help="Such as 24h or 1h30m; 876000h are 100 years."
        ),
    ],
) -> ExitStatus:
    """Ban a user: until the ban ends, they can neither sign in nor refresh a session.

    Access tokens stay valid until they expire.
    """
    result = session.call(
        lambda client: admin.update_user_by_id(client, user_id, {"ban_duration": duration})
    )
    return session.finish(
        result,
        User.to_dict,
        lambda user: f"banned {address_of(user)} until {minute(user.banned_until)}",
    )


@command(app, "unban", example=f"users unban {EXAMPLE_ID}")
def unban_user(session: Session, user_id: UserId) -> ExitStatus:
    """End the ban of a user."""
    result = session.call(
        lambda client: admin.update_user_by_id(client, user_id, {"ban_duration": "none"})
    )
    return session.finish(result, User.to_dict, lambda user: f"unbanned {address_of(user)}")


@command(app, "invite", example="users invite ada@example.com")
def invite_user(
    session: Session, email: EmailArgument, redirect_to: RedirectTo = None
) -> ExitStatus:
    """Create a user and send an invitation by email."""
    result = session.call(
        lambda client: admin.invite_user_by_email(client, email, {"redirect_to": redirect_to})
    )
    return session.finish(
        result, User.to_dict, lambda user: f"invited {address_of(user)}, ID {user.id}"
    )


@command(app, "sign-out", example=f"users sign-out {EXAMPLE_ID} --reset-password")
def sign_out_user(
    session: Session,
    user_id: UserId,
    reset_password: Annotated[
        bool, typer.Option("--reset-password", help="Set a random password, without asking.")
    ] = False,
) -> ExitStatus:
    """End all sessions of a user by a random password, which nobody gets to know.

    The server has no other way to end them by ID but to delete the user. Access tokens stay
    valid until they expire, and the user needs a recovery link to set a new password.
    """
    if not reset_password:
        session.output.message(NO_SIGN_OUT)
        if not is_interactive():
            return session.refuse("give --reset-password to set a random password")
        if not confirm("Set a random password, which the user has to recover?"):
            return session.decline("no session was ended")
    import secrets  # imported late: slow

    # Servers can ask for a character of each kind, and for at most 72 bytes.
    password = f"{secrets.token_urlsafe(40)}-aA1!"
    result = session.call(
        lambda client: admin.update_user_by_id(client, user_id, {"password": password})
    )
    return session.finish(
        result, User.to_dict, lambda user: f"ended all sessions of {address_of(user)}"
    )


command(app, "delete", example=f"users delete {EXAMPLE_ID} --soft")(delete_users)
