"""What came back: `Response`, and its pure decoding.

What may live here: from a status, headers and bytes to a Struct, an `Error` or a
`Pagination`. Nothing here sends, waits or knows a client.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec
from returns.result import Failure, Result, Success

from supabase_gotrue.error import CODE_OF_STATUS, Error, humanize
from supabase_gotrue.json_types import is_a, is_array, is_object
from supabase_gotrue.redaction import LONGEST_SPELLED, SECRET_NAMES, redact, redact_json
from supabase_gotrue.request import Headers, Request
from supabase_gotrue.user import Pagination

MAX_SHOWN: Final = 2048
# No refusal of GoTrue's is as long, and to look through more would take long.
MAX_READ: Final = 2**16
MAX_DEPTH: Final = 50
# A character can be written as long as "\\u00e9" or, of four bytes, "%F0%9F%98%80".
LONGEST_SPELLING: Final = 12

# A raw database error has its SQLSTATE where GoTrue's code would be: "23505".
_SQLSTATE: Final = r"[0-9A-Z]{5}"
_SECONDS: Final = r"[0-9]{1,9}"
# Python reads no longer number than 4,300 digits.
_DIGITS: Final = r"[0-9]{1,4000}"
_LINK: Final = r"""<([^<>]*)>\s*;\s*rel="?(next|last)\b"""

_T = TypeVar("_T")


class Response(msgspec.Struct, frozen=True):
    """An answer as a value, from any transport.

    Args:
        status: of HTTP.
        headers: lower-case names.
        body: decoded of its content encoding.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Response({self.status}, body=<{len(self.body)} bytes>)"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """What `rich` prints: as much as repr shows."""
        return [("status", self.status), ("body", f"<{len(self.body)} bytes>")]

    def header(self, name: str) -> str | None:
        """A header by its lower-case name, whatever mapping a transport made of them."""
        try:
            said: object = self.headers.get(name)
        except Exception:
            return None
        return str.__str__(said) if is_a(said, str) else None


class Answer(NamedTuple):
    """A response together with the request that it answers."""

    request: Request
    response: Response


Decode = Callable[[Answer], Result[_T, Error]]


def accepted(answer: Answer) -> Result[bytes, Error]:
    """The body of a 2xx answer; every other one is an Error."""
    if 200 <= answer.response.status < 300:
        return Success(answer.response.body)
    return Failure(refusal(answer))


def decode(parse: Callable[[bytes], Result[_T, Error]]) -> Decode[_T]:
    """A decoder of answers from the parsing of a payload."""

    def decoded(answer: Answer) -> Result[_T, Error]:
        return accepted(answer).bind(
            lambda body: parse(body).alt(lambda error: unreadable(answer, error))
        )

    return decoded


def ignored(answer: Answer) -> Result[None, Error]:
    """The decoder of answers whose status says it all."""
    return accepted(answer).map(lambda _body: None)


def unreadable(answer: Answer, error: Error) -> Error:
    """A 2xx answer that could not be decoded: nothing of it is shown, for it may hold a
    live link or a new secret."""
    return Error(
        "invalid_response",
        f"the server's answer cannot be read: {error.message}",
        status=answer.response.status,
        metadata={
            **place(answer, carried(answer.request)),
            "resp_length": len(answer.response.body),
        },
    )


def place(answer: Answer, secrets: list[str]) -> dict[str, object]:
    """Where an answer came from, without anything that was sent."""
    response = answer.response
    found = (response.header(name) for name in ("x-request-id", "sb-request-id"))
    request_id = next(filter(None, found), None)
    named = {} if request_id is None else {"request_id": _shown_text(request_id, secrets)}
    return {
        "method": answer.request.method,
        "path": answer.request.path,
        "resp_status": response.status,
        **named,
    }


def refusal(answer: Answer) -> Error:
    """The Error that an answer other than 2xx is, in either of the server's formats."""
    response = answer.response
    secrets = carried(answer.request)
    problem = _problem(response.body[:MAX_READ])
    fields = problem if is_object(problem) else {}
    code = CODE_OF_STATUS.get(response.status, "unexpected")
    words = _redirect(response) or _words(problem) or humanize(code)
    error_id = _said(fields.get("error_id"))
    named = {} if error_id is None else {"error_id": _shown_text(error_id, secrets)}
    return Error(
        code,
        _shown_text(words, secrets),
        error_code=_error_code(fields, response, secrets),
        status=response.status,
        reasons=tuple(_shown_text(reason, secrets) for reason in _reasons(fields)),
        retry_after=retry_after(response),
        metadata={**place(answer, secrets), **named, "resp_body": _shown(problem, secrets)},
    )


