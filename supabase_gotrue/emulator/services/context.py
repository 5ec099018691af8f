"""`Context`: the state of one request.

https://github.com/supabase/auth/blob/master/internal/api/helpers.go
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from supabase_gotrue.emulator.settings import AUDIENCE, Settings
from supabase_gotrue.emulator.store.database import Transaction
from supabase_gotrue.emulator.store.rows import Factor, OAuthClient, Session, SSOProvider, User
from supabase_gotrue.emulator.wire.request import ServerRequest
from supabase_gotrue.emulator.wire.validation import is_redirect_url_valid
from supabase_gotrue.json_types import is_array

if TYPE_CHECKING:
    from supabase_gotrue.emulator.services.outbox import Mail
    from supabase_gotrue.emulator.wire.tokens import Claims

ADMIN_ROLES: Final = ("service_role", "supabase_admin")


class Context:
    """The state of one request, filled by guards and read by handlers."""

    # Set by the guards of the routes whose handlers read them.
    user: User
    factor: Factor
    oauth_client: OAuthClient
    sso_provider: SSOProvider

    def __init__(
        self,
        settings: Settings,
        request: ServerRequest,
        tx: Transaction,
        allow_email: Callable[[int], bool],
    ) -> None:
        self.settings = settings
        self.request = request
        self.tx = tx
        self.allow_email = allow_email
        self.claims: Claims = {}
        self.session: Session | None = None
        self.path_params: dict[str, str] = {}
        self.mails: list[Mail] = []
        self.response_headers: dict[str, str] = {}

    @property
    def now(self) -> int:
        return self.tx.now

    @property
    def referrer(self) -> str:
        """The requested redirect URL if it is allowed, otherwise the site URL.

        https://github.com/supabase/auth/blob/master/internal/utilities/request.go
        """
        headers = self.request.headers
        requested = headers.get("redirect_to") or self.request.form_value("redirect_to")
        for url in (requested, headers.get("referer", "")):
            if is_redirect_url_valid(self.settings, url):
                return url
        return self.settings.site_url

    @property
    def audience(self) -> str:
        """The audience whose users the request concerns."""
        if requested := self.request.headers.get("x-jwt-aud"):
            return requested
        claimed = "" if self.claims.get("role") in ADMIN_ROLES else self.token_audience
        return claimed or AUDIENCE

    @property
    def token_audience(self) -> str:
        """The first audience of the token, or `""`."""
        aud = self.claims.get("aud")
        first = next(iter(aud), "") if is_array(aud) else aud
        return str(first or "")
