"""What a key says about itself, and why a server may refuse it."""

import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import msgspec

from supabase_gotrue import Client, Error
from supabase_gotrue.cli.output.status import ExitStatus, status_of
from supabase_gotrue.json_types import is_object

ADMIN_KEY: Final = "use the secret or service_role key of this project (Project Settings, API Keys)"


class Key(NamedTuple):
    """What a key says about itself.

    Args:
        kind: For people.
        role: The role of a JWT, or what replaces it.
        expires_at: When a JWT expires, in seconds since 1970.
        project: The project that a key of the hosted platform belongs to.
    """

    kind: str
    role: str | None = None
    expires_at: float | None = None
    project: str | None = None


def inspect_key(key: str) -> Key:
    """Return what a key says about itself.

    >>> inspect_key("sb_publishable_abc").kind
    'a publishable key'
    """
    for prefix, kind in (("sb_secret_", "secret"), ("sb_publishable_", "publishable")):
        if key.startswith(prefix):
            return Key(f"a {kind} key", kind)
    claims = decode_claims(key)
    if claims is None:
        return Key("neither a JWT nor a key that begins with sb_")
    role, expires_at, project = claims.get("role"), claims.get("exp"), claims.get("ref")
    return Key(
        f"a JWT with the role {role}",
        role if isinstance(role, str) else None,
        float(expires_at) if isinstance(expires_at, (int, float)) else None,
        project if isinstance(project, str) else None,
    )


def decode_claims(token: str) -> Mapping[str, object] | None:
    """Return the claims of a JWT, whose signature only the server can verify."""
    segments = token.split(".")
    if len(segments) != 3:
        return None
    try:
        claims: object = msgspec.json.decode(urlsafe_b64decode(segments[1] + "=="))
    except (msgspec.DecodeError, RecursionError, ValueError):
        return None
    return claims if is_object(claims) else None


def key_advice(client: Client, key: Key, error: Error) -> str:
    """Return what to do about a key that is refused."""
    if status_of(error) is not ExitStatus.NOT_ADMIN:
        return "look into the server's log"
    host = urlsplit(client.auth_url).hostname or ""
    project, _, domain = host.partition(".")
    if domain == "supabase.co" and key.project not in (None, project):
        return f"the key is of the project {key.project}, the URL of {project}"
    if key.expires_at is not None and key.expires_at < time.time():
        return f"the key has expired; {ADMIN_KEY}"
    if key.role in ("secret", "publishable") and error.error_code == "no_authorization":
        return "a GoTrue without a gateway accepts JWTs only: use one with the role service_role"
    if key.role in ("publishable", "anon", "authenticated"):
        return f"it is a key for apps; {ADMIN_KEY}"
    return f"the key is not this server's; {ADMIN_KEY}"
