"""Emails and text messages: creating their one-time tokens, and sending them to the outbox.

https://github.com/supabase/auth/blob/master/internal/api/mail.go
"""

import hashlib
import secrets
from typing import Final
from urllib.parse import quote_plus

from supabase_gotrue.emulator.go.clock import SECOND, format_time
from supabase_gotrue.emulator.services import accounts
from supabase_gotrue.emulator.services.context import Context
from supabase_gotrue.emulator.services.outbox import Mail
from supabase_gotrue.emulator.store.database import Transaction
from supabase_gotrue.emulator.store.rows import OneTimeToken, User
from supabase_gotrue.emulator.wire.errors import APIError

OTP_DIGITS: Final = 6
# Seconds that a code in a text message is valid.
SMS_EXPIRY: Final = 60


def generate_otp() -> str:
    """Return a random one-time code."""
    return f"{secrets.randbelow(10**OTP_DIGITS):0{OTP_DIGITS}}"


def hash_otp(address: str, otp: str) -> str:
    """Hash a one-time code with the address that it is sent to.

    >>> hash_otp("a@example.com", "123456")[:12]
    'a1828f725cbf'
    """
    return hashlib.sha224(f"{address}{otp}".encode()).hexdigest()


def action_link(ctx: Context, token_hash: str, kind: str, redirect_to: str) -> str:
    """Return the link to `/verify` that an email contains."""
    needs_encoding = any(char in redirect_to for char in "&=#")
    target = quote_plus(redirect_to) if needs_encoding else redirect_to
    root = ctx.settings.external_url.rstrip("/")
    return f"{root}/verify?token={token_hash}&type={kind}&redirect_to={target}"


def create_one_time_token(tx: Transaction, user: User, kind: str, token_hash: str) -> None:
    """Insert a one-time token, and delete earlier ones of the same kind."""
    tx.execute("DELETE FROM one_time_tokens WHERE user_id = ? AND kind = ?", user.id, kind)
    tx.execute("DELETE FROM one_time_tokens WHERE token_hash = ?", token_hash)
    tx.add(OneTimeToken(token_hash, user.id, kind))


def send_confirmation(ctx: Context, user: User, prefix: str) -> None:
    _check_frequency(ctx, user.confirmation_sent_at)
    _send_confirmation_email(ctx, user, "signup", prefix, confirmation_sent_at=ctx.now)


def send_invitation(ctx: Context, user: User) -> None:
    times = {"confirmation_sent_at": ctx.now, "invited_at": ctx.now}
    _send_confirmation_email(ctx, user, "invite", "", **times)


def _send_confirmation_email(
    ctx: Context, user: User, kind: str, prefix: str, **times: int
) -> None:
    otp = generate_otp()
    token_hash = prefix + hash_otp(user.email or "", otp)
    _send_email(ctx, user.email or "", kind, otp, token_hash)
    accounts.save_user(ctx.tx, user, confirmation_token=token_hash, **times)
    create_one_time_token(ctx.tx, user, "confirmation", token_hash)


def send_recovery(ctx: Context, user: User, kind: str, prefix: str) -> None:
    """Send an email of type `recovery` or `magiclink`."""
    _check_frequency(ctx, user.recovery_sent_at)
    otp = generate_otp()
    token_hash = prefix + hash_otp(user.email or "", otp)
    _send_email(ctx, user.email or "", kind, otp, token_hash)
    accounts.save_user(ctx.tx, user, recovery_token=token_hash, recovery_sent_at=ctx.now)
    create_one_time_token(ctx.tx, user, "recovery", token_hash)


def send_reauthentication(ctx: Context, user: User) -> None:
    _check_frequency(ctx, user.reauthentication_sent_at)
    otp = generate_otp()
    token_hash = hash_otp(user.email or "", otp)
    _send_email(ctx, user.email or "", "reauthentication", otp, "")
    changes = {"reauthentication_token": token_hash, "reauthentication_sent_at": ctx.now}
    accounts.save_user(ctx.tx, user, **changes)
    create_one_time_token(ctx.tx, user, "reauthentication", token_hash)


def send_email_change(ctx: Context, user: User, email: str, prefix: str) -> None:
    """Send an email to the new and one to the current address; both must confirm."""
    _check_frequency(ctx, user.email_change_sent_at)
    _check_rate_limit(ctx)
    codes = {"new": (email, generate_otp()), "current": (user.email or "", generate_otp())}
    changes = {"email_change": email, "email_change_sent_at": ctx.now, "email_change_status": 0}
    for which, (address, otp) in codes.items():
        if address:
            token_hash = prefix + hash_otp(address, otp)
            changes[f"email_change_token_{which}"] = token_hash
            create_one_time_token(ctx.tx, user, f"email_change_{which}", token_hash)
            _deliver(ctx, address, "email_change", otp, token_hash)
    accounts.save_user(ctx.tx, user, **changes)


def send_sms(ctx: Context, user: User, phone: str, kind: str) -> None:
    """Send a text message of type `sms`, `phone_change` or `reauthentication`."""
    column = {"sms": "confirmation", "phone_change": "phone_change"}.get(kind, kind)
    sent_at: int | None = getattr(user, f"{column}_sent_at")
    if sent_at is not None and sent_at + ctx.settings.email_max_frequency * SECOND > ctx.now:
        raise _frequency_error(ctx, sent_at, "over_sms_send_rate_limit")
    otp = generate_otp()
    token_hash = hash_otp(phone, otp)
    change = {"phone_change": phone} if kind == "phone_change" else {}
    token_fields = {f"{column}_token": token_hash, f"{column}_sent_at": ctx.now}
    accounts.save_user(ctx.tx, user, **token_fields, **change)
    create_one_time_token(ctx.tx, user, column, token_hash)
    _deliver(ctx, phone, kind, otp, "")


def send_challenge(ctx: Context, phone: str, otp: str) -> None:
    """Send the code of an MFA challenge as a text message."""
    _deliver(ctx, phone, "mfa", otp, "")


def _send_email(ctx: Context, to: str, kind: str, otp: str, token_hash: str) -> None:
    _check_rate_limit(ctx)
    _deliver(ctx, to, kind, otp, token_hash)


def _deliver(ctx: Context, to: str, kind: str, otp: str, token_hash: str) -> None:
    url = action_link(ctx, token_hash, kind, ctx.referrer) if token_hash else ""
    redirect_to = ctx.referrer if url else ""
    ctx.mails.append(
        Mail(
            to=to,
            type=kind,
            otp=otp,
            link=url,
            token_hash=token_hash,
            redirect_to=redirect_to,
            sent_at=format_time(ctx.now),
        )
    )


def _check_rate_limit(ctx: Context) -> None:
    is_disabled = ctx.settings.email_rate_limit == 0
    if is_disabled or not (ctx.settings.autoconfirm or ctx.allow_email(ctx.now)):
        raise APIError(429, "over_email_send_rate_limit", "email rate limit exceeded")


def _check_frequency(ctx: Context, sent_at: int | None) -> None:
    if sent_at is not None and sent_at + ctx.settings.email_max_frequency * SECOND > ctx.now:
        raise _frequency_error(ctx, sent_at, "over_email_send_rate_limit")


def _frequency_error(ctx: Context, sent_at: int, code: str) -> APIError:
    remaining = (sent_at + ctx.settings.email_max_frequency * SECOND - ctx.now) // SECOND
    message = f"For security purposes, you can only request this after {remaining} seconds."
    return APIError(429, code, message)
