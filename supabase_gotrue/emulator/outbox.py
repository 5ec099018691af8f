"""The mails that the server would have sent.

What may live here: `Mail`, and the limit of how many go out in an hour.
"""

from threading import Lock
from typing import Final

import msgspec

HOUR: Final = 3600 * 1_000_000


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A mail, or a text message, with what its reader would click or type.

    Args:
        to: an address, or a phone.
        type: `signup`, `invite`, `magiclink`, `recovery`, `email_change`,
            `reauthentication`, `sms`, `phone_change` or `mfa`.
        otp: the one-time code.
        link: what to open, `""` where there is only a code.
        token_hash: what `POST /verify` takes as `token_hash`.
        redirect_to: where the link leads in the end.
        sent_at: as the server writes times.
    """

    to: str
    type: str
    otp: str
    link: str = ""
    token_hash: str = ""
    redirect_to: str = ""
    sent_at: str


class RateLimit:
    """So many in an hour, counted from the first."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._lock = Lock()
        self._since = 0
        self._count = 0

    def allow(self, now: int) -> bool:
        """Whether one more may go out; where it may, it counts."""
        if self._most is None:
            return True
        with self._lock:
            if now - self._since >= HOUR:
                self._since, self._count = now, 0
            if self._count >= self._most:
                return False
            self._count += 1
            return True
