"""Handler of `/settings`.

https://github.com/supabase/auth/blob/master/internal/api/settings.go
"""

from typing import Final

from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.response import Response

_PROVIDERS: Final = (
    *("anonymous_users", "apple", "azure", "bitbucket", "discord", "facebook", "snapchat"),
    *("figma", "fly", "github", "gitlab", "google", "keycloak", "kakao", "linkedin"),
    *("linkedin_oidc", "notion", "spotify", "slack", "slack_oidc", "workos", "twitch"),
    *("twitter", "email", "phone", "zoom"),
)


def get_settings(ctx: Context) -> Response:
    settings = ctx.settings
    enabled = {
        "anonymous_users": settings.anonymous_users,
        "email": settings.email_enabled,
        "phone": settings.phone_enabled,
        "github": settings.github_client_id is not None,
    }
    return json_response(
        {
            "external": {name: enabled.get(name, False) for name in _PROVIDERS},
            "disable_signup": settings.disable_signup,
            "mailer_autoconfirm": settings.autoconfirm,
            "phone_autoconfirm": settings.autoconfirm,
            "sms_provider": "twilio",
            "saml_enabled": False,
            "saml_private_key_next_configured": True,
            "passkeys_enabled": False,
        }
    )
