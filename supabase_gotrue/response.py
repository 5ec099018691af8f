"""`Response`, and the pure decoding of responses into values, errors and pagination."""

import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final, NamedTuple, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue.error import CODE_OF_STATUS, GATEWAY_STATUSES, Error, humanize
from supabase_gotrue.json_types import has_type, is_array, is_object
from supabase_gotrue.models.pagination import Pagination
from supabase_gotrue.redaction import (
    MAX_SHOWN_CHARS,
    REDACTED,
    Redact,
    hide,
    redact_json,
    redactor,
)
from supabase_gotrue.request import Request, jwt_claims, secrets_of

ANON_KEY_HINT: Final = "; a key of the role anon cannot administer: use the service_role key"
# GoTrue's error bodies are much shorter; decoding more would be slow.
MAX_ERROR_BYTES: Final = 2**16
# Decoding more of what was sent, to find its secrets, would take much memory.
MAX_SENT_BYTES: Final = 2**24
MAX_DEPTH: Final = 50
MAX_REASONS: Final = 16

# Instead of GoTrue's code, a raw database error has its SQLSTATE: "23505".
_SQLSTATE: Final = r"[0-9A-Z]{5}"
_SECONDS: Final = r"[0-9]{1,9}"
# Python refuses to convert more than 4,300 digits.
_DIGITS: Final = r"[0-9]{1,4000}"
_LINK: Final = r"""<([^<>]*)>\s*;\s*rel="?(next|last)\b"""
_REQUEST_ID_HEADERS: Final = ("x-request-id", "sb-request-id")
# A password may be a part of one of GoTrue's codes, as of `weak_password`.
_ERROR_CODE: Final = r"[a-z_]{1,64}"

_T = TypeVar("_T")


class Response(msgspec.Struct, frozen=True):
    """A response as a value, from any transport.

    Args:
        status: The HTTP status.
        headers: Lower-case names.
        body: Decoded from its content encoding.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Response({self.status!r}, body={self._size()})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """What `rich` prints: the same as repr."""
        return [("status", self.status), ("body", self._size())]

    def _size(self) -> str | None:
        """Describe the body; a transport's own response may hold anything."""
        return f"<{len(self.body)} bytes>" if has_type(self.body, bytes) else None

    def header(self, name: str) -> str | None:
        """Return the value of a header, or `None` if it is absent.

        Args:
            name: The name in lower case.

        >>> Response(200, {"x-total-count": "2"}, b"").header("x-total-count")
        '2'
        """
        # A caller's own transport may return a mapping of any type.
        try:
            value: object = self.headers.get(name)
        except Exception:
            return None
        return str.__str__(value) if has_type(value, str) else None

    @property
    def request_id(self) -> str | None:
        """The ID that the server or a gateway gave the request."""
        return next(filter(None, map(self.header, _REQUEST_ID_HEADERS)), None)


Transport = Callable[[Request], Result[Response, Error]]
AsyncTransport = Callable[[Request], Awaitable[Result[Response, Error]]]


class Exchange(NamedTuple):
    """A request with the response to it."""

    request: Request
    response: Response


Read = Callable[[Exchange], Result[_T, Error]]


def decode(parse: Callable[[bytes], Result[_T, Error]]) -> Read[_T]:
    """Return a reader of exchanges: a 2xx body is parsed, any other response is an Error."""
    return partial(_read_with, parse)


def _read_with(
    parse: Callable[[bytes], Result[_T, Error]], exchange: Exchange
) -> Result[_T, Error]:
    return success_body(exchange).bind(
        lambda body: parse(body).alt(lambda error: decode_error(exchange, error))
    )


def no_content(exchange: Exchange) -> Result[None, Error]:
    """Read an exchange whose body does not matter: `None` for 2xx, else an Error."""
    return success_body(exchange).map(lambda _body: None)


def success_body(exchange: Exchange) -> Result[bytes, Error]:
    """Return the body of a 2xx response; any other response is an Error."""
    if 200 <= exchange.response.status < 300:
        return Success(exchange.response.body)
    return Failure(error_from_response(exchange))


def decode_error(exchange: Exchange, error: Error) -> Error:
    """Return the Error for a 2xx body that cannot be decoded.

    Nothing of the body is shown, because it may hold a live link or a new secret.
    """
    return Error(
        "invalid_response",
        f"the server's response cannot be decoded: {error.message}",
        status=exchange.response.status,
        metadata={**error_context(exchange), "resp_length": len(exchange.response.body)},
        outcome_unknown=exchange.request.is_change,
    )


def request_context(request: Request) -> dict[str, object]:
    """Return what an Error's metadata says about a request: nothing that is secret."""
    return {"method": request.method, "route": request.route, "path": request.path}


def error_context(exchange: Exchange) -> dict[str, object]:
    """Return what an Error's metadata says about an exchange, without what was sent."""
    response = exchange.response
    context = {**request_context(exchange.request), "resp_status": response.status}
    if response.request_id is not None:
        context["request_id"] = _redactor_for(exchange.request)(response.request_id)
    return context


