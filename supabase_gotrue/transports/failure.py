"""Why no complete response arrived, and the `Error` that each reason becomes."""

import os
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from supabase_gotrue.error import Error, ErrorCode
from supabase_gotrue.request import Request
from supabase_gotrue.response import request_context

FailureKind = Literal[
    "timeout",
    "connect_timeout",
    "pool_timeout",
    "connect_error",
    "dns_error",
    "tls_error",
    "proxy_error",
    "connection_lost",
    "protocol_error",
    "decode_error",
    "body_too_large",
    "authorities_error",
    "no_event_loop",
    "not_sent",
    "unsupported_version",
    "unknown",
]

# Types of exceptions, and the kind of failure that they mean.
ExceptionKinds: TypeAlias = tuple[tuple[FailureKind, tuple[type[BaseException], ...]], ...]

DEFAULT_PORTS: Final[Mapping[str, int]] = MappingProxyType({"http": 80, "https": 443})


class TransportFailure(NamedTuple):
    """One attempt that brought no complete response.

    Args:
        kind: What happened.
        status: The HTTP status, if the header block arrived.
        detail: The reason, or where to look for it. It holds no secret.
        proxy: The URL of the proxy that leads to the server, if there is one. It may hold
            a password.
    """

    kind: FailureKind
    status: int | None = None
    detail: str | None = None
    proxy: str | None = None


class FailureError(NamedTuple):
    """The error for a kind of failure.

    Args:
        code: The code of the error.
        message: The message of the error; `HOST` and `PORT` stand for those of the request.
        may_be_applied: Whether a change may have been carried out: the request was sent.
    """

    code: ErrorCode
    message: str
    may_be_applied: bool


FAILURE_ERRORS: Final[Mapping[FailureKind, FailureError]] = MappingProxyType(
    {
        "timeout": FailureError("timeout", "no complete response arrived in time", True),
        "connect_timeout": FailureError(
            "timeout", "no connection to HOST:PORT was made in time", False
        ),
        "pool_timeout": FailureError(
            "timeout", "no connection of the pool became free in time", False
        ),
        "connect_error": FailureError(
            "connection_error", "no connection to HOST:PORT could be made", False
        ),
        "dns_error": FailureError("connection_error", "the name HOST cannot be resolved", False),
        "tls_error": FailureError(
            "connection_error", "the TLS of HOST:PORT cannot be verified or understood", False
        ),
        "proxy_error": FailureError(
            "connection_error", "the proxy did not connect to the server", False
        ),
        "connection_lost": FailureError(
            "connection_error", "the connection broke before the response was complete", True
        ),
        "protocol_error": FailureError("invalid_response", "the response is not valid HTTP", True),
        "decode_error": FailureError(
            "invalid_response", "the content encoding of the response is broken", True
        ),
        "body_too_large": FailureError(
            "invalid_response", "the response is larger than max_response_bytes", True
        ),
        "authorities_error": FailureError(
            "connection_error", "the certificate authorities cannot be read", False
        ),
        "no_event_loop": FailureError(
            "connection_error",
            "asyncio is needed: without it, use the blocking functions, in trio "
            "with anyio.to_thread.run_sync",
            False,
        ),
        "not_sent": FailureError("connection_error", "the request was not sent", False),
        "unsupported_version": FailureError(
            "unexpected", "the installed libraries are not supported", False
        ),
        "unknown": FailureError("unexpected", "the transport failed", True),
    }
)


# The kinds for which OpenSSL or the operating system may have a reason.
EXPLAINED: Final = frozenset[FailureKind](
    {"connect_error", "tls_error", "authorities_error", "proxy_error"}
)


def failure_error(failure: TransportFailure, request: Request) -> Error:
    """Return the error for a failed attempt.

    >>> failure_error(TransportFailure("timeout"), Request("POST", "http://localhost", {}))
    Error(code='timeout', message='no complete response arrived in time', outcome_unknown=True)
    """
    code, template, may_be_applied = FAILURE_ERRORS[failure.kind]
    message = _fill_in(template, request.url, failure.proxy)
    status = failure.status
    if status is not None:
        may_be_applied = not 400 <= status < 500
    return Error(
        code,
        message if failure.detail is None else f"{message}: {failure.detail}",
        status=status,
        metadata=request_context(request) | ({} if status is None else {"resp_status": status}),
        outcome_unknown=may_be_applied and request.is_change,
    )


def _fill_in(template: str, url: str, proxy: str | None) -> str:
    """Name the server in a message, and the proxy, whose name is the one that is resolved."""
    server = _address(url) or "the server"
    if proxy is None:
        host = server.rpartition(":")[0]
        return template.replace("HOST:PORT", server).replace("HOST", host)
    address = _address(proxy) or "of the environment"
    host = f"{address.rpartition(':')[0]} of the proxy"
    return template.replace("HOST:PORT", f"{server} through the proxy {address}").replace(
        "HOST", host
    )


def _address(url: str) -> str | None:
    """Return the host and the port; the URL of a request made by hand may be anything."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORTS[parts.scheme]
        host = parts.hostname or ""
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def kind_of(causes: tuple[BaseException, ...], kinds: ExceptionKinds) -> FailureKind:
    """Return the kind of the first row that has the type of an exception or of a cause."""
    for kind, types in kinds:
        if any(isinstance(cause, types) for cause in causes):
            return kind
    return "unknown"


def descriptor_error() -> str | None:
    """Return the reason if no file can be opened, and so nothing can be imported, else `None`."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as raised:
        return raised.strerror
    return None


def reason(causes: Iterable[BaseException]) -> str | None:
    """Return what OpenSSL or the operating system says about a failure, if anything.

    The texts of exceptions are not used: those of libraries quote headers.

    >>> reason([OSError(24, "as the exception says it")])
    'Too many open files'
    """
    return next(filter(None, map(_reason, causes)), None)


def _reason(cause: BaseException) -> str | None:
    import socket  # imported late: slow to import, and a transport has done so
    import ssl

    match cause:
        case ssl.SSLError():  # of OpenSSL, or raised by a library without these attributes
            text = getattr(cause, "verify_message", None) or getattr(cause, "reason", None)
            return str(text or "").replace("_", " ")
        case OSError(errno=int() as number) if not isinstance(cause, socket.gaierror):
            return os.strerror(number)
        case _:
            return None
