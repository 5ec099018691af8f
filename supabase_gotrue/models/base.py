"""The base of the Structs that the server returns, and the decoding of payloads into them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from itertools import islice
from threading import RLock
from types import GenericAlias
from typing import Annotated, Final, Self, TypeAlias, TypeVar, cast

import msgspec
from msgspec.structs import force_setattr
from returns.result import Failure, Result, Success

from supabase_gotrue.error import BLANK, INVALID, Error, Messages, validation_error
from supabase_gotrue.html_table import html_table
from supabase_gotrue.json_types import PydanticHandler, is_array, is_object
from supabase_gotrue.pydantic_schema import Schema, struct_schema
from supabase_gotrue.redaction import RedactedStruct

Time: TypeAlias = Annotated[datetime, msgspec.Meta(tz=True)]

_S = TypeVar("_S", bound=msgspec.Struct)
_T = TypeVar("_T")
# The server never sends an object with more keys.
MAX_KEYS: Final = 2**16
_ANNOTATIONS: Final = RLock()
NOT_JSON: Final = validation_error({"payload": ("is not valid JSON",)})
_ERROR_PATH: Final = r" - at `\$\.?(.+)`$"
_MISSING_FIELD: Final = r"missing required field `(.+?)`"
_NESTED_STRUCTS: Final = frozenset({"user", "users", "identities", "factors"})
_UTC_OFFSET: Final = re.compile(r"(?:[Zz]|[+-]\d\d:?\d\d)$")


class ServerStruct(RedactedStruct, frozen=True, kw_only=True):
    """Base of the Structs that the server returns. The repr hides secrets."""

    @classmethod
    def parse(cls, payload: Mapping[str, object] | bytes) -> Result[Self, Error]:
        """Parse JSON text or decoded JSON.

        Args:
            payload: JSON text as bytes, or decoded JSON.

        Returns:
            The Struct, or an Error with code `validation` that names each invalid field.
        """
        return decode_payload(decoder_of(cls), payload)

    def to_dict(self) -> dict[str, object]:
        """Return the server's names with JSON types, secrets included: times are RFC 3339."""
        return cast("dict[str, object]", msgspec.to_builtins(self))

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """What `rich` prints: the same as repr, without defaults, and with times to the second."""
        defaults = {field.name: _default_of(field) for field in msgspec.structs.fields(self)}
        shown = [(k, v) for k, v in super().__rich_repr__() if v != defaults[k]]
        return [(k, _TimeText.of(v) if isinstance(v, datetime) else v) for k, v in shown]

    def _repr_html_(self) -> str:
        """What Jupyter shows: the same as repr, as a table."""
        return html_table(type(self).__name__, self.__rich_repr__())

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: object, handler: PydanticHandler) -> Schema:
        """Let pydantic and FastAPI take the Struct as the type of a field, a body or a response."""
        return struct_schema(cls, handler, cls.parse)


class ListedStruct(ServerStruct, frozen=True, kw_only=True):
    """Base of the Structs that the server also returns in a list."""

    @classmethod
    def parse_list(
        cls, payload: Sequence[Mapping[str, object]] | bytes
    ) -> Result[tuple[Self, ...], Error]:
        """Parse a list; the order is kept.

        Args:
            payload: JSON text as bytes, or a list of decoded JSON.

        Returns:
            All Structs, or an Error with code `validation` for the first invalid one.
        """
        return decode_with(
            _list_decoder_of(cls),
            payload,
            lambda data: decode_payload(_RAW_ITEMS, data).bind(lambda raw: decode_items(cls, raw)),
        )


class _TimeText(str):
    """A time whose repr is short: to the second, and without the names of classes."""

    __slots__ = ()
    __repr__ = str.__str__

    @classmethod
    def of(cls, time: datetime) -> Self:
        return cls(time.isoformat(timespec="seconds").replace("+00:00", "Z"))


def _default_of(field: msgspec.structs.FieldInfo) -> object:
    factory = field.default_factory
    return field.default if factory is msgspec.NODEFAULT else factory()


def decoder_of(struct: type[_S]) -> "msgspec.json.Decoder[_S]":
    """Return the decoder of a Struct; any thread may convert to its `type`."""
    return cast("msgspec.json.Decoder[_S]", _decoder(struct))


