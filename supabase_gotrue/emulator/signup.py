"""The route `/signup`, and signing up in passing.

What may live here: new users by address, by phone and anonymous.

https://github.com/supabase/auth/blob/master/internal/api/signup.go
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from supabase_gotrue.emulator import (
    accounts,
    audit,
    checks,
    gojson,
    guards,
    mailing,
    sessions,
    views,
)
from supabase_gotrue.emulator.bodies import SignupParams, read
from supabase_gotrue.emulator.checks import invalid
from supabase_gotrue.emulator.context import Context, ok
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.rows import User, new_id
from supabase_gotrue.response import Response

CHANNELS: Final = ("sms", "whatsapp")
WRONG_CHANNEL: Final = (
    "Invalid channel, supported values are 'sms' or 'whatsapp'. 'whatsapp' is only supported "
    "if Twilio or Twilio Verify is used as the provider."
)

# What whoever asks again must not learn; the server forgets to hide the rest.
_HIDDEN: Final[Mapping[str, object]] = {
    "role": "",
    "email_change": "",
    "email_change_sent_at": None,
    "email_confirmed_at": None,
    "phone_confirmed_at": None,
    "confirmed_at": None,
    "last_sign_in_at": None,
    "identities": (),
}


def signup(ctx: Context) -> Response | Refusal:
    params = read(SignupParams, ctx.call.body)
    if params.email or params.phone:
        return with_address(ctx, params)
    if not ctx.settings.anonymous_users:
        message = "Anonymous sign-ins are disabled"
        raise Refusal(422, "anonymous_provider_disabled", message)
    _open(ctx)
    user = accounts.new_user(guards.audience(ctx), data=params.data)
    user.is_anonymous = 1
    accounts.add(ctx.tx, user)
    return ok(sessions.begin(ctx, user, "anonymous"))


def with_address(ctx: Context, params: SignupParams) -> Response | Refusal:
    """Sign up by address or phone; `/otp` does it for those whom it does not know."""
    _open(ctx)
    provider = "email" if params.email else "phone"
    _check(ctx, params, provider)
    params, known = _look_up(ctx, params, provider)
    if known and getattr(known, f"{provider}_confirmed_at"):
        return _repeated(ctx, known, params, provider)
    user = known or _add(ctx, params, provider)
    _add_identity(ctx, user, params, provider)
    _confirm(ctx, user, provider)
    if known is None and user.email_confirmed_at:
        _show_confirmed(user)
    if user.email_confirmed_at or user.phone_confirmed_at:
        audit.record(ctx, "login", user, provider=provider)
        return ok(sessions.begin(ctx, user, "password"))
    if user.invited_at:
        user.user_metadata, user.identities = "{}", []
    return ok(views.user(user))


def _open(ctx: Context) -> None:
    if ctx.settings.disable_signup:
        raise Refusal(422, "signup_disabled", "Signups not allowed for this instance")


def _check(ctx: Context, params: SignupParams, provider: str) -> None:
    if not params.password:
        raise invalid("Signup requires a valid password")
    checks.strong(ctx.settings, params.password)
    if params.email and params.phone:
        raise invalid("Only an email address or phone number should be provided on signup.")
    if provider == "phone" and (params.channel or "sms") not in CHANNELS:
        raise invalid(WRONG_CHANNEL)
    if params.phone and params.code_challenge:
        raise invalid("PKCE not supported for phone signups")
    checks.challenge(params.code_challenge_method, params.code_challenge)


def _look_up(ctx: Context, params: SignupParams, provider: str) -> tuple[SignupParams, User | None]:
    """The address normalised, and who has it."""
    aud = guards.audience(ctx)
    if not getattr(ctx.settings, f"{provider}_enabled"):
        name = provider.capitalize()
        raise Refusal(400, f"{provider}_provider_disabled", f"{name} signups are disabled")
    if provider == "email":
        params = msgspec.structs.replace(params, email=checks.email(params.email))
        return params, accounts.with_email(ctx.tx, params.email, aud)
    params = msgspec.structs.replace(params, phone=checks.phone(params.phone))
    return params, accounts.by_phone(ctx.tx, params.phone, aud)


def _add(ctx: Context, params: SignupParams, provider: str) -> User:
    user = accounts.new_user(
        guards.audience(ctx),
        email=params.email,
        phone=params.phone,
        password=params.password,
        data=params.data,
        provider=provider,
    )
    return accounts.add(ctx.tx, user)


def _add_identity(ctx: Context, user: User, params: SignupParams, provider: str) -> None:
    """The identity of the address; it becomes what the user's metadata say."""
    identity = accounts.identity_of(ctx.tx, user, provider)
    if identity is None:
        claims = {"email": user.email}
        identity = accounts.add_identity(ctx.tx, user, provider, claims, params.data or {})
        others = "DELETE FROM identities WHERE user_id = ? AND id != ?"
        ctx.tx.run(others, user.id, identity.id)
        # Without nulls, which this answer leaves out of the identity as well.
        identity.identity_data = accounts.merge("{}", views.metadata(identity.identity_data))
        accounts.save(ctx.tx, user, user_metadata=identity.identity_data)
        accounts.update_providers(ctx.tx, user)
    user.identities = [identity]


def _confirm(ctx: Context, user: User, provider: str) -> None:
    if ctx.settings.autoconfirm:
        channel = {"channel": "sms"} if provider == "phone" else {}
        audit.record(ctx, "user_signedup", user, provider=provider, **channel)
        if provider == "phone":
            accounts.confirm_phone(ctx.tx, user)
        else:
            accounts.confirm_email(ctx.tx, user)
        return
    audit.record(ctx, "user_confirmation_requested", user, provider=provider)
    if provider == "phone":
        mailing.send_sms(ctx, user, user.phone or "", "sms")
    else:
        mailing.send_confirmation(ctx, user)


def _show_confirmed(user: User) -> None:
    """This one answer shows the identity as verified; the database does not say so."""
    for identity in user.identities or []:
        verified = accounts.merge(identity.identity_data, {"email_verified": True})
        identity.identity_data = verified


def _repeated(ctx: Context, known: User, params: SignupParams, provider: str) -> Response | Refusal:
    """Whoever asks must not learn that the user exists, unless autoconfirm tells anyway."""
    audit.record(ctx, "user_repeated_signup", known, provider=provider)
    if ctx.settings.autoconfirm:
        return Refusal(422, "user_already_exists", "User already registered")
    stranger = msgspec.structs.replace(
        known,
        id=new_id(),
        email=params.email,
        phone=params.phone,
        app_metadata=gojson.canonical({"provider": provider, "providers": [provider]}),
        user_metadata=gojson.canonical(params.data or {}),
        created_at=ctx.now,
        updated_at=ctx.now,
        confirmation_sent_at=ctx.now,
        **_HIDDEN,
    )
    return ok(views.user(stranger))