def carried(request: Request) -> list[str]:
    """The secrets of a request, which no error may show."""
    sent: object = msgspec.json.decode(request.body or b"null")
    return [*Headers(request.headers).secrets(), *_secret_values(sent)]


def _secret_values(value: object) -> list[str]:
    if is_array(value):
        return [secret for item in value for secret in _secret_values(item)]
    if not is_object(value):
        return []
    own = [v for k, v in value.items() if k.lower() in SECRET_NAMES and isinstance(v, str)]
    return own + [secret for item in value.values() for secret in _secret_values(item)]


def _problem(body: bytes) -> object:
    """Decoded JSON, else text; what is nested too deeply to walk is text."""
    try:
        decoded: object = msgspec.json.decode(body)
        return decoded if _shallow(decoded, MAX_DEPTH) else body.decode(errors="replace")
    except (msgspec.DecodeError, RecursionError, ValueError):
        return body.decode(errors="replace")


def _shallow(value: object, depth: int) -> bool:
    if is_object(value):
        return depth > 0 and all(_shallow(item, depth - 1) for item in value.values())
    if is_array(value):
        return depth > 0 and all(_shallow(item, depth - 1) for item in value)
    return True


def _said(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _words(problem: object) -> str | None:
    """The server's own words: https://supabase.com/docs/guides/auth/debugging/error-codes"""
    if is_object(problem):
        named = (_said(problem.get(name)) for name in ("msg", "message", "error_description"))
        return next(filter(None, named), None) or _words(problem.get("error"))
    plain = _said(problem)
    return None if plain is None or plain.lstrip().startswith("<") else plain.strip()


def _error_code(fields: Mapping[str, object], response: Response, secrets: list[str]) -> str | None:
    oauth = fields.get("error") if "error_description" in fields else None
    said = (fields.get("error_code"), fields.get("code"), oauth, response.header("x-sb-error-code"))
    codes = (code for code in map(_said, said) if code and not re.fullmatch(_SQLSTATE, code))
    code = next(codes, None)
    return None if code is None else _shown_text(code, secrets)


def _reasons(fields: Mapping[str, object]) -> tuple[str, ...]:
    weak = fields.get("weak_password")
    reasons = weak.get("reasons") if is_object(weak) else None
    return tuple(filter(None, map(_said, reasons))) if is_array(reasons) else ()


def retry_after(response: Response) -> int | None:
    """Seconds; an HTTP date is read against the answer's own, for there is no clock here.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    said = (response.header("retry-after") or "").strip()
    if response.status not in (429, 503) or not said:
        return None
    if re.fullmatch(_SECONDS, said):
        return int(said)
    from email.utils import parsedate_to_datetime  # rare, and slow to import

    try:
        now = parsedate_to_datetime(response.header("date") or "")
        return max(0, int((parsedate_to_datetime(said) - now).total_seconds()))
    except (TypeError, ValueError, OverflowError):  # no date, or one without a zone
        return None


def _redirect(response: Response) -> str | None:
    location = response.header("location")
    if location is None or not 300 <= response.status < 400:
        return None
    try:
        host = urlsplit(location).hostname
    except ValueError:
        host = None
    return f"the server redirects to {host or 'another path'}, and redirects are not followed"


def _shown(problem: object, secrets: list[str]) -> object:
    """What an Error may keep of a body."""
    if isinstance(problem, str):
        return _shown_text(problem, secrets)
    shown = redact_json(problem, secrets)
    written = msgspec.json.encode(shown).decode()
    return shown if len(written) <= MAX_SHOWN else written[:MAX_SHOWN]


def _shown_text(text: str, secrets: list[str]) -> str:
    """Blanked first, then cut: half a secret would not be known for one."""
    window = MAX_SHOWN + LONGEST_SPELLED * LONGEST_SPELLING
    return redact(text[:window], secrets)[:MAX_SHOWN]


def pagination(response: Response) -> Pagination:
    """Where a page stands, from `Link` and `X-Total-Count`.

    https://github.com/supabase/auth/blob/master/internal/api/pagination.go
    """
    links = {rel: _page(url) for url, rel in re.findall(_LINK, response.header("link") or "")}
    total = response.header("x-total-count")
    return Pagination(links.get("next"), links.get("last"), _number(total or ""))


def _page(url: str) -> int | None:
    query = url.partition("?")[2].partition("#")[0]
    return _number("".join(parse_qs(query).get("page", [])))


def _number(digits: str) -> int | None:
    return int(digits) if re.fullmatch(_DIGITS, digits) else None
