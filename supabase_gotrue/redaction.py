"""Redaction of secrets in texts, in JSON and in the repr of Structs."""

import re
from binascii import b2a_base64
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from typing import Final

import msgspec

from supabase_gotrue.escapes import levels
from supabase_gotrue.json_types import is_array, is_object

REDACTED: Final = "[redacted]"

# A shorter secret is redacted only where it is a whole JSON string: the password "a"
# must not redact every "a" of "at least 6 characters".
MIN_SECRET_CHARS: Final = 4
# Looking for more would take long, so nothing of a text is shown then.
MAX_SECRETS: Final = 100
MAX_SECRETS_CHARS: Final = 65_536
# How much of a text is shown, and how much is read: a secret that begins in the part that is
# shown must be recognised, also with several characters for each of its own.
MAX_SHOWN_CHARS: Final = 2048
MAX_READ_CHARS: Final = 8192
# Only this much of a secret is looked for. If the rest does not follow, the whole rest of the text
# is redacted.
MAX_NEEDLE_CHARS: Final = 256

# The names of members in requests and responses whose values are secret.
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

Redact = Callable[[str], str]

# The first part must not contain a second `eyJ`, so that a search stays linear.
_JWT: Final = r"eyJ(?:(?!eyJ)[\w-]){5,}\.[\w-]{5,}(?:\.[\w-]*|\Z)"
_TOKEN: Final = r"\bsb_(?:secret|publishable)_[\w-]+"
# The value of a secret in JSON that is truncated, invalid or too deep to decode.
_SECRET_MEMBER: Final = rf'"(?i:{"|".join(sorted(SECRET_NAMES))})"\s*:\s*"(?:[^"\\]|\\.)*"?'
_SHAPES: Final = f"{_JWT}|{_TOKEN}|{_SECRET_MEMBER}"
_URL_SAFE: Final = str.maketrans("+/", "-_")

_Span = tuple[int, int]


def redact(text: str, secrets: Iterable[str]) -> str:
    r"""Redact secrets in the first 2,048 characters of a text, and cut off the rest.

    A secret is found as it is and in JSON, in HTML, percent-encoded, in base64 and in hex,
    also in one within another.

    >>> redact('no key "a/b+c-d=e" and no a%2Fb%2Bc-d%3De', ["a/b+c-d=e"])
    'no key "[redacted]" and no [redacted]'
    """
    return redactor(secrets)(text)


def redact_json(value: object, redact_text: Redact) -> object:
    """Redact every text in decoded JSON, and every value under a name in `SECRET_NAMES`.

    >>> redact_json({"msg": "for hunter22!", "token": "t"}, redactor(["hunter22!"]))
    {'msg': 'for [redacted]', 'token': '[redacted]'}
    """
    if isinstance(value, str):
        return redact_text(value)
    if is_array(value):
        return [redact_json(item, redact_text) for item in value]
    if is_object(value):
        return {
            redact_text(key): REDACTED
            if item and key.lower() in SECRET_NAMES
            else redact_json(item, redact_text)
            for key, item in value.items()
        }
    return value


def secret_values(value: object) -> Iterator[str]:
    """Yield the texts and numbers under a name in `SECRET_NAMES`, anywhere in decoded JSON.

    >>> [*secret_values({"users": [{"password": "hunter22", "otp": 123456}, {"role": "x"}]})]
    ['hunter22', '123456']
    """
    unread = [value]
    while unread:
        item = unread.pop()
        if is_array(item):
            unread += [element for element in item if type(element) in (dict, list)]
        elif is_object(item):
            for name, member in item.items():
                if name.lower() in SECRET_NAMES:
                    yield from _scalars(member)
                elif type(member) in (dict, list):
                    unread.append(member)


def _scalars(value: object) -> Iterator[str]:
    if is_array(value):
        for item in value:
            yield from _scalars(item)
    elif is_object(value):
        yield from _scalars([*value.values()])
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def redactor(secrets: Iterable[str]) -> Redact:
    """Return a function that redacts these secrets. It takes linear time and bounded memory."""
    known = _limited(secrets)
    if known is None:
        return hide
    needles = sorted({needle for secret in known for needle in _needles(secret)})

    @cache  # JSON repeats names, and a message is often the whole body
    def redact_text(text: str) -> str:
        return REDACTED if text in known else _redact(text, needles)

    return redact_text


def hide(_text: str) -> str:
    """Redact everything."""
    return REDACTED


def _limited(secrets: Iterable[str]) -> set[str] | None:
    """Return the secrets that are not empty, or `None` if they are too many or too long."""
    known: set[str] = set()
    chars = 0
    for secret in secrets:
        if secret and secret not in known:
            known.add(secret)
            chars += min(len(secret), MAX_READ_CHARS)
        if len(known) > MAX_SECRETS or chars > MAX_SECRETS_CHARS:
            return None
    return known


def _redact(text: str, needles: list[str]) -> str:
    end, shown = 0, ""
    for start, stop in sorted(_secret_spans(text[:MAX_READ_CHARS], needles)):
        if start < MAX_SHOWN_CHARS and (start > end or not shown):
            shown += text[end:start] + REDACTED
        end = max(end, stop)
    return shown + text[end:MAX_SHOWN_CHARS]


def _secret_spans(text: str, needles: list[str]) -> list[_Span]:
    """Return where secrets begin and end; the whole text if it has too many levels of escapes."""
    spans: list[_Span] = []
    try:
        for unescaped, places in levels(text):
            haystack = _searchable(unescaped)
            limit = bisect_left(places, MAX_SHOWN_CHARS)
            found = [span for needle in needles for span in _find(needle, haystack, limit)]
            found += [match.span() for match in re.finditer(_SHAPES, unescaped)]
            spans += [(places[start], places[stop]) for start, stop in found]
    except ValueError:
        return [(0, len(text))]
    return spans


def _searchable(text: str) -> str:
    """Replace `+` by a space, as in forms and queries, where the two mean the same."""
    return text.replace("+", " ")


def _find(needle: str, haystack: str, limit: int) -> Iterator[_Span]:
    """Yield where a secret begins and ends, if it begins before the limit."""
    beginning = needle[:MAX_NEEDLE_CHARS]
    limit += len(beginning) - 1
    start = haystack.find(beginning, 0, limit)
    while start >= 0:
        is_whole = haystack.startswith(needle, start)
        stop = start + len(needle) if is_whole else len(haystack)
        yield start, stop
        start = haystack.find(beginning, stop, limit)


def _needles(secret: str) -> Iterator[str]:
    """Yield what to look for in a text without escapes: escapes of the secret are gone there."""
    if len(secret) < MIN_SECRET_CHARS:
        yield _searchable(f'"{secret}"')
        return
    secret = secret[:MAX_READ_CHARS]
    with suppress(ValueError):
        for unescaped, _ in levels(secret):
            yield _searchable(unescaped)
    data = secret.encode("utf-8", "surrogatepass")
    yield data.hex()
    yield data.hex().upper()
    in_json = msgspec.json.encode(data.decode(errors="replace"))[1:-1]
    for encoded in {*_base64(data), *_base64(in_json)}:
        yield _searchable(encoded)
        yield encoded.translate(_URL_SAFE)


def _base64(data: bytes) -> Iterator[str]:
    """Yield the characters that are the same wherever the data is within what was encoded."""
    for offset, first in enumerate((0, 2, 3)):
        last = (offset + len(data)) * 8 // 6
        yield b2a_base64(bytes(offset) + data, newline=False).decode()[first:last]


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
