"""How payloads become Structs: the one door from JSON to what the library returns.

What may live here: decoding, what is wrong with a payload that does not decode, and the
repair of what a server may leave out. Nothing here knows which Structs there are.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Annotated, Final, TypeAlias, TypeVar

import msgspec
from msgspec.structs import force_setattr
from returns.result import Failure, Result, Success

from supabase_gotrue.error import BLANK, INVALID, Error, Messages, validation_error
from supabase_gotrue.json_types import is_array, is_object

Time: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]

_T = TypeVar("_T")
# More than any object has that a server sends.
MAX_MEMBERS: Final = 2**16
NOT_JSON: Final = validation_error({"payload": ("is not valid JSON",)})
_WHERE: Final = r" - at `\$\.?(.+)`$"
_MISSING: Final = r"missing required field `(.+?)`"
_TIMES: Final = r".+_at|banned_until"
_METADATA: Final = r".+_metadata|identity_data"
_STRUCTS: Final = r"users?|identities|factors"
_OFFSET: Final = r"[Zz]$|[+-]\d\d:?\d\d$"


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
    except msgspec.ValidationError:
        return _read_repaired(decoder, data)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return Failure(NOT_JSON)


def _read_repaired(decoder: "msgspec.json.Decoder[_T]", data: bytes) -> Result[_T, Error]:
    """The slow way, which few payloads take."""
    try:
        raw = _repaired(msgspec.json.decode(data))
    except (msgspec.DecodeError, RecursionError, ValueError):
        return Failure(NOT_JSON)
    try:
        return Success(decoder.decode(_JSON.encode(raw)))
    except msgspec.ValidationError as fault:
        return Failure(validation_error(_wrong(str(fault), decoder.type, raw)))


def _repaired(value: object) -> object:
    """What the server meant: a time without an offset is UTC, null metadata are none."""
    if is_array(value):
        return [_repaired(item) for item in value]
    if not is_object(value):
        return value
    return {
        name: _repaired(item)
        if re.fullmatch(_STRUCTS, name)
        else f"{item}Z"
        if re.fullmatch(_TIMES, name) and isinstance(item, str) and not re.search(_OFFSET, item)
        else item
        for name, item in value.items()
        if item is not None or not re.fullmatch(_METADATA, name)
    }


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


def nobodys(struct: msgspec.Struct, *names: str) -> None:
    """Make `""` what it means: that there is no such address."""
    for name in names:
        if getattr(struct, name) == "":
            force_setattr(struct, name, None)


def _members(given: Mapping[object, object]) -> dict[object, object]:
    """A Mapping as a dict: what is none raises, and so does one that never ends."""
    pairs = list(islice(given.items(), MAX_MEMBERS + 1))
    if len(pairs) > MAX_MEMBERS:
        raise OverflowError
    return dict(pairs)


_JSON: Final = msgspec.json.Encoder(enc_hook=_members)
