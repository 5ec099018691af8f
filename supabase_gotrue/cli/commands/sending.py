"""The command `send`: emails that the server sends to users."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from returns.result import Result, Success

from supabase_gotrue import Client, Error, InviteUserParams, User, admin
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.running.many import run_each
from supabase_gotrue.cli.running.session import Session
from supabase_gotrue.client import run
from supabase_gotrue.operations import Operation
from supabase_gotrue.request import post
from supabase_gotrue.response import no_content
from supabase_gotrue.schemas.redirect import redirect_headers

Sender = Callable[[Client, str, str | None], Result[object, Error]]


def send_emails(
    session: Session, type: str, emails: Sequence[str], redirect_to: str | None = None
) -> ExitStatus:
    """Let the server send an email to each address, and print each outcome."""
    match session.connect():
        case Success(Client() as client):
            pass
        case failed:
            return session.fail(failed.failure())

    def send(email: str) -> Result[str, Error]:
        return SENDERS[type](client, email, redirect_to).map(lambda _: email)

    def report(email: str) -> str:
        session.output.record({"email": email, "sent": type}, f"sent {type} email to {email}")
        return "done"

    return run_each(session, emails, send, report, past="emailed")


def send_recovery(client: Client, email: str, redirect_to: str | None) -> Result[object, Error]:
    """Send a link that sets a new password.

    https://github.com/supabase/auth/blob/master/internal/api/recover.go
    """
    return send_to_user(client, email, redirect_to, "/recover", {})


def send_magic_link(client: Client, email: str, redirect_to: str | None) -> Result[object, Error]:
    """Send a link that signs the user in.

    https://github.com/supabase/auth/blob/master/internal/api/otp.go
    """
    return send_to_user(client, email, redirect_to, "/otp", {"create_user": False})


def send_to_user(
    client: Client,
    email: str,
    redirect_to: str | None,
    route: str,
    options: Mapping[str, object],
) -> Result[None, Error]:
    """Look the user up, and let the server send an email.

    The routes respond alike whether or not there is such a user.
    """

    def send(user: User, redirect: Mapping[str, str]) -> Result[None, Error]:
        body = {"email": user.email, **options}
        request = post(route, query=redirect, body=body, extra_headers=redirect)
        return run(client, Success(Operation(request, no_content)))

    return InviteUserParams.parse({"redirect_to": redirect_to}).bind(
        lambda params: admin.get_user_by_email(client, email).bind(
            lambda user: send(user, redirect_headers(params.redirect_to))
        )
    )


def send_invitation(client: Client, email: str, redirect_to: str | None) -> Result[object, Error]:
    """Create a user, or find one who has not accepted yet, and send an invitation."""
    return admin.invite_user_by_email(client, email, {"redirect_to": redirect_to})


SENDERS: Final[Mapping[str, Sender]] = MappingProxyType(
    {"recovery": send_recovery, "magiclink": send_magic_link, "invite": send_invitation}
)
