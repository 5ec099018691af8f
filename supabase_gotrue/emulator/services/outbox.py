"""`Mail`, and the hourly email rate limit."""

from threading import Lock
from typing import Final

import msgspec

HOUR: Final = 3600 * 1_000_000


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """An email or text message.

    Args:
        to: The email address or phone number.
        type: `signup`, `invite`, `magiclink`, `recovery`, `email_change`,
            `reauthentication`, `sms`, `phone_change` or `mfa`.
        otp: The one-time code.
        link: The link to `/verify`; `""` if the message has only a code.
        token_hash: The `token_hash` that `POST /verify` accepts.
        redirect_to: The URL to which the link redirects.
        sent_at: The time, as the server formats times.
    """

    to: str
    type: str
    otp: str
    link: str = ""
    token_hash: str = ""
    redirect_to: str = ""
    sent_at: str


class RateLimit:
    """A limit per hour, which starts with the first email."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._lock = Lock()
        self._since = 0
        self._count = 0

    def allow(self, now: int) -> bool:
        """Count one more email, or return False if the limit is reached."""
        if self._limit is None:
            return True
        with self._lock:
            if now - self._since >= HOUR:
                self._since, self._count = now, 0
            if self._count >= self._limit:
                return False
            self._count += 1
            return True
