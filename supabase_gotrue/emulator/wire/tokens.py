"""Signing and verifying access tokens (JWT, HS256).

https://github.com/supabase/auth/blob/master/internal/api/auth.go
https://github.com/golang-jwt/jwt/blob/main/parser.go
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from supabase_gotrue.emulator.go import base64url, gojson
from supabase_gotrue.emulator.go.clock import SECOND
from supabase_gotrue.emulator.wire.errors import APIError
from supabase_gotrue.json_types import is_array, is_object

Claims = Mapping[str, object]

ALGORITHM: Final = "HS256"
# The algorithms that Go's JWT library knows; the server accepts HS256 only.
_ALGORITHMS: Final = frozenset(
    {f"{family}{bits}" for family in ("HS", "RS", "ES", "PS") for bits in (256, 384, 512)}
    | {"EdDSA", "none"}
)
_BEARER: Final = re.compile(r"bearer (\S+)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_INT64: Final = 2**63


class _TokenError(Exception):
    """A problem with a token; the message is that of Go's JWT library."""


def sign(secret: str, claims: Claims) -> str:
    """Return a signed token."""
    header = {"alg": ALGORITHM, "typ": "JWT"}
    text = ".".join(base64url.encode(msgspec.json.encode(part)) for part in (header, claims))
    return f"{text}.{base64url.encode(_signature(secret, text))}"


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
    is_expired = isinstance(exp, float) and now >= _to_micros(exp)
    is_early = isinstance(nbf, float) and now < _to_micros(nbf)
    problems = ["token is expired"] * is_expired + ["token is not valid yet"] * is_early
    return f"token has invalid claims: {', '.join(problems)}" if problems else ""


def _to_micros(seconds: float) -> int:
    # Go's conversion of larger numbers gives the smallest integer.
    return int(seconds * SECOND) if abs(seconds) < _INT64 else -_INT64


@lru_cache(maxsize=1024)
def _verify_signature(secret: str, token: str) -> tuple[Claims, str]:
    try:
        return _decode(secret, token), ""
    except _TokenError as error:
        return {}, str(error)


def _decode(secret: str, token: str) -> Claims:
    parts = token.split(".")
    if len(parts) != 3:
        raise _TokenError("token is malformed: token contains an invalid number of segments")
    header, _ = _decode_object(parts[0], "header", "map[string]interface {}")
    _, members = _decode_object(parts[1], "claim", "tokens.AccessTokenClaims")
    claims = _decode_claims(members)
    algorithm = header.get("alg")
    if algorithm not in _ALGORITHMS:
        problem = "unavailable" if isinstance(algorithm, str) else "unspecified"
        raise _TokenError(f"token is unverifiable: signing method (alg) is {problem}")
    signature = _decode_base64(parts[2], "signature")
    if algorithm != ALGORITHM:
        raise _TokenError(f"token signature is invalid: signing method {algorithm} is invalid")
    if not hmac.compare_digest(signature, _signature(secret, f"{parts[0]}.{parts[1]}")):
        raise _TokenError("token signature is invalid: signature is invalid")
    return claims


def _signature(secret: str, text: str) -> bytes:
    return hmac.digest(secret.encode(), text.encode(), hashlib.sha256)


def _decode_base64(segment: str, name: str) -> bytes:
    try:
        return base64url.decode(segment)
    except base64url.CorruptInputError as error:
        problem = f"could not base64 decode {name}: {error}"
        raise _TokenError(f"token is malformed: {problem}") from None


def _decode_object(
    segment: str, name: str, go_type: str
) -> tuple[dict[str, object], list[gojson.Member]]:
    data = _decode_base64(segment, name)
    try:
        value, members = gojson.loads_members(data)
    except gojson.JSONError as error:
        raise _json_error(str(error), name) from None
    if value is None:
        return {}, []
    if not is_object(value):
        raise _json_error(str(gojson.unmarshal_error(value, f"value of type {go_type}")), name)
    return value, members


def _json_error(problem: str, name: str = "claim") -> _TokenError:
    return _TokenError(f"token is malformed: could not JSON decode {name}: {problem}")


# ---- claims


def _decode_claims(members: list[gojson.Member]) -> Claims:
    """Decode the claims that the server reads; their names match in any case."""
    claims: dict[str, object] = {}
    problems: list[str] = []
    for name, value in members:
        claim = name.lower()
        if claim not in _CLAIMS or value is None:
            continue
        decoder, *type_names = _CLAIMS[claim]
        claims[claim] = decoder(value)
        if type_names and type(value) is not _JSON_TYPES[type_names[0]]:
            path = f"RegisteredClaims.{claim}" if claim in _REGISTERED else claim
            problems.append(_type_error(value, path, type_names[0]))
    if problems:
        raise _json_error(problems[0])
    return claims


def _type_error(value: object, path: str, go_type: str) -> str:
    target = f"struct field AccessTokenClaims.{path} of type {go_type}"
    return str(gojson.unmarshal_error(value, target))


def _keep(value: object) -> object:
    return value


def _decode_audience(value: object) -> object:
    audiences = value if is_array(value) else [value]
    if not all(isinstance(audience, str) for audience in audiences):
        raise _json_error("invalid type for claim")
    return audiences


def _decode_time(value: object) -> float:
    if isinstance(value, float):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    text = json.dumps(json.dumps(value))
    problem = f"invalid number literal, trying to unmarshal {text} into Number"
    if not isinstance(value, str):
        problem = f"cannot unmarshal {gojson.type_name(value)} into Go value of type json.Number"
    raise _json_error(f"could not parse NumericData: json: {problem}")


def _decode_methods(value: object) -> object:
    if not is_array(value):
        raise _json_error(_type_error(value, "amr", "[]json.RawMessage"))
    for entry in value:
        if isinstance(entry, str) or entry is None:
            continue
        if not is_object(entry):
            raise _json_error(_type_error(entry, "amr", "models.AMREntry"))
        for name, go_type in (("method", "string"), ("timestamp", "int64"), ("provider", "string")):
            member = entry.get(name)
            if member is not None and type(member) is not _JSON_TYPES[go_type]:
                raise _json_error(_type_error(member, f"amr.{name}", go_type))
            if isinstance(member, float) and not member.is_integer():
                problem = _type_error(member, f"amr.{name}", go_type)
                raise _json_error(problem.replace("number", f"number {member!r}"))
    return value


_JSON_TYPES: Final[Mapping[str, type]] = {
    "string": str,
    "bool": bool,
    "int64": float,
    "map[string]interface {}": dict,
}
_REGISTERED: Final = ("iss", "sub", "jti")
_CLAIMS: Final[Mapping[str, tuple[Callable[[object], object], *tuple[str, ...]]]] = {
    **dict.fromkeys((*_REGISTERED, "email", "phone", "role", "aal"), (_keep, "string")),
    **dict.fromkeys(("session_id", "client_id", "scope"), (_keep, "string")),
    **dict.fromkeys(("app_metadata", "user_metadata"), (_keep, "map[string]interface {}")),
    "is_anonymous": (_keep, "bool"),
    "aud": (_decode_audience,),
    "amr": (_decode_methods,),
    **dict.fromkeys(("exp", "nbf", "iat"), (_decode_time,)),
}
