"""What callers send: one Struct for each of the server's, named as the server names it.

What may live here: the fields of request bodies and how they are read, with the words
that the server complains in. What a field means is known elsewhere.
"""

from functools import cache
from typing import Final, TypeVar, cast
from uuid import UUID

import msgspec
from msgspec.structs import FieldInfo, fields

from supabase_gotrue.emulator import gojson
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.uuids import parse_uuid
from supabase_gotrue.json_types import is_object

MAX_BYTES: Final = 1 << 20
Json = dict[str, object]


class Body(msgspec.Struct, frozen=True):
    """A request's body."""


class AdminUserParams(Body, frozen=True):
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


class adminUserDeleteParams(Body, frozen=True):
    should_soft_delete: bool = False


class adminUserUpdateFactorParams(Body, frozen=True):
    friendly_name: str = ""
    phone: str = ""


class InviteParams(Body, frozen=True):
    email: str = ""
    data: Json | None = None


class GenerateLinkParams(Body, frozen=True):
    type: str = ""
    email: str = ""
    new_email: str = ""
    password: str = ""
    data: Json | None = None
    redirect_to: str = ""


class SignupParams(Body, frozen=True):
    email: str = ""
    phone: str = ""
    password: str = ""
    data: Json | None = None
    channel: str = ""
    code_challenge_method: str = ""
    code_challenge: str = ""


class PasswordGrantParams(Body, frozen=True):
    email: str = ""
    phone: str = ""
    password: str = ""


class RefreshTokenGrantParams(Body, frozen=True):
    refresh_token: str = ""


class VerifyParams(Body, frozen=True):
    type: str = ""
    token: str = ""
    token_hash: str = ""
    email: str = ""
    phone: str = ""
    redirect_to: str = ""


class OtpParams(Body, frozen=True):
    email: str = ""
    phone: str = ""
    create_user: bool = True
    data: Json | None = None
    channel: str = ""
    code_challenge_method: str = ""
    code_challenge: str = ""


class MagicLinkParams(Body, frozen=True):
    email: str = ""
    data: Json | None = None
    code_challenge_method: str = ""
    code_challenge: str = ""


class RecoverParams(Body, frozen=True):
    email: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""


class ResendConfirmationParams(Body, frozen=True):
    type: str = ""
    email: str = ""
    phone: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""


class UserUpdateParams(Body, frozen=True):
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


class EnrollFactorParams(Body, frozen=True):
    friendly_name: str = ""
    factor_type: str = ""
    issuer: str = ""
    phone: str = ""


class ChallengeFactorParams(Body, frozen=True):
    channel: str = ""


class VerifyFactorParams(Body, frozen=True):
    challenge_id: UUID = UUID(int=0)
    code: str = ""


_BodyT = TypeVar("_BodyT", bound=Body)

# What a field takes, and Go's name of it.
_GO: Final[dict[object, tuple[type, str]]] = {
    str: (str, "string"),
    str | None: (str, "string"),
    bool: (bool, "bool"),
    Json | None: (dict, "map[string]interface {}"),
    UUID: (str, "uuid.UUID"),
}


def read(
    kind: type[_BodyT], body: bytes | None, doing: str = "parse request body as JSON"
) -> _BodyT:
    """Read a body, or refuse it in the server's words.

    >>> read(InviteParams, b'{"EMAIL": "a@example.com", "else": 1}').email
    'a@example.com'
    """
    if len(body or b"") > MAX_BYTES:
        message = f"Request body too large (max {MAX_BYTES} bytes)"
        raise Refusal(413, "request_entity_too_large", message)
    try:
        return _made(kind, gojson.loads(body or b""))
    except gojson.Malformed as fault:
        raise Refusal(400, "bad_json", f"Could not {doing}: {fault}") from None


def _made(kind: type[_BodyT], raw: object) -> _BodyT:
    if raw is None:
        return kind()
    if not is_object(raw):
        into = f"Go value of type api.{kind.__name__}"
        raise gojson.Malformed(f"json: cannot unmarshal {gojson.kind_of(raw)} into {into}")
    return kind(**_values(kind, raw))


def _values(kind: type[Body], raw: Json) -> Json:
    known = _fields(kind)
    values: Json = {}
    for key, value in raw.items():
        field = known.get(key) or known.get(key.lower())
        if field is None or value is None:
            continue
        takes, go = _GO[field.type]
        if type(value) is not takes:
            where = f"Go struct field {kind.__name__}.{field.name} of type {go}"
            raise gojson.Malformed(f"json: cannot unmarshal {gojson.kind_of(value)} into {where}")
        values[field.name] = _uuid(cast("str", value)) if field.type is UUID else value
    return values


@cache
def _fields(kind: type[Body]) -> dict[str, FieldInfo]:
    return {field.name: field for field in fields(kind)}


def _uuid(text: str) -> UUID:
    found = parse_uuid(text)
    if found is None:
        wrong = "length" if len(text) not in (32, 36, 38, 45) else "format"
        detail = (
            f"incorrect UUID length {len(text)} in string"
            if wrong == "length"
            else ("incorrect UUID format in string")
        )
        raise gojson.Malformed(f"uuid: {detail} {msgspec.json.encode(text).decode()}")
    return UUID(found)
