"""What an emulator does beside answering: mails, faults on demand, time, files, threads."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest
from pyotp.totp import TOTP
from returns.result import Result, Success

from supabase_gotrue import Error, Session, User, admin
from supabase_gotrue.emulator import DEFAULT_SECRET, Emulator, Mail
from supabase_gotrue.emulator.checks import redirect_allowed
from supabase_gotrue.emulator.clock import read_stamp
from supabase_gotrue.emulator.gojson import Malformed, loads
from supabase_gotrue.emulator.passwords import matches
from supabase_gotrue.emulator.settings import Settings
from tests.live.server import PASSWORD, Server

EMAIL = "ada@example.com"
PHONE = "15550100"


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def server(emulator: Emulator) -> Server:
    return Server(emulator.client(), emulator.settings.jwt_secret)


def asked(emulator: Emulator, path: str, body: Any, **named: Any) -> Any:
    """The decoded answer, or the Error's code."""
    said = server(emulator).send("POST", path, body, **named)
    return said.unwrap() if isinstance(said, Success) else said.failure().error_code


def last(emulator: Emulator) -> Mail:
    return emulator.outbox[-1]


def test_mail_confirms_a_signup() -> None:
    emulator = Emulator(site_url="https://app.example")
    asked(emulator, "/signup", {"email": EMAIL, "password": PASSWORD})
    mail = last(emulator)
    assert (mail.to, mail.type, len(mail.otp)) == (EMAIL, "signup", 6)
    assert mail.redirect_to == "https://app.example"
    assert mail.link.startswith("http://localhost:9999/verify?token=" + mail.token_hash)
    session = asked(emulator, "/verify", {"type": "signup", "token_hash": mail.token_hash})
    assert session["user"]["email"] == EMAIL
    assert Session.parse(session).unwrap().user is not None


def test_codes_of_every_kind() -> None:
    emulator = Emulator()
    admin.create_user(emulator.client(), {"email": EMAIL, "email_confirm": True}).unwrap()
    for path, kind in (
        ("/recover", "recovery"),
        ("/otp", "magiclink"),
        ("/magiclink", "magiclink"),
    ):
        asked(emulator, path, {"email": EMAIL})
        assert last(emulator).type == kind
        body = {"type": "email", "email": EMAIL, "token": last(emulator).otp}
        assert "access_token" in asked(emulator, "/verify", body)


def test_codes_by_phone() -> None:
    emulator = Emulator()
    assert asked(emulator, "/otp", {"phone": PHONE}) == {}
    first = last(emulator)
    assert (first.to, first.type, first.link) == (PHONE, "sms", "")
    assert asked(emulator, "/resend", {"type": "sms", "phone": PHONE}) == {}
    body = {"type": "sms", "phone": PHONE, "token": last(emulator).otp}
    user = asked(emulator, "/verify", body)["user"]
    assert (user["phone"], "phone_confirmed_at" in user) == (PHONE, True)
    assert asked(emulator, "/otp", {"phone": PHONE}) == {}
    assert asked(emulator, "/verify", {**body, "token": last(emulator).otp})["user"] != {}
    quick = Emulator(autoconfirm=True)
    assert asked(quick, "/otp", {"phone": PHONE}) == {}
    assert last(quick).type == "sms"
    closed = Emulator(disable_signup=True)
    assert asked(closed, "/otp", {"phone": PHONE}) == "signup_disabled"
    taken = Emulator(autoconfirm=True)
    admin.create_user(taken.client(), {"phone": PHONE}).unwrap()
    assert asked(taken, "/signup", {"phone": PHONE, "password": PASSWORD})["user"]["phone"] == PHONE
    waiting = Emulator()
    said = asked(waiting, "/signup", {"phone": PHONE, "password": PASSWORD})
    assert (said["phone"], last(waiting).type) == (PHONE, "sms")


def test_switched_off() -> None:
    body = {"email": EMAIL, "password": PASSWORD}
    assert asked(Emulator(email_enabled=False), "/signup", body) == "email_provider_disabled"
    phone = {"phone": PHONE, "password": PASSWORD}
    assert asked(Emulator(phone_enabled=False), "/signup", phone) == "phone_provider_disabled"
    assert asked(Emulator(anonymous_users=False), "/signup", {}) == "anonymous_provider_disabled"
    assert asked(Emulator(), "/signup", {"data": {"a": 1}})["user"]["is_anonymous"] is True


