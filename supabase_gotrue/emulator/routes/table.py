"""The routing table.

https://github.com/supabase/auth/blob/master/internal/api/api.go
"""

from typing import Final

from supabase_gotrue.emulator.routes import guards
from supabase_gotrue.emulator.routes.admin import (
    audit,
    custom_providers,
    generate_link,
    invite,
    oauth_clients,
    sso_providers,
    user_factors,
    user_passkeys,
    users,
)
from supabase_gotrue.emulator.routes.admin import user as admin_user
from supabase_gotrue.emulator.routes.public import (
    health,
    jwks,
    magiclink,
    otp,
    recover,
    resend,
    settings,
    signup,
    token,
    verify,
)
from supabase_gotrue.emulator.routes.routing import Endpoint, Route
from supabase_gotrue.emulator.routes.user import factors, identities, logout, reauthenticate, user
from supabase_gotrue.emulator.services import audit as log

_NOTHING: Final[tuple[log.Action, ...]] = ()
_SIGNUP: Final = (
    log.LOGIN,
    log.USER_CONFIRMATION_REQUESTED,
    log.USER_REPEATED_SIGNUP,
    log.USER_SIGNEDUP,
)
_VERIFICATION: Final = (log.LOGIN, log.USER_MODIFIED, log.USER_SIGNEDUP)

