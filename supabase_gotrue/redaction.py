"""How secrets are kept out of what the library shows.

What may live here: pure functions from text or JSON to the same with secrets blanked.
Nothing here knows where a text comes from or goes to.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from supabase_gotrue.json_types import is_array, is_object

REDACTED: Final = "[redacted]"

# A shorter value is blanked only where it is a whole JSON string: the password "a"
# must not blank every "a" of "at least 6 characters".
SHORTEST_ANYWHERE: Final = 8
# After so much of a secret the rest of a text is blanked with it, for a pattern of all
# of a long one is slow to make.
LONGEST_SPELLED: Final = 2048

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

# No second `eyJ` in the first part, so that a search looks at each character but once.
_JWT: Final = r"eyJ(?:(?!eyJ)[\w-]){5,}\.[\w-]{5,}\.[\w-]*"
_TOKEN_SHAPES: Final = rf"{_JWT}|\bsb_(?:secret|publishable)_[\w-]+"
# Under a secret's name in JSON that is broken, cut or too deep to be decoded.
_NAMED: Final = rf'"(?i:{"|".join(sorted(SECRET_NAMES))})"\s*:\s*"(?:[^"\\]|\\.)*"?'
_SHORT_ESCAPES: Final = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}


def redact(text: str, secrets: Iterable[str]) -> str:
    r"""Blank the secrets in a text, however a server wrote them.

    >>> redact('no key "a/b+c-d=e" and no a%2Fb%2Bc-d%3De', ["a/b+c-d=e"])
    'no key "[redacted]" and no [redacted]'
    """
    return _blanking(secrets)(text)


def redact_json(value: object, secrets: Iterable[str]) -> object:
    """Blank the secrets in decoded JSON, and whatever stands under a secret's name.

    >>> redact_json({"msg": "for hunter22!", "token": "t"}, ["hunter22!"])
    {'msg': 'for [redacted]', 'token': '[redacted]'}
    """
    return _blanked(value, _blanking(secrets))


def _blanked(value: object, blank: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return blank(value)
    if is_array(value):
        return [_blanked(item, blank) for item in value]
    if is_object(value):
        return {
            blank(key): REDACTED if item and key.lower() in SECRET_NAMES else _blanked(item, blank)
            for key, item in value.items()
        }
    return value


def _blanking(secrets: Iterable[str]) -> Callable[[str], str]:
    """One pattern for all, each before what is only its beginning."""
    known = sorted({*secrets} - {""}, reverse=True)
    pattern = re.compile("|".join([*map(_pattern, known), _TOKEN_SHAPES, _NAMED]))
    return lambda text: REDACTED if text in known else pattern.sub(REDACTED, text)


def _pattern(secret: str) -> str:
    spelled = "".join(map(_spellings, secret[:LONGEST_SPELLED]))
    if len(secret) < SHORTEST_ANYWHERE:
        return f'(?<="){spelled}(?=")'
    return spelled if len(secret) <= LONGEST_SPELLED else f"{spelled}(?s:.*)"


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
