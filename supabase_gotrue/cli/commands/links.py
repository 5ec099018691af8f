"""The command `link`."""

from typing import Literal

from returns.result import Result

from supabase_gotrue import Client, Error, GenerateLinkParams, LinkProperties, admin
from supabase_gotrue.cli.arguments.attributes import add_password
from supabase_gotrue.cli.output.status import ExitStatus
from supabase_gotrue.cli.running.session import Session

LinkType = Literal[
    "signup", "invite", "magiclink", "recovery", "email_change_current", "email_change_new"
]


def create_link(
    session: Session,
    type: LinkType,
    email: str,
    redirect_to: str | None = None,
    new_email: str | None = None,
    password_stdin: bool = False,
) -> ExitStatus:
    """Create a link that signs a user in. No email is sent.

    It is a secret: it signs in the first who opens it. signup needs a password; signup and
    magiclink create the user if there is none.
    """
    attrs: dict[str, object] = {
        "type": type,
        "email": email,
        "redirect_to": redirect_to,
        "new_email": new_email,
    }

    def create(client: Client) -> Result[LinkProperties, Error]:
        given = add_password(attrs, is_wanted=password_stdin)
        return given.bind(GenerateLinkParams.parse).bind(
            lambda params: admin.generate_link(client, params)
        )

    return session.finish(
        session.call(create), LinkProperties.to_dict, lambda link: link.action_link
    )
