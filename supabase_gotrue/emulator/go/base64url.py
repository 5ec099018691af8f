"""Base64 for URLs without padding, as Go's `base64.RawURLEncoding`.

https://pkg.go.dev/encoding/base64
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final

_VALID: Final = re.compile(r"[A-Za-z0-9_-]*")


class CorruptInputError(Exception):
    """Text that Go's decoder rejects; the message is Go's."""


def encode(data: bytes) -> str:
    """Encode bytes.

    >>> encode(b"a")
    'YQ'
    """
    return urlsafe_b64encode(data).decode().rstrip("=")


def decode(text: str) -> bytes:
    """Decode a text, or raise `CorruptInputError`.

    >>> decode("YQ")
    b'a'
    """
    valid = _VALID.match(text)
    end = valid.end() if valid else 0
    is_valid = end == len(text)
    if not is_valid or len(text) % 4 == 1:
        end -= is_valid  # a truncated text fails at its last byte
        raise CorruptInputError(f"illegal base64 data at input byte {end}")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
