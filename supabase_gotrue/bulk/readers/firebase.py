"""Users of Firebase Authentication, as `firebase auth:export` writes them.

https://firebase.google.com/docs/cli/auth
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import IO, Final, TypedDict

from returns.result import Failure, Result, Success

from supabase_gotrue.bulk.readers.json_text import decode_object, json_objects
from supabase_gotrue.bulk.readers.rows import (
    PERMANENT_BAN,
    Lines,
    Row,
    UserRows,
    invalid_rows,
    problem,
)
from supabase_gotrue.json_types import is_array, is_object
from supabase_gotrue.schemas.cast import cast_positive_int, cast_str, cast_value, to_named_dict

# The console shows `hash_config { algorithm: SCRYPT, base64_signer_key: ..., ... }`.
_SETTING: Final = re.compile(r"\b(\w{1,32})\s{0,9}:\s{0,9}([^\s,}]+)")
# What the export writes in place of hashes that the exporter may not see.
REDACTED_HASH: Final = b64encode(b"REDACTED").decode()
OWN_PROVIDERS: Final = frozenset({"password", "phone"})
NAMES: Final = {"displayName": "name", "photoUrl": "picture"}


class FirebaseHashConfig(TypedDict, total=False):
    """The password hash parameters, as the Firebase console shows them."""

    algorithm: str
    base64_signer_key: str
    base64_salt_separator: str
    rounds: int
    mem_cost: int


def firebase(
    file: IO[str] | IO[bytes] | Lines, hash_config: FirebaseHashConfig | Mapping[str, object] | str
) -> UserRows:
    """Read the JSON of `firebase auth:export`, with password hashes.

    `emailVerified` and phone numbers, which Firebase always verifies, become confirmations,
    `disabled` a ban of a hundred years, `customAttributes` the `app_metadata`, and name and
    picture `user_metadata`. Ids are made from the addresses: a `localId` is no UUID.

    Args:
        file: An open file, or an iterable of lines.
        hash_config: The project's hash parameters: a mapping, or the text that the console
            shows ("Password hash parameters" in the menu above the users).

    Returns:
        The users; an Error with code `validation` names the line.

    >>> config = {"base64_signer_key": "AAEC", "base64_salt_separator": "Bw==",
    ...           "rounds": 8, "mem_cost": 14}
    >>> text = '{"users": [{"localId": "x", "email": "ada@example.com", "emailVerified": true}]}'
    >>> next(firebase([text], config))
    <Success: AdminUserParams(email='ada@example.com', email_confirm=True)>
    """
    match _prefix(hash_config):
        case Success(str() as prefix):
            return UserRows(_rows(file, prefix))
        case failed:
            return invalid_rows("hash_config", failed.failure())


def _prefix(hash_config: object) -> Result[str, str]:
    """Return the part of a hash that all users share."""
    shown = cast_str(hash_config)
    settings = to_named_dict(
        dict(_SETTING.findall(shown)) if isinstance(shown, str) else hash_config
    )
    if settings is None:
        return Failure("is invalid")
    if cast_str(settings.get("algorithm", "SCRYPT")) != "SCRYPT":
        return Failure("is not for the algorithm SCRYPT")
    numbers = {
        name: cast_value(settings.get(name), cast_positive_int) for name in ("mem_cost", "rounds")
    }
    key = cast_value(settings.get("base64_signer_key"), cast_str)
    separator = cast_str(settings.get("base64_salt_separator", ""))
    wrong = [name for name, number in numbers.items() if not isinstance(number, int)]
    if not isinstance(key, str) or not key:
        wrong.append("base64_signer_key")
    if not isinstance(separator, str):
        wrong.append("base64_salt_separator")
    if wrong:
        return Failure(f"lacks {' and '.join(wrong)}")
    salted = f",ss={standard_base64(str(separator))}" if separator else ""
    cost = f"v=1,n={numbers['mem_cost']},r={numbers['rounds']},p=1"
    return Success(f"$fbscrypt${cost}{salted},sk={standard_base64(str(key))}")


def standard_base64(encoded: str) -> str:
    """Return base64url, with or without padding, as standard base64.

    >>> standard_base64("-_8")
    '+/8='
    """
    plain = encoded.strip().rstrip("=").translate(str.maketrans("-_", "+/"))
    return plain + "=" * (-len(plain) % 4)


def _rows(file: object, prefix: str) -> Iterator[Row]:
    for line, user, text in json_objects(file, "{[", "["):
        wrong = problem(line, "user", "is not JSON")
        yield (wrong if user is None else _row(line, user, prefix))._replace(text=text)


def _row(line: int, user: Mapping[str, object], prefix: str) -> Row:
    federated = _providers(user)
    attrs: dict[str, object] = {
        "email": user.get("email"),
        "email_confirm": user.get("emailVerified") or None,
        "phone": user.get("phoneNumber"),
        "phone_confirm": True if user.get("phoneNumber") else None,
        "ban_duration": PERMANENT_BAN if user.get("disabled") is True else None,
        "user_metadata": {ours: user[name] for name, ours in NAMES.items() if user.get(name)},
    }
    claims = user.get("customAttributes")
    if claims:
        attrs["app_metadata"] = decode_object(claims) if isinstance(claims, str) else claims
        if not is_object(attrs["app_metadata"]):
            return problem(line, "customAttributes", "is not a JSON object")
    hashed, salt = user.get("passwordHash"), user.get("salt")
    if hashed == REDACTED_HASH:
        return problem(line, "passwordHash", "is redacted", "export with a role that may see it")
    if hashed:
        if not isinstance(hashed, str) or not isinstance(salt, str) or not salt:
            return problem(line, "passwordHash", "has no salt")
        attrs["password_hash"] = f"{prefix}${standard_base64(salt)}${standard_base64(hashed)}"
    return Row(line, {name: value for name, value in attrs.items() if value}, federated)


def _providers(user: Mapping[str, object]) -> tuple[str, ...]:
    listed = user.get("providerUserInfo")
    infos = filter(is_object, listed if is_array(listed) else [])
    names = (info.get("providerId") for info in infos)
    federated = (name for name in names if isinstance(name, str) and name not in OWN_PROVIDERS)
    return tuple(dict.fromkeys(federated))
