"""Arguments and options that several commands have, and what they become."""

from typing import Annotated

import msgspec
import typer
from returns.result import Result, Success

from supabase_gotrue import Error
from supabase_gotrue.cli.prompts import read_password

Attrs = dict[str, object]

UserId = Annotated[str, typer.Argument(metavar="ID", help="The ID of the user.")]
EmailArgument = Annotated[
    str, typer.Argument(metavar="EMAIL", help="The email address of the user.")
]
Email = Annotated[str | None, typer.Option("--email", help="The email address.")]
Phone = Annotated[str | None, typer.Option("--phone", help="The phone number, as E.164.")]
EmailConfirm = Annotated[
    bool, typer.Option("--email-confirm", help="The email address counts as confirmed.")
]
PhoneConfirm = Annotated[
    bool, typer.Option("--phone-confirm", help="The phone number counts as confirmed.")
]
PasswordStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from stdin; a terminal asks for it."),
]
UserMetadata = Annotated[
    str | None,
    typer.Option("--user-metadata", metavar="JSON", help="Users can change it themselves."),
]
AppMetadata = Annotated[
    str | None,
    typer.Option("--app-metadata", metavar="JSON", help="Only administrators can change it."),
]
Role = Annotated[
    str | None,
    typer.Option("--role", help="The role in tokens: service_role makes an administrator."),
]
RedirectTo = Annotated[
    str | None, typer.Option("--redirect-to", metavar="URL", help="Where the link leads.")
]


def user_attributes(
    email: str | None,
    phone: str | None,
    email_confirm: bool,
    phone_confirm: bool,
    user_metadata: str | None,
    app_metadata: str | None,
    role: str | None,
) -> Attrs:
    """Return the attributes that options give."""
    attrs: Attrs = {
        "email": email,
        "phone": phone,
        "email_confirm": email_confirm or None,
        "phone_confirm": phone_confirm or None,
        "user_metadata": json_or_text(user_metadata),
        "app_metadata": json_or_text(app_metadata),
        "role": role,
    }
    return {name: value for name, value in attrs.items() if value is not None}


def json_or_text(text: str | None) -> object:
    """Decode JSON; text that is not JSON stays as it is, and is refused with the other attributes.

    >>> json_or_text('{"plan": "pro"}'), json_or_text("plan")
    ({'plan': 'pro'}, 'plan')
    """
    if text is None:
        return None
    try:
        value: object = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return text
    return value


def add_password(attrs: Attrs, *, is_wanted: bool) -> Result[Attrs, Error]:
    """Add the password from the standard input or the terminal, if it is wanted."""
    if not is_wanted:
        return Success(attrs)
    return read_password().map(lambda password: {**attrs, "password": password})
