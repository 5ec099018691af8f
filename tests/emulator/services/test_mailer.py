"""Emails and text messages."""

from typing import Any

from supabase_gotrue import admin
from supabase_gotrue.emulator import Emulator
from tests.emulator.helpers import EMAIL, PHONE, Clock, last_mail, post, server


def test_email_rate_limits() -> None:
    clock = Clock()
    emulator = Emulator(clock=clock, email_rate_limit=2)
    outcomes = [post(emulator, "/invite", {"email": f"a{n}@example.com"}) for n in range(3)]
    assert outcomes[2] == "over_email_send_rate_limit"
    assert len(emulator.outbox) == 2
    clock.now += 3600
    assert post(emulator, "/invite", {"email": EMAIL})["email"] == EMAIL
    none = Emulator(email_rate_limit=0)
    assert post(none, "/invite", {"email": EMAIL}) == "over_email_send_rate_limit"
    slow = Emulator(clock=clock, email_max_frequency=60)
    admin.create_user(slow.client(), {"email": EMAIL, "phone": PHONE, "email_confirm": True})
    assert post(slow, "/recover", {"email": EMAIL}) == {}
    assert post(slow, "/recover", {"email": EMAIL}) == "over_email_send_rate_limit"
    phone = {"phone": "15550111"}
    assert post(slow, "/otp", phone) == {}
    assert post(slow, "/resend", {"type": "sms", **phone}) == "over_sms_send_rate_limit"


def test_outbox_has_a_route() -> None:
    emulator = Emulator()
    admin.invite_user_by_email(emulator.client(), EMAIL).unwrap()
    response: Any = server(emulator).send("GET", "/_emulator/outbox").unwrap()
    assert response[0]["to"] == EMAIL
    assert response[0]["token_hash"] == last_mail(emulator).token_hash
