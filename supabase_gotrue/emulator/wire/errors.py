"""`APIError` and the errors that several handlers return.

https://github.com/supabase/auth/blob/master/internal/api/errors.go
"""

from collections.abc import Generator
from contextlib import contextmanager

from supabase_gotrue.emulator.store.database import DatabaseError, UniqueViolation


class APIError(Exception):
    """An error response. Raising it rolls the transaction back; returning it commits.

    Args:
        status: The HTTP status.
        code: GoTrue's error code; `""` if the real server would have panicked.
        message: The message.
        reasons: Why a password is weak.
        violation: Shown instead of the message to callers that send no API version.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        reasons: tuple[str, ...] = (),
        violation: UniqueViolation | None = None,
    ) -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code
        self.message = message
        self.reasons = reasons
        self.violation = violation


def internal_server_error() -> APIError:
    """Return the error for requests on which the real server panics."""
    return APIError(500, "", "Internal Server Error")


def unhandled_error(violation: UniqueViolation | None = None) -> APIError:
    """Return the error for which the real server only says that it is in its logs."""
    message = "Unexpected failure, please check server logs for more information"
    return APIError(500, "", message, violation=violation)


def unexpected_failure(message: str, violation: UniqueViolation | None = None) -> APIError:
    """Return a 500 that has an error code, for example for a database error."""
    return APIError(500, "unexpected_failure", message, violation=violation)


def validation_failed(message: str) -> APIError:
    """Return the error for invalid input."""
    return APIError(400, "validation_failed", message)


def email_exists() -> APIError:
    """Return the error for an email address that another user has."""
    message = "A user with this email address has already been registered"
    return APIError(422, "email_exists", message)


@contextmanager
def database_errors(message: str) -> Generator[None]:
    """Turn a `DatabaseError` of the block into an `APIError` with this message."""
    try:
        yield
    except DatabaseError as error:
        raise unexpected_failure(message, error.violation) from None
