"""The base of the Structs that the server returns, and the decoding of payloads into them."""

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from typing import Annotated, Final, TypeAlias, TypeVar, cast

import msgspec
from msgspec.structs import force_setattr
from returns.result import Failure, Result, Success

from supabase_gotrue.error import BLANK, INVALID, Error, Messages, validation_error
from supabase_gotrue.json_types import is_array, is_object

Time: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]

_T = TypeVar("_T")
# The server never sends an object with more keys.
MAX_KEYS: Final = 2**16
NOT_JSON: Final = validation_error({"payload": ("is not valid JSON",)})
_ERROR_PATH: Final = r" - at `\$\.?(.+)`$"
_MISSING_FIELD: Final = r"missing required field `(.+?)`"
_TIME_NAMES: Final = r".+_at|banned_until"
_METADATA_NAMES: Final = r".+_metadata|identity_data"
_NESTED_STRUCTS: Final = r"users?|identities|factors"
_UTC_OFFSET: Final = r"[Zz]$|[+-]\d\d:?\d\d$"


class ServerStruct(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Base of the Structs that the server returns."""

    def to_dict(self) -> dict[str, object]:
        """Return the server's names with JSON types: times are RFC 3339 strings."""
        return cast("dict[str, object]", msgspec.to_builtins(self))


def decode_payload(decoder: "msgspec.json.Decoder[_T]", payload: object) -> Result[_T, Error]:
    """Decode JSON text, or a Mapping or list of decoded JSON.

    Args:
        decoder: The decoder of the Struct.
        payload: bytes, a Mapping or a list.

    Returns:
        The Struct, or an Error with code `validation` and the messages of each field.
    """
    try:
        data = payload if isinstance(payload, bytes) else _JSON.encode(payload)
    except Exception:  # a payload of the caller's own types may raise anything
        return Failure(NOT_JSON)
    try:
        return Success(decoder.decode(data))
    except msgspec.ValidationError:
        return _decode_lenient(decoder, data)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return Failure(NOT_JSON)


def _decode_lenient(decoder: "msgspec.json.Decoder[_T]", data: bytes) -> Result[_T, Error]:
    """Normalize and decode again: slow, but few payloads need it."""
    try:
        normalized = _normalized(msgspec.json.decode(data))
    except (msgspec.DecodeError, RecursionError, ValueError):
        return Failure(NOT_JSON)
    try:
        return Success(decoder.decode(_JSON.encode(normalized)))
    except msgspec.ValidationError as error:
        return Failure(validation_error(_field_errors(str(error), decoder.type, normalized)))


def _normalized(value: object) -> object:
    """Add UTC to times without an offset, and drop null metadata."""
    if is_array(value):
        return [_normalized(item) for item in value]
    if not is_object(value):
        return value
    return {
        name: _normalized(item)
        if re.fullmatch(_NESTED_STRUCTS, name)
        else f"{item}Z"
        if re.fullmatch(_TIME_NAMES, name)
        and isinstance(item, str)
        and not re.search(_UTC_OFFSET, item)
        else item
        for name, item in value.items()
        if item is not None or not re.fullmatch(_METADATA_NAMES, name)
    }


def _field_errors(message: str, struct: object, payload: object) -> dict[str, Messages]:
    """Return all missing fields, or else the field that msgspec's message names."""
    if is_object(payload) and isinstance(struct, type) and issubclass(struct, msgspec.Struct):
        required = (field.encode_name for field in msgspec.structs.fields(struct) if field.required)
        missing = [name for name in required if payload.get(name) is None]
        if missing:
            return dict.fromkeys(missing, (BLANK,))
    path = re.search(_ERROR_PATH, message)
    missing_field = re.search(_MISSING_FIELD, message)
    parts = [part for part in (path and path[1], missing_field and missing_field[1]) if part]
    return {".".join(parts) or "payload": (BLANK if missing_field else INVALID,)}


def blank_to_none(struct: msgspec.Struct, *names: str) -> None:
    """Turn empty strings into `None`: the server sends `""` for "not set"."""
    for name in names:
        if getattr(struct, name) == "":
            force_setattr(struct, name, None)


def _enc_hook(value: Mapping[object, object]) -> dict[object, object]:
    """Encode any Mapping; raise for other types, and for more than MAX_KEYS keys."""
    pairs = list(islice(value.items(), MAX_KEYS + 1))
    if len(pairs) > MAX_KEYS:
        raise OverflowError
    return dict(pairs)


_JSON: Final = msgspec.json.Encoder(enc_hook=_enc_hook)
