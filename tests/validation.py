"""The messages of validation errors, and the errors of a failed check."""

from typing import Any, Final

BLANK: Final = ("can't be blank",)
INVALID: Final = ("is invalid",)
UNKNOWN: Final = ("is unknown",)


def errors(checked: Any) -> dict[str, tuple[str, ...]]:
    """Return the messages by field of a Result that is a validation error."""
    assert checked.failure().code == "validation"
    return dict(checked.failure().errors)
