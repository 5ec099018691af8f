"""`Error`, the one failure type of the library, and its codes."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, cast, final

from returns.result import Failure, Result
from typing_extensions import TypedDict

from supabase_gotrue.html_table import html_table
from supabase_gotrue.json_types import is_array, is_object

if TYPE_CHECKING:
    from supabase_gotrue.json_types import PydanticHandler
    from supabase_gotrue.pydantic_schema import Validator

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

# The names and the fallback of the Elixir library:
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

# A later call may succeed, and this one was not carried out unless `outcome_unknown`.
TRANSIENT_CODES: Final[frozenset[ErrorCode]] = frozenset(
    {
        "timeout",
        "connection_error",
        "too_many_requests",
        "service_unavailable",
        "gateway_timeout",
    }
)
# A gateway did not get the server's answer. 520 to 530 are Cloudflare's, 540 is a paused project:
# https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/
GATEWAY_STATUSES: Final = frozenset({502, 503, 504, *range(520, 531), 540})

Messages = tuple[str, ...]
BLANK: Final = "can't be blank"
INVALID: Final = "is invalid"
UNKNOWN: Final = "is unknown"

_MUTABLE_ATTRIBUTES: Final = frozenset(
    {"__traceback__", "__cause__", "__context__", "__suppress_context__", "__notes__"}
)


@final
class Error(Exception):
    """Why a call failed: the only type that a `Failure` of this library holds.

    It is a value: equal by its fields, hashable, picklable and immutable. The library
    never raises it; `.unwrap()` of a `Failure` chains it to the exception that it raises.

    Args:
        code: The status as a word (`"not_found"`). Without a usable response:
            `"validation"`, `"connection_error"`, `"timeout"`, `"invalid_response"`.
        message: The server's own message, else the code in words.
        error_code: GoTrue's own code, for example `"email_exists"`.
        status: The HTTP status, or `None` if no response arrived.
        service: The service that failed, always `"auth"`.
        errors: For `"validation"`: each field with its messages.
        reasons: Why a password is weak: `"length"`, `"characters"`, `"pwned"`.
        retry_after: Seconds to wait, if the server named them with a 429 or 503.
        metadata: Method, route, path, resp_status, resp_body, request_id: what helps to
            find the call in a log. It holds no secret and nothing that was sent.
        outcome_unknown: `True` if a change was sent and may have been carried out: read
            the state before you repeat the call.

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
        "outcome_unknown",
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
    outcome_unknown: bool
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
        outcome_unknown: bool = False,
    ) -> None:
        if hasattr(self, "code"):  # a second call of __init__ must not change the value
            return
        set_field = super().__setattr__
        set_field("code", code)
        set_field("message", humanize(code) if message is None else message)
        set_field("error_code", error_code)
        set_field("status", status)
        set_field("service", service)
        set_field("errors", MappingProxyType({k: tuple(v) for k, v in (errors or {}).items()}))
        set_field("reasons", tuple(reasons))
        set_field("retry_after", retry_after)
        set_field("outcome_unknown", outcome_unknown)
        set_field("_metadata", _deep_copy(metadata or {}))

    @property
    def metadata(self) -> Mapping[str, object]:
        """What helps to find the call in a log; each read returns a new copy."""
        return MappingProxyType(_deep_copy(self._metadata))

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later and cannot apply a change twice."""
        transient = self.code in TRANSIENT_CODES or self.status in GATEWAY_STATUSES
        return transient and not self.outcome_unknown

    def with_message(self, message: str) -> "Error":
        """Return the same error with another message.

        >>> str(Error("timeout").with_message("line 3: Timeout"))
        'line 3: Timeout (timeout)'
        """
        return _rebuild({**self._fields(), "message": message})

    def to_dict(self) -> dict[str, object]:
        """Return all fields as JSON types, for a log or a message queue. No secret is in it.

        >>> Error("timeout", metadata={"method": "GET"}).to_dict()["retryable"]
        True
        """
        return {
            **self._fields(),
            "errors": {field: list(messages) for field, messages in self.errors.items()},
            "reasons": list(self.reasons),
            "retryable": self.retryable,
        }

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: object, handler: "PydanticHandler"
    ) -> dict[str, object]:
        """Let pydantic and FastAPI take an Error as the type of a field or a response."""
        from supabase_gotrue.pydantic_schema import schema_of  # imported late: it is seldom needed

        fields = handler.generate_schema(_Dict)
        return schema_of(Error, fields, _make, Error._described)

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
            "outcome_unknown": self.outcome_unknown,
            "metadata": dict(self.metadata),
        }

    def _described(self) -> "_Dict":
        return {**self._fields(), "retryable": self.retryable}

    def __eq__(self, other: object) -> bool:
        return self._fields() == other._fields() if isinstance(other, Error) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.code, self.message, self.error_code, self.status))

    def __repr__(self) -> str:
        return f"Error({', '.join(f'{name}={value!r}' for name, value in self._shown())})"

    def _shown(self) -> list[tuple[str, object]]:
        hidden = ("service", "metadata")
        return [(k, v) for k, v in self._fields().items() if v and k not in hidden]

    def _repr_html_(self) -> str:
        """What Jupyter shows: the same as repr, as a table."""
        return html_table("Error", self._shown())

    def __str__(self) -> str:
        details = [str(part) for part in (self.code, self.error_code, self.status) if part]
        return f"{self.message} ({', '.join(details)})"

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(_check_mutable(name), value)

    def __delattr__(self, name: str) -> None:
        super().__delattr__(_check_mutable(name))

    def __reduce__(self) -> tuple[object, ...]:
        notes = list(getattr(self, "__notes__", ()))
        state = {"__notes__": notes} if notes else None
        return (_rebuild, (self._fields(),), state)


def _deep_copy(metadata: Mapping[str, object]) -> dict[str, object]:
    return {name: _copy(value) for name, value in dict(metadata).items()}


def _copy(value: object) -> object:
    """Copy decoded JSON, in a third of the time that `deepcopy` takes; that copies the rest."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    if is_object(value):
        return {name: _copy(item) for name, item in value.items()}
    if is_array(value):
        return [_copy(item) for item in value]
    from copy import deepcopy  # imported late: the library's own metadata is JSON

    return deepcopy(value)


