"""Users of Amazon Cognito: a CSV with the columns of its user import, without hashes.

https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool.html
"""

from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from supabase_gotrue.bulk.readers.csv import csv_rows, header_problem
from supabase_gotrue.bulk.readers.rows import PERMANENT_BAN, Lines, Row, UserRows, problem

PROFILE: Final = (
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "address",
)
CUSTOM: Final = "custom:"
EXTERNAL: Final = "EXTERNAL_PROVIDER"


def cognito(lines: Lines) -> UserRows:
    """Read a CSV of Cognito users. Cognito gives nobody the hashes of passwords.

    `email_verified` and `phone_number_verified` become confirmations, a `sub` that is a
    UUID the id, the profile and `custom:` attributes `user_metadata`, and `enabled` of
    `false` a ban of a hundred years. Users take a recovery link, or sign in by one-time code.

    Args:
        lines: A text file opened with `newline=""`, or any iterable of lines.

    Returns:
        The users; an Error with code `validation` names the line.

    >>> next(cognito(["cognito:username,email,email_verified", "ada,ada@example.com,TRUE"]))
    <Success: AdminUserParams(email='ada@example.com', email_confirm=True)>
    """
    return UserRows(_rows(lines))


def _rows(lines: object) -> Iterator[Row]:
    rows = csv_rows(lines)
    names = [name.strip() for name in next(rows, (1, ["email"], ""))[1]]
    wrong = header_problem(names)
    if wrong is not None:
        yield wrong
        return
    for line, fields, text in rows:
        if len(fields) != len(names):
            row = problem(line, "row", f"has {len(fields)} fields, the header {len(names)}")
        else:
            row = _row(line, {n: v for n, v in zip(names, fields, strict=True) if v.strip()})
        yield row._replace(text=text)


def _row(line: int, user: Mapping[str, str]) -> Row:
    profile = {name: user[name] for name in PROFILE if name in user}
    custom = {name.removeprefix(CUSTOM): user[name] for name in user if name.startswith(CUSTOM)}
    attrs: dict[str, object] = {
        "id": user["sub"] if _is_uuid(user.get("sub", "")) else None,
        "email": user.get("email"),
        "email_confirm": _is_true(user.get("email_verified")),
        "phone": user.get("phone_number"),
        "phone_confirm": _is_true(user.get("phone_number_verified")),
        "user_metadata": custom | profile,
        "ban_duration": PERMANENT_BAN if user.get("enabled", "").lower() == "false" else None,
    }
    return Row(line, {name: value for name, value in attrs.items() if value}, _providers(user))


def _is_true(value: str | None) -> bool:
    return value is not None and value.lower() in ("true", "1")


def _is_uuid(value: str) -> bool:
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _providers(user: Mapping[str, str]) -> tuple[str, ...]:
    """A federated user's name begins with its provider's: `Google_1234`."""
    if user.get("cognito:user_status") != EXTERNAL:
        return ()
    return (user.get("cognito:username", "").partition("_")[0] or "unknown",)
