"""Validation of email addresses, phones, passwords, durations and redirect URLs."""

import ipaddress
import re
from decimal import Decimal
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from supabase_gotrue.emulator.errors import APIError, validation_failed
from supabase_gotrue.emulator.settings import Settings

# bcrypt ignores everything after this many bytes.
MAX_PASSWORD_LENGTH: Final = 72
MAX_EMAIL_LENGTH: Final = 255

_LABEL: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL: Final = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")
_PHONE: Final = re.compile(r"[1-9][0-9]{1,14}")
_HOST: Final = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?")
_DURATION_PART: Final = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]*)")
# Go rejects control characters, and invalid escapes except in the query.
_INVALID_URL: Final = re.compile(
    r"[\x00-\x1f\x7f]|^[^?]*%(?![0-9a-fA-F]{2})|#.*%(?![0-9a-fA-F]{2})"
)
_LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")
_UNITS: Final = {
    "ns": 1,
    "us": 10**3,
    "\u00b5s": 10**3,
    "\u03bcs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}


def validate_email(text: str) -> str:
    """Return the address in lower case, or raise.

    https://github.com/supabase/auth/blob/master/internal/api/mail.go

    >>> validate_email("Ana@Example.com")
    'ana@example.com'
    """
    if not text:
        raise validation_failed("An email address is required")
    if len(text.encode("utf-8", "replace")) > MAX_EMAIL_LENGTH:
        raise validation_failed("An email address is too long")
    if not _EMAIL.fullmatch(text):
        raise validation_failed("Unable to validate email address: invalid format")
    return text.lower()


def format_phone_number(text: str) -> str:
    """Remove the plus sign and spaces from a phone number."""
    return text.removeprefix("+").replace(" ", "")


def validate_phone(text: str) -> str:
    """Return the phone number without plus sign and spaces, or raise.

    https://github.com/supabase/auth/blob/master/internal/api/phone.go

    >>> validate_phone("+1 555 0100")
    '15550100'
    """
    formatted = format_phone_number(text)
    if not _PHONE.fullmatch(formatted):
        raise validation_failed("Invalid phone number format (E.164 required)")
    return formatted


def password_weakness(settings: Settings, password: str) -> APIError | None:
    """Return the error for a weak or too long password, or None.

    https://github.com/supabase/auth/blob/master/internal/api/password.go
    """
    if len(password.encode()) > MAX_PASSWORD_LENGTH:
        return validation_failed(f"Password cannot be longer than {MAX_PASSWORD_LENGTH} characters")
    sets = settings.password_required_characters
    too_short = len(password.encode()) < settings.password_min_length
    lacks_characters = any(not set(group) & set(password) for group in sets if group)
    length = f"Password should be at least {settings.password_min_length} characters."
    characters = f"Password should contain at least one character of each: {', '.join(sets)}."
    messages = {"length": length} if too_short else {}
    messages |= {"characters": characters} if lacks_characters else {}
    if not messages:
        return None
    return APIError(422, "weak_password", " ".join(messages.values()), reasons=tuple(messages))


def check_password_strength(settings: Settings, password: str) -> None:
    """Raise if a password is weak or too long."""
    if error := password_weakness(settings, password):
        raise error


def parse_duration(text: str) -> int:
    """Parse a Go duration, or `none`, into nanoseconds.

    https://pkg.go.dev/time#ParseDuration

    >>> parse_duration("1h30m5.5s")
    5405500000000
    >>> parse_duration("-1h"), parse_duration("0"), parse_duration("none")
    (-3600000000000, 0, 0)
    """
    if text == "none":
        return 0
    sign, rest = (-1 if text[:1] == "-" else 1), text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    total = Decimal(0)
    if not rest:
        raise _duration_error("invalid duration", text)
    while rest:
        part = _DURATION_PART.match(rest)
        whole, fraction, unit = part.groups() if part else ("", None, "")
        if not whole and not fraction:
            raise _duration_error("invalid duration", text)
        if not unit:
            raise _duration_error("missing unit in duration", text)
        if unit not in _UNITS:
            raise _duration_error(f"unknown unit {_go_quote(unit)} in duration", text)
        total += Decimal(f"{whole or 0}.{fraction or 0}") * _UNITS[unit]
        rest = rest[part.end() :] if part else ""
    if total > 2**63 - (sign > 0):
        raise _duration_error("invalid duration", text)
    return sign * int(total)


def _duration_error(problem: str, text: str) -> APIError:
    return validation_failed(f"invalid format for ban duration: time: {problem} {_go_quote(text)}")


def _go_quote(text: str) -> str:
    """Quote as Go's `time` does: https://go.dev/src/time/format.go"""

    def escape(char: str) -> str:
        if char in '"\\':
            return f"\\{char}"
        is_ascii = " " <= char < "\x80"
        return char if is_ascii else "".join(f"\\x{byte:02x}" for byte in char.encode())

    return f'"{"".join(map(escape, text))}"'


def is_redirect_url_valid(settings: Settings, url: str) -> bool:
    """Return whether links may redirect to a URL.

    https://github.com/supabase/auth/blob/master/internal/utilities/request.go

    >>> site = Settings(allow_redirect=("https://example.com/**",))
    >>> is_redirect_url_valid(site, "https://example.com/a/b"), is_redirect_url_valid(site, "https://a.test")
    (True, False)
    """
    try:
        site, target = urlsplit(settings.site_url), urlsplit(url)
        same_port = site.port == target.port or target.hostname in _LOOPBACK_NAMES
    except ValueError:
        return False
    if not url or _INVALID_URL.search(url):
        return False
    if site.hostname == target.hostname and site.scheme == target.scheme and same_port:
        return True
    host = target.hostname or ""
    try:
        return not host.isdigit() and ipaddress.ip_address(host).is_loopback
    except ValueError:
        valid_host = target.scheme not in ("http", "https") or _HOST.fullmatch(host)
        bare_url = url.partition("#")[0]
        allowed = any(_compile_glob(glob).fullmatch(bare_url) for glob in settings.allow_redirect)
        return bool(valid_host) and allowed


_GLOB: Final = re.compile(r"\*\*|\*|\?|\[(!?)([^\]]+)\]|\{([^}]*)\}|\\(.)|(.)", re.DOTALL)


@lru_cache(maxsize=256)
def _compile_glob(pattern: str) -> re.Pattern[str]:
    """Compile a glob in which `*` and `?` do not match `.` and `/`, but `**` does."""

    def translate(match: re.Match[str]) -> str:
        text, (negated, chars, choices, escaped, literal) = match[0], match.groups()
        if choices is not None:
            return f"(?:{'|'.join(_compile_glob(choice).pattern for choice in choices.split(','))})"
        if chars is not None:
            char_class = re.escape(chars).replace(r"\-", "-")
            return f"[{'^' if negated else ''}{char_class}]"
        special = {"**": ".*", "*": "[^./]*", "?": "[^./]"}
        return special.get(text) or re.escape(escaped or literal)

    return re.compile(_GLOB.sub(translate, pattern), re.DOTALL)