def _check_mutable(name: str) -> str:
    if name in _MUTABLE_ATTRIBUTES:
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
    outcome_unknown: bool
    metadata: dict[str, object]


class _Dict(_Fields):
    """What pydantic reads and writes, as `to_dict`."""

    retryable: bool


def _make(value: object, check_fields: "Validator") -> Error:
    fields = {k: v for k, v in check_fields(value).items() if k != "retryable"}
    return _rebuild(cast("_Fields", fields))


def _rebuild(fields: _Fields) -> Error:
    return Error(**fields)


def error_of(result: Result[object, Error]) -> Error | None:
    """Return the Error of a Failure, or None for a Success."""
    return result.failure() if isinstance(result, Failure) else None


def humanize(code: str) -> str:
    """Return a code in words, as the Elixir library does.

    >>> humanize("unprocessable_entity")
    'Unprocessable Entity'
    """
    return code.replace("_", " ").title()


def validation_error(
    errors: Mapping[str, Messages], hints: Mapping[str, str] | None = None
) -> Error:
    """Return the error for invalid arguments: each field with its messages.

    Args:
        errors: By field; the messages after a field's first explain it.
        hints: By field; explanations for `message` alone.

    >>> validation_error({"emial": ("is unknown", "did you mean 'email'?")}).message
    "emial is unknown (did you mean 'email'?)"
    """
    details = {field: [*rest] for field, (_, *rest) in errors.items()}
    for field, hint in (hints or {}).items():
        details[field].append(hint)
    described = (
        f"{field} {messages[0]}" + (f" ({'; '.join(details[field])})" if details[field] else "")
        for field, messages in errors.items()
    )
    return Error("validation", "; ".join(described), errors=errors)


def check_fields(checks: Mapping[str, bool]) -> Error | None:
    """Return the error for the fields that are not valid, or None if all are.

    >>> check_fields({"reader": True, "blocksize": False})
    Error(code='validation', message='blocksize is invalid', errors={'blocksize': ('is invalid',)})
    """
    errors = {field: (INVALID,) for field, is_valid in checks.items() if not is_valid}
    return validation_error(errors) if errors else None


def describe_origin(error: BaseException) -> str:
    """Return the class of an exception and where it was raised, never its message."""
    origin = type(error).__name__
    traceback = error.__traceback__
    while traceback is not None:
        origin = f"{type(error).__name__} at {traceback.tb_frame.f_code.co_filename}"
        origin += f":{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return origin