# In the order in which guards run: a path stands before the paths below it.
ROUTES: Final = (
    # ---- administrators
    Route("/admin", guards=(guards.require_admin_credentials,)),
    Route("/admin/audit", {"GET": Endpoint(audit.list_entries, _NOTHING)}),
    Route(
        "/admin/custom-providers",
        {
            "GET": Endpoint(custom_providers.list_providers, _NOTHING),
            "POST": Endpoint(custom_providers.create_provider, _NOTHING),
        },
    ),
    Route(
        "/admin/custom-providers/{identifier}",
        {
            "GET": Endpoint(custom_providers.get_provider, _NOTHING),
            "PUT": Endpoint(custom_providers.update_provider, _NOTHING),
            "DELETE": Endpoint(custom_providers.delete_provider, _NOTHING),
        },
    ),
    Route(
        "/admin/generate_link",
        {
            "POST": Endpoint(
                generate_link.generate_link, (log.USER_INVITED, log.USER_RECOVERY_REQUESTED)
            )
        },
        trailing_slash=False,
    ),
    Route("/admin/oauth", guards=(oauth_clients.require_oauth_server_enabled,)),
    Route(
        "/admin/oauth/clients",
        {
            "GET": Endpoint(oauth_clients.list_clients, _NOTHING),
            "POST": Endpoint(oauth_clients.register_client, _NOTHING),
        },
    ),
    Route(
        "/admin/oauth/clients/{client_id}",
        {
            "GET": Endpoint(oauth_clients.get_client, _NOTHING),
            "PUT": Endpoint(oauth_clients.update_client, _NOTHING),
            "DELETE": Endpoint(oauth_clients.delete_client, _NOTHING),
        },
        guards=(oauth_clients.load_oauth_client,),
    ),
    Route(
        "/admin/oauth/clients/{client_id}/regenerate_secret",
        {"POST": Endpoint(oauth_clients.regenerate_client_secret, _NOTHING)},
        trailing_slash=False,
    ),
    Route(
        "/admin/sso/providers",
        {
            "GET": Endpoint(sso_providers.list_providers, _NOTHING),
            "POST": Endpoint(sso_providers.create_provider, _NOTHING),
        },
    ),
    Route(
        "/admin/sso/providers/{idp_id}",
        {
            "GET": Endpoint(sso_providers.get_provider, _NOTHING),
            "PUT": Endpoint(sso_providers.update_provider, _NOTHING),
            "DELETE": Endpoint(sso_providers.delete_provider, _NOTHING),
        },
        guards=(sso_providers.load_sso_provider,),
    ),
    Route(
        "/admin/users",
        {
            "GET": Endpoint(users.list_users, _NOTHING),
            "POST": Endpoint(users.create_user, (log.USER_SIGNEDUP,)),
        },
    ),
    Route(
        "/admin/users/{user_id}",
        {
            "GET": Endpoint(admin_user.get_user, _NOTHING),
            "PUT": Endpoint(admin_user.update_user, (log.USER_MODIFIED,)),
            "DELETE": Endpoint(admin_user.delete_user, (log.USER_DELETED,)),
        },
        guards=(guards.load_user,),
    ),
    Route("/admin/users/{user_id}/factors", {"GET": Endpoint(user_factors.list_factors, _NOTHING)}),
    Route(
        "/admin/users/{user_id}/factors/{factor_id}",
        {
            "PUT": Endpoint(user_factors.update_factor, (log.FACTOR_UPDATED,)),
            "DELETE": Endpoint(user_factors.delete_factor, (log.FACTOR_DELETED,)),
        },
        guards=(guards.load_factor,),
    ),
    Route(
        "/admin/users/{user_id}/passkeys", {"GET": Endpoint(user_passkeys.list_passkeys, _NOTHING)}
    ),
    Route(
        "/admin/users/{user_id}/passkeys/{passkey_id}",
        {"DELETE": Endpoint(user_passkeys.delete_passkey, (log.PASSKEY_DELETED,))},
    ),
    Route(
        "/invite",
        {"POST": Endpoint(invite.invite, (log.USER_INVITED,), (guards.require_admin_credentials,))},
        trailing_slash=False,
    ),
    # ---- signed-in users
    Route(
        "/factors",
        {"POST": Endpoint(factors.enroll_factor, (log.FACTOR_IN_PROGRESS,))},
        guards=(guards.require_authentication, guards.require_not_anonymous),
    ),
    Route(
        "/factors/{factor_id}",
        {"DELETE": Endpoint(factors.unenroll_factor, (log.FACTOR_UNENROLLED,))},
        guards=(guards.load_factor,),
    ),
    Route(
        "/factors/{factor_id}/challenge",
        {"POST": Endpoint(factors.challenge_factor, (log.CHALLENGE_CREATED,))},
        trailing_slash=False,
    ),
    Route(
        "/factors/{factor_id}/verify",
        {"POST": Endpoint(factors.verify_factor, (log.TOKEN_REVOKED, log.VERIFICATION_ATTEMPTED))},
        trailing_slash=False,
    ),
    Route(
        "/logout",
        {"POST": Endpoint(logout.logout, (log.LOGOUT,), (guards.require_authentication,))},
        trailing_slash=False,
    ),
    Route(
        "/reauthenticate",
        {"GET": Endpoint(reauthenticate.reauthenticate, (log.USER_REAUTHENTICATE_REQUESTED,))},
        guards=(guards.require_authentication,),
    ),
    Route(
        "/user",
        {
            "GET": Endpoint(user.get_user, _NOTHING),
            "PUT": Endpoint(user.update_user, (log.USER_MODIFIED, log.USER_UPDATED_PASSWORD)),
        },
        guards=(guards.require_authentication,),
    ),
    Route("/user/identities", guards=(guards.require_manual_linking_enabled,)),
    Route(
        "/user/identities/{identity_id}",
        {"DELETE": Endpoint(identities.delete_identity, (log.IDENTITY_UNLINKED,))},
        trailing_slash=False,
    ),
    # ---- without credentials
    Route(
        "/.well-known/jwks.json", {"GET": Endpoint(jwks.get_jwks, _NOTHING)}, trailing_slash=False
    ),
    Route("/health", {"GET": Endpoint(health.get_health, _NOTHING)}, trailing_slash=False),
    Route(
        "/magiclink",
        {"POST": Endpoint(magiclink.magic_link, (*_SIGNUP, log.USER_RECOVERY_REQUESTED))},
        trailing_slash=False,
    ),
    Route(
        "/otp",
        {"POST": Endpoint(otp.otp, (*_SIGNUP, log.USER_RECOVERY_REQUESTED))},
        trailing_slash=False,
    ),
    Route(
        "/recover",
        {
            "POST": Endpoint(
                recover.recover,
                (log.USER_RECOVERY_REQUESTED,),
                (guards.require_email_provider,),
            )
        },
        trailing_slash=False,
    ),
    Route(
        "/resend",
        {
            "POST": Endpoint(
                resend.resend, (log.USER_CONFIRMATION_REQUESTED, log.USER_RECOVERY_REQUESTED)
            )
        },
        trailing_slash=False,
    ),
    Route("/settings", {"GET": Endpoint(settings.get_settings, _NOTHING)}, trailing_slash=False),
    Route("/signup", {"POST": Endpoint(signup.signup, _SIGNUP)}),
    Route(
        "/token",
        {"POST": Endpoint(token.token, (log.LOGIN, log.TOKEN_REFRESHED, log.TOKEN_REVOKED))},
        trailing_slash=False,
    ),
    Route(
        "/verify",
        {
            "GET": Endpoint(verify.verify_get, _VERIFICATION),
            "POST": Endpoint(verify.verify_post, _VERIFICATION),
        },
    ),
)