def test_new_addresses_of_ones_own() -> None:
    emulator = Emulator()
    made: Any = {"email": EMAIL, "password": PASSWORD, "email_confirm": True}
    user = admin.create_user(emulator.client(), made).unwrap()
    here = server(emulator)
    session = here.sign_in(EMAIL).unwrap()
    here.send("PUT", "/user", {"email": "new@example.com"}, session=session).unwrap()
    new, current = emulator.outbox
    assert {(new.to, new.type), (current.to, current.type)} == {
        ("new@example.com", "email_change"),
        (EMAIL, "email_change"),
    }
    for mail in (new, current):
        body = {"type": "email_change", "token": mail.otp, "email": mail.to}
        said = asked(emulator, "/verify", body)
    assert said["user"]["email"] == "new@example.com"
    here.send("PUT", "/user", {"email": "newer@example.com"}, session=session).unwrap()
    assert asked(emulator, "/resend", {"type": "email_change", "email": "new@example.com"}) == {}
    assert len(emulator.outbox) == 6
    here.send("PUT", "/user", {"phone": PHONE}, session=session).unwrap()
    assert asked(emulator, "/resend", {"type": "phone_change", "phone": PHONE}) == {}
    body = {"type": "phone_change", "phone": PHONE, "token": last(emulator).otp}
    assert asked(emulator, "/verify", body)["user"]["phone"] == PHONE
    here.send("PUT", "/user", {"phone": "15550199"}, session=session).unwrap()
    assert asked(emulator, "/resend", {"type": "phone_change", "phone": PHONE}) == {}
    body = {"type": "phone_change", "phone": "15550199", "token": last(emulator).otp}
    assert asked(emulator, "/verify", body)["user"]["phone"] == "15550199"
    assert admin.get_user_by_id(emulator.client(), user.id).unwrap().phone == "15550199"


def test_reauthentication() -> None:
    emulator = Emulator()
    here = server(emulator)
    made: Any = {"phone": PHONE, "password": PASSWORD}
    user = admin.create_user(emulator.client(), made).unwrap()
    token = here.token(sub=user.id, role="authenticated", aud="authenticated")
    session = Session(access_token=token)
    assert here.send("GET", "/reauthenticate", session=session).failure().error_code == (
        "phone_not_confirmed"
    )
    admin.update_user_by_id(emulator.client(), user.id, {"phone_confirm": True}).unwrap()
    here.send("GET", "/reauthenticate", session=session).unwrap()
    assert last(emulator).type == "reauthentication"
    mine: Any = {"email": EMAIL, "password": PASSWORD}
    other = admin.create_user(emulator.client(), mine).unwrap()
    token = here.token(sub=other.id, role="authenticated", aud="authenticated")
    session = Session(access_token=token)
    assert here.send("GET", "/reauthenticate", session=session).failure().error_code == (
        "email_not_confirmed"
    )


def test_factor_by_phone() -> None:
    clock = Clock()
    emulator = Emulator(clock=clock)
    made: Any = {"email": EMAIL, "password": PASSWORD, "email_confirm": True}
    admin.create_user(emulator.client(), made).unwrap()
    session = server(emulator).sign_in(EMAIL).unwrap()
    enrol = {"factor_type": "phone", "phone": PHONE}
    factor = asked(emulator, "/factors", enrol, session=session)["id"]
    path = f"/factors/{factor}"
    assert asked(emulator, f"{path}/challenge", {"channel": "x"}, session=session) == (
        "validation_failed"
    )
    late = asked(emulator, f"{path}/challenge", {}, session=session)["id"]
    clock.now += 301
    body = {"challenge_id": late, "code": last(emulator).otp}
    assert asked(emulator, f"{path}/verify", body, session=session) == "mfa_challenge_expired"
    assert asked(emulator, f"{path}/verify", body, session=session) == "mfa_factor_not_found"
    made_id = asked(emulator, f"{path}/challenge", {}, session=session)["id"]
    wrong = {"challenge_id": made_id, "code": "nonsense"}
    assert asked(emulator, f"{path}/verify", wrong, session=session) == "mfa_verification_failed"
    right = {**wrong, "code": last(emulator).otp}
    strong = Session.parse(asked(emulator, f"{path}/verify", right, session=session)).unwrap()
    unchecked: Any = {"verify_exp": False, "verify_aud": False, "verify_iat": False}
    claims = jwt.decode(strong.access_token, DEFAULT_SECRET, ["HS256"], options=unchecked)
    assert (claims["aal"], claims["amr"][0]["method"]) == ("aal2", "mfa/phone")
    assert asked(emulator, "/factors", enrol, session=strong) == "mfa_verified_factor_exists"


