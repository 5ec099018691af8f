"""What the options of `users create` and `users update` become."""

import msgspec
from returns.result import Result, Success

from supabase_gotrue import Error
from supabase_gotrue.cli.prompts import read_password

Attrs = dict[str, object]


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
