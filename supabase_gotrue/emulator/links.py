"""The routes `/invite` and `/admin/generate_link`.

What may live here: inviting, and the six types of link that an administrator can make.

https://github.com/supabase/auth/blob/master/internal/api/mail.go
"""

import secrets
from typing import Final, cast

import msgspec

from supabase_gotrue.emulator import accounts, audit, checks, guards, mailing, views
from supabase_gotrue.emulator.admin import EMAIL_TAKEN
from supabase_gotrue.emulator.bodies import GenerateLinkParams, InviteParams, Json, read
from supabase_gotrue.emulator.checks import invalid
from supabase_gotrue.emulator.context import Context, ok
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.rows import User
from supabase_gotrue.response import Response

_NEEDS_USER: Final = ("recovery", "email_change_current", "email_change_new")


def invite(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/invite.go"""
    params = read(InviteParams, ctx.call.body)
    email = checks.email(params.email)
    user = accounts.by_email(ctx.tx, email, guards.audience(ctx))
    user = _unconfirmed(ctx, user, email, "", params.data)
    audit.record(ctx, "user_invited", **audit.about(user, phone=False))
    mailing.send_invitation(ctx, user)
    return ok(views.user(user))


class _Link(msgspec.Struct):
    """A link on its way."""

    params: GenerateLinkParams
    email: str
    otp: str
    user: User | None
    token_hash: str


def generate_link(ctx: Context) -> Response:
    params = read(GenerateLinkParams, ctx.call.body)
    email = checks.email(params.email)
    allowed = checks.redirect_allowed(ctx.settings, params.redirect_to)
    redirect_to = params.redirect_to if allowed else ctx.redirect
    user = accounts.by_email(ctx.tx, email, guards.audience(ctx))
    if user is None and params.type == "magiclink":
        password = secrets.token_urlsafe(48)
        params = msgspec.structs.replace(params, type="signup", password=password)
    if user is None and params.type in _NEEDS_USER:
        raise Refusal(404, "user_not_found", "User with this email not found")
    make = _TYPES.get(params.type)
    if make is None:
        raise invalid(f"Invalid email action link type requested: {params.type}")
    otp = mailing.make_otp()
    hashed = mailing.hash_otp(email, otp)
    made = _Link(params, email, otp, user, hashed)
    owner = make(ctx, made)
    kind = "email_change" if params.type.startswith("email_change") else params.type
    properties = {
        "action_link": mailing.link(ctx, made.token_hash, kind, redirect_to),
        "email_otp": otp,
        "hashed_token": hashed,
        "verification_type": params.type,
        "redirect_to": redirect_to,
    }
    return ok(views.link(owner, **properties))


def _signing_in(ctx: Context, link: _Link) -> User:
    user = _known(link)
    audit.record(ctx, "user_recovery_requested", user)
    changes = {"recovery_token": link.token_hash, "recovery_sent_at": ctx.now}
    accounts.save(ctx.tx, user, **changes)
    mailing.remember(ctx.tx, user, "recovery", link.token_hash)
    return user


def _inviting(ctx: Context, link: _Link) -> User:
    user = _unconfirmed(ctx, link.user, link.email, "", link.params.data)
    audit.record(ctx, "user_invited", **audit.about(user, phone=False))
    return _to_confirm(ctx, user, link, invited_at=ctx.now)


def _signing_up(ctx: Context, link: _Link) -> User:
    params = link.params
    if link.user is None:
        if not params.password:
            raise invalid("Signup requires a valid password")
        checks.strong(ctx.settings, params.password)
    user = _unconfirmed(ctx, link.user, link.email, params.password, params.data)
    if link.user is not None:
        merged = accounts.merge(user.user_metadata, params.data or {})
        accounts.save(ctx.tx, user, user_metadata=merged)
    return _to_confirm(ctx, user, link)


def _to_confirm(ctx: Context, user: User, link: _Link, **times: int) -> User:
    changes = {"confirmation_token": link.token_hash, "confirmation_sent_at": ctx.now, **times}
    accounts.save(ctx.tx, user, **changes)
    mailing.remember(ctx.tx, user, "confirmation", link.token_hash)
    return user


def _changing_email(ctx: Context, link: _Link) -> User:
    user, which = _known(link), link.params.type.removeprefix("email_change_")
    email = checks.email(link.params.new_email)
    if accounts.with_email(ctx.tx, email, user.aud, user):
        raise Refusal(422, "email_exists", EMAIL_TAKEN)
    link.token_hash = mailing.hash_otp(email if which == "new" else link.email, link.otp)
    changes = {f"email_change_token_{which}": link.token_hash, "email_change_sent_at": ctx.now}
    accounts.save(ctx.tx, user, **changes, email_change=email, email_change_status=0)
    for name in ("current", "new"):
        if token_hash := getattr(user, f"email_change_token_{name}"):
            mailing.remember(ctx.tx, user, f"email_change_{name}", token_hash)
    return user


_TYPES: Final = {
    "magiclink": _signing_in,
    "recovery": _signing_in,
    "invite": _inviting,
    "signup": _signing_up,
    "email_change_current": _changing_email,
    "email_change_new": _changing_email,
}


def _known(link: _Link) -> User:
    return cast("User", link.user)


def _unconfirmed(
    ctx: Context, user: User | None, email: str, password: str, data: Json | None
) -> User:
    """A user that may still be invited: one without a confirmed address, or a new one."""
    if user is not None:
        if user.email_confirmed_at:
            raise Refusal(422, "email_exists", EMAIL_TAKEN)
        return user
    new = accounts.new_user(
        guards.audience(ctx), email=email, password=password, data=data, provider="email"
    )
    return accounts.sign_up(ctx.tx, new)