def test_totp_by_the_emulators_clock() -> None:
    clock = Clock()
    emulator = Emulator(clock=clock)
    made: Any = {"email": EMAIL, "password": PASSWORD, "email_confirm": True}
    admin.create_user(emulator.client(), made).unwrap()
    session = server(emulator).sign_in(EMAIL).unwrap()
    factor = asked(emulator, "/factors", {"factor_type": "totp"}, session=session)
    path = f"/factors/{factor['id']}"
    challenge = asked(emulator, f"{path}/challenge", {}, session=session)["id"]
    codes = TOTP(factor["totp"]["secret"])
    for moment, outcome in ((-90, "mfa_verification_failed"), (-30, None)):
        body = {"challenge_id": challenge, "code": codes.at(int(clock.now) + moment)}
        said = asked(emulator, f"{path}/verify", body, session=session)
        assert outcome in (None, said)


def test_time_ends_bans_links_and_sessions() -> None:
    clock = Clock()
    emulator = Emulator(clock=clock)
    client, here = emulator.client(), server(emulator)
    made: Any = {"email": EMAIL, "password": PASSWORD, "email_confirm": True}
    user = admin.create_user(client, made).unwrap()
    session = here.sign_in(EMAIL).unwrap()
    admin.update_user_by_id(client, user.id, {"ban_duration": "1h"}).unwrap()
    assert here.send("GET", "/user", session=session).failure().error_code == "user_banned"
    clock.now += 3600
    assert here.send("GET", "/user", session=session).failure().error_code == "bad_jwt"
    assert isinstance(here.sign_in(EMAIL), Success)
    link = admin.generate_link(client, {"type": "magiclink", "email": EMAIL}).unwrap()
    clock.now += 86401
    late = {"type": "magiclink", "token_hash": link.hashed_token}
    assert asked(emulator, "/verify", late) == "otp_expired"
    by_code = {"type": "magiclink", "token": link.email_otp, "email": EMAIL}
    assert asked(emulator, "/verify", by_code) == "otp_expired"


def test_limits_of_mails() -> None:
    clock = Clock()
    emulator = Emulator(clock=clock, email_rate_limit=2)
    outcomes = [asked(emulator, "/invite", {"email": f"a{n}@example.com"}) for n in range(3)]
    assert outcomes[2] == "over_email_send_rate_limit"
    assert len(emulator.outbox) == 2
    clock.now += 3600
    assert asked(emulator, "/invite", {"email": EMAIL})["email"] == EMAIL
    none = Emulator(email_rate_limit=0)
    assert asked(none, "/invite", {"email": EMAIL}) == "over_email_send_rate_limit"
    slow = Emulator(clock=clock, email_max_frequency=60)
    admin.create_user(slow.client(), {"email": EMAIL, "phone": PHONE, "email_confirm": True})
    assert asked(slow, "/recover", {"email": EMAIL}) == {}
    assert asked(slow, "/recover", {"email": EMAIL}) == "over_email_send_rate_limit"
    phone = {"phone": "15550111"}
    assert asked(slow, "/otp", phone) == {}
    assert asked(slow, "/resend", {"type": "sms", **phone}) == "over_sms_send_rate_limit"


def test_faults_on_demand() -> None:
    emulator = Emulator()
    client = emulator.client()
    emulator.fail_next(429, {"code": "over_request_rate_limit"}, {"retry-after": "7"})
    emulator.fail_next(times=2)
    first, second, third = (admin.list_users(client).failure() for _ in range(3))
    assert (first.error_code, first.retry_after) == ("over_request_rate_limit", 7)
    assert (second.status, third.status, second.message) == (500, 500, "Rehearsed")
    assert isinstance(admin.list_users(client), Success)


def test_outbox_as_a_route() -> None:
    emulator = Emulator()
    admin.invite_user_by_email(emulator.client(), EMAIL).unwrap()
    said: Any = server(emulator).send("GET", "/_emulator/outbox").unwrap()
    assert said[0]["to"] == EMAIL
    assert said[0]["token_hash"] == last(emulator).token_hash


def test_other_verifiers_accept_its_tokens() -> None:
    emulator = Emulator(jwt_secret="another secret of thirty-two bytes")
    made: Any = {"email": EMAIL, "password": PASSWORD, "email_confirm": True}
    user = admin.create_user(emulator.client(), made).unwrap()
    session = server(emulator).sign_in(EMAIL).unwrap()
    said = jwt.decode(
        session.access_token,
        "another secret of thirty-two bytes",
        ["HS256"],
        audience="authenticated",
    )
    assert (said["sub"], said["role"], said["aal"]) == (user.id, "authenticated", "aal1")


