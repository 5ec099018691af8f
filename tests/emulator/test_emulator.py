"""Features of `Emulator`: the outbox, failures on demand, the clock, files and threads."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jwt
import pytest
from pyotp.totp import TOTP
from returns.result import Result, Success

from supabase_gotrue import Error, Request, Session, User, admin
from supabase_gotrue.emulator import DEFAULT_SECRET, Emulator, Mail
from supabase_gotrue.emulator.go.clock import parse_time
from supabase_gotrue.emulator.go.gojson import JSONError, loads
from supabase_gotrue.emulator.services.passwords import verify_password
from supabase_gotrue.emulator.settings import Settings
from supabase_gotrue.emulator.wire.validation import is_redirect_url_valid
from tests.emulator.script import challenge
from tests.server.server import PASSWORD, Server

EMAIL = "ada@example.com"
PHONE = "15550100"


class Clock:
    """A clock that stands still until a test changes it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def server(emulator: Emulator) -> Server:
    return Server(emulator.client(), emulator.settings.jwt_secret)


def post(emulator: Emulator, path: str, body: Any, **options: Any) -> Any:
    """Send a POST request; return the decoded body, or the error code."""
    result = server(emulator).send("POST", path, body, **options)
    return result.unwrap() if isinstance(result, Success) else result.failure().error_code


def last_mail(emulator: Emulator) -> Mail:
    return emulator.outbox[-1]


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


def test_otp_of_each_email_type_signs_in() -> None:
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


def test_bans_links_and_sessions_expire() -> None:
    clock = Clock()
    emulator = Emulator(clock=clock)
    client, api = emulator.client(), server(emulator)
    attrs: Any = {"email": EMAIL, "password": PASSWORD, "email_confirm": True}
    user = admin.create_user(client, attrs).unwrap()
    session = api.sign_in(EMAIL).unwrap()
    admin.update_user_by_id(client, user.id, {"ban_duration": "1h"}).unwrap()
    assert api.send("GET", "/user", session=session).failure().error_code == "user_banned"
    clock.now += 3600
    assert api.send("GET", "/user", session=session).failure().error_code == "bad_jwt"
    assert isinstance(api.sign_in(EMAIL), Success)
    link = admin.generate_link(client, {"type": "magiclink", "email": EMAIL}).unwrap()
    clock.now += 86401
    late = {"type": "magiclink", "token_hash": link.hashed_token}
    assert post(emulator, "/verify", late) == "otp_expired"
    by_code = {"type": "magiclink", "token": link.email_otp, "email": EMAIL}
    assert post(emulator, "/verify", by_code) == "otp_expired"


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


def test_fail_next_queues_failures() -> None:
    emulator = Emulator()
    client = emulator.client()
    emulator.fail_next(429, {"code": "over_request_rate_limit"}, {"retry-after": "7"})
    emulator.fail_next(times=2)
    first, second, third = (admin.list_users(client).failure() for _ in range(3))
    assert (first.error_code, first.retry_after) == ("over_request_rate_limit", 7)
    assert (second.status, third.status, second.message) == (500, 500, "Injected failure")
    assert isinstance(admin.list_users(client), Success)


def test_outbox_has_a_route() -> None:
    emulator = Emulator()
    admin.invite_user_by_email(emulator.client(), EMAIL).unwrap()
    response: Any = server(emulator).send("GET", "/_emulator/outbox").unwrap()
    assert response[0]["to"] == EMAIL
    assert response[0]["token_hash"] == last_mail(emulator).token_hash


def test_access_tokens_verify_with_the_secret() -> None:
    emulator = Emulator(jwt_secret="another secret of thirty-two bytes")
    attrs: Any = {"email": EMAIL, "password": PASSWORD, "email_confirm": True}
    user = admin.create_user(emulator.client(), attrs).unwrap()
    session = server(emulator).sign_in(EMAIL).unwrap()
    response = jwt.decode(
        session.access_token,
        "another secret of thirty-two bytes",
        ["HS256"],
        audience="authenticated",
    )
    assert (response["sub"], response["role"], response["aal"]) == (
        user.id,
        "authenticated",
        "aal1",
    )


def test_file_is_persistent_and_shared(tmp_path: Path) -> None:
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


def test_failed_request_is_rolled_back() -> None:
    emulator = Emulator(email_rate_limit=0)
    assert post(emulator, "/invite", {"email": EMAIL}) == "over_email_send_rate_limit"
    assert admin.list_users(emulator.client()).unwrap().users == ()
    assert emulator.outbox == ()


def test_is_thread_safe() -> None:
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


def test_audit_log_records_creation() -> None:
    emulator = Emulator()
    admin.create_user(emulator.client(), {"email": EMAIL}).unwrap()
    response: Any = server(emulator).send("GET", "/admin/audit").unwrap()
    assert response[0]["payload"]["action"] == "user_signedup"
    assert response[0]["payload"]["traits"]["user_email"] == EMAIL


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


def test_invalid_hash_matches_no_password() -> None:
    assert not verify_password("$fbscrypt$nonsense", "horse")


def test_password_with_nul_is_rejected() -> None:
    emulator = Emulator()
    attrs: Any = {"email": EMAIL, "password_hash": "$2a$10$" + "!" * 53, "email_confirm": True}
    admin.create_user(emulator.client(), attrs).unwrap()
    body = {"email": EMAIL, "password": "a\0b"}
    assert post(emulator, "/token?grant_type=password", body) == "invalid_credentials"


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
def test_redirect_globs(glob: str, url: str, allowed: bool) -> None:
    assert is_redirect_url_valid(Settings(allow_redirect=(glob,)), url) == allowed


@pytest.mark.parametrize("text", ["", "yesterday", "2026-02-30T00:00:00Z"])
def test_parse_time_rejects_invalid_times(text: str) -> None:
    assert parse_time(text) is None


INVALID_JSON = (
    *(b"1e999", b'{"a": 1e999}', b"[12 34]", b"\x7f", b"\x80", b"\x0b"),
    *(b"[" * 600, b"[" * 99_999),
)


@pytest.mark.parametrize("text", INVALID_JSON)
def test_loads_rejects_invalid_json(text: bytes) -> None:
    with pytest.raises(JSONError):
        loads(text)


def test_sign_in_returns_session_of_user() -> None:
    emulator = Emulator()
    client = emulator.client()
    user = admin.create_user(client, {"email": EMAIL}).unwrap()
    session = emulator.sign_in("Ada@example.com").unwrap()
    assert (session.user and session.user.id) == user.id
    assert server(emulator).is_signed_in(session)
    assert admin.sign_out(client, session) == Success(None)
    assert not server(emulator).is_signed_in(session)


def test_sign_in_of_unknown_user_fails() -> None:
    error = Emulator().sign_in(EMAIL).failure()
    assert (error.code, error.error_code, error.status) == ("not_found", "user_not_found", 404)


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


def test_hash_that_needs_too_much_memory_matches_no_password() -> None:
    assert not verify_password("$fbscrypt$v=1,n=40,r=8,p=1$QqH11g==$sKse", "horse")


def test_dropped_emulator_closes_its_database() -> None:
    # Python 3.13 and later warn about connections that are not closed.
    code = "from supabase_gotrue.emulator import Emulator; Emulator()"
    command = [sys.executable, "-W", "always::ResourceWarning", "-c", code]
    process = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert process.stderr == ""
