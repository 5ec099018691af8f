"""What an emulated server can be told: `Settings`.

What may live here: the settings and their defaults. Nothing here reads the environment.
"""

from typing import Final, TypedDict

import msgspec

# Published, so that other verifiers of a development machine can use it; never a secret.
DEFAULT_SECRET: Final = "emulator-secret-for-development-and-tests-only"
AUDIENCE: Final = "authenticated"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How an emulated server behaves; the defaults are those of a bare GoTrue.

    Args:
        jwt_secret: signs and verifies every token (HS256).
        jwt_expiry: seconds that an access token lasts.
        site_url: where links lead whose redirect is not allowed.
        external_url: the root that links in mails begin with.
        allow_redirect: globs of the addresses that links may lead to.
        autoconfirm: addresses and phones count as confirmed without a mail.
        disable_signup: nobody may sign up; administrators still create and invite.
        email_enabled: mail addresses can sign in.
        phone_enabled: phones can sign in.
        anonymous_users: sign-in without an address.
        manual_linking: users may delete identities of theirs.
        cursor_pagination: lists without page numbers answer with a cursor.
        password_min_length: characters that a password needs.
        password_required_characters: sets of which a password needs one character each.
        email_rate_limit: mails in an hour, `None` for any number.
        email_max_frequency: seconds between two mails of a kind to one user.
        otp_expiry: seconds that links and one-time codes in mails last.
        refresh_token_reuse_interval: seconds in which a used refresh token still works.
        github_client_id: switches the redirect to GitHub on.
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
    cursor_pagination: bool = False
    password_min_length: int = 6
    password_required_characters: tuple[str, ...] = ()
    email_rate_limit: int | None = None
    email_max_frequency: int = 0
    otp_expiry: int = 86400
    refresh_token_reuse_interval: int = 0
    github_client_id: str | None = None


class SettingsOptions(TypedDict, total=False):
    """The settings as keyword arguments of `Emulator`."""

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
    cursor_pagination: bool
    password_min_length: int
    password_required_characters: tuple[str, ...]
    email_rate_limit: int | None
    email_max_frequency: int
    otp_expiry: int
    refresh_token_reuse_interval: int
    github_client_id: str | None
