"""The route `/verify`: one-time codes and links become sessions.

What may live here: whose code it is, and what each type of it confirms.

https://github.com/supabase/auth/blob/master/internal/api/verify.go
"""

import secrets
from html import escape
from typing import Final
from urllib.parse import urlencode

import msgspec

from supabase_gotrue.emulator import accounts, audit, checks, guards, mailing, sessions
from supabase_gotrue.emulator.bodies import VerifyParams, read
from supabase_gotrue.emulator.checks import invalid
from supabase_gotrue.emulator.clock import SECOND
from supabase_gotrue.emulator.context import Context, ok
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.rows import User
from supabase_gotrue.response import Response

ACCEPTED: Final = (
    "Confirmation link accepted. Please proceed to confirm link sent to the other email"
)
# Which tokens each type takes, and when they were sent.
_TOKENS: Final = {
    "signup": "confirmation",
    "invite": "confirmation",
    "recovery": "recovery",
    "magiclink": "recovery",
    "email_change": "email_change",
    "sms": "confirmation",
    "phone_change": "phone_change",
}
_EMAIL_TYPES: Final = ("email", "signup", "invite", "recovery", "magiclink", "email_change")
_OAUTH: Final = {400: "invalid_request", 401: "unauthorized_client", 403: "access_denied"}


def verify(ctx: Context) -> Response:
    """As an application asks: the answer is a session."""
    params = _checked(read(VerifyParams, ctx.call.body))
    user, kind = _by_hash(ctx, params) if not params.token else _by_code(ctx, params)
    if not _confirm(ctx, user, kind, params):
        return ok({"code": "200", "msg": ACCEPTED})
    return ok(_signed_in(ctx, user))


def follow(ctx: Context) -> Response:
    """As a mail's reader clicks: the answer leads to the application."""
    kind, token = ctx.call.param("type"), ctx.call.param("token")
    if not kind:
        raise invalid("Verify requires a verification type")
    if not token:
        raise invalid("Verify requires a token or a token hash")
    target = ctx.redirect
    try:
        user, kind = _by_hash(ctx, VerifyParams(type=kind, token_hash=token))
        if not _confirm(ctx, user, kind, VerifyParams(type=kind, token_hash=token)):
            return _see(target, {"message": ACCEPTED})
        said = _signed_in(ctx, user)
    except Refusal as refusal:
        error = {"error": _OAUTH[refusal.status]} if refusal.status in _OAUTH else {}
        about = {"error_code": refusal.code, "error_description": refusal.message}
        return _see(target, {**error, **about})
    names = ("access_token", "expires_at", "expires_in", "refresh_token", "token_type")
    return _see(target, {**{name: said[name] for name in names}, "type": ctx.call.param("type")})


def _see(target: str, values: dict[str, object]) -> Response:
    location = f"{target}#{urlencode(sorted({**values, 'sb': ''}.items()))}"
    headers = {"location": location, "content-type": "text/html; charset=utf-8"}
    return Response(303, headers, f'<a href="{escape(location)}">See Other</a>.\n\n'.encode())


def _checked(params: VerifyParams) -> VerifyParams:
    if not params.type:
        raise invalid("Verify requires a verification type")
    if bool(params.token) == bool(params.token_hash):
        raise invalid("Verify requires either a token or a token hash")
    if params.token_hash:
        if params.email or params.phone or params.redirect_to:
            raise invalid("Only the token_hash and type should be provided")
        return params
    if bool(params.email) == bool(params.phone):
        raise invalid("Only an email address or phone number should be provided on verify")
    if params.phone:
        return msgspec.structs.replace(params, phone=checks.phone(params.phone))
    try:
        return msgspec.structs.replace(params, email=checks.email(params.email))
    except Refusal:
        raise Refusal(422, "validation_failed", "Invalid email format") from None


# ---- whose it is


def _by_hash(ctx: Context, params: VerifyParams) -> tuple[User, str]:
    if params.type not in _EMAIL_TYPES:
        raise invalid("Invalid email verification type")
    kinds = {
        "email": ("confirmation", "recovery"),
        "email_change": ("email_change_current", "email_change_new"),
    }.get(params.type) or (_TOKENS[params.type],)
    user = accounts.by_token(ctx.tx, params.token_hash, *kinds)
    expired = Refusal(403, "otp_expired", "Email link is invalid or has expired")
    if user is None:
        raise expired
    if user.banned(ctx.now):
        raise Refusal(403, "user_banned", "User is banned")
    kind = params.type
    if kind == "email":
        kind = "magiclink" if user.recovery_token == params.token_hash else "signup"
    if _late(ctx, user, kind):
        raise expired
    return user, kind


def _by_code(ctx: Context, params: VerifyParams) -> tuple[User, str]:
    hashed = mailing.hash_otp(params.phone or params.email, params.token)
    user = _named(ctx, params, hashed)
    wrong = Refusal(403, "otp_expired", "Token has expired or is invalid")
    if user is None:
        raise wrong
    if user.banned(ctx.now):
        raise Refusal(403, "user_banned", "User is banned")
    kinds = ("signup", "magiclink") if params.type == "email" else (params.type,)
    for kind in kinds:
        if hashed in _expected(user, kind) and not _late(ctx, user, kind):
            return user, kind
    raise wrong


