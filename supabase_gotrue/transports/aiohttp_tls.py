"""Certificate authorities, read once a process for all event loops."""

import os
import ssl
from functools import lru_cache

from supabase_gotrue.transports.failure import reason


class UnsendableError(Exception):
    """The environment does not let a request be sent; `detail` says why."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class AuthoritiesError(UnsendableError):
    """The certificate authorities cannot be read."""


def tls_context(path: str) -> ssl.SSLContext:
    """Return the context for a file or directory of authorities, read anew if it was replaced."""
    try:
        found = os.stat(path)
        return _read(path, found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
    except OSError as raised:
        raise AuthoritiesError(f"{path}: {reason([raised])}") from raised


@lru_cache(maxsize=16)
def _read(path: str, *_identity: int) -> ssl.SSLContext:
    is_directory = os.path.isdir(path)
    return ssl.create_default_context(
        cafile=None if is_directory else path, capath=path if is_directory else None
    )
