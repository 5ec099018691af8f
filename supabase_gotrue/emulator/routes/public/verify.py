"""Handlers of `/verify`: exchanging one-time codes and links for sessions.

https://github.com/supabase/auth/blob/master/internal/api/verify.go
"""

import secrets
from html import escape
from operator import itemgetter
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from supabase_gotrue.emulator.go.clock import SECOND
from supabase_gotrue.emulator.services import accounts, audit, lookup, mailer, pkce, sessions
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import User
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.errors import APIError, database_errors, validation_failed
from supabase_gotrue.emulator.wire.params import VerifyParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import validate_email, validate_phone
from supabase_gotrue.response import Response

SINGLE_CONFIRMATION_ACCEPTED: Final = (
    "Confirmation link accepted. Please proceed to confirm link sent to the other email"
)
# The prefix of the token columns of each type.
_TOKEN_COLUMNS: Final = {
    "signup": "confirmation",
    "invite": "confirmation",
    "recovery": "recovery",
    "magiclink": "recovery",
    "email_change": "email_change",
    "sms": "confirmation",
    "phone_change": "phone_change",
}
_EMAIL_TYPES: Final = ("email", "signup", "invite", "recovery", "magiclink", "email_change")
_OAUTH_ERRORS: Final = {
    400: "invalid_request",
    401: "unauthorized_client",
    403: "access_denied",
    500: "server_error",
}


def verify_post(ctx: Context) -> Response:
    """Verify for an application: the response is a session."""
    params = _validate_params(read_params(VerifyParams, ctx.request.body))
    user, kind = _find_by_token_hash(ctx, params) if not params.token else _find_by_otp(ctx, params)
    if not _confirm(ctx, user, kind, params):
        return json_response({"code": "200", "msg": SINGLE_CONFIRMATION_ACCEPTED})
    return json_response(_issue_session(ctx, user))


def verify_get(ctx: Context) -> Response:
    """Verify a link in an email: the response redirects to the application."""
    kind, token = ctx.request.query_param("type"), ctx.request.query_param("token")
    if not kind:
        raise validation_failed("Verify requires a verification type")
    if not token:
        raise validation_failed("Verify requires a token or a token hash")
    is_pkce = token.startswith(pkce.PREFIX)
    method = pkce.flow_method(kind) if is_pkce else ""
    target, params = ctx.referrer, VerifyParams(type=kind, token_hash=token)
    try:
        with ctx.tx.savepoint():
            user, kind = _find_by_token_hash(ctx, params)
            if not _confirm(ctx, user, kind, params):
                message = {"message": SINGLE_CONFIRMATION_ACCEPTED}
                return _redirect(_with_values(target, message, in_query=is_pkce, in_fragment=True))
            if is_pkce:
                accounts.update_providers(ctx.tx, user)
                code = {"code": pkce.issue_auth_code(ctx, user, method)}
                return _redirect(_with_values(target, code, in_query=True))
            return _redirect(_with_session(target, _issue_session(ctx, user), kind))
    except APIError as error:
        values = _error_values(error)
        return _redirect(_with_values(target, values, in_query=is_pkce, in_fragment=True))


def _error_values(error: APIError) -> dict[str, str]:
    oauth_error = _OAUTH_ERRORS.get(error.status)
    values = {"error": oauth_error} if oauth_error else {}
    return {**values, "error_code": error.code, "error_description": error.message}


def _with_session(target: str, session: sessions.Json, kind: str) -> str:
    names = ("access_token", "expires_at", "expires_in", "refresh_token", "token_type")
    values = {name: session[name] for name in names} | {"type": kind, "sb": ""}
    return f"{target}#{urlencode(sorted(values.items()))}"


def _with_values(
    target: str, values: dict[str, str], *, in_query: bool, in_fragment: bool = False
) -> str:
    """Add values to the query of a URL, to its fragment, or to both."""
    url = urlsplit(target)
    fragment = urlencode(sorted({**values, "sb": ""}.items())) if in_fragment else url.fragment
    query = url.query
    if in_query:
        pairs = [pair for pair in parse_qsl(query, True) if pair[0] not in values]
        query = urlencode(sorted([*pairs, *values.items()], key=itemgetter(0)))
    # Go encodes the percent signs of the fragment once more.
    return urlunsplit(url._replace(query=query, fragment=fragment.replace("%", "%25")))


def _redirect(location: str) -> Response:
    headers = {"location": location, "content-type": "text/html; charset=utf-8"}
    return Response(303, headers, f'<a href="{escape(location)}">See Other</a>.\n\n'.encode())


def _validate_params(params: VerifyParams) -> VerifyParams:
    if not params.type:
        raise validation_failed("Verify requires a verification type")
    if bool(params.token) == bool(params.token_hash):
        raise validation_failed("Verify requires either a token or a token hash")
    if params.token_hash:
        if params.email or params.phone or params.redirect_to:
            raise validation_failed("Only the token_hash and type should be provided")
        return params
    if bool(params.email) == bool(params.phone):
        raise validation_failed(
            "Only an email address or phone number should be provided on verify"
        )
    if params.phone:
        return msgspec.structs.replace(params, phone=validate_phone(params.phone))
    try:
        return msgspec.structs.replace(params, email=validate_email(params.email))
    except APIError:
        raise APIError(422, "validation_failed", "Invalid email format") from None


# ---- find the user


