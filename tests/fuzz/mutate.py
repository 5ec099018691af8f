"""Changes of what is passed and of what is answered, drawn from a `Random`.

Contents: pure changes of values and bytes. Nothing here calls the library.
"""

import json
from random import Random
from typing import Any, TypeGuard
from urllib.parse import quote

from supabase_gotrue import AdminUserParams, GenerateLinkParams, PaginationParams, User
from tests.hostile import objects

HOSTILE = objects()
WORDS = (
    *AdminUserParams.__struct_fields__,
    *GenerateLinkParams.__struct_fields__,
    *PaginationParams.__struct_fields__,
    *User.__struct_fields__,
    *("msg", "code", "error", "error_code", "message", "weak_password", "reasons", "users"),
    *("session_not_found", "user_not_found", "access_token", "action_link", "hashed_token"),
)
TOKENS = (
    *b'{ } [ ] , : " \\ \\ud800 null true 1e999 -0 \xff \x00 "id" <html> 23505'.split(),
    *(b" ", b"\n", b"[" * 2000, b"9" * 5000, b"\xef\xbb\xbf", b"\xe2\x80\xa8"),
)
TEXTS = ("", " ", "a\r\nb: c", "\ud800", "..", "%2e%2e", "ü", "https://x.y/?a=b", "9" * 400, "\0")
HEADERS = ("link", "x-total-count", "retry-after", "date", "location", "x-sb-error-code")


def is_dict(given: object) -> TypeGuard[dict[str, Any]]:
    """Not a subclass, which may be hostile."""
    return type(given) is dict


def is_list(given: object) -> TypeGuard[list[Any] | tuple[Any, ...]]:
    return type(given) in (list, tuple)


def text(random: Random, given: str) -> str:
    """Part of a text, with something else in its place."""
    at, end = sorted(random.randrange(len(given) + 1) for _ in range(2))
    new = random.choice((*TEXTS, *WORDS, chr(random.randrange(0x110000)), given))
    return (given[:at] + new + given[end:])[:5000]


def value(random: Random, given: Any, depth: int = 0) -> Any:
    """The value with one place in it changed."""
    if is_dict(given) and given and random.random() < 0.8:
        key = random.choice(list(given))
        kept = {k: v for k, v in given.items() if k != key or random.random() < 0.9}
        name = key if random.random() < 0.8 else random.choice(WORDS)
        return {**kept, name: value(random, given[key], depth + 1)}
    if is_list(given) and given and random.random() < 0.8:
        at = random.randrange(len(given))
        changed = [*given[:at], value(random, given[at], depth + 1), *given[at + 1 :]]
        return changed if type(given) is list else tuple(changed)
    if type(given) is str and random.random() < 0.7:
        return text(random, given)
    made: list[Any] = [
        lambda: random.choice(HOSTILE),
        lambda: random.choice(TEXTS),
        lambda: random.randrange(-(2**70), 2**70) >> random.randrange(70),
        lambda: {random.choice(WORDS): given},
        lambda: [given],
        lambda: {word: word for word in random.sample(WORDS, random.randrange(5))},
    ]
    return random.choice(made)()


def body(random: Random, given: bytes, secrets: list[str]) -> bytes:
    """Bytes with some of them changed, or with JSON changed inside, or with an echo."""
    at, end = sorted(random.randrange(len(given) + 1) for _ in range(2))
    secret = random.choice(secrets)
    echo = random.choice((secret, json.dumps(secret)[1:-1], quote(secret, safe="")))
    match random.randrange(6):
        case 0:
            return given[:at] + random.choice(TOKENS) + given[at:]
        case 1:
            return given[:at] + given[end:]
        case 2:
            return given[:at] + bytes([random.randrange(256)]) + given[at + 1 :]
        case 3:
            return given[:at] + echo.encode("utf-8", "replace") + given[at:]
        case _:
            return _json(random, given)


def _json(random: Random, given: bytes) -> bytes:
    try:
        return json.dumps(value(random, json.loads(given))).encode()
    except Exception:  # what is no JSON, or has become none
        return random.choice(TOKENS) + given[:100]


def headers(random: Random, given: dict[str, str]) -> dict[str, str]:
    name = random.choice(HEADERS)
    return {**given, name: text(random, given.get(name, '<http://x/?page=2>; rel="next"'))}
