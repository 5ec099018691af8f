"""The requests whose responses the tests compare with those of real servers."""

import hmac
import json
import time
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import uuid4

import jwt
from pyotp.totp import TOTP

SECRET = "37c304f8-51aa-419a-a1af-06154e63707a"
PASSWORD = "Correct-horse-1"
VERSION = {"x-supabase-api-version": "2024-01-01"}
NOBODY = "00000000-0000-4000-8000-000000000000"

# (server, method, path, headers, body) -> (status, headers, decoded body)
Send = Callable[[str, str, str, Mapping[str, str], Any], tuple[int, dict[str, str], Any]]
Json = dict[str, Any]


def token(**claims: object) -> str:
    now = int(time.time())
    return jwt.encode({"iat": now - 60, "exp": now + 600} | claims, SECRET, algorithm="HS256")


def _no_mail(to: str) -> str:
    raise AssertionError(f"no email to {to} was expected")


@dataclass
class Script:
    """Sends requests to four servers, `confirm`, `auto`, `closed`, `strict`, with one database."""

    send: Send
    responses: list[Json] = field(default_factory=list[Json])
    tag: str = field(default_factory=lambda: uuid4().hex[:8])
    # Returns the token hash in the last email to an address.
    read_mail: Callable[[str], str] = field(default=_no_mail, kw_only=True)

    def ask(
        self,
        case: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        on: str = "confirm",
        by: str | None = "service",
        **headers: str,
    ) -> Any:
        """Send a request; `by` is a token, `service` for a service key, or None."""
        while any(each["case"] == case for each in self.responses):
            case += " again"
        bearer = self.key if by == "service" else by
        auth = {} if bearer is None else {"authorization": f"Bearer {bearer}"}
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        status, got, answer = self.send(on, method, path, {**VERSION, **auth, **more}, body)
        self.responses.append({"case": case, "status": status, "headers": got, "body": answer})
        return answer

    @property
    def key(self) -> str:
        return token(role="service_role")

    def email(self, name: str) -> str:
        return f"{name}-{self.tag}@example.com"

    def phone(self, number: int) -> str:
        return f"1{int(self.tag, 16) % 10**8:08}{number:02}"

    def create_user(self, name: str, on: str = "confirm", **attrs: Any) -> Json:
        """Create a confirmed user."""
        known = {"email": self.email(name), "password": PASSWORD, "email_confirm": True}
        user: Json = self.ask(f"made {name}", "POST", "/admin/users", known | attrs, on=on)
        return user

    def session(self, name: str, on: str = "confirm") -> str:
        """Sign in and return the access token."""
        known = {"email": self.email(name), "password": PASSWORD}
        path = "/token?grant_type=password"
        response = self.ask(f"session of {name}", "POST", path, known, on=on, by=None)
        return str(response["access_token"])

    def link(self, case: str, type: str, name: str, on: str = "confirm", **more: Any) -> Json:
        body = {"type": type, "email": self.email(name), **more}
        response: Json = self.ask(f"link {case}", "POST", "/admin/generate_link", body, on=on)
        return response

    def posts(self, path: str, bodies: Mapping[str, Any], **how: Any) -> None:
        """Send one POST request per body."""
        for case, body in bodies.items():
            given: dict[str, Any] = {"by": None, **how}
            self.ask(f"{path.lstrip('/')}: {case}", "POST", path, body, **given)

    def run(self) -> list[Json]:
        """Send all requests in order."""
        for part in (
            self.public,
            self.signing_up,
            self.signing_up_again,
            self.signing_in,
            self.codes,
            self.verifying,
            self.changing_oneself,
            self.changing_addresses,
            self.factors,
            self.administering,
            self.listing,
            self.auditing,
            self.tokens,
            self.bodies,
            self.methods_and_paths,
            self.forms,
            self.browsers,
            self.headers,
            self.grants,
            self.pkce,
            self.pkce_changes,
            self.session_headers,
            self.unstorable_text,
            self.repeated_names,
            self.durations,
            self.imported_hashes,
            self.odd_claims,
            self.odd_pages,
            self.redirects,
        ):
            part()
        return self.responses

    def public(self) -> None:
        for on in ("confirm", "auto", "closed"):
            self.ask(f"settings on {on}", "GET", "/settings", on=on, by=None)
        self.ask("health", "GET", "/health", by=None)
        self.ask("slash at the end", "GET", "/user/", by=None)
        self.ask("slash where it matters", "POST", "/invite/", {})
        self.ask("unknown path", "GET", "/nothing", by=None)
        self.ask("unknown path of administrators", "GET", "/admin/nothing")
        self.ask("unknown path of administrators by nobody", "GET", "/admin/nothing", by=None)
        for version in ("", "x", "2023-12-31", "2024-02-30", "2030-01-01"):
            version_header = {"x_supabase_api_version": version}
            self.ask(f"version {version!r}", "POST", "/invite", {}, by=None, **version_header)
        for path in ("/health/", "/settings/", "/admin/users//", "/admin/users//factors"):
            self.ask(f"odd path {path}", "GET", path)
        self.ask("head", "HEAD", "/nothing", by=None)
        self.ask("head of a refusal", "HEAD", "/user", by=None)
        self.ask("wrong method", "PATCH", "/settings", by=None)
        self.ask("wrong method of a guarded path", "GET", "/invite", by=None)

    def signing_up(self) -> None:
        email, phone = self.email("sign"), self.phone(1)
        challenge = "x" * 43
        self.posts(
            "/signup",
            {
                "no password": {"email": email},
                "weak": {"email": email, "password": "abc"},
                "both": {"email": email, "phone": phone, "password": PASSWORD},
                "wrong email": {"email": "nonsense", "password": PASSWORD},
                "wrong phone": {"phone": "123abc", "password": PASSWORD},
                "wrong channel": {"phone": phone, "password": PASSWORD, "channel": "x"},
                "challenge without method": {
                    "email": email,
                    "password": PASSWORD,
                    "code_challenge": challenge,
                },
                "short challenge": {
                    "email": email,
                    "password": PASSWORD,
                    "code_challenge": "x",
                    "code_challenge_method": "plain",
                },
                "odd challenge": {
                    "email": email,
                    "password": PASSWORD,
                    "code_challenge": "!" * 43,
                    "code_challenge_method": "plain",
                },
                "challenge of a phone": {
                    "phone": phone,
                    "password": PASSWORD,
                    "code_challenge": challenge,
                    "code_challenge_method": "plain",
                },
                "unconfirmed": {"email": email, "password": PASSWORD, "data": {"a": 1}},
                "unconfirmed again": {"email": email, "password": PASSWORD},
            },
        )
        self.create_user("known")
        self.posts("/signup", {"known": {"email": self.email("known"), "password": PASSWORD}})
        self.posts(
            "/signup",
            {
                "known, told": {"email": self.email("known"), "password": PASSWORD},
                "confirmed at once": {"email": self.email("quick"), "password": PASSWORD},
                "phone at once": {"phone": phone, "password": PASSWORD, "data": {"b": 2}},
                "anonymous": {"data": {"c": 3}},
            },
            on="auto",
        )
        self.posts(
            "/signup",
            {"closed": {"email": email, "password": PASSWORD}, "closed to nobody": {}},
            on="closed",
        )
        weak = {"email": self.email("weak"), "password": "short"}
        self.posts("/signup", {"strict": weak}, on="strict")
        self.ask("invited", "POST", "/invite", {"email": self.email("guest"), "data": {"a": 1}})
        self.posts("/signup", {"invited": {"email": self.email("guest"), "password": PASSWORD}})

    def signing_up_again(self) -> None:
        """Sign up as existing users: one banned with a link, one created by an administrator."""
        user = self.create_user("again")
        self.link("to be shown", "recovery", "again")
        self.ask("ban of again", "PUT", f"/admin/users/{user['id']}", {"ban_duration": "1h"})
        body = {"email": self.email("again"), "password": PASSWORD, "data": {"a": 1}}
        self.posts("/signup", {"a banned user again": body})
        body = {"id": user["id"], "email": self.email("second")}
        self.ask("taken id", "POST", "/admin/users", body)
        self.ask("taken id, old format", "POST", "/admin/users", body, x_supabase_api_version="")
        made = self.ask("unconfirmed", "POST", "/admin/users", {"email": self.email("late")})
        self.ask("first phone", "PUT", f"/admin/users/{made['id']}", {"phone": self.phone(21)})
        late = {"email": self.email("late"), "password": PASSWORD, "data": {"a": 1}}
        self.posts("/signup", {"an unconfirmed user again": late}, on="auto")
        body = {"email": self.email("nulls"), "password": PASSWORD, "data": {"a": None, "b": 1}}
        self.posts("/signup", {"null of data": body})

    def signing_in(self) -> None:
        phone = self.phone(2)
        self.create_user("in", phone=phone, phone_confirm=True)
        unconfirmed: Json = {"email_confirm": False, "phone": self.phone(3)}
        self.create_user("unconfirmed", **unconfirmed)
        banned = self.create_user("banned", ban_duration="1h")
        path = "/token?grant_type=password"
        good = {"email": self.email("in"), "password": PASSWORD}
        self.posts(
            path,
            {
                "email": good,
                "email in capitals": {**good, "email": self.email("in").upper()},
                "phone": {"phone": f"+{phone}", "password": PASSWORD},
                "wrong password": {**good, "password": "nonsense"},
                "unknown": {**good, "email": self.email("nobody")},
                "both": {**good, "phone": phone},
                "neither": {"password": PASSWORD},
                "unconfirmed": {**good, "email": self.email("unconfirmed")},
                "unconfirmed phone": {"phone": self.phone(3), "password": PASSWORD},
                "banned": {**good, "email": self.email("banned")},
            },
        )
        self.posts(
            path,
            {"email": good, "phone": {"phone": phone, "password": PASSWORD}},
            on="closed",
        )
        self.posts("/token", {"no grant": good})
        self.posts(path, {"weak": good}, on="strict")
        self.refreshing(good, banned)

    def refreshing(self, good: Json, banned: Json) -> None:
        path, again = "/token?grant_type=password", "/token?grant_type=refresh_token"
        first = self.ask("to refresh", "POST", path, good, by=None)["refresh_token"]
        second = self.ask("refresh", "POST", again, {"refresh_token": first}, by=None)
        self.ask("refresh by the last but one", "POST", again, {"refresh_token": first}, by=None)
        third = self.ask(
            "refresh again", "POST", again, {"refresh_token": second["refresh_token"]}, by=None
        )
        self.ask("refresh by an old one", "POST", again, {"refresh_token": first}, by=None)
        self.ask(
            "refresh of a dead session",
            "POST",
            again,
            {"refresh_token": third["refresh_token"]},
            by=None,
        )
        self.posts(again, {"nonsense": {"refresh_token": "x"}, "none": {}})
        self.posts(again, {"unknown": {"refresh_token": "a" * 12}})
        self.ask("unban", "PUT", f"/admin/users/{banned['id']}", {"ban_duration": "none"})
        mine = self.ask(
            "to be banned", "POST", path, {**good, "email": self.email("banned")}, by=None
        )
        self.ask("ban", "PUT", f"/admin/users/{banned['id']}", {"ban_duration": "2h"})
        self.ask("own user, banned", "GET", "/user", by=mine["access_token"])
        body = {"refresh_token": mine["refresh_token"]}
        self.ask("refresh, banned", "POST", again, body, by=None)
        self.ask("log out, wrong scope", "POST", "/logout?scope=x", by=self.session("in"))
        for scope in ("local", "others", "global", ""):
            by = self.session("in")
            self.ask(f"log out {scope}", "POST", f"/logout?scope={scope}", by=by)
            self.ask(f"after {scope}", "GET", "/user", by=by)

    def codes(self) -> None:
        email, new = self.email("coded"), self.email("new")
        self.create_user("coded")
        self.posts(
            "/otp",
            {
                "both": {"email": email, "phone": self.phone(4)},
                "channel of an email": {"email": email, "channel": "sms"},
                "challenge alone": {"email": email, "code_challenge": "x"},
                "unknown email": {"email": new, "create_user": False},
                "unknown phone": {"phone": self.phone(4), "create_user": False},
                "wrong email": {"email": "x", "create_user": False},
                "neither": {},
                "nobody": {"create_user": False},
                "known": {"email": email, "create_user": False},
                "new": {"email": new, "data": {"a": 1}},
                "new again": {"email": new},
                "wrong channel": {"phone": self.phone(4), "channel": "x"},
                "wrong phone": {"phone": "x"},
            },
        )
        self.posts("/otp", {"new on auto": {"email": self.email("auto")}}, on="auto")
        self.posts(
            "/otp",
            {"closed email": {"email": email}, "closed phone": {"phone": self.phone(4)}},
            on="closed",
        )
        self.posts(
            "/magiclink",
            {"none": {}, "wrong": {"email": "x"}, "known": {"email": email}},
        )
        self.posts(
            "/recover",
            {
                "none": {},
                "wrong": {"email": "x"},
                "challenge alone": {"email": email, "code_challenge": "x"},
                "unknown": {"email": self.email("nobody")},
                "known": {"email": email},
            },
        )
        self.posts("/recover", {"closed": {"email": email}}, on="closed")
        self.posts(
            "/resend",
            {
                "no type": {"email": email},
                "signup without email": {"type": "signup", "phone": self.phone(4)},
                "sms without phone": {"type": "sms", "email": email},
                "both": {"type": "signup", "email": email, "phone": self.phone(4)},
                "neither": {"type": "email_change"},
                "challenge alone": {"type": "signup", "email": email, "code_challenge": "x"},
                "wrong email": {"type": "signup", "email": "x"},
                "unknown": {"type": "signup", "email": self.email("nobody")},
                "confirmed": {"type": "signup", "email": email},
                "unconfirmed": {"type": "signup", "email": self.email("unconfirmed")},
                "nothing changes": {"type": "email_change", "email": email},
                "no phone changes": {"type": "phone_change", "phone": self.phone(2)},
                "confirmed phone": {"type": "sms", "phone": self.phone(2)},
            },
        )
        self.posts(
            "/resend",
            {
                "closed email": {"type": "signup", "email": email},
                "closed phone": {"type": "sms", "phone": self.phone(2)},
            },
            on="closed",
        )

    def verifying(self) -> None:
        email = self.email("verified")
        hashed = {"token_hash": "f" * 56}
        self.posts(
            "/verify",
            {
                "no type": hashed,
                "no token": {"type": "signup"},
                "both tokens": {"type": "signup", "token": "1", **hashed},
                "hash and email": {"type": "signup", "email": email, **hashed},
                "no address": {"type": "signup", "token": "123456"},
                "both addresses": {"type": "sms", "token": "1", "email": email, "phone": "15550"},
                "wrong email": {"type": "signup", "token": "123456", "email": "x"},
                "wrong phone": {"type": "sms", "token": "123456", "phone": "x"},
                "wrong type of a hash": {"type": "sms", **hashed},
                "wrong type of a token": {"type": "x", "token": "1", "email": self.email("in")},
                "unknown hash": {"type": "magiclink", **hashed},
                "unknown email": {"type": "signup", "token": "123456", "email": email},
                "unknown phone": {"type": "sms", "token": "123456", "phone": self.phone(9)},
                "no change of a phone": {
                    "type": "phone_change",
                    "token": "123456",
                    "phone": self.phone(2),
                },
                "no change of an email": {
                    "type": "email_change",
                    "token": "123456",
                    "email": self.email("in"),
                },
                "wrong token": {"type": "magiclink", "token": "000000", "email": self.email("in")},
                "wrong token of a phone": {
                    "type": "sms",
                    "token": "000000",
                    "phone": self.phone(2),
                },
                "banned": {"type": "magiclink", "token": "1", "email": self.email("banned")},
            },
        )
        made = self.link("signup", "signup", "verified", password=PASSWORD, data={"a": 1})
        self.verify("signup by hash", type="signup", token_hash=made["hashed_token"])
        self.verify("signup by hash, again", type="signup", token_hash=made["hashed_token"])
        for kind, name in (("magiclink", "in"), ("recovery", "in"), ("invite", "invited")):
            made = self.link(f"{kind} by code", kind, name)
            self.verify(
                f"{kind} by code", type=kind, token=made["email_otp"], email=self.email(name)
            )
        made = self.link("email by code", "magiclink", "in")
        self.verify("email by code", type="email", token=made["email_otp"], email=self.email("in"))
        made = self.link("email by hash", "magiclink", "in")
        self.verify("email by hash", type="email", token_hash=made["hashed_token"])
        made = self.link("email of a signup", "signup", "fresh", password=PASSWORD)
        self.verify("email of a signup", type="email", token_hash=made["hashed_token"])
        made = self.link("code of a signup", "signup", "fresher", password=PASSWORD)
        self.verify(
            "code of a signup", type="email", token=made["email_otp"], email=self.email("fresher")
        )
        made = self.link("recovery of the unconfirmed", "recovery", "unconfirmed")
        self.verify("recovery of the unconfirmed", type="recovery", token_hash=made["hashed_token"])
        made = self.link("banned", "magiclink", "banned")
        self.verify("banned by hash", type="magiclink", token_hash=made["hashed_token"])
        self.following()

    def verify(self, case: str, on: str = "confirm", **body: str) -> Any:
        return self.ask(f"verify: {case}", "POST", "/verify", body, on=on, by=None)

    def following(self) -> None:
        to = "https://example.com/welcome"
        self.ask("follow nothing", "GET", "/verify", by=None)
        self.ask("follow no token", "GET", "/verify?type=signup", by=None)
        self.ask("follow a wrong link", "GET", "/verify?type=signup&token=x", by=None)
        self.ask("follow a wrong type", "GET", "/verify?type=sms&token=x", by=None)
        made = self.link("followed", "magiclink", "in", redirect_to=to)
        path = made["action_link"].partition("/verify")[2]
        self.ask("follow", "GET", f"/verify{path}", by=None)
        self.ask("follow again", "GET", f"/verify{path}", by=None)

    def changing_oneself(self) -> None:
        self.create_user("self")
        by = self.session("self")
        for case, body in {
            "data": {"data": {"a": 1, "b": {"c": [1, None]}}},
            "data away": {"data": {"a": None}},
            "same password": {"password": PASSWORD},
            "weak password": {"password": "abc"},
            "long password": {"password": "a" * 73},
            "no administrator": {"app_metadata": {"role": "x"}},
            "wrong email": {"email": "x"},
            "wrong phone": {"phone": "x"},
            "wrong channel": {"phone": self.phone(5), "channel": "x"},
            "taken email": {"email": self.email("in")},
            "taken phone": {"phone": self.phone(2)},
            "nothing": {},
            "same email": {"email": self.email("self")},
            "password": {"password": PASSWORD + "!"},
        }.items():
            self.ask(f"own user: {case}", "PUT", "/user", body, by=by)
        self.ask("own user", "GET", "/user", by=by)
        self.ask("own user of others", "GET", "/user", by=by, x_jwt_aud="others")
        admin = self.create_user("admin", role="supabase_admin")
        mine = self.session("admin")
        self.ask("own metadata", "PUT", "/user", {"app_metadata": {"a": 1}}, by=mine)
        self.ask("administrator by role", "GET", f"/admin/users/{admin['id']}", by=mine)
        self.ask("phone at once", "PUT", "/user", {"phone": self.phone(5)}, by=mine, on="auto")
        self.ask("phone again", "PUT", "/user", {"phone": self.phone(6)}, by=mine, on="auto")
        nobody = self.ask("anonymous", "POST", "/signup", {}, on="auto", by=None)["access_token"]
        self.ask("anonymous password", "PUT", "/user", {"password": PASSWORD}, by=nobody)
        self.ask("anonymous again", "GET", "/reauthenticate", by=nobody)
        self.ask("anonymous factor", "POST", "/factors", {"factor_type": "totp"}, by=nobody)
        body = {"email": self.email("somebody")}
        self.ask("anonymous no more", "PUT", "/user", body, by=nobody, on="auto")
        self.ask("again", "GET", "/reauthenticate", by=mine)
        self.identities()

    def identities(self) -> None:
        both = self.create_user("both", phone=self.phone(7), phone_confirm=True)
        by = self.session("both")
        ids = {each["provider"]: each["identity_id"] for each in both["identities"]}
        path = "/user/identities"
        self.ask("unlink nonsense", "DELETE", f"{path}/x", by=by)
        self.ask("unlink another's", "DELETE", f"{path}/{NOBODY}", by=by)
        self.ask("unlink, closed", "DELETE", f"{path}/{NOBODY}", by=by, on="closed")
        self.ask("unlink as others", "DELETE", f"{path}/{NOBODY}", by=by, x_jwt_aud="others")
        self.ask("unlink an email", "DELETE", f"{path}/{ids['email']}", by=by)
        self.ask("without an email", "GET", f"/admin/users/{both['id']}")
        self.ask("unlink the last", "DELETE", f"{path}/{ids['phone']}", by=by)
        other = self.create_user("other", phone=self.phone(8))
        ids = {each["provider"]: each["identity_id"] for each in other["identities"]}
        by = self.session("other")
        self.ask("unlink a phone", "DELETE", f"{path}/{ids['phone']}", by=by)
        self.ask("without a phone", "GET", f"/admin/users/{other['id']}")

    def changing_addresses(self) -> None:
        user, new = self.create_user("moving"), self.email("moved")
        first = self.link("current", "email_change_current", "moving", new_email=new)
        second = self.link("new", "email_change_new", "moving", new_email=new)
        self.link("taken", "email_change_new", "moving", new_email=self.email("in"))
        self.verify("new by the wrong hash", type="email_change", token_hash=second["hashed_token"])
        inside = second["action_link"].partition("token=")[2].partition("&")[0]
        self.verify("the first of two", type="email_change", token_hash=inside)
        self.verify("the other of two", type="email_change", token_hash=first["hashed_token"])
        self.ask("moved", "GET", f"/admin/users/{user['id']}")
        self.create_user("half")
        half = self.link("half", "email_change_current", "half", new_email=self.email("half-b"))
        path = half["action_link"].partition("/verify")[2]
        self.ask("follow half a change", "GET", f"/verify{path}", by=None)
        self.create_user("quickly")
        new = self.email("quicker")
        made = self.link("at once", "email_change_current", "quickly", on="auto", new_email=new)
        code = made["email_otp"]
        self.verify(
            "at once", on="auto", type="email_change", token=code, email=self.email("quickly")
        )

    def factors(self) -> None:
        owner = self.create_user("strong")
        by, weak = self.session("strong"), self.session("strong")
        for case, body in {
            "of no type": {},
            "webauthn": {"factor_type": "webauthn"},
            "no phone": {"factor_type": "phone"},
            "wrong phone": {"factor_type": "phone", "phone": "x"},
            "phone": {"factor_type": "phone", "phone": self.phone(10), "friendly_name": "p"},
            "same phone": {"factor_type": "phone", "phone": self.phone(10), "friendly_name": "q"},
            "second": {"factor_type": "totp", "friendly_name": "second"},
            "same name": {"factor_type": "totp", "friendly_name": "second"},
        }.items():
            self.ask(f"enrol {case}", "POST", "/factors", body, by=by)
        self.posts("/magiclink", {"number of an email": {"email": 5}})
        phone, by_phone = self.phone(20), {"password": PASSWORD}
        self.ask(
            "user by phone",
            "POST",
            "/admin/users",
            by_phone | {"phone": phone, "phone_confirm": True},
        )
        response = self.ask(
            "session by phone",
            "POST",
            "/token?grant_type=password",
            by_phone | {"phone": phone},
            by=None,
        )
        body = {"factor_type": "totp"}
        self.ask("enrol without an email", "POST", "/factors", body, by=response["access_token"])
        made = self.ask("enrol", "POST", "/factors", {"factor_type": "totp"}, by=by)
        path, code = f"/factors/{made['id']}", TOTP(made["totp"]["secret"])
        asked = self.ask("challenge", "POST", f"{path}/challenge", {}, by=by)["id"]
        for case, body in {
            "no code": {"challenge_id": asked},
            "no challenge": {"challenge_id": NOBODY, "code": "1"},
            "odd challenge": {"challenge_id": "x", "code": "1"},
            "odder challenge": {"challenge_id": "x" * 36, "code": "1"},
            "wrong code": {"challenge_id": asked, "code": "nonsense"},
        }.items():
            self.ask(f"factor: {case}", "POST", f"{path}/verify", body, by=by)
        body = {"challenge_id": asked, "code": code.now()}
        strong = self.ask("factor verified", "POST", f"{path}/verify", body, by=by)["access_token"]
        self.ask("factor verified twice", "POST", f"{path}/verify", body, by=strong)
        asked = self.ask("challenge once more", "POST", f"{path}/challenge", {}, by=strong)["id"]
        body = {"challenge_id": asked, "code": code.now()}
        strong = self.ask("once more", "POST", f"{path}/verify", body, by=strong)["access_token"]
        self.ask("weak session", "GET", "/user", by=weak)
        weak = self.session("strong")
        weakly = {"factor_type": "totp", "friendly_name": "weakly"}
        self.ask("enrol weakly", "POST", "/factors", weakly, by=weak)
        self.ask("own user, weakly", "PUT", "/user", {"password": "Another-1-x"}, by=weak)
        self.ask("own data, weakly", "PUT", "/user", {"data": {"a": 1}}, by=weak)
        self.ask("unenrol weakly", "DELETE", path, by=weak)
        self.ask("unenrol nonsense", "DELETE", "/factors/x", by=strong)
        self.ask("unenrol nobody's", "DELETE", f"/factors/{NOBODY}", by=strong)
        self.many(strong)
        self.ask("unenrol", "DELETE", path, by=strong)
        without = token(sub=owner["id"], role="authenticated", aud="authenticated")
        self.ask("enrol without session", "POST", "/factors", {"factor_type": "totp"}, by=without)

    def many(self, by: str) -> None:
        for number in range(10):
            body = {"factor_type": "totp", "friendly_name": str(number)}
            self.ask(f"enrol {number} more", "POST", "/factors", body, by=by)

    def administering(self) -> None:
        users = "/admin/users"
        email = self.email("made")
        self.posts(
            users,
            {
                "no address": {},
                "wrong email": {"email": "x"},
                "long email": {"email": "a" * 250 + "@example.com"},
                "taken email": {"email": self.email("in")},
                "wrong phone": {"phone": "x"},
                "taken phone": {"phone": self.phone(2)},
                "wrong id": {"email": email, "id": "x"},
                "nil id": {"email": email, "id": NOBODY.replace("4", "0").replace("8", "0")},
                "password and hash": {"email": email, "password": "a", "password_hash": "b"},
                "wrong hash": {"email": email, "password_hash": "b"},
                "wrong argon2": {"email": email, "password_hash": "$argon2id$v=19$x"},
                "wrong firebase": {"email": email, "password_hash": "$fbscrypt$v=1,n=0$a$b"},
                "free firebase": {
                    "email": email,
                    "password_hash": "$fbscrypt$v=1,n=0,r=8,p=1$YQ==$YQ==",
                },
                "odd firebase": {
                    "email": email,
                    "password_hash": "$fbscrypt$v=1,n=4,r=8,p=1$!$YQ==",
                },
                "wrong ban": {"email": email, "ban_duration": "1 day"},
                "ban without a unit": {"email": email, "ban_duration": "1"},
                "ban without digits": {"email": email, "ban_duration": "h"},
                "ban of nothing": {"email": email, "ban_duration": "+"},
                "ban of an age": {"email": email, "ban_duration": "9999999999h"},
                "ban of odd letters": {"email": email, "ban_duration": '1\u00fc"\\'},
                "long password": {"email": email, "password": "a" * 73},
                "other audience": {"email": self.email("elsewhere"), "aud": "others"},
            },
            by="service",
        )
        self.ask("invite from elsewhere", "POST", "/invite", {"email": self.email("elsewhere")})
        self.hashes()
        user = self.create_user("edited", phone=self.phone(11))
        path = f"{users}/{user['id']}"
        for case, body in {
            "role": {"role": " editor "},
            "metadata": {"app_metadata": {"a": 1}, "user_metadata": {"email_verified": None}},
            "confirmations": {"email_confirm": True, "phone_confirm": True},
            "email": {"email": self.email("edited").replace("edited", "renamed")},
            "taken email": {"email": self.email("in")},
            "phone": {"phone": self.phone(12), "phone_confirm": True},
            "weak password": {"password": "abc"},
            "password": {"password": PASSWORD + "!"},
            "ban": {"ban_duration": "1h30m"},
            "no ban": {"ban_duration": "0"},
            "wrong ban": {"ban_duration": "x"},
            "what cannot change": {"id": "x", "aud": "x"},
        }.items():
            self.ask(f"update: {case}", "PUT", path, body)
        plain = {"authorization": f"Bearer {self.key}"}
        body = {"email": self.email("in")}
        status, headers, response = self.send("confirm", "PUT", path, plain, body)
        self.responses.append(
            {"case": "taken, plainly", "status": status, "headers": headers, "body": response}
        )
        self.ask("own factors", "GET", f"{path}/factors")
        self.its_factors(path)
        self.ask("soft", "DELETE", path, {"should_soft_delete": True})
        self.ask("soft again", "DELETE", path, {"should_soft_delete": True})
        self.ask("after soft", "GET", path)
        self.ask("hard", "DELETE", path)
        self.ask("hard again", "DELETE", path)
        self.ask("nobody", "GET", f"{users}/{NOBODY}")
        self.ask("nonsense", "GET", f"{users}/x")
        self.linking()

    def hashes(self) -> None:
        """Import hashes of the password `horse`, and sign in with it."""
        hashes = {
            "bcrypt": "$2b$04$JJ3UTryqi71O4g0bKesRkOCQXcd1IBe1Mf.DyONZ8.QfFuyxGtOhq",
            "argon2id": (
                "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$HcvUApwQSzPrgTieKy7OwYgsNU3cFaMenNlhGlKw87w"
            ),
            "argon2i": (
                "$argon2i$v=19$m=8,t=1,p=1$c29tZXNhbHQ$bS9U1D04pNnAEFvS13DOwqJ87edZ+0ah8VKAh0MMHD4"
            ),
            "firebase": (
                "$fbscrypt$v=1,n=4,r=8,p=1,ss=Cg=="
                ",sk=c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzcw=="
                "$c29tZXNhbHQ="
                "$MD3P/qCSSZbs8Hz9ncI+gUnREoUvRaRcW4qw7k8gDYXXc8eSIqc7o/TBcWOLhE1rnGVH0T+95q3rTa00va9EEg=="
            ),
        }
        bare = {"email": self.email("bare"), "password_hash": hashes["bcrypt"]}
        self.ask("made by a hash alone", "POST", "/admin/users", bare)
        for name, hashed in hashes.items():
            attrs = {"email": self.email(name), "password_hash": hashed, "email_confirm": True}
            self.ask(f"made by {name}", "POST", "/admin/users", attrs)
            good = {"email": self.email(name), "password": "horse"}
            path = "/token?grant_type=password"
            self.posts(path, {f"by {name}": good, f"not by {name}": {**good, "password": "cow"}})

    def its_factors(self, path: str) -> None:
        good = {"email": self.email("renamed"), "password": PASSWORD + "!"}
        response = self.ask("session", "POST", "/token?grant_type=password", good, by=None)
        by = response["access_token"]
        phone = {"factor_type": "phone", "phone": self.phone(13), "friendly_name": "phone"}
        totp = self.ask("its factor", "POST", "/factors", {"factor_type": "totp"}, by=by)["id"]
        other = self.ask("its phone", "POST", "/factors", phone, by=by)["id"]
        factors = f"{path}/factors"
        self.ask("factors", "GET", factors)
        self.ask("rename", "PUT", f"{factors}/{totp}", {"friendly_name": "named"})
        self.ask("phone of no phone", "PUT", f"{factors}/{totp}", {"phone": self.phone(14)})
        self.ask("other phone", "PUT", f"{factors}/{other}", {"phone": self.phone(14)})
        self.ask("wrong phone", "PUT", f"{factors}/{other}", {"phone": "x"})
        self.ask("delete a factor", "DELETE", f"{factors}/{other}")
        self.ask("delete it again", "DELETE", f"{factors}/{other}")
        self.ask("delete nonsense", "DELETE", f"{factors}/x")

    def linking(self) -> None:
        self.link("unknown type", "x", "in")
        self.ask("link of nobody", "POST", "/admin/generate_link", {"type": "recovery"})
        pair: Json = {"email_confirm": False, "phone": self.phone(15)}
        self.create_user("pair", **pair)
        made = self.link("signup of a pair", "signup", "pair", password=PASSWORD)
        self.verify("signup of a pair", type="signup", token_hash=made["hashed_token"])
        self.link("recovery of nobody", "recovery", "nobody")
        self.link("magic link of nobody", "magiclink", "conjured", data={"a": 1})
        self.link("signup without a password", "signup", "passless")
        self.link("signup of the known", "signup", "in", password=PASSWORD)
        self.link("signup of the unconfirmed", "signup", "new", password=PASSWORD, data={"z": 1})
        self.link("weak signup", "signup", "feeble", on="strict", password="abc")
        self.link("invite of the known", "invite", "in")
        self.link("invite of the unconfirmed", "invite", "new")
        self.link("elsewhere", "recovery", "in", redirect_to="https://evil.example/")
        self.link("here", "recovery", "in", redirect_to="http://localhost:3000/a?b=c&d=e")
        self.link("loopback", "recovery", "in", redirect_to="http://127.0.0.1:1/x")
        self.link("broken", "recovery", "in", redirect_to="http://[::1")
        self.ask("invite the known", "POST", "/invite", {"email": self.email("in")})
        self.ask("invite nonsense", "POST", "/invite", {"email": "x"})
        self.ask("invite by nobody", "POST", "/invite", {"email": "x"}, by=None)

    def listing(self) -> None:
        users, aud = "/admin/users", f"list-{self.tag}"
        for number in range(5):
            email = self.email(f"listed-{number}")
            data = {"full_name": f"Ada {number}"}
            body = {"email": email, "aud": aud, "user_metadata": data}
            self.ask(f"listed {number}", "POST", users, body)
        listed: Json = {"x_jwt_aud": aud}
        for query in (
            "page=1&per_page=2",
            "page=2&per_page=2",
            "page=3&per_page=2",
            "page=9&per_page=2",
            "page=0",
            "page=-1",
            "page=x",
            "per_page=0",
            "per_page=-1",
            "per_page=x",
            "page=1&filter=listed-3",
            "page=1&filter=LISTED",
            "page=1&filter=ada%201",
            "page=1&filter=no-such",
            "page=1&filter=%25",
            "page=1&sort=created_at%20asc",
            "page=1&sort=created_at%20DESC",
            "page=1&sort=email",
            "page=1&sort=created_at%20x",
            "page=1&sort=created_at",
            "page=%zz",
        ):
            self.ask(f"list {query}", "GET", f"{users}?{query}", **listed)
        self.paging(users, listed)

    def paging(self, users: str, listed: Json) -> None:
        first = self.ask("first by cursor", "GET", f"{users}?limit=2", on="auto", **listed)
        after = first["pagination"]["next_cursor"]
        query = f"limit=2&cursor={after}"
        second = self.ask("second by cursor", "GET", f"{users}?{query}", on="auto", **listed)
        after = second["pagination"]["next_cursor"]
        last = f"{users}?limit=2&cursor={after}"
        self.ask("last by cursor", "GET", last, on="auto", **listed)
        for query in (
            "limit=0",
            "limit=-1",
            "limit=x",
            "limit=99999",
            "sort=created_at%20asc",
            "cursor=!",
            "cursor=e30",
            "cursor=bm9uc2Vuc2U",
            "cursor=eyJpZCI6IjEzYjZkMWVjLTJiMWYtNGYyZS05YTUyLTBjMWMzM2YyZDNhNCJ9",
        ):
            self.ask(f"by cursor {query}", "GET", f"{users}?{query}", on="auto", **listed)

    def auditing(self) -> None:
        for query in ("query=action:nothing-such", "query=author:nobody-such", "query=zzz"):
            self.ask(f"audit {query}", "GET", f"/admin/audit?{query}&per_page=2")

    def tokens(self) -> None:
        user = self.create_user("tokened")
        claims = {"sub": user["id"], "role": "authenticated", "aud": "authenticated"}
        for case, by in {
            "nonsense": "nonsense",
            "three parts": "a.b.c",
            "odd letters": "!!.b.c",
            "short": "aaaaa.b.c",
            "no JSON": "e30.YQ.c2ln",
            "a list of a header": "W10.e30.c2ln",
            "a list of claims": jwt.PyJWS().encode(b"[]", SECRET),
            "a number of a subject": token(sub=5),
            "a list of a role": token(**claims | {"role": list[str]()}),
            "text of metadata": token(**claims, app_metadata="x"),
            "text of a flag": token(**claims, is_anonymous="true"),
            "text of a time": token(**claims | {"exp": "soon"}),
            "a flag of a time": token(**claims, nbf=True),
            "late": token(**claims, exp=int(time.time()) - 5),
            "early": token(**claims, nbf=int(time.time()) + 500),
            "forged": jwt.encode(claims, "another secret of thirty-two bytes", algorithm="HS256"),
            "another algorithm": jwt.encode(claims, "", algorithm="none"),
            "no subject": token(role="authenticated"),
            "odd subject": token(sub="x", role="authenticated"),
            "unknown subject": token(sub=NOBODY, role="authenticated"),
            "odd session": token(**claims, session_id="x"),
            "unknown session": token(**claims, session_id=NOBODY),
            "no session": token(**claims),
            "several audiences": token(sub=user["id"], aud=["authenticated", "b"]),
        }.items():
            self.ask(f"own user by {case}", "GET", "/user", by=by)
        self.ask("own user by nobody", "GET", "/user", by=None)
        for case, by in {
            "anybody": token(role="anon"),
            "a user": token(**claims),
            "a dead session": token(role="service_role", session_id=NOBODY, sub=user["id"]),
        }.items():
            self.ask(f"administrator by {case}", "GET", "/admin/users?page=1", by=by)

    def bodies(self) -> None:
        self.posts(
            "/admin/users",
            {
                "null": b"null",
                "text": "text",
                "list": [],
                "number": 5,
                "boolean": True,
                "number of an email": {"email": 5},
                "list of an email": {"email": []},
                "text of a boolean": {"email": "a@b.c", "email_confirm": "true"},
                "text of metadata": {"email": "a@b.c", "user_metadata": "x"},
                "capitals": {"EMAIL": "x"},
                "too large": {"email": "a" * 2**20},
            },
            by="service",
        )
        for raw in (
            "",
            "{",
            "{]",
            '{"email"',
            '{"email":}',
            '{"email":"a"',
            '{"email":"a",}',
            '{"email":"a"} x',
            '{"email":"\\x"}',
            '{"email":"\\u12"}',
            '{"email":"\n"}',
            "nul",
            "-",
            "01",
            "1.",
            "1e",
            "[1,]",
            "[1 2]",
            "x",
            "é",
            "NaN",
            "tru",
            "-1.5e+3 x",
            '{"a":"\\u00zz"}',
            '{"a":1 "b"}',
            '{"a":1}}',
            '{"a":"\\u00e9"} \x07',
            "'",
            "[" * 10_001,
            "[" * 10_001 + "]" * 10_001,
            '[1,2,"a",true,{}] x',
            '{} "',
            "[]\\",
        ):
            self.ask(f"raw {raw[:40]!r} of {len(raw)}", "POST", "/admin/users", raw.encode())
        users = "/admin/users"
        made = self.ask(
            "numbers",
            "POST",
            users,
            {
                "email": self.email("numbers"),
                "user_metadata": {
                    "whole": 1.0,
                    "large": 12345678901234567890,
                    "small": 1e-9,
                    "huge": 1e300,
                    "text": "<ü&\u2028\U0001f600>",
                    "b": False,
                    "a": None,
                },
            },
        )
        self.ask("numbers again", "GET", f"{users}/{made['id']}")
        half = b'{"user_metadata": {"\\ud800": ["\\udc00 \\ud83d\\ude00", 1]}}'
        self.ask("halves of letters", "PUT", f"{users}/{made['id']}", half)
        self.ask("braces around an id", "GET", f"{users}/%7B{made['id']}%7D")
        self.ask("a letter encoded for nothing", "GET", f"{users}/{made['id']}/%66actors")

    def methods_and_paths(self) -> None:
        for method, path in (
            ("PATCH", "/settings"),
            ("DELETE", "/admin/users"),
            ("GET", "/invite"),
            ("PUT", "/verify"),
            ("OPTIONS", "/admin/generate_link"),
            ("FOO", "/health"),
            ("FOO", "/nothing"),
        ):
            self.ask(f"method {method} of {path}", method, path)
        self.ask("method PATCH of a user", "PATCH", f"/admin/users/{self.known_id}")
        for path in ("//admin/users", "/admin//users", "/./health", "/Admin/users", "/health;x"):
            self.ask(f"path {path}", "GET", path)

    @property
    def known_id(self) -> str:
        """The ID of an existing user."""
        body = {"type": "recovery", "email": self.email("known")}
        return str(self.ask("known user", "POST", "/admin/generate_link", body)["id"])

    def forms(self) -> None:
        form = {"content_type": "application/x-www-form-urlencoded"}
        body = b'{"email": "a@example.com"}'
        for path in ("/admin/users", "/invite", "/signup", "/magiclink", "/verify"):
            self.ask(f"form to {path}", "POST", path, body, **form)
        charset = {"content_type": "application/x-www-form-urlencoded; charset=utf-8"}
        self.ask("form with charset", "POST", "/invite", body, **charset)
        self.ask("form to update", "PUT", f"/admin/users/{self.known_id}", b"{}", **form)
        for grant in (b"grant_type=password", b"grant_type=x", b""):
            self.ask(f"form {grant.decode()}", "POST", "/token", grant, by=None, **form)
        self.ask("text", "POST", "/invite", b"{}", content_type="text/plain")

    def browsers(self) -> None:
        """CORS: preflight requests, and requests with an origin."""
        origin = {"origin": "http://localhost:5173"}
        sent = {"access_control_request_headers": "authorization,content-type"}
        post = {**origin, "access_control_request_method": "POST"}
        everything = (
            "accept,authorization,content-type,x-client-info,x-client-ip,x-jwt-aud,"
            "x-supabase-api-version,x-use-cookie"
        )
        for case, headers in {
            "": {**post, **sent},
            "without headers": post,
            "of no headers": {**post, "access_control_request_headers": ""},
            "of all headers": {**post, "access_control_request_headers": everything},
            "of apikey": {**post, "access_control_request_headers": "apikey"},
            "unsorted": {**post, "access_control_request_headers": "content-type,authorization"},
            "with spaces": {**post, "access_control_request_headers": "accept, content-type"},
            "without origin": {**sent, "access_control_request_method": "POST"},
            **{
                f"of {method}": {**origin, "access_control_request_method": method}
                for method in ("GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "post")
            },
        }.items():
            self.ask(f"preflight {case}", "OPTIONS", "/signup", by=None, **headers)
        self.ask("preflight of nothing", "OPTIONS", "/nothing", by=None, **post)
        for method, path in (
            ("OPTIONS", "/signup"),
            ("GET", "/nothing"),
            ("GET", "/user"),
            ("HEAD", "/user"),
            ("PATCH", "/settings"),
        ):
            self.ask(f"origin of {method} {path}", method, path, by=None, **origin)

    def headers(self) -> None:
        for case, value in {
            "trailing space": f"Bearer {self.key} ",
            "leading space": f" Bearer {self.key}",
            "capitals": f"BEARER {self.key}",
            "two spaces": f"Bearer  {self.key}",
            "two tokens": f"Bearer {self.key} x",
            "no token": "Bearer",
            "basic": "Basic eDp5",
        }.items():
            path = f"/admin/users/{NOBODY}"
            self.ask(f"authorization with {case}", "GET", path, by=None, authorization=value)
        for version in ("2024-01-01 ", "2024-1-1", "9999-12-31"):
            header = {"x_supabase_api_version": version}
            self.ask(f"version {version!r} of a user", "GET", "/user", by=None, **header)

    def grants(self) -> None:
        unknown = {"auth_code": NOBODY, "code_verifier": "x" * 43}
        self.posts(
            "/token?grant_type=pkce",
            {
                "empty": {},
                "no verifier": {"auth_code": "x"},
                "no code": {"code_verifier": "x"},
                "unknown": unknown,
                "number": {"auth_code": 5},
                "NUL": {"auth_code": "\0", "code_verifier": "x"},
            },
        )
        token = {"id_token": "x"}
        self.posts(
            "/token?grant_type=id_token",
            {
                "empty": {},
                "no provider": token,
                "google": {**token, "provider": "google"},
                "issuer": {**token, "client_id": "c", "issuer": "https://www.facebook.com"},
                "unknown issuer": {**token, "client_id": "c", "issuer": "https://example.com"},
                "apple": {**token, "provider": "apple"},
                "apple issuer": {**token, "client_id": "c", "issuer": "https://appleid.apple.com"},
                "azure": {**token, "provider": "azure"},
                "custom": {**token, "provider": "custom:nothing"},
                "quotes": {**token, "provider": 'a"\n\x01\U000e0001'},
                "linking by nobody": {**token, "provider": "google", "link_identity": True},
            },
        )
        body = {**token, "provider": "google", "link_identity": True}
        self.ask("linking by nonsense", "POST", "/token?grant_type=id_token", body, by="x")
        self.ask(
            "linking", "POST", "/token?grant_type=id_token", body, by=self.session("in"), on="auto"
        )
        self.posts("/token?grant_type=web3", {"empty": {}, "no JSON": b"{"})

    def follow(self, case: str, name: str, kind: str, to: str = "https://example.com/a") -> str:
        """Open the link in the last email to a user; return the auth code."""
        path = f"/verify?token={self.read_mail(self.email(name))}&type={kind}&redirect_to={to}"
        self.ask(f"follow {case}", "GET", path, by=None)
        location = str(self.responses[-1]["headers"].get("location", ""))
        return location.partition("code=")[2].partition("&")[0].partition("#")[0]

    def exchange(self, case: str, code: str, verifier: str = "v" * 43) -> None:
        body = {"auth_code": code, "code_verifier": verifier}
        self.ask(f"exchange {case}", "POST", "/token?grant_type=pkce", body, by=None)

    def pkce(self) -> None:
        for method in ("s256", "plain"):
            name = f"pkce-{method}"
            body = {"email": self.email(name), "password": PASSWORD, **challenge(method)}
            self.posts("/signup", {f"pkce {method}": body})
            code = self.follow(f"signup {method}", name, "signup")
            self.exchange(f"{method} by a wrong verifier", code, "w" * 43)
            self.exchange(method, code)
            self.exchange(f"{method} again", code)
        email, wrong = self.email("pkce-s256"), {**challenge("s256"), "code_challenge_method": "x"}
        new = {"email": self.email("pkce-new"), "password": PASSWORD}
        self.posts("/signup", {"unknown method": {**new, **wrong}})
        for path, kind in (
            ("/otp", "magiclink"),
            ("/magiclink", "magiclink"),
            ("/recover", "recovery"),
        ):
            self.posts(path, {"pkce": {"email": email, **challenge("s256")}})
            self.exchange(f"after {path}", self.follow(path, "pkce-s256", kind))
            self.follow(f"{path} again", "pkce-s256", kind)
            self.posts(path, {"unknown method": {"email": email, **wrong}})
        self.posts(
            "/magiclink", {"pkce of a new user": {"email": new["email"], **challenge("s256")}}
        )
        self.exchange("of a new user", self.follow("a new user", "pkce-new", "signup"))
        body = {"email": self.email("pkce-auto"), **challenge("s256")}
        self.posts("/magiclink", {"pkce at once": body}, on="auto")
        self.exchange("at once", self.follow("at once", "pkce-auto", "magiclink"))
        self.posts("/recover", {"pkce once more": {"email": email, **challenge("s256")}})
        for kind in ("sms", "totp", "email", "signup", "magiclink"):
            self.follow(f"recovery as {kind}", "pkce-s256", kind)
        self.posts("/recover", {"pkce with a query": {"email": email, **challenge("s256")}})
        to = "https://example.com/a%3Fz%3D1%26b%3D%25C3%25BC%23part"
        self.exchange("with a query", self.follow("with a query", "pkce-s256", "recovery", to))
        self.follow("with a query again", "pkce-s256", "recovery", to)

    def pkce_changes(self) -> None:
        self.create_user("pkce-change")
        by, new = self.session("pkce-change"), self.email("pkce-changed")
        body = {"email": new, **challenge("s256")}
        self.ask("pkce email change", "PUT", "/user", body, by=by)
        self.follow("the new address", "pkce-changed", "email_change")
        code = self.follow("the current address", "pkce-change", "email_change")
        self.exchange("of an email change", code)
        body = {"email": self.email("pkce-changed-2"), **challenge("s256")}
        self.ask("another email change", "PUT", "/user", body, by=by)
        again = {"type": "email_change", "email": new, **challenge("s256")}
        self.posts("/resend", {"pkce email change": again})
        self.posts("/signup", {"to resend": {"email": self.email("resent"), "password": PASSWORD}})
        again = {"type": "signup", "email": self.email("resent"), **challenge("s256")}
        self.posts("/resend", {"pkce signup": again})
        self.exchange("of a resent email", self.follow("a resent email", "resent", "signup"))

    def session_headers(self) -> None:
        """The requests whose responses say which session they are about."""
        path, again = "/token?grant_type=password", "/token?grant_type=refresh_token"
        body = {"email": self.email("in"), "password": PASSWORD}
        first = self.ask("headers of a sign-in", "POST", path, body, by=None)["refresh_token"]
        body = {"refresh_token": first}
        self.ask("headers of a refresh", "POST", again, body, by=None)
        self.ask("headers of a refresh again", "POST", again, body, by=None)
        body = {"email": self.email("headers"), "password": PASSWORD}
        self.posts("/signup", {"headers": body}, on="auto")
        self.posts("/otp", {"no headers": {"email": self.email("headless")}}, on="auto")

    def unstorable_text(self) -> None:
        """NUL characters, and texts that are longer than a column."""
        email = self.email("unstorable")
        long = {"role": "r" * 256, "aud": "a" * 256, "password_hash": "$2b$10$" + "a" * 249}
        bodies: dict[str, Json] = {
            "NUL in metadata": {"user_metadata": {"a": ["x\0"]}},
            "NUL in a key": {"app_metadata": {"a\0": 1}},
            "NUL in role": {"role": "\0"},
            "NUL in aud": {"aud": "\0"},
            **{f"long {name}": {name: text} for name, text in long.items()},
        }
        for case, body in bodies.items():
            self.ask(f"create with {case}", "POST", "/admin/users", {"email": email, **body})
            path = f"/admin/users/{self.known_id}"
            self.ask(f"update with {case}", "PUT", path, body, x_supabase_api_version="")
        body = {"email": email, "user_metadata": {"a": "\\u0000"}, "role": "r" * 255}
        self.ask("create with a backslash", "POST", "/admin/users", body)
        data = {"data": {"a": "\0"}}
        for path in ("/signup", "/invite", "/otp"):
            body = {"email": self.email("nul"), "password": PASSWORD, **data}
            self.ask(f"NUL in data of {path}", "POST", path, body)
        self.posts("/signup", {"anonymous NUL": data})
        self.ask("NUL in own data", "PUT", "/user", data, by=self.session("in"))
        self.posts("/token?grant_type=password", {"NUL": {"email": "\0", "password": "x"}})
        self.posts("/token?grant_type=password", {"NUL as phone": {"phone": "\0", "password": "x"}})
        self.posts("/verify", {"NUL": {"type": "magiclink", "token_hash": "\0"}})
        self.ask("NUL in a link", "GET", "/verify?type=magiclink&token=%00", by=None)
        self.ask("NUL in a filter", "GET", "/admin/users?page=1&filter=%00")
        self.ask("NUL in a query", "GET", "/admin/audit?query=action:%00")
        body = {"factor_type": "totp", "friendly_name": "\0"}
        self.ask("NUL in a name", "POST", "/factors", body, by=self.session("in"))

    def repeated_names(self) -> None:
        email = f'"email": "{self.email("repeated")}"'
        for case, body in {
            "wrong, then right": f'{{"email": 5, {email}}}',
            "right, then wrong": f'{{{email}, "email": 5}}',
            "two wrong": '{"phone": 5, "email": 6}',
            "null": f'{{{email}, "email": null, "password": "x", "password": null}}',
            "objects": f'{{{email}, "user_metadata": {{"a": 1}}, "user_metadata": {{"b": 2}}}}',
            "object and null": f'{{{email}, "user_metadata": {{}}, "user_metadata": null}}',
            "number too large": f'{{{email}, "user_metadata": {{"a": [1e400]}}}}',
            "unknown number too large": f'{{{email}, "else": 1e400}}',
        }.items():
            self.ask(f"repeated: {case}", "POST", "/admin/users", body.encode())
        for body in ("", "{", '{"email": "x"} x', "[]"):
            self.ask(f"stream {body!r}", "POST", "/magiclink", body.encode(), by=None)

    def durations(self) -> None:
        path = f"/admin/users/{self.create_user('timed')['id']}"
        for duration in (
            "1ns",
            "-1ns",
            "0.1ns",
            ".5h",
            "1.h",
            "1\u00b5s",
            "1\u03bcs",
            "2562047h48m",
        ):
            self.ask(f"ban of {duration}", "PUT", path, {"ban_duration": duration})
        for case, body in {
            "hash and id": {"password_hash": "x", "id": "x"},
            "id and ban": {"id": "x", "ban_duration": "x"},
            "email and phone": {"email": "x", "phone": "x"},
            "password and ban": {"password": "a" * 73, "ban_duration": "x"},
        }.items():
            known = {"email": self.email("ordered"), **body}
            self.ask(f"both wrong: {case}", "POST", "/admin/users", known)

    def imported_hashes(self) -> None:
        for number, hashed in enumerate(
            (
                "$fbscrypt$v=1,n=14,r=8,p=300$QqH11g==$sKse",
                "$fbscrypt$v=1,n=14,r=8,p=255$QqH11g==$sKse",
                "$fbscrypt$v=1,n=4294967296,r=8,p=1$QqH11g==$sKse",
                "$fbscrypt$v=1,n=40,r=8,p=1$QqH11g==$sKse",
                "$argon2id$v=19$m=65536,t=3,p=17$c29tZXNhbHQ$aGFzaA",
                "$argon2id$v=19$m=8,t=1,p=1$!$aGFzaA",
                "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ=$aGFzaA",
                "$argon2d$v=19$m=8,t=1,p=1$c29tZXNhbHQ$aGFzaA",
                *("$2z$10$" + "a" * 52, "$2b$10$" + "a" * 51, "$2b$03$" + "a" * 53),
                *("$2b$+4$" + "a" * 53, "$3b$10$" + "a" * 53, "$2$10$" + "a" * 53),
            )
        ):
            body = {"email": self.email(f"hashed-{number}"), "password_hash": hashed}
            self.ask(f"import {hashed[:40]}", "POST", "/admin/users", body)

    def odd_claims(self) -> None:
        user = self.create_user("claimed")
        now = int(time.time())
        claims = {"sub": user["id"], "role": "authenticated", "aud": "authenticated"}
        odd: dict[str, Json] = {
            "aud of a number": {"aud": 5},
            "aud of two types": {"aud": ["authenticated", 5]},
            "aud of nothing": {"aud": []},
            "amr of a text": {"amr": "x"},
            "amr of texts": {"amr": ["x", None]},
            "amr of numbers": {"amr": [5]},
            "amr with method of a number": {"amr": [{"method": 5}]},
            "amr with half a timestamp": {"amr": [{"timestamp": 1.5}]},
            "amr": {"amr": [{"method": "otp", "timestamp": now}]},
            "exp too large": {"exp": 1e300},
            "exp of a text": {"exp": str(now + 600)},
            "exp of a list": {"exp": list[str]()},
            "late and early": {"exp": now - 5, "nbf": now + 500},
            "other case": {"Sub": "x"},
            "other case of a number": {"SUB": 5, "role": 5},
            "null": {"session_id": None, "app_metadata": None},
        }
        for case, more in odd.items():
            self.ask(f"claim {case}", "GET", "/user", by=signed(claims | more))
        service = {"ROLE": "service_role"}
        path = f"/admin/users/{user['id']}"
        self.ask("claim ROLE", "GET", path, by=signed(claims | service))
        headers: dict[str, Json] = {
            "kid of a number": {"kid": 5},
            "crit": {"crit": ["exp"]},
            "no alg": {"alg": None},
            "unknown alg": {"alg": "HS1"},
            "other alg": {"alg": "HS384"},
        }
        for case, header in headers.items():
            self.ask(f"header {case}", "GET", "/user", by=signed(claims, **header))
        for case, by in {
            "null as header": "bnVsbA.e30.c2ln",
            "null as claims": signed(None),
            "odd signature": signed(claims).rpartition(".")[0] + ".!",
        }.items():
            self.ask(f"token with {case}", "GET", "/user", by=by)

    def odd_pages(self) -> None:
        for query in (
            f"page={2**63 - 1}",
            f"page={2**63}",
            f"page=3&per_page={2**63 - 1}",
            "page=%00",
            "page=%2B1",
            "page=01",
        ):
            self.ask(f"page {query}", "GET", f"/admin/users?{query}", x_jwt_aud="nobody")
            audited = f"/admin/audit?{query}&query=author:nobody-{self.tag}"
            self.ask(f"audited page {query}", "GET", audited)
        for text in (
            "null",
            "[]",
            "5",
            '{"id": 5}',
            '{"id": "x"}',
            '{"created_at": 5}',
            '{"created_at": "x"}',
        ):
            cursor = b64encode(text.encode()).decode().rstrip("=")
            path = f"/admin/users?cursor={cursor}"
            self.ask(f"cursor of {text}", "GET", path, on="auto", x_jwt_aud="nobody")
        self.ask("cursor x", "GET", "/admin/users?cursor=x", on="auto")

    def redirects(self) -> None:
        for url in (
            "https://example.com/%zz",
            "https://example.com/a?b=%zz",
            "https://example.com/\x01",
        ):
            self.link(f"to {url!r}", "recovery", "in", redirect_to=url)


def challenge(method: str) -> Json:
    """The parameters of a PKCE flow whose verifier is `v` 43 times."""
    verifier = "v" * 43
    hashed = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    text = {"s256": hashed, "plain": verifier}[method]
    return {"code_challenge": text, "code_challenge_method": method}


def signed(claims: Json | None, **header: object) -> str:
    """A token with claims and headers that JWT libraries refuse to sign."""
    now = int(time.time())
    payload = None if claims is None else {"iat": now - 60, "exp": now + 600} | claims
    parts = ({"alg": "HS256", "typ": "JWT"} | header, payload)
    text = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
    signature = urlsafe_b64encode(hmac.digest(SECRET.encode(), text, "sha256")).rstrip(b"=")
    return (text + b"." + signature).decode()