def _list_decoder_of(struct: type[_S]) -> "msgspec.json.Decoder[tuple[_S, ...]]":
    """Return the decoder of a list of Structs."""
    return cast(
        "msgspec.json.Decoder[tuple[_S, ...]]", _decoder(GenericAlias(tuple, (struct, ...)))
    )


@cache  # decoders are made when they are first needed: most programs need two or three
def _decoder(kind: object) -> "msgspec.json.Decoder[object]":
    # The interpreter crashes if msgspec reads a Struct's annotations in two threads at a time: one
    # of them decodes with what the other has not filled in yet.
    with _ANNOTATIONS:
        return msgspec.json.Decoder(cast("type[object]", kind))


def decode_payload(decoder: "msgspec.json.Decoder[_T]", payload: object) -> Result[_T, Error]:
    """Decode JSON text, or a Mapping or list of decoded JSON.

    Args:
        decoder: The decoder of the Struct.
        payload: bytes, a Mapping or a list.

    Returns:
        The Struct, or an Error with code `validation` and the messages of each field.
    """
    return decode_with(decoder, payload, lambda data: _decode_lenient(decoder, data))


def decode_with(
    decoder: "msgspec.json.Decoder[_T]",
    payload: object,
    decode_again: Callable[[bytes], Result[_T, Error]],
) -> Result[_T, Error]:
    """Decode a payload; what is JSON of other types is decoded again, by a slower function."""
    try:
        data = payload if isinstance(payload, bytes) else _JSON.encode(payload)
    except Exception:  # a payload of the caller's own types may raise anything
        return Failure(NOT_JSON)
    try:
        return Success(decoder.decode(data))
    except msgspec.ValidationError:
        return decode_again(data)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return Failure(NOT_JSON)


def decode_items(
    struct: type[_S], items: Iterable[msgspec.Raw], name: str = ""
) -> Result[tuple[_S, ...], Error]:
    """Decode items one by one, so that only those are normalized that need it.

    Args:
        struct: The type of the items.
        items: The JSON text of each.
        name: The name of the list, for the messages.
    """
    decoder = decoder_of(struct)
    decoded: list[_S] = []
    for number, item in enumerate(map(bytes, items)):
        match decode_payload(decoder, item):
            case Success(value):
                decoded.append(value)
            case invalid:
                errors = invalid.failure().errors
                return Failure(validation_error(_within(f"{name}[{number}]", item, errors)))
    return Success(tuple(decoded))


def _within(path: str, item: bytes, errors: Mapping[str, Messages]) -> Mapping[str, Messages]:
    """Return the errors of an item with the path that they have in the whole payload."""
    if errors == NOT_JSON.errors or not item.startswith(b"{"):
        return {path: errors["payload"]}
    return {f"{path}.{name}": messages for name, messages in errors.items()}


def _decode_lenient(decoder: "msgspec.json.Decoder[_T]", data: bytes) -> Result[_T, Error]:
    """Normalize and decode again: slow, but few payloads need it."""
    try:
        normalized = msgspec.json.decode(data)
        _normalize(normalized)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return Failure(NOT_JSON)
    try:
        return Success(msgspec.convert(normalized, decoder.type))
    except msgspec.ValidationError as error:
        return Failure(validation_error(_field_errors(str(error), decoder.type, normalized)))


def _normalize(value: object) -> None:
    """Add UTC to times without an offset, and drop null metadata, in decoded JSON."""
    if is_array(value):
        for item in value:
            _normalize(item)
    if not is_object(value):
        return
    for name, item in tuple(value.items()):
        if isinstance(item, str):
            is_time = name[-3:] == "_at" or name == "banned_until"
            if is_time and item[-1:] != "Z" and not _UTC_OFFSET.search(item, len(item) - 6):
                value[name] = item + "Z"
        elif item is None:
            if name.endswith("_metadata") or name == "identity_data":
                del value[name]
        elif name in _NESTED_STRUCTS:
            _normalize(item)


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
_RAW_ITEMS: Final = msgspec.json.Decoder(tuple[msgspec.Raw, ...])
