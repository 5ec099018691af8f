"""What the options of `users create` and `users update` become."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue import Error
from supabase_gotrue.cli.terminal.prompts import read_password
from supabase_gotrue.json_types import is_object, is_sequence

Attrs = dict[str, object]


TEXTS: Final = ("email", "phone", "role")
FLAGS: Final = ("email_confirm", "phone_confirm")
# The options that give JSON, set a key and remove one, by attribute.
METADATA: Final[Mapping[str, tuple[str, str, str]]] = MappingProxyType(
    {
        "app_metadata": ("app_metadata", "set", "unset"),
        "user_metadata": ("user_metadata", "set_user", "unset_user"),
    }
)


def user_attributes(given: Mapping[str, object]) -> Result[Attrs, Error]:
    """Return the attributes that options give, or an Error that names an option."""
    attrs: Attrs = {name: given[name] for name in TEXTS if given[name] is not None}
    blank = next((name for name, value in attrs.items() if not str(value).strip()), None)
    if blank is not None:
        return Failure(Error("validation", f"--{blank}: must not be blank"))
    attrs |= {name: True for name in FLAGS if given[name]}
    for attribute, options in METADATA.items():
        problem = assignment_problem(given, *options[1:])
        if problem is not None:
            return Failure(Error("validation", problem))
        json_text, assignments, removed = (given[option] for option in options)
        base = json_or_text(None if json_text is None else str(json_text))
        changes: Attrs = {**dict.fromkeys(texts(removed))}
        for assignment in texts(assignments):
            key, _, value = assignment.partition("=")
            changes[key] = json_or_text(value)
        if changes and (base is None or is_object(base)):
            kept: Mapping[str, object] = base if is_object(base) else {}
            attrs[attribute] = {**kept, **changes}
        elif base is not None:
            attrs[attribute] = base
    return Success(attrs)


def assignment_problem(given: Mapping[str, object], setter: str, remover: str) -> str | None:
    """Return what is wrong with the options that set and remove keys of metadata."""
    set_flag, unset_flag = (f"--{name.replace('_', '-')}" for name in (setter, remover))
    keys: set[str] = set()
    for assignment in texts(given[setter]):
        key, sign, _ = assignment.partition("=")
        if not (key.strip() and sign):
            return f"{set_flag}: give KEY=VALUE, such as plan=pro"
        if key in keys:
            return f"{set_flag}: {key} is set twice"
        keys.add(key)
    for key in texts(given[remover]):
        if not key.strip():
            return f"{unset_flag}: must not be blank"
        if key in keys:
            return f"{set_flag} and {unset_flag} both name {key}"
    return None


def texts(value: object) -> list[str]:
    """Return the values of an option that can be repeated."""
    return [str(text) for text in value] if is_sequence(value) else []


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
