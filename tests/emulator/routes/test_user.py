"""The routes of a signed-in user."""

from typing import Any

import jwt
from pyotp.totp import TOTP

from supabase_gotrue import Session, admin
from supabase_gotrue.emulator import DEFAULT_SECRET, Emulator
from tests.emulator.helpers import EMAIL, PHONE, Clock, last_mail, post, server
from tests.server.server import PASSWORD


def test_user_changes_email_and_phone() -> None:
    emulator = Emulator()
    attrs: Any = {"email": EMAIL, "password": PASSWORD, "email_confirm": True}
    user = admin.create_user(emulator.client(), attrs).unwrap()
    api = server(emulator)
    session = api.sign_in(EMAIL).unwrap()
    api.send("PUT", "/user", {"email": "new@example.com"}, session=session).unwrap()
    new, current = emulator.outbox
    assert {(new.to, new.type), (current.to, current.type)} == {
        ("new@example.com", "email_change"),
        (EMAIL, "email_change"),
    }
    for mail in (new, current):
        body = {"type": "email_change", "token": mail.otp, "email": mail.to}
        response = post(emulator, "/verify", body)
    assert response["user"]["email"] == "new@example.com"
    api.send("PUT", "/user", {"email": "newer@example.com"}, session=session).unwrap()
    assert post(emulator, "/resend", {"type": "email_change", "email": "new@example.com"}) == {}
    assert len(emulator.outbox) == 6
    api.send("PUT", "/user", {"phone": PHONE}, session=session).unwrap()
    assert post(emulator, "/resend", {"type": "phone_change", "phone": PHONE}) == {}
    body = {"type": "phone_change", "phone": PHONE, "token": last_mail(emulator).otp}
    assert post(emulator, "/verify", body)["user"]["phone"] == PHONE
    api.send("PUT", "/user", {"phone": "15550199"}, session=session).unwrap()
    assert post(emulator, "/resend", {"type": "phone_change", "phone": PHONE}) == {}
    body = {"type": "phone_change", "phone": "15550199", "token": last_mail(emulator).otp}
    assert post(emulator, "/verify", body)["user"]["phone"] == "15550199"
    assert admin.get_user_by_id(emulator.client(), user.id).unwrap().phone == "15550199"


def test_phone_user_adds_email() -> None:
    emulator = Emulator()
    attrs: Any = {"phone": PHONE, "password": PASSWORD, "phone_confirm": True}
    user = admin.create_user(emulator.client(), attrs).unwrap()
    api = server(emulator)
    token = api.token(sub=user.id, role="authenticated", aud="authenticated")
    session = Session(access_token=token)
    api.send("PUT", "/user", {"email": EMAIL}, session=session).unwrap()
    assert [mail.to for mail in emulator.outbox] == [EMAIL]
    body = {"type": "email_change", "token_hash": last_mail(emulator).token_hash}
    assert post(emulator, "/verify", body)["user"]["email"] == EMAIL


def test_reauthentication_requires_confirmed_address() -> None:
    emulator = Emulator()
    api = server(emulator)
    attrs: Any = {"phone": PHONE, "password": PASSWORD}
    user = admin.create_user(emulator.client(), attrs).unwrap()
    token = api.token(sub=user.id, role="authenticated", aud="authenticated")
    session = Session(access_token=token)
    assert api.send("GET", "/reauthenticate", session=session).failure().error_code == (
        "phone_not_confirmed"
    )
    admin.update_user_by_id(emulator.client(), user.id, {"phone_confirm": True}).unwrap()
    api.send("GET", "/reauthenticate", session=session).unwrap()
    assert last_mail(emulator).type == "reauthentication"
    other_attrs: Any = {"email": EMAIL, "password": PASSWORD}
    other = admin.create_user(emulator.client(), other_attrs).unwrap()
    token = api.token(sub=other.id, role="authenticated", aud="authenticated")
    session = Session(access_token=token)
    assert api.send("GET", "/reauthenticate", session=session).failure().error_code == (
        "email_not_confirmed"
    )


def test_phone_factor_raises_session_to_aal2() -> None:
    clock = Clock()
    emulator = Emulator(clock=clock)
    attrs: Any = {"email": EMAIL, "password": PASSWORD, "email_confirm": True}
    admin.create_user(emulator.client(), attrs).unwrap()
    session = server(emulator).sign_in(EMAIL).unwrap()
    enrol = {"factor_type": "phone", "phone": PHONE}
    factor = post(emulator, "/factors", enrol, session=session)["id"]
    path = f"/factors/{factor}"
    assert post(emulator, f"{path}/challenge", {"channel": "x"}, session=session) == (
        "validation_failed"
    )
    late = post(emulator, f"{path}/challenge", {}, session=session)["id"]
    clock.now += 301
    body = {"challenge_id": late, "code": last_mail(emulator).otp}
    assert post(emulator, f"{path}/verify", body, session=session) == "mfa_challenge_expired"
    assert post(emulator, f"{path}/verify", body, session=session) == "mfa_factor_not_found"
    made_id = post(emulator, f"{path}/challenge", {}, session=session)["id"]
    wrong = {"challenge_id": made_id, "code": "nonsense"}
    assert post(emulator, f"{path}/verify", wrong, session=session) == "mfa_verification_failed"
    right = {**wrong, "code": last_mail(emulator).otp}
    strong = Session.parse(post(emulator, f"{path}/verify", right, session=session)).unwrap()
    unchecked: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False}
    claims = jwt.decode(strong.access_token, DEFAULT_SECRET, ["HS256"], options=unchecked)
    assert (claims["aal"], claims["amr"][0]["method"]) == ("aal2", "mfa/phone")
    assert post(emulator, "/factors", enrol, session=strong) == "mfa_verified_factor_exists"


def test_totp_uses_emulator_clock() -> None:
    clock = Clock()
    emulator = Emulator(clock=clock)
    attrs: Any = {"email": EMAIL, "password": PASSWORD, "email_confirm": True}
    admin.create_user(emulator.client(), attrs).unwrap()
    session = server(emulator).sign_in(EMAIL).unwrap()
    factor = post(emulator, "/factors", {"factor_type": "totp"}, session=session)
    path = f"/factors/{factor['id']}"
    challenge = post(emulator, f"{path}/challenge", {}, session=session)["id"]
    codes = TOTP(factor["totp"]["secret"])
    for moment, outcome in ((-90, "mfa_verification_failed"), (-30, None)):
        body = {"challenge_id": challenge, "code": codes.at(int(clock.now) + moment)}
        response = post(emulator, f"{path}/verify", body, session=session)
        assert outcome in (None, response)
