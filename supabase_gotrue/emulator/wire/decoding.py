"""Decoding of request bodies into params, with the errors of Go's `encoding/json`."""

from collections.abc import Iterable
from functools import cache
from typing import Final, TypeVar, cast
from uuid import UUID

from msgspec.structs import FieldInfo, fields

from supabase_gotrue.emulator.go import gojson
from supabase_gotrue.emulator.go.json_scanner import first_value
from supabase_gotrue.emulator.go.uuids import parse_uuid, uuid_problem
from supabase_gotrue.emulator.wire.errors import APIError
from supabase_gotrue.emulator.wire.params import Json, Params, SAMLAttribute, SAMLAttributeMapping
from supabase_gotrue.json_types import is_object

MAX_BYTES: Final = 1 << 20
Members = Iterable[tuple[str, object]]

_ParamsT = TypeVar("_ParamsT", bound=Params)

# The JSON type of each field type, and Go's name of the field type.
_GO_TYPES: Final[dict[object, tuple[type, str]]] = {
    str: (str, "string"),
    str | None: (str, "string"),
    bool: (bool, "bool"),
    bool | None: (bool, "bool"),
    Json | None: (dict, "map[string]interface {}"),
    UUID: (str, "uuid.UUID"),
    list[str] | None: (list, "[]string"),
    SAMLAttribute: (dict, "models.SAMLAttribute"),
    SAMLAttributeMapping: (dict, "models.SAMLAttributeMapping"),
    dict[str, SAMLAttribute] | None: (dict, "map[string]models.SAMLAttribute"),
}
# What Go makes of a null inside a list or a map.
_NULL_ITEMS: Final[dict[object, object]] = {str: "", SAMLAttribute: SAMLAttribute()}


def read_params(kind: type[_ParamsT], body: bytes | None) -> _ParamsT:
    """Decode a body, or raise the error that the server returns.

    >>> from supabase_gotrue.emulator.wire.params import InviteParams
    >>> read_params(InviteParams, b'{"EMAIL": "a@example.com", "else": 1}').email
    'a@example.com'
    """
    if len(body or b"") > MAX_BYTES:
        message = f"Request body too large (max {MAX_BYTES} bytes)"
        raise APIError(413, "request_entity_too_large", message)
    try:
        return _build(kind, *gojson.loads_members(body or b""))
    except gojson.JSONError as error:
        message = f"Could not parse request body as JSON: {error}"
        raise APIError(400, "bad_json", message) from None


def read_stream(kind: type[_ParamsT], body: bytes | None, action: str) -> _ParamsT:
    """Decode the first JSON value of a body, or raise the error that the server returns."""
    try:
        return decode_first(kind, body or b"")
    except gojson.JSONError as error:
        raise APIError(400, "bad_json", f"Could not {action}: {error}") from None


def decode_first(kind: type[_ParamsT], body: bytes) -> _ParamsT:
    """Decode the first JSON value of a body, or raise `JSONError`."""
    return _build(kind, *gojson.loads_members(first_value(body)))


def _build(kind: type[_ParamsT], value: object, members: Members) -> _ParamsT:
    if value is None:
        return kind()
    if not is_object(value):
        raise gojson.unmarshal_error(value, f"value of type api.{kind.__name__}")
    return kind(**_field_values(kind, members))


def _field_values(kind: type[Params], members: Members, path: str = "") -> Json:
    """Decode members as Go does: repeated names replace values, but add to maps."""
    known = _fields(kind)
    values: Json = {}
    for name, member in members:
        field = known.get(name) or known.get(name.lower())
        if field is None:
            continue
        if member is None:
            if field.default is None:
                values.pop(field.name, None)
            continue
        value = _decode(field.type, member, kind.__name__, f"{path}{field.name}")
        earlier = values.get(field.name)
        values[field.name] = earlier | value if is_object(earlier) and is_object(value) else value
    return values


def _decode(field_type: object, value: object, struct: str, path: str) -> object:
    """Decode one value; `struct` and `path` name its field in an error, as Go does."""
    if field_type is object:
        return value
    json_type, go_type = _GO_TYPES[field_type]
    if type(value) is not json_type:
        raise gojson.unmarshal_error(value, f"struct field {struct}.{path} of type {go_type}")
    if number := gojson.find_overflow(value):
        target = f"Go struct field {struct}.{path} of type float64"
        raise gojson.JSONError(f"json: cannot unmarshal number {number} into {target}")
    if field_type is UUID:
        return _parse_uuid_field(cast("str", value))
    if isinstance(field_type, type) and issubclass(field_type, Params):
        return field_type(**_field_values(field_type, cast("Json", value).items(), f"{path}."))
    if field_type == list[str] | None:
        return [_decode_item(str, item, struct, path) for item in cast("list[object]", value)]
    if field_type == dict[str, SAMLAttribute] | None:
        return {
            key: _decode_item(SAMLAttribute, item, struct, path)
            for key, item in cast("Json", value).items()
        }
    return value


def _decode_item(item_type: object, item: object, struct: str, path: str) -> object:
    return _NULL_ITEMS[item_type] if item is None else _decode(item_type, item, struct, path)


@cache
def _fields(kind: type[Params]) -> dict[str, FieldInfo]:
    return {field.name: field for field in fields(kind)}


def _parse_uuid_field(text: str) -> UUID:
    parsed = parse_uuid(text)
    if parsed is None:
        raise gojson.JSONError(uuid_problem(text))
    return UUID(parsed)
