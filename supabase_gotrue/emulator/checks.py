"""What the server holds to be an address, a phone, a password, a duration, a redirect.

What may live here: pure checks that return the normalised value or raise a `Refusal`.
Nothing here knows a request or the database.
"""

import ipaddress
import re
from decimal import Decimal
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.settings import Settings

# bcrypt reads no further.
MAX_PASSWORD: Final = 72
MAX_EMAIL: Final = 255

_LABEL: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL: Final = re.compile(rf"[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})*")
_PHONE: Final = re.compile(r"[1-9][0-9]{1,14}")
_HOST: Final = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?")
_PART: Final = re.compile(r"([0-9]*)(?:\.([0-9]*))?([^0-9.]*)")
_CHALLENGE: Final = re.compile(r"[a-zA-Z0-9._~-]+")
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


def invalid(message: str) -> Refusal:
    """A refusal of what was sent."""
    return Refusal(400, "validation_failed", message)


def email(text: str) -> str:
    """The address in lower case.

    https://github.com/supabase/auth/blob/master/internal/api/mail.go

    >>> email("Ana@Example.com")
    'ana@example.com'
    """
    if not text:
        raise invalid("An email address is required")
    if len(text.encode("utf-8", "replace")) > MAX_EMAIL:
        raise invalid("An email address is too long")
    if not _EMAIL.fullmatch(text):
        raise invalid("Unable to validate email address: invalid format")
    return text.lower()


def bare_phone(text: str) -> str:
    """The phone without a plus sign and blanks, right or wrong."""
    return text.removeprefix("+").replace(" ", "")


def phone(text: str) -> str:
    """The phone without a plus sign and blanks.

    https://github.com/supabase/auth/blob/master/internal/api/phone.go

    >>> phone("+1 555 0100")
    '15550100'
    """
    bare = bare_phone(text)
    if not _PHONE.fullmatch(bare):
        raise invalid("Invalid phone number format (E.164 required)")
    return bare


def weakness(settings: Settings, password: str) -> Refusal | None:
    """Why a password will not do, if it will not.

    https://github.com/supabase/auth/blob/master/internal/api/password.go
    """
    if len(password.encode()) > MAX_PASSWORD:
        return invalid(f"Password cannot be longer than {MAX_PASSWORD} characters")
    sets = settings.password_required_characters
    length = len(password.encode()) < settings.password_min_length
    characters = any(not set(group) & set(password) for group in sets if group)
    short = f"Password should be at least {settings.password_min_length} characters."
    plain = f"Password should contain at least one character of each: {', '.join(sets)}."
    complaints = {"length": short * length, "characters": plain * characters}
    said = {reason: words for reason, words in complaints.items() if words}
    if not said:
        return None
    return Refusal(422, "weak_password", " ".join(said.values()), reasons=tuple(said))


def strong(settings: Settings, password: str) -> None:
    """Refuse a password that will not do."""
    if weak := weakness(settings, password):
        raise weak


def duration(text: str) -> int:
    """Microseconds of a duration as Go writes them.

    https://pkg.go.dev/time#ParseDuration

    >>> duration("1h30m5.5s")
    5405500000
    >>> duration("-1h"), duration("0"), duration("none")
    (-3600000000, 0, 0)
    """
    if text == "none":
        return 0
    sign, rest = (-1 if text[:1] == "-" else 1), text[1:] if text[:1] in ("+", "-") else text
    if rest == "0":
        return 0
    total = Decimal(0)
    if not rest:
        raise _no_duration("invalid duration", text)
    while rest:
        part = _PART.match(rest)
        whole, fraction, unit = part.groups() if part else ("", None, "")
        if not whole and not fraction:
            raise _no_duration("invalid duration", text)
        if not unit:
            raise _no_duration("missing unit in duration", text)
        if unit not in _UNITS:
            raise _no_duration(f"unknown unit {_quoted(unit)} in duration", text)
        total += Decimal(f"{whole or 0}.{fraction or 0}") * _UNITS[unit]
        rest = rest[part.end() :] if part else ""
    if total > 2**63 - (sign > 0):
        raise _no_duration("invalid duration", text)
    return sign * int(total) // 1000


def _no_duration(fault: str, text: str) -> Refusal:
    return invalid(f"invalid format for ban duration: time: {fault} {_quoted(text)}")


def _quoted(text: str) -> str:
    """As Go's `time` quotes: https://go.dev/src/time/format.go"""

    def shown(char: str) -> str:
        if char in '"\\':
            return f"\\{char}"
        plain = " " <= char < "\x80"
        return char if plain else "".join(f"\\x{byte:02x}" for byte in char.encode())

    return f'"{"".join(map(shown, text))}"'


def challenge(method: str, text: str) -> None:
    """Refuse the code challenge of a PKCE flow that is none.

    https://github.com/supabase/auth/blob/master/internal/api/pkce.go
    """
    if bool(text) != bool(method):
        raise invalid("PKCE flow requires code_challenge_method and code_challenge")
    if text and not 43 <= len(text) <= 128:
        raise invalid("code challenge has to be between 43 and 128 characters")
    if text and not _CHALLENGE.fullmatch(text):
        raise invalid(
            "code challenge can only contain alphanumeric characters, hyphens, periods, "
            "underscores and tildes"
        )


def redirect_allowed(settings: Settings, url: str) -> bool:
    """Whether a link may lead there.

    https://github.com/supabase/auth/blob/master/internal/utilities/request.go

    >>> site = Settings(allow_redirect=("https://example.com/**",))
    >>> redirect_allowed(site, "https://example.com/a/b"), redirect_allowed(site, "https://a.test")
    (True, False)
    """
    try:
        base, to = urlsplit(settings.site_url), urlsplit(url)
        same_port = base.port == to.port or to.hostname in _LOOPBACK_NAMES
    except ValueError:
        return False
    if not url:
        return False
    if base.hostname == to.hostname and base.scheme == to.scheme and same_port:
        return True
    host = to.hostname or ""
    try:
        return not host.isdigit() and ipaddress.ip_address(host).is_loopback
    except ValueError:
        usual = to.scheme not in ("http", "https") or _HOST.fullmatch(host)
        plain = url.partition("#")[0]
        allowed = any(_glob(glob).fullmatch(plain) for glob in settings.allow_redirect)
        return bool(usual) and allowed


_GLOB: Final = re.compile(r"\*\*|\*|\?|\[(!?)([^\]]+)\]|\{([^}]*)\}|\\(.)|(.)", re.DOTALL)


@lru_cache(maxsize=256)
def _glob(pattern: str) -> re.Pattern[str]:
    """`*` and `?` stop at `.` and `/`, `**` does not."""

    def part(found: re.Match[str]) -> str:
        text, (negated, chars, choices, escaped, plain) = found[0], found.groups()
        if choices is not None:
            return f"(?:{'|'.join(_glob(choice).pattern for choice in choices.split(','))})"
        if chars is not None:
            inside = re.escape(chars).replace(r"\-", "-")
            return f"[{'^' if negated else ''}{inside}]"
        special = {"**": ".*", "*": "[^./]*", "?": "[^./]"}
        return special.get(text) or re.escape(escaped or plain)

    return re.compile(_GLOB.sub(part, pattern), re.DOTALL)
