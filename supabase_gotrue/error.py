"""The one failure of the library.

What may live here: `Error`, its codes, and the words of errors that arguments cause.
Nothing here knows a request, a client or a schema; nothing here logs or does I/O.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, TypedDict, final

ErrorCode = Literal[
    "bad_request",
    "unauthorized",
    "forbidden",
    "not_found",
    "method_not_allowed",
    "resource_already_exists",
    "missing_content_length",
    "content_too_large",
    "invalid_range",
    "unprocessable_entity",
    "resource_locked",
    "too_many_requests",
    "server_error",
    "not_implemented",
    "service_unavailable",
    "gateway_timeout",
    "unexpected",
    "validation",
    "connection_error",
    "timeout",
    "invalid_response",
]

# The original's names, and its fallback:
# https://hexdocs.pm/supabase_potion/Supabase.Error.html
CODE_OF_STATUS: Final[Mapping[int, ErrorCode]] = MappingProxyType(
    {
        400: "bad_request",
        401: "unauthorized",
        403: "forbidden",
        404: "not_found",
        405: "method_not_allowed",
        409: "resource_already_exists",
        411: "missing_content_length",
        413: "content_too_large",
        416: "invalid_range",
        422: "unprocessable_entity",
        423: "resource_locked",
        429: "too_many_requests",
        500: "server_error",
        501: "not_implemented",
        503: "service_unavailable",
        504: "gateway_timeout",
    }
)

Messages = tuple[str, ...]
BLANK: Final = "can't be blank"
INVALID: Final = "is invalid"
UNKNOWN: Final = "is unknown"

_SET_BY_THE_INTERPRETER: Final = frozenset(
    {"__traceback__", "__cause__", "__context__", "__suppress_context__", "__notes__"}
)


@final
class Error(Exception):
    """Why a call failed: the only type that a `Failure` of this library holds.

    It is a value: equal by its fields, hashable, picklable and immutable. The library
    never raises it; `.unwrap()` of a `Failure` chains it to what that raises.

    Args:
        code: the status as a word (`"not_found"`), or what went wrong without a usable
            answer: `"validation"`, `"connection_error"`, `"timeout"`, `"invalid_response"`.
        message: the server's own words, else the code in words.
        error_code: GoTrue's own code, for example `"email_exists"`.
        status: the HTTP status, `None` where no answer arrived.
        service: the service that failed, always `"auth"`.
        errors: for `"validation"`: each field with its messages.
        reasons: why a password is weak: `"length"`, `"characters"`, `"pwned"`.
        retry_after: seconds to wait, where the server named them with a 429 or 503.
        metadata: method, path, resp_status, resp_body, request_id: what helps to find
            the call in a log; never anything secret, never what was sent.

    >>> error = Error("not_found", "User not found", status=404, error_code="user_not_found")
    >>> error
    Error(code='not_found', message='User not found', error_code='user_not_found', status=404)
    >>> match error:
    ...     case Error("not_found", message):
    ...         print(message)
    User not found
    """

    __match_args__ = ("code", "message")
    __slots__ = (
        "_metadata",
        "code",
        "error_code",
        "errors",
        "message",
        "reasons",
        "retry_after",
        "service",
        "status",
    )

    code: ErrorCode
    message: str
    error_code: str | None
    status: int | None
    service: str
    errors: Mapping[str, Messages]
    reasons: tuple[str, ...]
    retry_after: int | None
    _metadata: dict[str, object]

    def __init__(
        self,
        code: ErrorCode,
        message: str | None = None,
        *,
        error_code: str | None = None,
        status: int | None = None,
        service: str = "auth",
        errors: Mapping[str, Sequence[str]] | None = None,
        reasons: Iterable[str] = (),
        retry_after: int | None = None,
        metadata: Mapping[str, object] | None = None,
    ) -> None:
        if hasattr(self, "code"):  # called once more, which must change nothing
            return
        keep = super().__setattr__
        keep("code", code)
        keep("message", humanize(code) if message is None else message)
        keep("error_code", error_code)
        keep("status", status)
        keep("service", service)
        keep("errors", MappingProxyType({k: tuple(v) for k, v in (errors or {}).items()}))
        keep("reasons", tuple(reasons))
        keep("retry_after", retry_after)
        keep("_metadata", _copied(metadata or {}))

    @property
    def metadata(self) -> Mapping[str, object]:
        """What helps to find the call in a log, as a copy of the caller's own."""
        return MappingProxyType(_copied(self._metadata))

    def with_message(self, message: str) -> "Error":
        """The same error with a message that says more."""
        return _rebuild({**self._fields(), "message": message})

    def _fields(self) -> "_Fields":
        return {
            "code": self.code,
            "message": self.message,
            "error_code": self.error_code,
            "status": self.status,
            "service": self.service,
            "errors": dict(self.errors),
            "reasons": self.reasons,
            "retry_after": self.retry_after,
            "metadata": dict(self.metadata),
        }

    def __eq__(self, other: object) -> bool:
        return self._fields() == other._fields() if isinstance(other, Error) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.code, self.message, self.error_code, self.status))

    def __repr__(self) -> str:
        left_out = ("service", "metadata")
        shown = (f"{k}={v!r}" for k, v in self._fields().items() if v and k not in left_out)
        return f"Error({', '.join(shown)})"

    def __str__(self) -> str:
        where = [str(part) for part in (self.code, self.error_code, self.status) if part]
        return f"{self.message} ({', '.join(where)})"

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(_free(name), value)

    def __delattr__(self, name: str) -> None:
        super().__delattr__(_free(name))

    def __reduce__(self) -> tuple[object, ...]:
        notes = list(getattr(self, "__notes__", ()))
        state = {"__notes__": notes} if notes else None
        return (_rebuild, (self._fields(),), state)


def _copied(metadata: Mapping[str, object]) -> dict[str, object]:
    from copy import deepcopy  # which only failures need

    return deepcopy(dict(metadata))


def _free(name: str) -> str:
    if name in _SET_BY_THE_INTERPRETER:
        return name
    message = f"an Error is immutable: {name!r} cannot be set or deleted"
    raise AttributeError(message)


class _Fields(TypedDict):
    code: ErrorCode
    message: str
    error_code: str | None
    status: int | None
    service: str
    errors: dict[str, Messages]
    reasons: tuple[str, ...]
    retry_after: int | None
    metadata: dict[str, object]


def _rebuild(fields: _Fields) -> Error:
    return Error(**fields)


def humanize(code: str) -> str:
    """A code in words, as the original has them.

    >>> humanize("unprocessable_entity")
    'Unprocessable Entity'
    """
    return code.replace("_", " ").title()


def invalid(errors: Mapping[str, Messages], hints: Mapping[str, str] | None = None) -> Error:
    """The error of arguments that are not sent: each field with what is wrong with it.

    >>> invalid({"emial": ("is unknown",)}, {"emial": "did you mean 'email'?"}).message
    "emial is unknown (did you mean 'email'?)"
    """
    said = {field: f" ({hint})" for field, hint in (hints or {}).items()}
    complaints = (f"{k} {' and '.join(v)}{said.get(k, '')}" for k, v in errors.items())
    return Error("validation", "; ".join(complaints), errors=errors)
