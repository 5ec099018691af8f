"""The routes that need no user."""

import pytest

from supabase_gotrue import Request, Session, admin
from supabase_gotrue.emulator import Emulator
from tests.emulator.helpers import EMAIL, PHONE, Clock, last_mail, post
from tests.emulator.recorded.script import challenge
from tests.server.server import PASSWORD


def test_email_confirms_signup() -> None:
    emulator = Emulator(site_url="https://app.example")
    post(emulator, "/signup", {"email": EMAIL, "password": PASSWORD})
    mail = last_mail(emulator)
    assert (mail.to, mail.type, len(mail.otp)) == (EMAIL, "signup", 6)
    assert mail.redirect_to == "https://app.example"
    assert mail.link.startswith("http://localhost:9999/verify?token=" + mail.token_hash)
    session = post(emulator, "/verify", {"type": "signup", "token_hash": mail.token_hash})
    assert session["user"]["email"] == EMAIL
    assert Session.parse(session).unwrap().user is not None


def test_otp_of_an_email_signs_in() -> None:
    emulator = Emulator()
    admin.create_user(emulator.client(), {"email": EMAIL, "email_confirm": True}).unwrap()
    for path, kind in (
        ("/recover", "recovery"),
        ("/otp", "magiclink"),
        ("/magiclink", "magiclink"),
    ):
        post(emulator, path, {"email": EMAIL})
        assert last_mail(emulator).type == kind
        body = {"type": "email", "email": EMAIL, "token": last_mail(emulator).otp}
        assert "access_token" in post(emulator, "/verify", body)


def test_otp_by_phone_signs_in() -> None:
    emulator = Emulator()
    assert post(emulator, "/otp", {"phone": PHONE}) == {}
    first = last_mail(emulator)
    assert (first.to, first.type, first.link) == (PHONE, "sms", "")
    assert post(emulator, "/resend", {"type": "sms", "phone": PHONE}) == {}
    body = {"type": "sms", "phone": PHONE, "token": last_mail(emulator).otp}
    user = post(emulator, "/verify", body)["user"]
    assert (user["phone"], "phone_confirmed_at" in user) == (PHONE, True)
    assert post(emulator, "/otp", {"phone": PHONE}) == {}
    assert post(emulator, "/verify", {**body, "token": last_mail(emulator).otp})["user"] != {}
    quick = Emulator(autoconfirm=True)
    assert post(quick, "/otp", {"phone": PHONE}) == {}
    assert last_mail(quick).type == "sms"
    closed = Emulator(disable_signup=True)
    assert post(closed, "/otp", {"phone": PHONE}) == "signup_disabled"
    taken = Emulator(autoconfirm=True)
    admin.create_user(taken.client(), {"phone": PHONE}).unwrap()
    assert post(taken, "/signup", {"phone": PHONE, "password": PASSWORD})["user"]["phone"] == PHONE
    waiting = Emulator()
    response = post(waiting, "/signup", {"phone": PHONE, "password": PASSWORD})
    assert (response["phone"], last_mail(waiting).type) == (PHONE, "sms")


def test_disabled_providers_return_errors() -> None:
    body = {"email": EMAIL, "password": PASSWORD}
    assert post(Emulator(email_enabled=False), "/signup", body) == "email_provider_disabled"
    phone = {"phone": PHONE, "password": PASSWORD}
    assert post(Emulator(phone_enabled=False), "/signup", phone) == "phone_provider_disabled"
    assert post(Emulator(anonymous_users=False), "/signup", {}) == "anonymous_provider_disabled"
    assert post(Emulator(), "/signup", {"data": {"a": 1}})["user"]["is_anonymous"] is True


@pytest.mark.parametrize(
    ("seconds", "outcome"), [pytest.param(299, None, id="valid"), (301, "flow_state_expired")]
)
def test_auth_code_expires(seconds: int, outcome: str | None) -> None:
    clock = Clock()
    emulator = Emulator(clock=clock)
    body = {"email": EMAIL, "password": PASSWORD, **challenge("s256")}
    post(emulator, "/signup", body)
    followed = emulator(Request("GET", last_mail(emulator).link, {}, None)).unwrap()
    code = followed.headers["location"].partition("?code=")[2]
    clock.now += seconds
    body = {"auth_code": code, "code_verifier": "v" * 43}
    response = post(emulator, "/token?grant_type=pkce", body)
    assert (response if outcome else response["user"]["email"]) == (outcome or EMAIL)
