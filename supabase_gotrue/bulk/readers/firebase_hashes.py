"""Password hashes of Firebase, and the parameters that a project's hashes share."""

import re
from base64 import b64encode
from typing import Final

from typing_extensions import TypedDict

from supabase_gotrue.bulk.password_hashes import password_hash_error
from supabase_gotrue.bulk.readers.json_records import decode_object
from supabase_gotrue.bulk.readers.rows import SourceError
from supabase_gotrue.json_types import is_mapping
from supabase_gotrue.schemas.cast import (
    INVALID_VALUE,
    Caster,
    cast_positive_int,
    cast_str,
    cast_value,
    to_named_dict,
)

# The console shows `hash_config { algorithm: SCRYPT, base64_signer_key: ..., ... }`.
_SETTING: Final = re.compile(r"\b(\w{1,32})\s{0,9}:\s{0,9}([^\s,}]+)")
# What the export writes in place of hashes that the exporter may not see.
REDACTED_HASH: Final = b64encode(b"REDACTED").decode()
# The console's names, and those of the REST API (`hashConfig`) and of `auth:import`.
NAMES: Final[dict[str, tuple[str, ...]]] = {
    "algorithm": ("algorithm", "hash_algo"),
    "base64_signer_key": ("base64_signer_key", "signerKey", "hash_key"),
    "base64_salt_separator": ("base64_salt_separator", "saltSeparator", "salt_separator"),
    "rounds": ("rounds",),
    "mem_cost": ("mem_cost", "memoryCost"),
}
# Objects around the parameters.
WRAPPERS: Final = ("signIn", "hashConfig", "hash_config")


class FirebaseHashConfig(TypedDict, total=False):
    """The password hash parameters, as the Firebase console shows them."""

    algorithm: str
    """`SCRYPT`, the default."""
    base64_signer_key: str
    """Required; in base64."""
    base64_salt_separator: str
    """In base64; empty by default."""
    rounds: int
    """Required."""
    mem_cost: int
    """Required; the power of two that scrypt takes as its cost."""


def hash_prefix(hash_config: object) -> str | None:
    """Return the part of a hash that all users of a project share.

    Args:
        hash_config: The parameters, as for `firebase`. Without them the result is None.

    Raises:
        SourceError: If a parameter is missing or invalid.
    """
    if hash_config is None:
        return None
    settings = _settings(hash_config)
    if str(settings["algorithm"] or "SCRYPT").upper() != "SCRYPT":
        raise SourceError("hash_config", "is not for the algorithm SCRYPT", line=1)
    casts: dict[str, Caster] = {
        "mem_cost": cast_positive_int,
        "rounds": cast_positive_int,
        "base64_signer_key": cast_str,
    }
    values = {name: cast_value(settings[name], caster) for name, caster in casts.items()}
    wrong = [name for name, value in values.items() if value is None or value is INVALID_VALUE]
    separator = cast_str(settings["base64_salt_separator"] or "")
    if not isinstance(separator, str):
        wrong.append("base64_salt_separator")
    if wrong:
        raise SourceError("hash_config", f"lacks {' and '.join(wrong)}", line=1)
    key = standard_base64(str(values["base64_signer_key"]))
    salted = f",ss={standard_base64(str(separator))}" if separator else ""
    prefix = f"$fbscrypt$v=1,n={values['mem_cost']},r={values['rounds']},p=1{salted},sk={key}"
    # A hash is as long as the key.
    reason = password_hash_error(f"{prefix}$AAAA${key}")
    if reason is not None:
        raise SourceError("hash_config", "is invalid", f"a hash {reason}", line=1)
    return prefix


def _settings(hash_config: object) -> dict[str, object]:
    """Return each parameter by the console's name; `None` if it is not given."""
    shown = cast_str(hash_config)
    given: object = hash_config
    if isinstance(shown, str):
        given = decode_object(shown) or dict(_SETTING.findall(shown))
    named = to_named_dict(given)
    for wrapper in WRAPPERS:
        if named is not None and is_mapping(named.get(wrapper)):
            named = to_named_dict(named[wrapper])
    if named is None:
        raise SourceError("hash_config", "is invalid", line=1)
    return {
        name: next((named[alias] for alias in aliases if named.get(alias) is not None), None)
        for name, aliases in NAMES.items()
    }


def scrypt_hash(prefix: str, salt: str, password_hash: str) -> str:
    """Return the hash of one user."""
    return f"{prefix}${standard_base64(salt)}${standard_base64(password_hash)}"


def standard_base64(encoded: str) -> str:
    """Return base64url, with or without padding, as standard base64.

    >>> standard_base64("-_8")
    '+/8='
    """
    plain = encoded.strip().rstrip("=").translate(str.maketrans("-_", "+/"))
    return plain + "=" * (-len(plain) % 4)
