"""Passwords: hashing them, and checking them against hashes from anywhere.

What may live here: pure functions of passwords and hashes. bcrypt at its lowest cost, for
a test suite signs in a lot.

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

from supabase_gotrue.emulator.checks import MAX_PASSWORD

ROUNDS: Final = 4

_BCRYPT: Final = re.compile(r"\$2[abxy]?\$(\d\d)\$.{53,}", re.DOTALL)
_ARGON2: Final = re.compile(
    r"\$(argon2id?)\$v=19\$m=([0-9]+),t=([0-9]+),p=([0-9]+)\$([^$]+)\$([^$]+)"
)
_LIMITS: Final = (1024 * 1024, 20, 16)
_SCRYPT: Final = re.compile(
    r"\$fbscrypt\$v=1,n=([0-9]+),r=([0-9]+),p=([0-9]+)(?:,ss=([^,]+))?(?:,sk=([^$]+))?"
    r"\$([^$]+)\$(.+)"
)


def make_hash(password: str) -> str:
    """Hash a password of at most 72 bytes."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(ROUNDS)).decode()


def is_hash(text: str) -> bool:
    """Whether the server would import this hash.

    >>> is_hash("nonsense")
    False
    """
    if text.startswith("$argon2"):
        found = _ARGON2.fullmatch(text)
        costs = found.groups()[1:4] if found else ()
        return bool(found) and all(int(c) <= most for c, most in zip(costs, _LIMITS, strict=True))
    if text.startswith("$fbscrypt"):
        return _scrypt_parts(text) is not None
    found = _BCRYPT.fullmatch(text)
    return found is not None and 4 <= int(found[1]) <= 31


def matches(hashed: str, password: str) -> bool:
    """Whether this is the password of the hash.

    >>> matches(make_hash("horse"), "horse"), matches(make_hash("horse"), "cow")
    (True, False)
    """
    secret = password.encode("utf-8", "replace")
    if hashed.startswith("$argon2"):
        return _argon2(hashed, secret)
    if hashed.startswith("$fbscrypt"):
        return _scrypt(hashed, secret)
    try:
        return bcrypt.checkpw(secret[:MAX_PASSWORD], hashed.encode())
    except ValueError:  # a NUL, or a salt that is none
        return False


def _argon2(hashed: str, secret: bytes) -> bool:
    kinds = {"argon2i": argon2.low_level.Type.I, "argon2id": argon2.low_level.Type.ID}
    try:
        kind = kinds[hashed.split("$")[1]]
        return argon2.low_level.verify_secret(hashed.encode(), secret, kind)
    except Argon2Error:
        return False


def _scrypt_parts(text: str) -> tuple[tuple[int, ...], tuple[bytes, ...]] | None:
    found = _SCRYPT.fullmatch(text)
    if not found:
        return None
    try:
        costs = tuple(int(cost) for cost in found.groups()[:3])
        texts = tuple(b64decode(part or "", validate=True) for part in found.groups()[3:])
    except Base64Error:
        return None
    return (costs, texts) if all(costs) else None


def _scrypt(hashed: str, secret: bytes) -> bool:
    """Firebase's own scrypt: https://github.com/firebase/scrypt"""
    parts = _scrypt_parts(hashed)
    if parts is None:
        return False
    (power, rounds, threads), (separator, signer, salt, raw) = parts
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
    sealed = Cipher(AES(key), CTR(bytes(16))).encryptor().update(signer)
    return hmac.compare_digest(sealed, raw)