def error_from_response(exchange: Exchange) -> Error:
    """Return the Error for a response other than 2xx, in either of the server's formats."""
    request, response = exchange
    redact = _redactor_for(request)
    body = _decode_error_body(response.body[:MAX_ERROR_BYTES])
    fields = body if is_object(body) else {}
    code = CODE_OF_STATUS.get(response.status, "unexpected")
    message = redact(_redirect_message(response) or _message(body) or humanize(code))
    error_code = _error_code(fields, response)
    error_id = _nonblank(fields.get("error_id"))
    context = error_context(exchange) | ({} if error_id is None else {"error_id": redact(error_id)})
    return Error(
        code,
        (humanize(code) if message == REDACTED else message) + _key_hint(exchange),
        error_code=None if error_code is None else _redact_code(error_code, redact),
        status=response.status,
        reasons=tuple(_redact_code(reason, redact) for reason in _reasons(fields)),
        retry_after=retry_after(response),
        metadata={**context, "resp_body": _redact_body(body, redact)},
        outcome_unknown=request.is_change and _may_be_carried_out(response.status, error_code),
    )


def _key_hint(exchange: Exchange) -> str:
    """Explain a refusal of the key that a project has for browsers."""
    token = exchange.request.headers.get("authorization", "").removeprefix("Bearer ")
    refused = exchange.response.status in (401, 403)
    return ANON_KEY_HINT if refused and jwt_claims(token).role == "anon" else ""


def _may_be_carried_out(status: int, error_code: str | None) -> bool:
    """A gateway's 5xx does not tell what the server behind it did; GoTrue's own 500 does."""
    return status in GATEWAY_STATUSES or (status >= 500 and error_code is None)


def _decode_error_body(body: bytes) -> object:
    """Decode JSON; return text for anything else, and for JSON that is nested too deeply."""
    try:
        decoded: object = msgspec.json.decode(body)
        return decoded if _depth_at_most(MAX_DEPTH, decoded) else body.decode(errors="replace")
    except (msgspec.DecodeError, RecursionError, ValueError):
        return body.decode(errors="replace")


def _depth_at_most(depth: int, value: object) -> bool:
    if is_object(value):
        return depth > 0 and all(_depth_at_most(depth - 1, item) for item in value.values())
    if is_array(value):
        return depth > 0 and all(_depth_at_most(depth - 1, item) for item in value)
    return True


def _nonblank(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _message(body: object) -> str | None:
    """Return the server's message: https://supabase.com/docs/guides/auth/debugging/error-codes"""
    if is_object(body):
        candidates = map(_nonblank, map(body.get, ("msg", "message", "error_description")))
        return next(filter(None, candidates), None) or _message(body.get("error"))
    text = _nonblank(body)
    return None if text is None or text.lstrip().startswith("<") else text.strip()


def _error_code(fields: Mapping[str, object], response: Response) -> str | None:
    oauth = fields.get("error") if "error_description" in fields else None
    header = response.header("x-sb-error-code")
    candidates = map(_nonblank, (fields.get("error_code"), fields.get("code"), oauth, header))
    return next((c for c in candidates if c and not re.fullmatch(_SQLSTATE, c)), None)


def _reasons(fields: Mapping[str, object]) -> tuple[str, ...]:
    weak_password = fields.get("weak_password")
    reasons = weak_password.get("reasons") if is_object(weak_password) else None
    texts = map(_nonblank, reasons[:MAX_REASONS]) if is_array(reasons) else ()
    return tuple(filter(None, texts))


def retry_after(response: Response) -> int | None:
    """Return the seconds to wait after a 429 or 503.

    An HTTP date is compared with the response's own `date`: this module reads no clock.
    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    header = (response.header("retry-after") or "").strip()
    if response.status not in (429, 503) or not header:
        return None
    if re.fullmatch(_SECONDS, header):
        return int(header)
    from email.utils import parsedate_to_datetime  # imported late: rare, and slow to import

    try:
        now = parsedate_to_datetime(response.header("date") or "")
        return max(0, int((parsedate_to_datetime(header) - now).total_seconds()))
    except (TypeError, ValueError, OverflowError):  # no date, or one without a time zone
        return None


def _redirect_message(response: Response) -> str | None:
    location = response.header("location")
    if location is None or not 300 <= response.status < 400:
        return None
    try:
        host = urlsplit(location).hostname
    except ValueError:
        host = None
    return f"the server redirects to {host or 'another path'}, and redirects are not followed"


def _redactor_for(request: Request) -> Redact:
    is_large = len(request.body or b"") > MAX_SENT_BYTES
    return hide if is_large else redactor(secrets_of(request))


def _redact_code(code: str, redact: Redact) -> str:
    """Redact one of the server's codes as a whole or not at all."""
    is_secret = redact is not hide and redact(code) == REDACTED
    return code if re.fullmatch(_ERROR_CODE, code) and not is_secret else redact(code)


def _redact_body(body: object, redact: Redact) -> object:
    """Redact a body, which becomes text if it is large."""
    if isinstance(body, str):
        return redact(body)
    named = redact_json(body, str)  # the names of secrets are certain only before it is cut
    encoded = msgspec.json.encode(named).decode()
    return redact_json(named, redact) if len(encoded) <= MAX_SHOWN_CHARS else redact(encoded)


def parse_pagination(response: Response) -> Pagination:
    """Read the position of a page from `Link` and `X-Total-Count`.

    https://github.com/supabase/auth/blob/master/internal/api/pagination.go
    """
    links = {
        rel: _page_number(url) for url, rel in re.findall(_LINK, response.header("link") or "")
    }
    total = response.header("x-total-count")
    return Pagination(links.get("next"), links.get("last"), _number(total or ""))


def _page_number(url: str) -> int | None:
    query = url.partition("?")[2].partition("#")[0]
    return _number("".join(parse_qs(query).get("page", [])))


def _number(digits: str) -> int | None:
    return int(digits) if re.fullmatch(_DIGITS, digits) else None
