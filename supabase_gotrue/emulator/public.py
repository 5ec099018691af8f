"""The routes that ask nobody who they are: `/health` and `/settings`.

What may live here: what the server says of itself.

https://github.com/supabase/auth/blob/master/internal/api/settings.go
"""

from typing import Final

from supabase_gotrue.emulator.context import Context, ok
from supabase_gotrue.response import Response

_HEALTH: Final = {
    "version": "",
    "name": "GoTrue",
    "description": "GoTrue is a user registration and authentication API",
}
_PROVIDERS: Final = (
    *("anonymous_users", "apple", "azure", "bitbucket", "discord", "facebook", "snapchat"),
    *("figma", "fly", "github", "gitlab", "google", "keycloak", "kakao", "linkedin"),
    *("linkedin_oidc", "notion", "spotify", "slack", "slack_oidc", "workos", "twitch"),
    *("twitter", "email", "phone", "zoom"),
)


def health(_ctx: Context) -> Response:
    return ok(_HEALTH)


def settings(ctx: Context) -> Response:
    told = ctx.settings
    switched_on = {
        "anonymous_users": told.anonymous_users,
        "email": told.email_enabled,
        "phone": told.phone_enabled,
        "github": told.github_client_id is not None,
    }
    return ok(
        {
            "external": {name: switched_on.get(name, False) for name in _PROVIDERS},
            "disable_signup": told.disable_signup,
            "mailer_autoconfirm": told.autoconfirm,
            "phone_autoconfirm": told.autoconfirm,
            "sms_provider": "twilio",
            "saml_enabled": False,
            "saml_private_key_next_configured": True,
            "passkeys_enabled": False,
        }
    )
