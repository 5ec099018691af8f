"""Request bodies: one Struct per Go struct of the server, and how they are decoded."""

from collections.abc import Iterable
from functools import cache
from typing import Final, TypeVar, cast
from uuid import UUID

import msgspec
from msgspec.structs import FieldInfo, fields

from supabase_gotrue.emulator import gojson
from supabase_gotrue.emulator.errors import APIError
from supabase_gotrue.emulator.uuids import parse_uuid, uuid_problem
from supabase_gotrue.json_types import is_object

MAX_BYTES: Final = 1 << 20
Json = dict[str, object]
Members = Iterable[tuple[str, object]]


class Params(msgspec.Struct, frozen=True):
    """The parameters in the body of a request."""


class AdminUserParams(Params, frozen=True):
    id: str = ""
    aud: str = ""
    role: str = ""
    email: str = ""
    phone: str = ""
    password: str | None = None
    password_hash: str = ""
    email_confirm: bool = False
    phone_confirm: bool = False
    user_metadata: Json | None = None
    app_metadata: Json | None = None
    ban_duration: str = ""


class adminUserDeleteParams(Params, frozen=True):
    should_soft_delete: bool = False


class adminUserUpdateFactorParams(Params, frozen=True):
    friendly_name: str = ""
    phone: str = ""


class InviteParams(Params, frozen=True):
    email: str = ""
    data: Json | None = None


class GenerateLinkParams(Params, frozen=True):
    type: str = ""
    email: str = ""
    new_email: str = ""
    password: str = ""
    data: Json | None = None
    redirect_to: str = ""


class PKCEParams(Params, frozen=True):
    """Parameters that start a PKCE flow."""

    code_challenge: str = ""
    code_challenge_method: str = ""


class SignupParams(PKCEParams, frozen=True):
    email: str = ""
    phone: str = ""
    password: str = ""
    data: Json | None = None
    channel: str = ""


class PasswordGrantParams(Params, frozen=True):
    email: str = ""
    phone: str = ""
    password: str = ""


class RefreshTokenGrantParams(Params, frozen=True):
    refresh_token: str = ""


class PKCEGrantParams(Params, frozen=True):
    auth_code: str = ""
    code_verifier: str = ""


class IdTokenGrantParams(Params, frozen=True):
    id_token: str = ""
    access_token: str = ""
    nonce: str = ""
    provider: str = ""
    client_id: str = ""
    issuer: str = ""
    link_identity: bool = False


class VerifyParams(Params, frozen=True):
    type: str = ""
    token: str = ""
    token_hash: str = ""
    email: str = ""
    phone: str = ""
    redirect_to: str = ""


class OtpParams(PKCEParams, frozen=True):
    email: str = ""
    phone: str = ""
    create_user: bool = True
    data: Json | None = None
    channel: str = ""


class MagicLinkParams(PKCEParams, frozen=True):
    email: str = ""
    data: Json | None = None


class RecoverParams(PKCEParams, frozen=True):
    email: str = ""


class ResendConfirmationParams(PKCEParams, frozen=True):
    type: str = ""
    email: str = ""
    phone: str = ""


class UserUpdateParams(PKCEParams, frozen=True):
    email: str = ""
    password: str | None = None
    current_password: str | None = None
    nonce: str = ""
    data: Json | None = None
    app_metadata: Json | None = None
    phone: str = ""
    channel: str = ""


class EnrollFactorParams(Params, frozen=True):
    friendly_name: str = ""
    factor_type: str = ""
    issuer: str = ""
    phone: str = ""


class ChallengeFactorParams(Params, frozen=True):
    channel: str = ""


class VerifyFactorParams(Params, frozen=True):
    challenge_id: UUID = UUID(int=0)
    code: str = ""


class OAuthServerClientRegisterParams(Params, frozen=True):
    redirect_uris: list[str] | None = None
    client_type: str = ""
    token_endpoint_auth_method: str = ""
    grant_types: list[str] | None = None
    client_name: str = ""
    client_uri: str = ""
    logo_uri: str = ""


class OAuthServerClientUpdateParams(Params, frozen=True):
    redirect_uris: list[str] | None = None
    grant_types: list[str] | None = None
    client_name: str | None = None
    client_uri: str | None = None
    logo_uri: str | None = None
    token_endpoint_auth_method: str | None = None


class AdminCustomOAuthProviderParams(Params, frozen=True):
    provider_type: str = ""
    identifier: str = ""
    name: str = ""
    client_id: str = ""
    client_secret: str = ""
    acceptable_client_ids: list[str] | None = None
    scopes: list[str] | None = None
    pkce_enabled: bool | None = None
    attribute_mapping: Json | None = None
    custom_claims_allowlist: list[str] | None = None
    authorization_params: Json | None = None
    enabled: bool | None = None
    email_optional: bool | None = None
    issuer: str = ""
    discovery_url: str | None = None
    skip_nonce_check: bool | None = None
    authorization_url: str = ""
    token_url: str = ""
    userinfo_url: str = ""
    jwks_uri: str | None = None


class SAMLAttribute(Params, frozen=True):
    name: str = ""
    names: list[str] | None = None
    default: object = None
    array: bool = False


class SAMLAttributeMapping(Params, frozen=True):
    keys: dict[str, SAMLAttribute] | None = None


class CreateSSOProviderParams(Params, frozen=True):
    type: str = ""
    metadata_url: str = ""
    metadata_xml: str = ""
    domains: list[str] | None = None
    attribute_mapping: SAMLAttributeMapping = SAMLAttributeMapping()
    name_id_format: str = ""
    resource_id: str | None = None
    disabled: bool | None = None


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
        return _build(kind, *gojson.loads_members(gojson.first_value(body or b"")))
    except gojson.JSONError as error:
        problem = str(error).replace("unexpected end of JSON input", "unexpected EOF")
        raise APIError(400, "bad_json", f"Could not {action}: {problem}") from None


def _build(kind: type[_ParamsT], value: object, members: Members) -> _ParamsT:
    if value is None:
        return kind()
    if not is_object(value):
        target = f"Go value of type api.{kind.__name__}"
        raise gojson.JSONError(f"json: cannot unmarshal {gojson.type_name(value)} into {target}")
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
        target = f"Go struct field {struct}.{path} of type {go_type}"
        raise gojson.JSONError(f"json: cannot unmarshal {gojson.type_name(value)} into {target}")
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
