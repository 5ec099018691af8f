"""Password hashing, and verification of imported hashes.

https://github.com/supabase/auth/blob/master/internal/crypto/password.go
"""

import hashlib
import hmac
import re
from base64 import b64decode
from binascii import Error as Base64Error
from typing import Final

import argon2.low_level
import bcrypt
from argon2.exceptions import Argon2Error
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from supabase_gotrue.emulator.wire.validation import MAX_PASSWORD_LENGTH

BCRYPT_ROUNDS: Final = 4

# bcrypt's version, whose letter may be any, and its cost; the rest is not checked.
_BCRYPT: Final = re.compile(r"\$[\x00-2](?:\$|[^$].)(\d\d|\+\d)", re.DOTALL | re.ASCII)
_BCRYPT_MIN_LENGTH: Final = 59
_ARGON2: Final = re.compile(
    r"\$(argon2id?)\$v=19\$m=([0-9]+),t=([0-9]+),p=([0-9]+)\$([^$]+)\$([^$]+)"
)
_ARGON2_BASE64: Final = re.compile(r"[A-Za-z0-9+/]*")
_ARGON2_LIMITS: Final = (1024 * 1024, 20, 16)
# The power of two that needs a gigabyte of memory.
_SCRYPT_MAX_POWER: Final = 20
# Of n, r and p.
_SCRYPT_LIMITS: Final = (2**32 - 1, 2**64 - 1, 255)
_SCRYPT: Final = re.compile(
    r"\$fbscrypt\$v=1,n=([0-9]+),r=([0-9]+),p=([0-9]+)(?:,ss=([^,]+))?(?:,sk=([^$]+))?"
    r"\$([^$]+)\$(.+)"
)


def hash_password(password: str) -> str:
    """Hash a password of at most 72 bytes."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(BCRYPT_ROUNDS)).decode()


def is_supported_hash(text: str) -> bool:
    """Return whether the server imports a hash.

    >>> is_supported_hash("nonsense")
    False
    """
    if text.startswith("$argon2"):
        return _is_argon2(text)
    if text.startswith("$fbscrypt"):
        return _parse_scrypt(text) is not None
    match = _BCRYPT.match(text)
    is_long = len(text.encode("utf-8", "replace")) >= _BCRYPT_MIN_LENGTH
    return match is not None and is_long and 4 <= int(match[1]) <= 31


def verify_password(hashed: str, password: str) -> bool:
    """Return whether a password matches a hash.

    >>> horse = hash_password("horse")
    >>> verify_password(horse, "horse"), verify_password(horse, "cow")
    (True, False)
    """
    secret = password.encode("utf-8", "replace")
    if hashed.startswith("$argon2"):
        return _verify_argon2(hashed, secret)
    if hashed.startswith("$fbscrypt"):
        return _verify_scrypt(hashed, secret)
    try:
        return bcrypt.checkpw(secret[:MAX_PASSWORD_LENGTH], hashed.encode())
    except ValueError:  # a NUL in the password, or an invalid salt
        return False


def _is_argon2(text: str) -> bool:
    match = _ARGON2.fullmatch(text)
    if not match:
        return False
    _, memory, time, threads, salt, raw_hash = match.groups()
    costs = zip((memory, time, threads), _ARGON2_LIMITS, strict=True)
    is_base64 = all(
        _ARGON2_BASE64.fullmatch(part) and len(part) % 4 != 1 for part in (salt, raw_hash)
    )
    return is_base64 and all(int(cost) <= limit for cost, limit in costs)


def _verify_argon2(hashed: str, secret: bytes) -> bool:
    types = {"argon2i": argon2.low_level.Type.I, "argon2id": argon2.low_level.Type.ID}
    try:
        hash_type = types[hashed.split("$")[1]]
        return argon2.low_level.verify_secret(hashed.encode(), secret, hash_type)
    except Argon2Error:
        return False


def _parse_scrypt(text: str) -> tuple[tuple[int, ...], tuple[bytes, ...]] | None:
    match = _SCRYPT.fullmatch(text)
    if not match:
        return None
    try:
        costs = tuple(int(cost) for cost in match.groups()[:3])
        values = tuple(b64decode(part or "", validate=True) for part in match.groups()[3:])
    except Base64Error:
        return None
    are_valid = all(0 < cost <= limit for cost, limit in zip(costs, _SCRYPT_LIMITS, strict=True))
    return (costs, values) if are_valid else None


def _verify_scrypt(hashed: str, secret: bytes) -> bool:
    """Verify a hash of Firebase's variant of scrypt: https://github.com/firebase/scrypt"""
    parts = _parse_scrypt(hashed)
    if parts is None:
        return False
    (power, rounds, threads), (separator, signer_key, salt, expected) = parts
    if power > _SCRYPT_MAX_POWER:
        return False
    n = 1 << power
    key = hashlib.scrypt(
        secret,
        salt=salt + separator,
        n=n,
        r=rounds,
        p=threads,
        maxmem=256 * n * rounds * threads,
        dklen=32,
    )
    actual = Cipher(AES(key), CTR(bytes(16))).encryptor().update(signer_key)
    return hmac.compare_digest(actual, expected)