def _find_by_token_hash(ctx: Context, params: VerifyParams) -> tuple[User, str]:
    if params.type not in _EMAIL_TYPES:
        raise validation_failed("Invalid email verification type")
    kinds = {
        "email": ("confirmation", "recovery"),
        "email_change": ("email_change_current", "email_change_new"),
    }.get(params.type) or (_TOKEN_COLUMNS[params.type],)
    with database_errors("Database error finding user from email link"):
        user = lookup.find_by_token(ctx.tx, params.token_hash, *kinds)
    expired = APIError(403, "otp_expired", "Email link is invalid or has expired")
    if user is None:
        raise expired
    if user.is_banned(ctx.now):
        raise APIError(403, "user_banned", "User is banned")
    kind = params.type
    if kind == "email":
        kind = "magiclink" if user.recovery_token == params.token_hash else "signup"
    if _is_expired(ctx, user, kind):
        raise expired
    return user, kind


def _find_by_otp(ctx: Context, params: VerifyParams) -> tuple[User, str]:
    token_hash = mailer.hash_otp(params.phone or params.email, params.token)
    user = _find_user(ctx, params, token_hash)
    invalid_token = APIError(403, "otp_expired", "Token has expired or is invalid")
    if user is None:
        raise invalid_token
    if user.is_banned(ctx.now):
        raise APIError(403, "user_banned", "User is banned")
    kinds = ("signup", "magiclink") if params.type == "email" else (params.type,)
    for kind in kinds:
        hashes = {token_hash, pkce.PREFIX + token_hash}
        if hashes & _expected_hashes(user, kind) and not _is_expired(ctx, user, kind):
            return user, kind
    raise invalid_token


def _find_user(ctx: Context, params: VerifyParams, token_hash: str) -> User | None:
    aud = ctx.audience
    if params.type == "phone_change":
        return lookup.find_user(ctx.tx, "phone_change = ? AND aud = ?", params.phone, aud)
    if params.type == "sms":
        return lookup.find_by_phone(ctx.tx, params.phone, aud)
    if params.type == "email_change":
        changing = ("email_change_current", "email_change_new")
        user = lookup.find_by_token(ctx.tx, token_hash, *changing)
        is_owner = user and params.email in (user.email, user.email_change)
        return user if is_owner else None
    return lookup.find_by_email(ctx.tx, params.email, aud)


def _expected_hashes(user: User, kind: str) -> set[str]:
    """Return the hashes of the codes that were sent to a user."""
    name = _TOKEN_COLUMNS.get(kind, "")
    if name == "email_change":
        return {user.email_change_token_current, user.email_change_token_new} - {""}
    return {getattr(user, f"{name}_token", "")} - {""}


def _is_expired(ctx: Context, user: User, kind: str) -> bool:
    sent_at: int | None = getattr(user, f"{_TOKEN_COLUMNS[kind]}_sent_at")
    expiry = mailer.SMS_EXPIRY if kind in ("sms", "phone_change") else ctx.settings.otp_expiry
    return sent_at is None or ctx.now > sent_at + expiry * SECOND


# ---- confirm


def _confirm(ctx: Context, user: User, kind: str, params: VerifyParams) -> bool:
    """Confirm, and return False if another confirmation is still missing."""
    if kind in ("signup", "invite"):
        _confirm_signup(ctx, user)
    elif kind in ("recovery", "magiclink"):
        _confirm_recovery(ctx, user)
    elif kind == "email_change":
        return _confirm_email_change(ctx, user, params)
    elif kind == "sms":
        audit.record(ctx, audit.USER_SIGNEDUP, user, provider="phone")
        accounts.confirm_phone(ctx.tx, user)
        accounts.save_user(ctx.tx, user, is_anonymous=0)
    else:
        audit.record(ctx, audit.USER_MODIFIED, user)
        accounts.change_phone(ctx.tx, user)
    return True


def _confirm_signup(ctx: Context, user: User) -> None:
    if not user.password and user.invited_at:
        accounts.set_password(ctx.tx, user, secrets.token_urlsafe(48))
    audit.record(ctx, audit.USER_SIGNEDUP, user, provider="email")
    accounts.confirm_email(ctx.tx, user)
    for identity in user.identities or []:
        if identity.email and identity.email == user.email:
            accounts.update_identity(ctx.tx, identity, {"email_verified": True})


def _confirm_recovery(ctx: Context, user: User) -> None:
    accounts.save_user(ctx.tx, user, recovery_token="")
    accounts.clear_one_time_tokens(ctx.tx, user)
    if user.email_confirmed_at:
        audit.record(ctx, audit.LOGIN, user)
    else:
        audit.record(ctx, audit.USER_SIGNEDUP, user, provider="email")
        accounts.confirm_email(ctx.tx, user)


def _confirm_email_change(ctx: Context, user: User, params: VerifyParams) -> bool:
    if not ctx.settings.autoconfirm and not user.email_change_status and user.email:
        token_hash = params.token_hash or mailer.hash_otp(params.email, params.token)
        is_current = token_hash == user.email_change_token_current
        which = "current" if is_current else "new"
        cleared = {f"email_change_token_{which}": ""}
        accounts.save_user(ctx.tx, user, email_change_status=1, **cleared)
        delete_token = "DELETE FROM one_time_tokens WHERE user_id = ? AND kind = ?"
        ctx.tx.execute(delete_token, user.id, f"email_change_{which}")
        return False
    audit.record(ctx, audit.USER_MODIFIED, user)
    accounts.change_email(ctx.tx, user, user.email_change)
    return True


def _issue_session(ctx: Context, user: User) -> sessions.Json:
    accounts.update_providers(ctx.tx, user)
    return sessions.issue_session(ctx, lookup.load_relations(ctx.tx, user), "otp")
