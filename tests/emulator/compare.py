"""Answers as far as they must agree: ids, times, tokens and codes by their kind alone."""

import json
import re
from collections.abc import Mapping
from typing import Any

from supabase_gotrue.json_types import is_array, is_object

KEPT = frozenset(
    {
        "content-type",
        "link",
        "location",
        "x-total-count",
        "x-sb-error-code",
        "x-supabase-api-version",
        "retry-after",
    }
)
KINDS = (
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
BY_KIND = frozenset(
    {
        *("email_otp", "expires_at", "next_cursor", "qr_code", "refresh_token", "secret"),
        *("phone", "new_phone"),
    }
)
# The server answers them in no order of their own.
UNORDERED = frozenset({"", "identities", "factors", "providers"})


def comparable(headers: Mapping[str, str], body: Any, tag: str) -> tuple[dict[str, str], Any]:
    """What of an answer is the same on each run; the tag is the run's own."""
    numbers = f"{int(tag, 16) % 10**8:08}"

    def text(value: str) -> str:
        value = value.replace(tag, "<tag>").replace(numbers, "<number>")
        for pattern, kind in KINDS:
            value = re.sub(pattern, kind, value)
        return value

    def by_kind(value: Any, name: str = "") -> Any:
        if is_object(value):
            return {key: by_kind(value[key], key) for key in sorted(value)}
        if is_array(value):
            items = [by_kind(item) for item in value]
            return sorted(items, key=json.dumps) if name in UNORDERED else items
        if name in BY_KIND and value:
            return f"<{name}>"
        return text(value) if isinstance(value, str) else value

    kept = {name: text(value) for name, value in headers.items() if name in KEPT}
    return kept, by_kind(body)


def decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