def test_file_survives_and_is_shared(tmp_path: Path) -> None:
    path = str(tmp_path / "state.db")
    first, second = Emulator(path), Emulator(path)
    user = admin.create_user(first.client(), {"email": EMAIL}).unwrap()
    assert admin.get_user_by_id(second.client(), user.id) == Success(user)
    first.close()
    second.close()
    third = Emulator(path)
    assert admin.get_user_by_id(third.client(), user.id) == Success(user)
    third.close()
    with pytest.raises(sqlite3.Error):
        Emulator(str(tmp_path / "missing" / "state.db"))


def test_one_transaction_a_request() -> None:
    emulator = Emulator(email_rate_limit=0)
    assert asked(emulator, "/invite", {"email": EMAIL}) == "over_email_send_rate_limit"
    assert admin.list_users(emulator.client()).unwrap().users == ()
    assert emulator.outbox == ()


def test_many_threads() -> None:
    client = Emulator().client()

    def creating(email: str) -> Result[User, Error]:
        return admin.create_user(client, {"email": email})

    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(creating, [f"u{n}@example.com" for n in range(64)]))
    assert all(isinstance(each, Success) for each in made)
    with ThreadPoolExecutor(8) as threads:
        raced = list(threads.map(creating, ["same@example.com"] * 16))
    assert sum(isinstance(each, Success) for each in raced) == 1
    assert admin.list_users(client).unwrap().pagination.total == 65


def test_audit() -> None:
    emulator = Emulator()
    admin.create_user(emulator.client(), {"email": EMAIL}).unwrap()
    said: Any = server(emulator).send("GET", "/admin/audit").unwrap()
    assert said[0]["payload"]["action"] == "user_signedup"
    assert said[0]["payload"]["traits"]["user_email"] == EMAIL


def test_first_email_of_a_phone() -> None:
    emulator = Emulator()
    made: Any = {"phone": PHONE, "password": PASSWORD, "phone_confirm": True}
    user = admin.create_user(emulator.client(), made).unwrap()
    here = server(emulator)
    token = here.token(sub=user.id, role="authenticated", aud="authenticated")
    session = Session(access_token=token)
    here.send("PUT", "/user", {"email": EMAIL}, session=session).unwrap()
    assert [mail.to for mail in emulator.outbox] == [EMAIL]
    body = {"type": "email_change", "token_hash": last(emulator).token_hash}
    assert asked(emulator, "/verify", body)["user"]["email"] == EMAIL


def test_what_is_no_hash_matches_nothing() -> None:
    assert not matches("$fbscrypt$nonsense", "horse")


def test_a_nul_is_no_password() -> None:
    emulator = Emulator()
    made: Any = {"email": EMAIL, "password_hash": "$2a$10$" + "!" * 53, "email_confirm": True}
    admin.create_user(emulator.client(), made).unwrap()
    body = {"email": EMAIL, "password": "a\0b"}
    assert asked(emulator, "/token?grant_type=password", body) == "invalid_credentials"


@pytest.mark.parametrize(
    ("glob", "url", "allowed"),
    [
        ("https://*.example.com/**", "https://a.example.com/b/c", True),
        ("https://*.example.com/*", "https://a.example.com/b/c", False),
        ("https://{a,b}.example.com", "https://b.example.com", True),
        ("https://{a,b}.example.com", "https://c.example.com", False),
        ("https://[a-c].example.com", "https://b.example.com", True),
        ("https://[!a-c].example.com", "https://b.example.com", False),
        ("https://exampl?.com", "https://example.com", True),
        ("https://example\\.com", "https://example.com", True),
        ("https://example.com/**", "https://example.com/a#b", True),
    ],
)
def test_globs(glob: str, url: str, allowed: bool) -> None:
    assert redirect_allowed(Settings(allow_redirect=(glob,)), url) == allowed


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30T00:00:00Z"])
def test_what_is_no_time(text: str) -> None:
    assert read_stamp(text) is None


NO_JSON = (
    *(b"1e999", b'{"a": 1e999}', b"[12 34]", b"\x7f", b"\x80", b"\x0b"),
    *(b"[" * 600, b"[" * 99_999),
)


@pytest.mark.parametrize("text", NO_JSON)
def test_what_is_no_json(text: bytes) -> None:
    with pytest.raises(Malformed):
        loads(text)
