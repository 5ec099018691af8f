"""How secrets are kept out of what the library shows.

What may live here: pure functions from text or JSON to the same with secrets blanked.
Nothing here knows where a text comes from or goes to.
"""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from supabase_gotrue.json_types import is_array, is_object

REDACTED: Final = "[redacted]"

# A shorter value is blanked only where it is a whole JSON string: the password "a"
# must not blank every "a" of "at least 6 characters".
SHORTEST_ANYWHERE: Final = 8

# What servers call the things that open an account, in requests as in answers.
SECRET_NAMES: Final = frozenset(
    {
        "access_token",
        "action_link",
        "api_key",
        "apikey",
        "authorization",
        "client_secret",
        "confirmation_token",
        "email_otp",
        "encrypted_password",
        "hashed_token",
        "id_token",
        "jwt",
        "nonce",
        "otp",
        "password",
        "password_hash",
        "provider_refresh_token",
        "provider_token",
        "qr_code",
        "recovery_token",
        "refresh_token",
        "secret",
        "token",
        "token_hash",
    }
)

_TOKEN_SHAPES: Final = r"eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*|\bsb_(?:secret|publishable)_[\w-]+"
_SHORT_ESCAPES: Final = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}


def redact(text: str, secrets: Iterable[str]) -> str:
    r"""Blank the secrets in a text, however a server wrote them.

    >>> redact('no key "a/b+c-d=e" and no a%2Fb%2Bc-d%3De', ["a/b+c-d=e"])
    'no key "[redacted]" and no [redacted]'
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        spelled = "".join(map(_spellings, secret))
        if len(secret) >= SHORTEST_ANYWHERE:
            text = re.sub(spelled, REDACTED, text)
        elif text == secret:
            text = REDACTED
        else:
            text = re.sub(f'"{spelled}"', f'"{REDACTED}"', text)
    return re.sub(_TOKEN_SHAPES, REDACTED, text)


def redact_json(value: object, secrets: Iterable[str]) -> object:
    """Blank the secrets in decoded JSON, and whatever stands under a secret's name.

    >>> redact_json({"msg": "for hunter22!", "token": "t"}, ["hunter22!"])
    {'msg': 'for [redacted]', 'token': '[redacted]'}
    """
    known = tuple(secrets)
    if isinstance(value, str):
        return redact(value, known)
    if is_array(value):
        return [redact_json(item, known) for item in value]
    if is_object(value):
        return {
            redact(key, known): REDACTED
            if item and key.lower() in SECRET_NAMES
            else redact_json(item, known)
            for key, item in value.items()
        }
    return value


def _spellings(char: str) -> str:
    """A pattern of one character: raw, JSON-escaped or percent-encoded."""
    if char.isalnum() and char.isascii():
        return char
    utf16 = char.encode("utf-16-be", "surrogatepass").hex()
    units = "".join(rf"\\u(?i:{utf16[i : i + 4]})" for i in range(0, len(utf16), 4))
    percent = "".join(f"%(?i:{byte:02x})" for byte in char.encode("utf-8", "surrogatepass"))
    short = rf"\\{_SHORT_ESCAPES.get(char, re.escape(char))}"
    plus = r"|\+" if char == " " else ""
    return rf"(?:{short}|{units}|{percent}|{re.escape(char)}{plus})"


class Masked(msgspec.Struct, frozen=True):
    """A Struct whose repr blanks every field that has a secret's name."""

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({', '.join(shown)})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """What `rich` prints: as much as repr shows, absent fields left out."""
        given = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return [
            (name, REDACTED if name in SECRET_NAMES else value)
            for name, value in given
            if value is not None
        ]
