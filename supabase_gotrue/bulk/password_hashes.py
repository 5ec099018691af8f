"""Which imported password hashes let their users sign in."""

import re
import secrets
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from typing import Final

# The column is a varchar(255): https://github.com/supabase/auth/tree/master/migrations
MAX_CHARS: Final = 255
# The server ends a sign-in after 10 seconds; bcrypt of a higher cost takes longer.
MAX_BCRYPT_COST: Final = 16
MAX_ARGON2: Final = {"m": 1024 * 1024, "t": 20, "p": 16}
MIN_ARGON2: Final = {"m": 0, "t": 1, "p": 1}
# scrypt's memory is 128 bytes times N times r: at most 1 GiB.
MAX_SCRYPT_WORK: Final = 2**23

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_TO_BCRYPT: Final = str.maketrans(f"{_LETTERS}+/", f"./{_LETTERS}")
# 23 bytes end in a character whose two lowest bits are 0; the server ignores what follows.
_BCRYPT: Final = re.compile(
    r"\$2[a-z]?\$(\d\d)\$[./A-Za-z0-9]{22}[./A-Za-z0-9]{30}[.CGKOSWaeimquy26]", re.ASCII
)
_ARGON2: Final = re.compile(
    r"\$argon2id?\$v=19\$m=(?P<m>\d{1,10}),t=(?P<t>\d{1,10}),p=(?P<p>\d{1,3})"
    r"\$(?P<salt>[A-Za-z0-9+/]+)\$(?P<hash>[A-Za-z0-9+/]+)",
    re.ASCII,
)
_SCRYPT: Final = re.compile(
    r"\$fbscrypt\$v=1,n=(?P<n>\d{1,2}),r=(?P<r>\d{1,8}),p=(?P<p>\d{1,3})"
    r"(?:,ss=(?P<ss>[^,$]+))?,sk=(?P<sk>[^,$]+)\$(?P<salt>[^$]+)\$(?P<hash>.+)",
    re.ASCII,
)


def password_hash_error(password_hash: str) -> str | None:
    """Return why no password would match a hash on the server, or None if one can.

    The server refuses an unknown format with a 500, but accepts some hashes that no password
    matches. It is not asked: nothing is sent.

    Args:
        password_hash: A hash such as `password_hash` of `AdminUserAttrs`.

    Returns:
        The reason, as the end of a sentence that begins with the name of the field, or `None`.

    Source: https://github.com/supabase/auth/blob/master/internal/crypto/password.go

    >>> password_hash_error("$2b$10$" + "a" * 53)
    >>> password_hash_error("pbkdf2_sha256$720000$salt$hash")
    'is not bcrypt, argon2i, argon2id or Firebase scrypt'
    """
    if len(password_hash) > MAX_CHARS:
        return f"is longer than {MAX_CHARS} characters"
    if "\x00" in password_hash:
        return "holds a NUL"
    if password_hash.startswith("$argon2"):
        return _argon2_error(password_hash)
    if password_hash.startswith("$fbscrypt"):
        return _scrypt_error(password_hash)
    if not password_hash.startswith("$2"):
        return "is not bcrypt, argon2i, argon2id or Firebase scrypt"
    return _bcrypt_error(password_hash)


def unguessable_hash() -> str:
    """Return a bcrypt hash of no known password, which the server need not compute.

    >>> password_hash_error(unguessable_hash())
    """
    parts = (b64encode(secrets.token_bytes(size)).decode().rstrip("=") for size in (16, 23))
    return "$2a$10$" + "".join(parts).translate(_TO_BCRYPT)


def _bcrypt_error(text: str) -> str | None:
    found = _BCRYPT.match(text)
    if found is None:
        return "is not a whole bcrypt hash"
    if int(found[1]) not in range(4, MAX_BCRYPT_COST + 1):
        return f"has a bcrypt cost that is not 4 to {MAX_BCRYPT_COST}"
    return None


def _argon2_error(text: str) -> str | None:
    found = _ARGON2.fullmatch(text)
    if found is None:
        return "is not an argon2i or argon2id hash of version 19"
    for name, most in MAX_ARGON2.items():
        if not MIN_ARGON2[name] <= int(found[name]) <= most:
            return f"has an argon2 parameter {name} that is not {MIN_ARGON2[name]} to {most}"
    if any(len(found[name]) % 4 == 1 for name in ("salt", "hash")):
        return "has argon2 base64 that cannot be decoded"
    return None


def _scrypt_error(text: str) -> str | None:
    found = _SCRYPT.fullmatch(text)
    if found is None:
        return "is not a $fbscrypt$ hash of version 1 with a signer key (sk)"
    power, rounds, threads = (int(found[name]) for name in ("n", "r", "p"))
    if not (power and rounds and 0 < threads < 256):
        return "has a $fbscrypt$ parameter of 0, or a p above 255"
    if (rounds * threads) << power > MAX_SCRYPT_WORK:
        return "has $fbscrypt$ parameters that take more than 1 GiB"
    try:
        decoded = {
            name: b64decode(found[name] or "", validate=True)
            for name in ("ss", "sk", "salt", "hash")
        }
    except Base64Error:
        return "has $fbscrypt$ base64 that is not standard base64 with padding"
    if len(decoded["hash"]) != len(decoded["sk"]):
        return "has a $fbscrypt$ hash that is not as long as the signer key"
    return None
