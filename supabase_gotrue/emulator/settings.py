"""`Settings` of an emulator."""

from typing import Final

import msgspec
from typing_extensions import TypedDict

# Public on purpose: other services on a development machine can verify tokens with it.
DEFAULT_SECRET: Final = "emulator-secret-for-development-and-tests-only"
AUDIENCE: Final = "authenticated"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings of an emulator; the defaults are those of a bare GoTrue.

    Args:
        jwt_secret: Signs and verifies all tokens (HS256).
        jwt_expiry: Seconds until an access token expires.
        site_url: Where links redirect if the requested URL is not allowed.
        external_url: The URL of the server in the links of emails.
        allow_redirect: Globs of the URLs to which links may redirect.
        autoconfirm: Email addresses and phones are confirmed without an email.
        disable_signup: Users cannot sign up; administrators can create and invite users.
        email_enabled: Users can sign in by email.
        phone_enabled: Users can sign in by phone.
        anonymous_users: Users can sign in without email and phone.
        manual_linking: Users can unlink identities.
        oauth_server_enabled: Other applications can sign users in here.
        cursor_pagination: Lists requested without a page number return a cursor.
        cors_allowed_headers: Headers that browsers may send in addition to those of GoTrue;
            at `/auth/v1` they may send any.
        password_min_length: The minimum number of bytes of a password.
        password_required_characters: Sets of characters; a password needs one of each set.
        email_rate_limit: The maximum number of emails per hour; `None` for no limit.
        email_max_frequency: Seconds between two emails of one kind to one user.
        otp_expiry: Seconds until one-time codes and links in emails expire.
        refresh_token_reuse_interval: Seconds in which a used refresh token still works.
        github_client_id: Enables the provider GitHub in `/settings`.
    """

    jwt_secret: str = DEFAULT_SECRET
    jwt_expiry: int = 3600
    site_url: str = "http://localhost:3000"
    external_url: str = "http://localhost:9999"
    allow_redirect: tuple[str, ...] = ()
    autoconfirm: bool = False
    disable_signup: bool = False
    email_enabled: bool = True
    phone_enabled: bool = True
    anonymous_users: bool = True
    manual_linking: bool = True
    oauth_server_enabled: bool = True
    cursor_pagination: bool = False
    cors_allowed_headers: tuple[str, ...] = ()
    password_min_length: int = 6
    password_required_characters: tuple[str, ...] = ()
    email_rate_limit: int | None = None
    email_max_frequency: int = 0
    otp_expiry: int = 86400
    refresh_token_reuse_interval: int = 0
    github_client_id: str | None = None


class SettingsOptions(TypedDict, total=False):
    """The keyword arguments of `Emulator`: the fields of `Settings`."""

    jwt_secret: str
    jwt_expiry: int
    site_url: str
    external_url: str
    allow_redirect: tuple[str, ...]
    autoconfirm: bool
    disable_signup: bool
    email_enabled: bool
    phone_enabled: bool
    anonymous_users: bool
    manual_linking: bool
    oauth_server_enabled: bool
    cursor_pagination: bool
    cors_allowed_headers: tuple[str, ...]
    password_min_length: int
    password_required_characters: tuple[str, ...]
    email_rate_limit: int | None
    email_max_frequency: int
    otp_expiry: int
    refresh_token_reuse_interval: int
    github_client_id: str | None
