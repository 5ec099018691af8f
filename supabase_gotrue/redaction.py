"""Redaction of secrets in texts, in JSON and in the repr of Structs."""

import re
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from supabase_gotrue.json_types import is_array, is_object

REDACTED: Final = "[redacted]"

# A shorter secret is redacted only where it is a whole JSON string: the password "a"
# must not redact every "a" of "at least 6 characters".
MIN_SUBSTRING: Final = 8
# Only this much of a long secret goes into the pattern, because compiling a pattern is
# slow; everything after a match is redacted.
MAX_PATTERN_CHARS: Final = 2048

# The names under which requests and responses hold what opens an account.
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

# The first part must not contain a second `eyJ`, so that a search stays linear.
_JWT: Final = r"eyJ(?:(?!eyJ)[\w-]){5,}\.[\w-]{5,}\.[\w-]*"
_TOKEN_SHAPES: Final = rf"{_JWT}|\bsb_(?:secret|publishable)_[\w-]+"
# The value of a secret in JSON that is truncated, invalid or too deep to decode.
_SECRET_MEMBER: Final = rf'"(?i:{"|".join(sorted(SECRET_NAMES))})"\s*:\s*"(?:[^"\\]|\\.)*"?'
_SHORT_ESCAPES: Final = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}


def redact(text: str, secrets: Iterable[str]) -> str:
    r"""Redact secrets in a text: raw, JSON-escaped or percent-encoded.

    >>> redact('no key "a/b+c-d=e" and no a%2Fb%2Bc-d%3De', ["a/b+c-d=e"])
    'no key "[redacted]" and no [redacted]'
    """
    return _redactor(secrets)(text)


def redact_json(value: object, secrets: Iterable[str]) -> object:
    """Redact secrets in decoded JSON, and every value under a name in `SECRET_NAMES`.

    >>> redact_json({"msg": "for hunter22!", "token": "t"}, ["hunter22!"])
    {'msg': 'for [redacted]', 'token': '[redacted]'}
    """
    return _redact_value(value, _redactor(secrets))


def secret_values(value: object) -> list[str]:
    """Return the strings under a name in `SECRET_NAMES`, anywhere in decoded JSON.

    >>> secret_values({"users": [{"password": "hunter22", "role": "editor"}]})
    ['hunter22']
    """
    if is_array(value):
        return [secret for item in value for secret in secret_values(item)]
    if not is_object(value):
        return []
    own = [v for k, v in value.items() if k.lower() in SECRET_NAMES and isinstance(v, str)]
    return own + [secret for item in value.values() for secret in secret_values(item)]


def _redact_value(value: object, redact_text: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return redact_text(value)
    if is_array(value):
        return [_redact_value(item, redact_text) for item in value]
    if is_object(value):
        return {
            redact_text(key): REDACTED
            if item and key.lower() in SECRET_NAMES
            else _redact_value(item, redact_text)
            for key, item in value.items()
        }
    return value


def _redactor(secrets: Iterable[str]) -> Callable[[str], str]:
    """Compile one pattern for all secrets; longer ones come before their prefixes."""
    known = sorted({*secrets} - {""}, reverse=True)
    pattern = re.compile("|".join([*map(_pattern, known), _TOKEN_SHAPES, _SECRET_MEMBER]))
    return lambda text: REDACTED if text in known else pattern.sub(REDACTED, text)


def _pattern(secret: str) -> str:
    pattern = "".join(map(_char_pattern, secret[:MAX_PATTERN_CHARS]))
    if len(secret) < MIN_SUBSTRING:
        return f'(?<="){pattern}(?=")'
    return pattern if len(secret) <= MAX_PATTERN_CHARS else f"{pattern}(?s:.*)"


def _char_pattern(char: str) -> str:
    """Return a pattern for one character: raw, JSON-escaped or percent-encoded."""
    if char.isalnum() and char.isascii():
        return char
    utf16 = char.encode("utf-16-be", "surrogatepass").hex()
    units = "".join(rf"\\u(?i:{utf16[i : i + 4]})" for i in range(0, len(utf16), 4))
    percent = "".join(f"%(?i:{byte:02x})" for byte in char.encode("utf-8", "surrogatepass"))
    short = rf"\\{_SHORT_ESCAPES.get(char, re.escape(char))}"
    plus = r"|\+" if char == " " else ""
    return rf"(?:{short}|{units}|{percent}|{re.escape(char)}{plus})"


class RedactedStruct(msgspec.Struct, frozen=True):
    """A Struct whose repr redacts every field with a name in `SECRET_NAMES`."""

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({', '.join(shown)})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """What `rich` prints: the same as repr, without absent fields."""
        fields = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return [
            (name, REDACTED if name in SECRET_NAMES else value)
            for name, value in fields
            if value is not None
        ]
