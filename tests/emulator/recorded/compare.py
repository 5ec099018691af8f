"""Normalizes responses for comparison: ids, times, tokens and codes become placeholders."""

import json
import re
from collections.abc import Mapping
from typing import Any

from supabase_gotrue.json_types import is_array, is_object

HEADERS = frozenset(
    {
        "access-control-allow-credentials",
        "access-control-allow-headers",
        "access-control-allow-methods",
        "access-control-allow-origin",
        "access-control-expose-headers",
        "allow",
        "content-type",
        "link",
        "location",
        "x-total-count",
        "x-sb-error-code",
        "x-supabase-api-version",
        "retry-after",
        "sb-auth-refresh-token-prefix",
        "sb-auth-session-id",
        "sb-auth-user-id",
    }
)
PLACEHOLDERS = (
    (r"eyJ[\w-]+\.[\w-]+\.[\w-]+", "<jwt>"),
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uuid>"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "<time>"),
    (r"\b[0-9a-f]{56}\b", "<hash>"),
    (r"(https?://[^/\s]+)(?=/verify\?)", "<server>"),
    (r"(?<=cursor=)[\w%-]+", "<cursor>"),
    (r"(?<=refresh_token=)\w+", "<token>"),
    (r"(?<=expires_at=)\d+", "<seconds>"),
    (r"\b[A-Z2-7]{32}\b", "<secret>"),
    (r"^[\w-]{43}$", "<blurred>"),
)
REPLACED_KEYS = frozenset(
    {
        *("email_otp", "expires_at", "next_cursor", "qr_code", "refresh_token", "secret"),
        "version",
        *("phone", "new_phone", "sb-auth-refresh-token-prefix"),
    }
)
# Lists that the server returns in no particular order.
UNORDERED = frozenset({"", "identities", "factors", "providers"})


def normalize(headers: Mapping[str, str], body: Any, tag: str) -> tuple[dict[str, str], Any]:
    """Replace what differs between runs; `tag` is the tag of the run."""
    numbers = f"{int(tag, 16) % 10**8:08}"

    def replace_text(value: str) -> str:
        value = value.replace(tag, "<tag>").replace(numbers, "<number>")
        for pattern, placeholder in PLACEHOLDERS:
            value = re.sub(pattern, placeholder, value)
        return value

    def replace_value(value: Any, name: str = "") -> Any:
        if is_object(value):
            return {key: replace_value(value[key], key) for key in sorted(value)}
        if is_array(value):
            items = [replace_value(item) for item in value]
            return sorted(items, key=json.dumps) if name in UNORDERED else items
        if name in REPLACED_KEYS and value:
            return f"<{name}>"
        return replace_text(value) if isinstance(value, str) else value

    kept_headers = {
        name: replace_value(value, name) for name, value in headers.items() if name in HEADERS
    }
    return kept_headers, replace_value(body)


def decode(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
