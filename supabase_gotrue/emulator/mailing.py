"""Mails: one-time codes, the links around them, and sending both into the outbox.

What may live here: every kind of mail and the token it makes. Which route sends which is
known elsewhere.

https://github.com/supabase/auth/blob/master/internal/api/mail.go
"""

import hashlib
import secrets
from typing import Final
from urllib.parse import quote_plus

from supabase_gotrue.emulator import accounts
from supabase_gotrue.emulator.clock import SECOND, stamp
from supabase_gotrue.emulator.context import Context
from supabase_gotrue.emulator.database import Transaction
from supabase_gotrue.emulator.faults import Refusal
from supabase_gotrue.emulator.outbox import Mail
from supabase_gotrue.emulator.rows import OneTimeToken, User

OTP_DIGITS: Final = 6
# A text message's code lasts a minute, and one a minute is sent.
SMS_EXPIRY: Final = 60


def make_otp() -> str:
    """A one-time code."""
    return f"{secrets.randbelow(10**OTP_DIGITS):0{OTP_DIGITS}}"


def hash_otp(address: str, otp: str) -> str:
    """What stands for a code in links and in the database.

    >>> hash_otp("a@example.com", "123456")[:12]
    'a1828f725cbf'
    """
    return hashlib.sha224(f"{address}{otp}".encode()).hexdigest()


def link(ctx: Context, token_hash: str, kind: str, redirect_to: str) -> str:
    """What a reader of a mail clicks."""
    encoded = any(char in redirect_to for char in "&=#")
    target = quote_plus(redirect_to) if encoded else redirect_to
    root = ctx.settings.external_url
    return f"{root}/verify?token={token_hash}&type={kind}&redirect_to={target}"


def remember(tx: Transaction, user: User, kind: str, token_hash: str) -> None:
    """Keep a one-time token, in place of the last of its kind."""
    tx.run("DELETE FROM one_time_tokens WHERE user_id = ? AND kind = ?", user.id, kind)
    tx.run("DELETE FROM one_time_tokens WHERE token_hash = ?", token_hash)
    tx.add(OneTimeToken(token_hash, user.id, kind))


def send_confirmation(ctx: Context, user: User) -> None:
    _often_enough(ctx, user.confirmation_sent_at)
    _send_confirming(ctx, user, "signup", confirmation_sent_at=ctx.now)


def send_invitation(ctx: Context, user: User) -> None:
    _send_confirming(ctx, user, "invite", confirmation_sent_at=ctx.now, invited_at=ctx.now)


def _send_confirming(ctx: Context, user: User, kind: str, **times: int) -> None:
    otp = make_otp()
    token_hash = hash_otp(user.email or "", otp)
    _post(ctx, user.email or "", kind, otp, token_hash)
    accounts.save(ctx.tx, user, confirmation_token=token_hash, **times)
    remember(ctx.tx, user, "confirmation", token_hash)


def send_recovery(ctx: Context, user: User, kind: str) -> None:
    """A mail that signs in: `recovery` or `magiclink`."""
    _often_enough(ctx, user.recovery_sent_at)
    otp = make_otp()
    token_hash = hash_otp(user.email or "", otp)
    _post(ctx, user.email or "", kind, otp, token_hash)
    accounts.save(ctx.tx, user, recovery_token=token_hash, recovery_sent_at=ctx.now)
    remember(ctx.tx, user, "recovery", token_hash)


def send_reauthentication(ctx: Context, user: User) -> None:
    _often_enough(ctx, user.reauthentication_sent_at)
    otp = make_otp()
    token_hash = hash_otp(user.email or "", otp)
    _post(ctx, user.email or "", "reauthentication", otp, "")
    changes = {"reauthentication_token": token_hash, "reauthentication_sent_at": ctx.now}
    accounts.save(ctx.tx, user, **changes)
    remember(ctx.tx, user, "reauthentication", token_hash)


def send_email_change(ctx: Context, user: User, email: str) -> None:
    """Two mails: both addresses must agree."""
    _often_enough(ctx, user.email_change_sent_at)
    _within_limit(ctx)
    codes = {"new": (email, make_otp()), "current": (user.email or "", make_otp())}
    changes = {"email_change": email, "email_change_sent_at": ctx.now, "email_change_status": 0}
    for which, (address, otp) in codes.items():
        if address:
            token_hash = hash_otp(address, otp)
            changes[f"email_change_token_{which}"] = token_hash
            remember(ctx.tx, user, f"email_change_{which}", token_hash)
            _deliver(ctx, address, "email_change", otp, token_hash)
    accounts.save(ctx.tx, user, **changes)


def send_sms(ctx: Context, user: User, phone: str, kind: str) -> None:
    """A text message: `sms`, `phone_change` or `reauthentication`."""
    column = {"sms": "confirmation", "phone_change": "phone_change"}.get(kind, kind)
    sent_at: int | None = getattr(user, f"{column}_sent_at")
    if sent_at is not None and sent_at + ctx.settings.email_max_frequency * SECOND > ctx.now:
        raise _too_soon(ctx, sent_at, "over_sms_send_rate_limit")
    otp = make_otp()
    token_hash = hash_otp(phone, otp)
    change = {"phone_change": phone} if kind == "phone_change" else {}
    stamped = {f"{column}_token": token_hash, f"{column}_sent_at": ctx.now}
    accounts.save(ctx.tx, user, **stamped, **change)
    remember(ctx.tx, user, column, token_hash)
    _deliver(ctx, phone, kind, otp, "")


def send_challenge(ctx: Context, phone: str, otp: str) -> None:
    """A text message with the code of a second factor."""
    _deliver(ctx, phone, "mfa", otp, "")


def _post(ctx: Context, to: str, kind: str, otp: str, token_hash: str) -> None:
    _within_limit(ctx)
    _deliver(ctx, to, kind, otp, token_hash)


def _deliver(ctx: Context, to: str, kind: str, otp: str, token_hash: str) -> None:
    url = link(ctx, token_hash, kind, ctx.redirect) if token_hash else ""
    redirect_to = ctx.redirect if url else ""
    ctx.mails.append(
        Mail(
            to=to,
            type=kind,
            otp=otp,
            link=url,
            token_hash=token_hash,
            redirect_to=redirect_to,
            sent_at=stamp(ctx.now),
        )
    )


def _within_limit(ctx: Context) -> None:
    none_at_all = ctx.settings.email_rate_limit == 0
    if none_at_all or not (ctx.settings.autoconfirm or ctx.may_mail(ctx.now)):
        raise Refusal(429, "over_email_send_rate_limit", "email rate limit exceeded")


def _often_enough(ctx: Context, sent_at: int | None) -> None:
    if sent_at is not None and sent_at + ctx.settings.email_max_frequency * SECOND > ctx.now:
        raise _too_soon(ctx, sent_at, "over_email_send_rate_limit")


def _too_soon(ctx: Context, sent_at: int, code: str) -> Refusal:
    left = (sent_at + ctx.settings.email_max_frequency * SECOND - ctx.now) // SECOND
    message = f"For security purposes, you can only request this after {left} seconds."
    return Refusal(429, code, message)
