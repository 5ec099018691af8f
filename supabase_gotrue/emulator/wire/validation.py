"""Validation of email addresses, phones, passwords, durations and redirect URLs."""

import ipaddress
import re
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from supabase_gotrue.emulator.go.durations import DurationError, parse_duration
from supabase_gotrue.emulator.go.gourl import LOOPBACK_NAMES
from supabase_gotrue.emulator.settings import Settings
from supabase_gotrue.emulator.wire.errors import APIError, validation_failed

# bcrypt ignores everything after this many bytes.
MAX_PASSWORD_LENGTH: Final = 72
MAX_EMAIL_LENGTH: Final = 255
_SMS_CHANNELS: Final = ("sms", "whatsapp")

_LABEL: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL: Final = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")
_PHONE: Final = re.compile(r"[1-9][0-9]{1,14}")
_HOST: Final = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?")
# Go rejects control characters, and invalid escapes except in the query.
_INVALID_URL: Final = re.compile(
    r"[\x00-\x1f\x7f]|^[^?]*%(?![0-9a-fA-F]{2})|#.*%(?![0-9a-fA-F]{2})"
)


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


def validate_sms_channel(channel: str) -> str:
    """Return the channel of a text message, or raise; the default is `sms`."""
    if channel and channel not in _SMS_CHANNELS:
        raise validation_failed(
            "Invalid channel, supported values are 'sms' or 'whatsapp'. 'whatsapp' is only "
            "supported if Twilio or Twilio Verify is used as the provider."
        )
    return channel or "sms"


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


def parse_ban_duration(text: str) -> int:
    """Parse a Go duration, or `none`, into nanoseconds, or raise.

    >>> parse_ban_duration("1h30m"), parse_ban_duration("none")
    (5400000000000, 0)
    """
    try:
        return 0 if text == "none" else parse_duration(text)
    except DurationError as error:
        raise validation_failed(f"invalid format for ban duration: {error}") from None


def is_redirect_url_valid(settings: Settings, url: str) -> bool:
    """Return whether links may redirect to a URL.

    https://github.com/supabase/auth/blob/master/internal/utilities/request.go

    >>> site = Settings(allow_redirect=("https://example.com/**",))
    >>> is_redirect_url_valid(site, "https://example.com/a/b"), is_redirect_url_valid(site, "https://a.test")
    (True, False)
    """
    try:
        site, target = urlsplit(settings.site_url), urlsplit(url)
        same_port = site.port == target.port or target.hostname in LOOPBACK_NAMES
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
