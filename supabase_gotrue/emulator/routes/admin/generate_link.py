"""Handler of `/admin/generate_link`.

https://github.com/supabase/auth/blob/master/internal/api/mail.go
"""

import secrets
from typing import Final, cast

import msgspec

from supabase_gotrue.emulator.services import accounts, audit, lookup, mailer
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.store.rows import User
from supabase_gotrue.emulator.wire import views
from supabase_gotrue.emulator.wire.decoding import read_params
from supabase_gotrue.emulator.wire.errors import APIError, email_exists, validation_failed
from supabase_gotrue.emulator.wire.params import GenerateLinkParams
from supabase_gotrue.emulator.wire.responses import json_response
from supabase_gotrue.emulator.wire.validation import (
    check_password_strength,
    is_redirect_url_valid,
    validate_email,
)
from supabase_gotrue.response import Response

_NEEDS_USER: Final = ("recovery", "email_change_current", "email_change_new")


class _LinkRequest(msgspec.Struct):
    """The parameters of a link, as the functions in `_LINK_TYPES` receive them."""

    params: GenerateLinkParams
    email: str
    otp: str
    user: User | None
    token_hash: str


def generate_link(ctx: Context) -> Response:
    params = read_params(GenerateLinkParams, ctx.request.body)
    email = validate_email(params.email)
    allowed = is_redirect_url_valid(ctx.settings, params.redirect_to)
    redirect_to = params.redirect_to if allowed else ctx.referrer
    user = lookup.find_by_email(ctx.tx, email, ctx.audience)
    if user is None and params.type == "magiclink":
        password = secrets.token_urlsafe(48)
        params = msgspec.structs.replace(params, type="signup", password=password)
    if user is None and params.type in _NEEDS_USER:
        raise APIError(404, "user_not_found", "User with this email not found")
    prepare_user = _LINK_TYPES.get(params.type)
    if prepare_user is None:
        raise validation_failed(f"Invalid email action link type requested: {params.type}")
    otp = mailer.generate_otp()
    token_hash = mailer.hash_otp(email, otp)
    link = _LinkRequest(params, email, otp, user, token_hash)
    owner = prepare_user(ctx, link)
    kind = "email_change" if params.type.startswith("email_change") else params.type
    properties = {
        "action_link": mailer.action_link(ctx, link.token_hash, kind, redirect_to),
        "email_otp": otp,
        "hashed_token": token_hash,
        "verification_type": params.type,
        "redirect_to": redirect_to,
    }
    return json_response(views.link(owner, **properties))


def _recovery_link(ctx: Context, link: _LinkRequest) -> User:
    user = _require_user(link)
    audit.record(ctx, audit.USER_RECOVERY_REQUESTED, user)
    changes = {"recovery_token": link.token_hash, "recovery_sent_at": ctx.now}
    accounts.save_user(ctx.tx, user, **changes)
    mailer.create_one_time_token(ctx.tx, user, "recovery", link.token_hash)
    return user


def _invite_link(ctx: Context, link: _LinkRequest) -> User:
    user = accounts.unconfirmed_user(ctx.tx, link.user, ctx.audience, link.email, link.params.data)
    audit.record(ctx, audit.USER_INVITED, **audit.user_traits(user, phone=False))
    return _save_confirmation_token(ctx, user, link, invited_at=ctx.now)


def _signup_link(ctx: Context, link: _LinkRequest) -> User:
    params = link.params
    if link.user is None:
        if not params.password:
            raise validation_failed("Signup requires a valid password")
        check_password_strength(ctx.settings, params.password)
    user = accounts.unconfirmed_user(
        ctx.tx, link.user, ctx.audience, link.email, params.data, params.password
    )
    if link.user is not None:
        merged = accounts.merge_metadata(user.user_metadata, params.data or {})
        accounts.save_user(ctx.tx, user, user_metadata=merged)
    return _save_confirmation_token(ctx, user, link)


def _save_confirmation_token(ctx: Context, user: User, link: _LinkRequest, **times: int) -> User:
    changes = {"confirmation_token": link.token_hash, "confirmation_sent_at": ctx.now, **times}
    accounts.save_user(ctx.tx, user, **changes)
    mailer.create_one_time_token(ctx.tx, user, "confirmation", link.token_hash)
    return user


def _email_change_link(ctx: Context, link: _LinkRequest) -> User:
    user, which = _require_user(link), link.params.type.removeprefix("email_change_")
    email = validate_email(link.params.new_email)
    if lookup.find_by_email_or_identity(ctx.tx, email, user.aud, user):
        raise email_exists()
    link.token_hash = mailer.hash_otp(email if which == "new" else link.email, link.otp)
    changes = {f"email_change_token_{which}": link.token_hash, "email_change_sent_at": ctx.now}
    accounts.save_user(ctx.tx, user, **changes, email_change=email, email_change_status=0)
    for name in ("current", "new"):
        if token_hash := getattr(user, f"email_change_token_{name}"):
            mailer.create_one_time_token(ctx.tx, user, f"email_change_{name}", token_hash)
    return user


_LINK_TYPES: Final = {
    "magiclink": _recovery_link,
    "recovery": _recovery_link,
    "invite": _invite_link,
    "signup": _signup_link,
    "email_change_current": _email_change_link,
    "email_change_new": _email_change_link,
}


def _require_user(link: _LinkRequest) -> User:
    return cast("User", link.user)
