"""Request bodies: one Struct per Go struct of the server, and how they are decoded."""

from functools import cache
from typing import Final, TypeVar, cast
from uuid import UUID

import msgspec
from msgspec.structs import FieldInfo, fields

from supabase_gotrue.emulator import gojson
from supabase_gotrue.emulator.errors import APIError
from supabase_gotrue.emulator.uuids import parse_uuid
from supabase_gotrue.json_types import is_object

MAX_BYTES: Final = 1 << 20
Json = dict[str, object]


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


class SignupParams(Params, frozen=True):
    email: str = ""
    phone: str = ""
    password: str = ""
    data: Json | None = None
    channel: str = ""
    code_challenge_method: str = ""
    code_challenge: str = ""


class PasswordGrantParams(Params, frozen=True):
    email: str = ""
    phone: str = ""
    password: str = ""


class RefreshTokenGrantParams(Params, frozen=True):
    refresh_token: str = ""


class VerifyParams(Params, frozen=True):
    type: str = ""
    token: str = ""
    token_hash: str = ""
    email: str = ""
    phone: str = ""
    redirect_to: str = ""


class OtpParams(Params, frozen=True):
    email: str = ""
    phone: str = ""
    create_user: bool = True
    data: Json | None = None
    channel: str = ""
    code_challenge_method: str = ""
    code_challenge: str = ""


class MagicLinkParams(Params, frozen=True):
    email: str = ""
    data: Json | None = None
    code_challenge_method: str = ""
    code_challenge: str = ""


class RecoverParams(Params, frozen=True):
    email: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""


class ResendConfirmationParams(Params, frozen=True):
    type: str = ""
    email: str = ""
    phone: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""


class UserUpdateParams(Params, frozen=True):
    email: str = ""
    password: str | None = None
    current_password: str | None = None
    nonce: str = ""
    data: Json | None = None
    app_metadata: Json | None = None
    phone: str = ""
    channel: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""


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


_ParamsT = TypeVar("_ParamsT", bound=Params)

# The JSON type of each field type, and Go's name of the field type.
_GO_TYPES: Final[dict[object, tuple[type, str]]] = {
    str: (str, "string"),
    str | None: (str, "string"),
    bool: (bool, "bool"),
    Json | None: (dict, "map[string]interface {}"),
    UUID: (str, "uuid.UUID"),
}


def read_params(
    kind: type[_ParamsT], body: bytes | None, action: str = "parse request body as JSON"
) -> _ParamsT:
    """Decode a body, or raise the error that the server returns.

    >>> read_params(InviteParams, b'{"EMAIL": "a@example.com", "else": 1}').email
    'a@example.com'
    """
    if len(body or b"") > MAX_BYTES:
        message = f"Request body too large (max {MAX_BYTES} bytes)"
        raise APIError(413, "request_entity_too_large", message)
    try:
        return _build(kind, gojson.loads(body or b""))
    except gojson.JSONError as error:
        raise APIError(400, "bad_json", f"Could not {action}: {error}") from None


def _build(kind: type[_ParamsT], raw: object) -> _ParamsT:
    if raw is None:
        return kind()
    if not is_object(raw):
        target = f"Go value of type api.{kind.__name__}"
        raise gojson.JSONError(f"json: cannot unmarshal {gojson.type_name(raw)} into {target}")
    return kind(**_field_values(kind, raw))


def _field_values(kind: type[Params], raw: Json) -> Json:
    known = _fields(kind)
    values: Json = {}
    for key, value in raw.items():
        field = known.get(key) or known.get(key.lower())
        if field is None or value is None:
            continue
        json_type, go_type = _GO_TYPES[field.type]
        if type(value) is not json_type:
            target = f"Go struct field {kind.__name__}.{field.name} of type {go_type}"
            raise gojson.JSONError(
                f"json: cannot unmarshal {gojson.type_name(value)} into {target}"
            )
        values[field.name] = _parse_uuid_field(cast("str", value)) if field.type is UUID else value
    return values


@cache
def _fields(kind: type[Params]) -> dict[str, FieldInfo]:
    return {field.name: field for field in fields(kind)}


def _parse_uuid_field(text: str) -> UUID:
    parsed = parse_uuid(text)
    if parsed is None:
        known_length = len(text) in (32, 36, 38, 45)
        problem = "format" if known_length else f"length {len(text)}"
        detail = f"incorrect UUID {problem} in string"
        raise gojson.JSONError(f"uuid: {detail} {msgspec.json.encode(text).decode()}")
    return UUID(parsed)
