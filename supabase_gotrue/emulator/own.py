"""The routes under `/user`, and `/reauthenticate`: what users do to themselves.

What may live here: reading and changing one's own user, and unlinking an identity.

https://github.com/supabase/auth/blob/master/internal/api/user.go
"""

from supabase_gotrue.emulator import (
    accounts,
    audit,
    checks,
    guards,
    mailing,
    passwords,
    verify,
    views,
)
from supabase_gotrue.emulator.admin import EMAIL_TAKEN
from supabase_gotrue.emulator.bodies import UserUpdateParams, read
from supabase_gotrue.emulator.checks import invalid
from supabase_gotrue.emulator.context import Context, ok
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.rows import User
from supabase_gotrue.emulator.signup import CHANNELS, WRONG_CHANNEL
from supabase_gotrue.emulator.uuids import parse_uuid
from supabase_gotrue.response import Response

_OTHER_AUDIENCE = "Token audience doesn't match request audience"


def get(ctx: Context) -> Response:
    if guards.audience(ctx) != guards.claimed_audience(ctx):
        raise invalid(_OTHER_AUDIENCE)
    return ok(views.user(ctx.user))


# ---- changing


def update(ctx: Context) -> Response:
    params, user = read(UserUpdateParams, ctx.call.body), ctx.user
    email = checks.email(params.email) if params.email else ""
    phone = checks.phone(params.phone) if params.phone else ""
    if phone and (params.channel or "sms") not in CHANNELS:
        raise invalid(WRONG_CHANNEL)
    if params.password is not None:
        checks.strong(ctx.settings, params.password)
    if params.app_metadata is not None:
        raise Refusal(403, "not_admin", "Updating app_metadata requires admin privileges")
    new_email = email if email != user.email else ""
    new_phone = phone if phone != user.phone else ""
    _strong_enough(ctx, bool(params.password or new_email or new_phone))
    if user.is_anonymous and params.password and not (email or phone):
        message = "Updating password of an anonymous user without an email or phone is not allowed"
        raise Refusal(422, "validation_failed", message)
    _free(ctx, user, new_email, new_phone)
    _change_password(ctx, user, params.password)
    if params.data is not None:
        merged = accounts.merge(user.user_metadata, params.data)
        accounts.save(ctx.tx, user, user_metadata=merged)
    _change_email(ctx, user, new_email)
    _change_phone(ctx, user, new_phone)
    audit.record(ctx, "user_modified", user)
    # What the database computes is as it was read.
    confirmed_at, shown = user.confirmed_at, accounts.load(ctx.tx, user)
    shown.confirmed_at = confirmed_at
    return ok(views.user(shown))


def _strong_enough(ctx: Context, changes: bool) -> None:
    weak = ctx.session is None or ctx.session.aal != "aal2"
    if changes and weak and any(factor.verified for factor in ctx.user.factors):
        message = "AAL2 session is required to update email or password when MFA is enabled."
        raise Refusal(401, "insufficient_aal", message)


def _free(ctx: Context, user: User, email: str, phone: str) -> None:
    aud = guards.audience(ctx)
    if email and accounts.with_email(ctx.tx, email, aud, user):
        raise Refusal(422, "email_exists", EMAIL_TAKEN)
    if phone and accounts.by_phone(ctx.tx, phone, aud):
        message = "A user with this phone number has already been registered"
        raise Refusal(422, "phone_exists", message)


def _change_password(ctx: Context, user: User, password: str | None) -> None:
    if password is None:
        return
    if password and user.password and passwords.matches(user.password, password):
        message = "New password should be different from the old password."
        raise Refusal(422, "same_password", message)
    accounts.set_password(ctx.tx, user, password, ctx.session.id if ctx.session else None)
    audit.record(ctx, "user_updated_password", user)


def _change_email(ctx: Context, user: User, email: str) -> None:
    if not email:
        return
    if user.is_anonymous and ctx.settings.autoconfirm:
        verify.change_email(ctx, user, email)
    else:
        mailing.send_email_change(ctx, user, email)


def _change_phone(ctx: Context, user: User, phone: str) -> None:
    if not phone:
        return
    if ctx.settings.autoconfirm:
        user.phone_change = phone
        verify.confirm_phone_change(ctx, user)
    else:
        mailing.send_sms(ctx, user, phone, "phone_change")


# ---- unlinking


def delete_identity(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/identity.go"""
    identity_id = parse_uuid(ctx.path["identity_id"])
    if identity_id is None:
        raise Refusal(404, "validation_failed", "identity_id must be an UUID")
    if guards.audience(ctx) != guards.claimed_audience(ctx):
        raise Refusal(403, "unexpected_audience", _OTHER_AUDIENCE)
    user, identities = ctx.user, ctx.user.identities or []
    if len(identities) <= 1:
        message = "User must have at least 1 identity after unlinking"
        raise Refusal(422, "single_identity_not_deletable", message)
    identity = next((each for each in identities if each.id == identity_id), None)
    if identity is None:
        raise Refusal(422, "identity_not_found", "Identity doesn't exist")
    about = {
        "identity_id": identity.id,
        "provider": identity.provider,
        "provider_id": identity.provider_id,
    }
    audit.record(ctx, "identity_unlinked", user, **about)
    ctx.tx.run("DELETE FROM identities WHERE id = ?", identity.id)
    if identity.provider == "phone":
        accounts.save(ctx.tx, user, phone=None, phone_confirmed_at=None)
    else:
        _forget_email(ctx, user)
    accounts.update_providers(ctx.tx, user)
    return ok({})


def _forget_email(ctx: Context, user: User) -> None:
    """Only a phone is left to sign in by."""
    accounts.save(ctx.tx, user, email=None, email_confirmed_at=None)
    accounts.forget_pending(ctx.tx, user)
    unverified = accounts.merge(user.user_metadata, {"email_verified": False})
    accounts.save(ctx.tx, user, user_metadata=unverified)


# ---- proving once more who it is


def reauthenticate(ctx: Context) -> Response:
    """https://github.com/supabase/auth/blob/master/internal/api/reauthenticate.go"""
    user = ctx.user
    if not user.email and not user.phone:
        raise invalid("Reauthentication requires the user to have an email or a phone number")
    if user.email and not user.email_confirmed_at:
        raise Refusal(422, "email_not_confirmed", "Please verify your email first.")
    if not user.email and not user.phone_confirmed_at:
        raise Refusal(422, "phone_not_confirmed", "Please verify your phone first.")
    audit.record(ctx, "user_reauthenticate_requested", user)
    if user.email:
        mailing.send_reauthentication(ctx, user)
    else:
        mailing.send_sms(ctx, user, user.phone or "", "reauthentication")
    return ok({})
