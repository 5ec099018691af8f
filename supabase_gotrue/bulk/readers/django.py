"""Users of Django, as `manage.py dumpdata auth.user` writes them.

https://docs.djangoproject.com/en/5.2/ref/django-admin/#dumpdata
"""

from collections.abc import Iterator, Mapping
from typing import IO, Final

from supabase_gotrue.bulk.readers.json_text import json_objects
from supabase_gotrue.bulk.readers.rows import PERMANENT_BAN, Lines, Row, UserRows, problem
from supabase_gotrue.json_types import is_object

# A password that nobody can sign in with begins with it.
UNUSABLE: Final = "!"
PREFIXES: Final = {"bcrypt$$2": "bcrypt$", "argon2$argon2": "argon2"}
PROFILE: Final = ("username", "first_name", "last_name")


def django(lines: IO[str] | IO[bytes] | Lines, *, email_confirm: bool = True) -> UserRows:
    """Read Django's `dumpdata` of users, as JSON or JSON Lines; other models are skipped.

    Hashes of `BCryptPasswordHasher` and `Argon2PasswordHasher` are carried over. A user
    with any other, such as Django's default `pbkdf2_sha256`, is a Failure that says so;
    import these without a password. Inactive users are banned for a hundred years; names
    become `user_metadata`. Ids are made from the addresses.

    Args:
        lines: An open file, or an iterable of lines.
        email_confirm: Whether addresses count as confirmed, without which nobody can sign
            in. Django does not verify addresses by itself: pass `False` if your site let
            people in before they proved theirs.

    Returns:
        The users; an Error with code `validation` names the line.

    >>> dump = '[{"model": "auth.user", "pk": 1, "fields": {"email": "a@b.c", "password": "!x"}}]'
    >>> next(django([dump]))
    <Success: AdminUserParams(email='a@b.c', email_confirm=True)>
    """
    return UserRows(_rows(lines, email_confirm is True))


def _rows(lines: object, email_confirm: bool) -> Iterator[Row]:
    for line, entry, text in json_objects(lines, "[", ""):
        fields = None if entry is None else entry.get("fields")
        if entry is None:
            yield problem(line, "user", "is not JSON")._replace(text=text)
        elif is_object(fields) and "password" in fields:
            yield _row(line, fields, email_confirm)._replace(text=text)


def _row(line: int, fields: Mapping[str, object], email_confirm: bool) -> Row:
    stored = fields["password"]
    if not isinstance(stored, str):
        return problem(line, "password", "is invalid")
    prefix = next((cut for begin, cut in PREFIXES.items() if stored.startswith(begin)), None)
    if stored and prefix is None and not stored.startswith(UNUSABLE):
        algorithm = stored.partition("$")[0] if "$" in stored else "unknown"
        return problem(line, "password", f"of {algorithm} cannot be carried over")
    attrs: dict[str, object] = {
        "email": fields.get("email"),
        "email_confirm": email_confirm or None,
        "password_hash": stored.removeprefix(prefix) if prefix else None,
        "user_metadata": {name: fields[name] for name in PROFILE if fields.get(name)},
        "ban_duration": PERMANENT_BAN if fields.get("is_active") is False else None,
    }
    return Row(line, {name: value for name, value in attrs.items() if value})
