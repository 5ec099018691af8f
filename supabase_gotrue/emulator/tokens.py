"""Signing and verifying access tokens (JWT, HS256).

https://github.com/supabase/auth/blob/master/internal/api/auth.go
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import jwt

from supabase_gotrue.emulator import gojson
from supabase_gotrue.emulator.clock import SECOND
from supabase_gotrue.emulator.errors import APIError
from supabase_gotrue.json_types import is_object

if TYPE_CHECKING:
    # PyJWT has it from 2.11.
    from jwt.types import Options

ALGORITHM: Final = "HS256"
# The Go types of the claims.
_STRING: Final = (str, "string")
_MAP: Final = (dict, "map[string]interface {}")
_CLAIMS: Final[Mapping[str, tuple[type, str]]] = {
    **dict.fromkeys(("RegisteredClaims.iss", "RegisteredClaims.sub"), _STRING),
    **dict.fromkeys(("RegisteredClaims.jti", "email", "phone", "role", "aal"), _STRING),
    **dict.fromkeys(("session_id", "client_id", "scope"), _STRING),
    **dict.fromkeys(("app_metadata", "user_metadata"), _MAP),
    "is_anonymous": (bool, "bool"),
}
_TIMES: Final = ("exp", "nbf", "iat")
_BEARER: Final = re.compile(r"bearer (\S+)", re.IGNORECASE)
_BASE64: Final = re.compile(r"[A-Za-z0-9_-]*")
# Times are verified with the emulator's clock.
_SIGNATURE_ONLY: Final[Options] = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}
Claims = Mapping[str, object]


def sign(secret: str, claims: Claims) -> str:
    """Return a signed token."""
    return jwt.encode(dict(claims), secret, algorithm=ALGORITHM)


def bearer_token(headers: Mapping[str, str]) -> str:
    """Return the token of a request, or raise."""
    match = _BEARER.fullmatch(headers.get("authorization", ""))
    if not match:
        raise APIError(401, "no_authorization", "This endpoint requires a valid Bearer token")
    return match[1]


def verify(secret: str, token: str, now: int) -> Claims:
    """Return the claims of a token, or raise with the message of Go's JWT library."""
    claims, problem = _verify_signature(secret, token)
    if problem := problem or _time_error(claims, now):
        message = f"invalid JWT: unable to parse or verify signature, {problem}"
        raise APIError(403, "bad_jwt", message)
    return claims


def _time_error(claims: Claims, now: int) -> str:
    exp, nbf = claims.get("exp"), claims.get("nbf")
    is_expired = isinstance(exp, int | float) and now >= exp * SECOND
    is_early = isinstance(nbf, int | float) and now < nbf * SECOND
    problems = ["token is expired"] * is_expired + ["token is not valid yet"] * is_early
    return f"token has invalid claims: {', '.join(problems)}" if problems else ""


@lru_cache(maxsize=1024)
def _verify_signature(secret: str, token: str) -> tuple[Claims, str]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}, "token is malformed: token contains an invalid number of segments"
    for part, name in zip(parts, ("header", "claim", "signature"), strict=True):
        if problem := _segment_error(part, name):
            return {}, f"token is malformed: could not {problem}"
    try:
        return jwt.decode(token, secret, algorithms=[ALGORITHM], options=_SIGNATURE_ONLY), ""
    except jwt.InvalidAlgorithmError:
        algorithm = jwt.get_unverified_header(token).get("alg")
        return {}, f"token signature is invalid: signing method {algorithm} is invalid"
    except jwt.PyJWTError:
        return {}, "token signature is invalid: signature is invalid"


def _segment_error(part: str, name: str) -> str:
    valid = _BASE64.match(part)
    end = valid.end() if valid else 0
    is_valid = end == len(part)
    if not is_valid or len(part) % 4 == 1:
        end -= is_valid  # a truncated segment fails at its last byte
        return f"base64 decode {name}: illegal base64 data at input byte {end}"
    if name == "signature":
        return ""
    text = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    try:
        value = gojson.loads(text)
    except gojson.JSONError as error:
        return f"JSON decode {name}: {error}"
    problem = _claim_type_error(value) if name == "claim" else _type_error(value, _MAP[1])
    return f"JSON decode {name}: {problem}" if problem else ""


def _claim_type_error(claims: object) -> str:
    """Return Go's message for the first claim of a wrong type, or `""`."""
    if not is_object(claims):
        return _type_error(claims, "tokens.AccessTokenClaims")
    for path, (json_type, go_type) in _CLAIMS.items():
        value = claims.get(path.rpartition(".")[2])
        if value is not None and type(value) is not json_type:
            target = f"Go struct field AccessTokenClaims.{path} of type {go_type}"
            return f"json: cannot unmarshal {gojson.type_name(value)} into {target}"
    times = (_numeric_date_error(claims.get(name)) for name in _TIMES)
    return next(filter(None, times), "")


def _type_error(value: object, go_type: str) -> str:
    if is_object(value):
        return ""
    return f"json: cannot unmarshal {gojson.type_name(value)} into Go value of type {go_type}"


def _numeric_date_error(value: object) -> str:
    if value is None or type(value) is float:
        return ""
    text = json.dumps(json.dumps(value))
    problem = f"invalid number literal, trying to unmarshal {text} into Number"
    if not isinstance(value, str):
        problem = f"cannot unmarshal {gojson.type_name(value)} into Go value of type json.Number"
    return f"could not parse NumericData: json: {problem}"
