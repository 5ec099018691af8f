"""The PKCE flow: saving code challenges, issuing auth codes, and exchanging them for sessions.

https://github.com/supabase/auth/blob/master/internal/api/pkce.go
"""

import re
from typing import Final

from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import FlowState, User, new_id
from supabase_gotrue.emulator.wire.errors import APIError, unhandled_error, validation_failed
from supabase_gotrue.emulator.wire.params import PKCEParams

# Token hashes of a PKCE flow begin with this.
PREFIX: Final = "pkce_"
# Seconds that an auth code is valid.
FLOW_STATE_EXPIRY: Final = 300
_CHALLENGE_METHODS: Final = ("s256", "plain")
_AUTHENTICATION_METHODS: Final = frozenset(
    (
        *("oauth", "password", "otp", "totp", "recovery", "invite", "sso/saml", "magiclink"),
        *("email_change", "token_refresh", "mfa/phone", "mfa/webauthn", "web3", "passkey"),
        "oauth_provider/authorization_code",
    )
)
_CODE_CHALLENGE: Final = re.compile(r"[a-zA-Z0-9._~-]+")


def validate_pkce_params(params: PKCEParams) -> None:
    """Raise if the parameters of a PKCE flow are incomplete or invalid."""
    challenge = params.code_challenge
    if bool(challenge) != bool(params.code_challenge_method):
        raise validation_failed("PKCE flow requires code_challenge_method and code_challenge")
    if challenge and not 43 <= len(challenge.encode("utf-8", "replace")) <= 128:
        raise validation_failed("code challenge has to be between 43 and 128 characters")
    if challenge and not _CODE_CHALLENGE.fullmatch(challenge):
        raise validation_failed(
            "code challenge can only contain alphanumeric characters, hyphens, periods, "
            "underscores and tildes"
        )


def start_flow(
    ctx: Context, user: User, params: PKCEParams, method: str, provider_type: str = ""
) -> str:
    """Save the code challenge of a request.

    Args:
        ctx: The context of the request.
        user: The user whom the email is sent to.
        params: The parameters of the request.
        method: How the user authenticates, for example `magiclink`.
        provider_type: The provider for the audit log; defaults to the method.

    Returns:
        The prefix of the token hash in the email: `""` if the request is not a PKCE flow.
    """
    if not params.code_challenge:
        return ""
    challenge_method = params.code_challenge_method.lower()
    if challenge_method not in _CHALLENGE_METHODS:
        raise unhandled_error()
    ctx.tx.add(
        FlowState(
            id=new_id(),
            user_id=user.id,
            auth_code=new_id(),
            code_challenge=params.code_challenge,
            code_challenge_method=challenge_method,
            provider_type=provider_type or method,
            authentication_method=method,
        )
    )
    return PREFIX


def flow_method(link_type: str) -> str:
    """Return the authentication method for the type of a link, or raise."""
    if link_type.endswith("signup"):
        return "email/signup"
    if link_type not in _AUTHENTICATION_METHODS:
        raise unhandled_error()
    return link_type


def issue_auth_code(ctx: Context, user: User, method: str) -> str:
    """Return the auth code of the user's last flow with this method, or raise."""
    where = "WHERE user_id = ? AND authentication_method = ? ORDER BY created_at DESC, seq DESC"
    flow = ctx.tx.first(FlowState, where, user.id, method)
    if flow is None:
        message = "No associated flow state found. 422: No valid flow state found for user."
        raise APIError(400, "flow_state_not_found", message)
    flow.auth_code_issued_at = ctx.now
    ctx.tx.save(flow)
    return flow.auth_code
