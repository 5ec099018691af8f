"""What can be done about an error."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from supabase_gotrue import Error
from supabase_gotrue.error import BLANK, INVALID

# What the library's messages about arguments mean on the command line.
FIELD_HINTS: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("SUPABASE_URL", BLANK): "set it, or give --url or --auth-url",
        ("SUPABASE_SECRET_KEY", BLANK): "set it, give --key-file, or be asked on a terminal",
        ("user_metadata", INVALID): 'it must be a JSON object: \'{"plan": "pro"}\'',
        ("app_metadata", INVALID): 'it must be a JSON object: \'{"plan": "pro"}\'',
        ("password", BLANK): "give --password-stdin",
        ("new_email", BLANK): "give --new-email",
    }
)
CODE_HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "connection_error": "to find the cause, run: {doctor}",
        "timeout": "to find the cause, run: {doctor}",
        "unauthorized": "the key is not accepted; to find the cause, run: {doctor}",
        "forbidden": "the key is not an administrator's; to find the cause, run: {doctor}",
    }
)
NO_ROUTE: Final = "is the URL right? to find the cause, run: {doctor}"
UNKNOWN_OUTCOME: Final = "the change may have been carried out: look before you repeat it"


def hints(error: Error, doctor: str) -> list[str]:
    """Return what can be done about an error.

    Args:
        error: The error.
        doctor: The command that finds the cause.
    """
    is_routeless = error.status == 404 and not error.error_code
    found = [
        *(FIELD_HINTS.get((field, messages[0])) for field, messages in error.errors.items()),
        f"the password is too weak: {', '.join(error.reasons)}" if error.reasons else None,
        f"try again in {error.retry_after} seconds" if error.retry_after else None,
        UNKNOWN_OUTCOME if error.outcome_unknown else None,
        CODE_HINTS.get(error.code),
        NO_ROUTE if is_routeless else None,
    ]
    return [hint.replace("{doctor}", doctor) for hint in found if hint]