def _named(ctx: Context, params: VerifyParams, hashed: str) -> User | None:
    aud = guards.audience(ctx)
    if params.type == "phone_change":
        return accounts.find(ctx.tx, "phone_change = ? AND aud = ?", params.phone, aud)
    if params.type == "sms":
        return accounts.by_phone(ctx.tx, params.phone, aud)
    if params.type == "email_change":
        changing = ("email_change_current", "email_change_new")
        user = accounts.by_token(ctx.tx, hashed, *changing)
        theirs = user and params.email in (user.email, user.email_change)
        return user if theirs else None
    return accounts.by_email(ctx.tx, params.email, aud)


def _expected(user: User, kind: str) -> tuple[str, ...]:
    """The hashes of the codes that were sent, none of them empty."""
    name = _TOKENS.get(kind, "")
    if name == "email_change":
        both = (user.email_change_token_current, user.email_change_token_new)
        return tuple(filter(None, both))
    hashed: str = getattr(user, f"{name}_token", "")
    return (hashed,) if hashed else ()


def _late(ctx: Context, user: User, kind: str) -> bool:
    sent_at: int | None = getattr(user, f"{_TOKENS[kind]}_sent_at")
    lasts = mailing.SMS_EXPIRY if kind in ("sms", "phone_change") else ctx.settings.otp_expiry
    return sent_at is None or ctx.now > sent_at + lasts * SECOND


# ---- what it confirms


def _confirm(ctx: Context, user: User, kind: str, params: VerifyParams) -> bool:
    """Whether all that was to confirm is confirmed now."""
    if kind in ("signup", "invite"):
        _confirm_signup(ctx, user)
    elif kind in ("recovery", "magiclink"):
        _confirm_recovery(ctx, user)
    elif kind == "email_change":
        return _confirm_email_change(ctx, user, params)
    elif kind == "sms":
        audit.record(ctx, "user_signedup", user, provider="phone")
        accounts.confirm_phone(ctx.tx, user)
        accounts.save(ctx.tx, user, is_anonymous=0)
    else:
        confirm_phone_change(ctx, user)
    return True


def _confirm_signup(ctx: Context, user: User) -> None:
    if not user.password and user.invited_at:
        accounts.set_password(ctx.tx, user, secrets.token_urlsafe(48))
    audit.record(ctx, "user_signedup", user, provider="email")
    accounts.confirm_email(ctx.tx, user)
    for identity in user.identities or []:
        if identity.email and identity.email == user.email:
            accounts.update_identity(ctx.tx, identity, {"email_verified": True})


def _confirm_recovery(ctx: Context, user: User) -> None:
    accounts.save(ctx.tx, user, recovery_token="")
    accounts.forget_tokens(ctx.tx, user)
    if user.email_confirmed_at:
        audit.record(ctx, "login", user)
    else:
        audit.record(ctx, "user_signedup", user, provider="email")
        accounts.confirm_email(ctx.tx, user)


def _confirm_email_change(ctx: Context, user: User, params: VerifyParams) -> bool:
    if not ctx.settings.autoconfirm and not user.email_change_status and user.email:
        hashed = params.token_hash or mailing.hash_otp(params.email, params.token)
        current = hashed == user.email_change_token_current
        which = "current" if current else "new"
        cleared = {f"email_change_token_{which}": ""}
        accounts.save(ctx.tx, user, email_change_status=1, **cleared)
        forget = "DELETE FROM one_time_tokens WHERE user_id = ? AND kind = ?"
        ctx.tx.run(forget, user.id, f"email_change_{which}")
        return False
    change_email(ctx, user, user.email_change)
    return True


def change_email(ctx: Context, user: User, email: str) -> None:
    """The user's address and that of its identity are another now."""
    audit.record(ctx, "user_modified", user)
    _prove(ctx, user, "email", email)
    accounts.save(
        ctx.tx,
        user,
        email=email,
        email_change="",
        email_change_token_current="",
        email_change_token_new="",
        email_change_status=0,
        is_anonymous=0,
    )
    accounts.forget_tokens(ctx.tx, user)
    if not user.email_confirmed_at:
        accounts.confirm_email(ctx.tx, user)


def confirm_phone_change(ctx: Context, user: User) -> None:
    """The user's phone and that of its identity are another now."""
    audit.record(ctx, "user_modified", user)
    phone = user.phone_change
    _prove(ctx, user, "phone", phone)
    cleared = {"phone_change": "", "phone_change_token": "", "is_anonymous": 0}
    accounts.save(ctx.tx, user, phone=phone, phone_confirmed_at=ctx.now, **cleared)
    accounts.forget_tokens(ctx.tx, user)


def _prove(ctx: Context, user: User, provider: str, address: str) -> None:
    claims = {provider: address, f"{provider}_verified": True}
    identity = accounts.identity_of(ctx.tx, user, provider)
    if identity is None:
        accounts.add_identity(ctx.tx, user, provider, claims)
    else:
        accounts.update_identity(ctx.tx, identity, claims)


def _signed_in(ctx: Context, user: User) -> sessions.Json:
    accounts.update_providers(ctx.tx, user)
    return sessions.begin(ctx, accounts.load(ctx.tx, user), "otp")
