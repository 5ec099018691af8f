"""Access tokens: JWTs that other verifiers accept.

What may live here: signing and verifying with the given secret at the given time. Whose
tokens they are is known elsewhere.

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
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.json_types import is_object

if TYPE_CHECKING:
    # PyJWT has it from 2.11.
    from jwt.types import Options

ALGORITHM: Final = "HS256"
# Go's type of each claim that it reads.
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
# The signature is what is checked here; times are checked against the emulator's clock.
_SIGNATURE_ALONE: Final["Options"] = {
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
    """A token."""
    return jwt.encode(dict(claims), secret, algorithm=ALGORITHM)


def bearer(headers: Mapping[str, str]) -> str:
    """The token of a request, or a refusal."""
    found = _BEARER.fullmatch(headers.get("authorization", ""))
    if not found:
        raise Refusal(401, "no_authorization", "This endpoint requires a valid Bearer token")
    return found[1]


def verify(secret: str, token: str, now: int) -> Claims:
    """What a token says, or a refusal in the words of the server's JWT library."""
    claims, fault = _verify(secret, token)
    if not fault:
        fault = _untimely(claims, now)
    if fault:
        message = f"invalid JWT: unable to parse or verify signature, {fault}"
        raise Refusal(403, "bad_jwt", message)
    return claims


def _untimely(claims: Claims, now: int) -> str:
    expires, begins = claims.get("exp"), claims.get("nbf")
    late = isinstance(expires, int | float) and now >= expires * SECOND
    early = isinstance(begins, int | float) and now < begins * SECOND
    faults = ["token is expired"] * late + ["token is not valid yet"] * early
    return f"token has invalid claims: {', '.join(faults)}" if faults else ""


@lru_cache(maxsize=1024)
def _verify(secret: str, token: str) -> tuple[Claims, str]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}, "token is malformed: token contains an invalid number of segments"
    for part, name in zip(parts, ("header", "claim", "signature"), strict=True):
        if fault := _malformed(part, name):
            return {}, f"token is malformed: could not {fault}"
    try:
        return jwt.decode(token, secret, algorithms=[ALGORITHM], options=_SIGNATURE_ALONE), ""
    except jwt.InvalidAlgorithmError:
        algorithm = jwt.get_unverified_header(token).get("alg")
        return {}, f"token signature is invalid: signing method {algorithm} is invalid"
    except jwt.PyJWTError:
        return {}, "token signature is invalid: signature is invalid"


def _malformed(part: str, name: str) -> str:
    good = _BASE64.match(part)
    end = good.end() if good else 0
    whole = end == len(part)
    if not whole or len(part) % 4 == 1:
        end -= whole
        return f"base64 decode {name}: illegal base64 data at input byte {end}"
    if name == "signature":
        return ""
    text = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    try:
        found = gojson.loads(text)
    except gojson.Malformed as fault:
        return f"JSON decode {name}: {fault}"
    wrong = _mistyped(found) if name == "claim" else _unfit(found, _MAP[1])
    return f"JSON decode {name}: {wrong}" if wrong else ""


def _mistyped(claims: object) -> str:
    """What Go says of the first claim that is of another type than it reads."""
    if not is_object(claims):
        return _unfit(claims, "tokens.AccessTokenClaims")
    for path, (kind, go) in _CLAIMS.items():
        value = claims.get(path.rpartition(".")[2])
        if value is not None and type(value) is not kind:
            into = f"Go struct field AccessTokenClaims.{path} of type {go}"
            return f"json: cannot unmarshal {gojson.kind_of(value)} into {into}"
    times = (_no_time(claims.get(name)) for name in _TIMES)
    return next(filter(None, times), "")


def _unfit(value: object, go: str) -> str:
    fault = f"json: cannot unmarshal {gojson.kind_of(value)} into Go value of type {go}"
    return "" if is_object(value) else fault


def _no_time(value: object) -> str:
    if value is None or type(value) is float:
        return ""
    text = json.dumps(json.dumps(value))
    said = f"invalid number literal, trying to unmarshal {text} into Number"
    if not isinstance(value, str):
        said = f"cannot unmarshal {gojson.kind_of(value)} into Go value of type json.Number"
    return f"could not parse NumericData: json: {said}"
