"""How payloads become Structs: the one door from JSON to what the library returns.

What may live here: decoding, what is wrong with a payload that does not decode, and the
repairs that every Struct of the server's needs. Nothing here knows which Structs there are.
"""

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from msgspec.structs import force_setattr
from returns.result import Failure, Result, Success

from supabase_gotrue.error import BLANK, INVALID, Error, Messages, invalid
from supabase_gotrue.json_types import is_object

# Checkers see what callers get; msgspec also takes the null that the server may send.
if TYPE_CHECKING:
    Metadata = dict[str, object]
else:
    Metadata = dict[str, object] | None


def empty() -> dict[str, object]:
    """Metadata of which there are none."""
    return {}


_T = TypeVar("_T")
_JSON: Final = msgspec.json.Encoder(enc_hook=dict)
NOT_JSON: Final = invalid({"payload": ("is not valid JSON",)})
_WHERE: Final = r" - at `\$\.?(.+)`$"
_MISSING: Final = r"missing required field `(.+?)`"


def read(decoder: "msgspec.json.Decoder[_T]", payload: object) -> Result[_T, Error]:
    """Decode JSON text, or a Mapping or list of decoded JSON.

    Args:
        decoder: of the Struct to make.
        payload: bytes, a Mapping or a list.

    Returns:
        The Struct, or an Error with code `validation` and what is wrong with each field.
    """
    try:
        data = payload if isinstance(payload, bytes) else _JSON.encode(payload)
    except Exception:  # a hostile payload: whatever it did, it is no JSON
        return Failure(NOT_JSON)
    try:
        return Success(decoder.decode(data))
    except msgspec.ValidationError as fault:
        words = str(fault)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return Failure(NOT_JSON)
    try:  # what follows the first wrong field may be no JSON
        raw: object = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return Failure(NOT_JSON)
    return Failure(invalid(_wrong(words, decoder.type, raw)))


def _wrong(fault: str, kind: object, raw: object) -> dict[str, Messages]:
    """The fields that msgspec's words name, and every other one that is missing."""
    if is_object(raw) and isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        required = (field.encode_name for field in msgspec.structs.fields(kind) if field.required)
        missing = [name for name in required if raw.get(name) is None]
        if missing:
            return dict.fromkeys(missing, (BLANK,))
    where = re.search(_WHERE, fault)
    named = re.search(_MISSING, fault)
    path = [part for part in (where and where[1], named and named[1]) if part]
    return {".".join(path) or "payload": (BLANK if named else INVALID,)}


def settle(struct: msgspec.Struct, blank: tuple[str, ...], times: tuple[str, ...]) -> None:
    """Make a decoded Struct say what the server meant: `""` is nobody's address, and a
    time without an offset is UTC."""
    for name in blank:
        if getattr(struct, name) == "":
            force_setattr(struct, name, None)
    for name in times:
        time: datetime | None = getattr(struct, name)
        if time is not None and time.tzinfo is None:
            force_setattr(struct, name, time.replace(tzinfo=UTC))
