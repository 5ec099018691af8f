"""Random requests to a real server and to an emulator, compared response by response.

`GOTRUE_URL=... GOTRUE_JWT_SECRET=... python -m tests.fuzz.differential [SECONDS] [SEED]` needs an
empty server with cursor pagination, manual linking, anonymous users and the OAuth server, without
passkeys and without a limit of emails. Both have equal state before each request: what one of
them returns (ids, tokens, codes) is sent back to it alone, at the same places.
"""

import json
import os
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from http.client import HTTPConnection
from random import Random
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import jwt

from supabase_gotrue import Request
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.json_types import is_array, is_object
from tests.emulator.recorded.compare import decode, normalize

Json = dict[str, Any]
ALLOWED = ("https://example.com/**", "http://localhost:3000/**")
VERSION = {"x-supabase-api-version": "2024-01-01"}
TAG = "0" * 8
POOL_SIZE = 12
SHOWN = 12
# The phone of a deleted user, a hash of its random ID.
BLURRED_PHONE = re.compile(rb'"user_phone":"[\w-]{15}"')


class Pair(NamedTuple):
    """A value that the real server and the emulator call differently."""

    real: str
    emulated: str


class Sent(NamedTuple):
    """A request before the values of each server are put in."""

    method: str
    path: tuple[str | Pair, ...]
    headers: dict[str, Any]
    body: Any

    def render(self, side: int) -> tuple[str, str, dict[str, str], bytes | None]:
        """Return the request for the real server (0) or the emulator (1)."""
        path = "".join(part if isinstance(part, str) else quote(part[side]) for part in self.path)
        headers = {name: render(value, side) for name, value in self.headers.items()}
        body = render(self.body, side)
        is_raw = isinstance(body, (bytes, type(None)))
        return self.method, path, headers, body if is_raw else json.dumps(body).encode()


def render(value: Any, side: int) -> Any:
    if isinstance(value, Pair):
        return value[side]
    if isinstance(value, Bearer):
        return f"Bearer {render(value.token, side)}"
    if is_object(value):
        return {key: render(item, side) for key, item in value.items()}
    return [render(item, side) for item in value] if is_array(value) else value


class Bearer(NamedTuple):
    token: str | Pair


EMAILS = (
    *(f"{name}@example.com" for name in "abcdefgh"),
    *("A@Example.com", "a+b@example.com", "no address", "@", "a@b", "ä@example.com", ""),
    *("a@example.com ", f"{'x' * 250}@example.com", "a'@example.com", "a@-b.com", " "),
)
PHONES = ("15550100", "+15550101", "1 555 0102", "15550103", "0155", "", "abc", "1" * 16, "+")
PASSWORDS = (
    *("Correct-horse-1", "Other-horse-22", "short", "", "x" * 72, "x" * 73, "ä" * 37, "a\0b"),
    *("nonsense", " " * 8),
)
HASHES = (
    *("$2a$10$" + "a" * 53, "$2b$04$" + "." * 53, "$2b$99$" + "a" * 53, "nonsense", ""),
    *("$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g", "$argon2d$v=19$m=64,t=1,p=1$c2E$aGE"),
    *(
        "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=AAEC$QqH1$sKse",
        "$fbscrypt$v=1,n=0,r=8,p=1$QqH1$sKse",
    ),
    *("$fbscrypt$v=1,n=14,r=8,p=300$QqH1$sKse", "x" * 256, "$2y$10$" + "a" * 54),
)
DURATIONS = (
    *("1h", "none", "-1h", "0", "", "1ns", "168h", "7d", "1.5h", "1h30m", ".5s", "1", "h"),
    *("9999999999h", "+1m", "1us", "1\u00b5s", "0s", "1h ", "2540400h10m10.000000001s"),
)
TEXTS = (
    *("authenticated", "service_role", "", " ", "x" * 255, "x" * 256, "ä", "a\0b", "\U0001f600"),
    *("admin ", "<b>&\u2028", "null", "supabase_admin"),
)
METADATA: tuple[Any, ...] = (
    *({}, {"a": 1}, {"a": None}, {"full_name": "Ada <L>"}, {"a": {"b": [1, 1.5, None]}}),
    *({"full_name": 7}, {"x": 1e300, "y": 1e-7, "z": 12345678901234567890}, {"": ""}),
    *(
        {"provider": "x", "providers": []},
        {"a\0": 1},
        {"n": "a\0b"},
        {"email": "z@z.z"},
        {"a": True},
    ),
)
WRONG: tuple[Any, ...] = (None, 1, 1.5, True, "text", [], {}, [1], {"a": 1}, 10**30)
UUIDS = (
    *("00000000-0000-0000-0000-000000000000", "13b6d1ec-8963-4b7c-9528-5439ad3042cb", "x", ""),
    *("13B6D1EC89634B7C95285439AD3042CB", "{13b6d1ec-8963-4b7c-9528-5439ad3042cb}"),
    *("urn:uuid:13b6d1ec-8963-4b7c-9528-5439ad3042cb", "13b6d1ec-8963-4b7c-9528-5439ad3042cg"),
)
URLS = (
    *("https://example.com/cb", "http://localhost:3000/a", "https://evil.test", "", "x", "//a"),
    *("http://localhost:3000", "https://example.com:8443/x?a=b&c=d#e", "javascript:alert(1)"),
    *("http://127.0.0.1:5/x", "com.app://cb", "https://example.com/%zz", "http://[::1]/"),
)
QUERIES = (
    *("page=1", "page=2&per_page=3", "per_page=1", "page=0", "per_page=0", "page=-1", "page=x"),
    *("page=9223372036854775807", "limit=2", "limit=0", "limit=x", "cursor=x", "cursor=e30"),
    *(
        "filter=example",
        "filter=%25",
        "filter=_%40",
        "filter=a%5C%25",
        "filter=EXAMPLE",
        "filter=%00",
        "a;b",
    ),
    *("sort=created_at", "sort=created_at+asc", "sort=email", "sort=created_at+up", "sort=", ""),
    *(
        "page=18446744073709551616",
        "per_page=1e3",
        "page=%31",
        "page=1&page=2",
        "filter=%",
        "%zz=1",
    ),
    *("query=author:a", "query=action:LOGIN", "query=type:team", "query=x:y", "query=author"),
)
FIELDS: dict[str, tuple[Any, ...]] = {
    "email": EMAILS,
    "new_email": EMAILS,
    "phone": PHONES,
    "password": PASSWORDS,
    "password_hash": HASHES,
    "ban_duration": DURATIONS,
    "role": TEXTS,
    "aud": ("authenticated", "other", "", "x" * 256),
    "id": UUIDS,
    "user_metadata": METADATA,
    "app_metadata": METADATA,
    "data": METADATA,
    "email_confirm": (True, False),
    "phone_confirm": (True, False),
    "should_soft_delete": (True, False),
    "redirect_to": URLS,
    "friendly_name": TEXTS,
    "factor_type": ("totp", "phone", "webauthn", "x", ""),
    "issuer": ("", "Acme", "a b", "https://accounts.google.com", "\xe4"),
    "code": ("000000", "", "x"),
    "token": ("000000", "", "x"),
    "channel": ("", "sms", "whatsapp", "x"),
    "create_user": (True, False),
    "nonce": ("", "123456"),
    "current_password": PASSWORDS,
    "code_challenge": ("", "c" * 43, "short", "c" * 129, "ä" * 43),
    "code_challenge_method": ("", "s256", "S256", "plain", "x"),
    "type": (
        *("signup", "magiclink", "magicLink", "recovery", "invite", "email_change_new", "x", ""),
        *("email_change_current", "email", "email_change", "sms", "phone_change"),
    ),
    "refresh_token": ("aaaaaaaaaaaa", "", "x", "AAAAAAAAAAAA"),
    "auth_code": UUIDS,
    "code_verifier": ("v" * 43, "", "x"),
    "id_token": ("", "a.b.c"),
    "provider": ("google", "apple", "custom:x", "x", ""),
    "redirect_uris": (["https://example.com/cb"], [], ["http://evil.test"], ["x"], [""], [None]),
    "grant_types": (["authorization_code"], ["refresh_token"], [], ["x"]),
    "client_name": TEXTS,
    "client_type": ("public", "confidential", "", "x"),
    "client_uri": URLS,
    "logo_uri": URLS,
    "token_endpoint_auth_method": ("none", "client_secret_basic", "client_secret_post", "", "x"),
    "provider_type": ("oauth2", "saml", ""),
    "identifier": ("custom:acme", "custom:b", "acme", "", "custom:", "custom:" + "x" * 60),
    "name": TEXTS,
    "client_id": ("id", "", "x" * 513),
    "client_secret": ("secret", ""),
    "scopes": ([], ["email"], [None], ["a\0"]),
    "enabled": (True, False),
    "authorization_params": ({}, {"prompt": "x"}, {"state": "x"}, {"a": 1}),
    "authorization_url": ("https://93.184.216.34/a", "http://a.b", "https://127.0.0.1/", "", "x"),
    "token_url": ("https://93.184.216.34/t", "https://localhost/", ""),
    "userinfo_url": ("https://93.184.216.34/u", ""),
    "resource_id": ("a", "", "B", None),
    "disabled": (True, False, None),
    "domains": ([], ["a.example.com"], ["b.example.com", "a.example.com"], [""]),
    "metadata_xml": ("", "<x/>", "not xml"),
}
ADMIN_USER = (
    *("email", "phone", "password", "password_hash", "ban_duration", "role", "aud", "id"),
    *("user_metadata", "app_metadata", "email_confirm", "phone_confirm"),
)
PKCE = ("code_challenge", "code_challenge_method")
CLIENT = (
    *("redirect_uris", "grant_types", "client_name", "client_type", "client_uri", "logo_uri"),
    "token_endpoint_auth_method",
)
CUSTOM = (
    *("provider_type", "identifier", "name", "client_id", "client_secret", "scopes", "enabled"),
    *("authorization_params", "authorization_url", "token_url", "userinfo_url"),
)
SSO = ("type", "resource_id", "disabled", "domains", "metadata_xml")
VERIFY = ("type", "email", "phone", "token", "redirect_to")
# Weight, method, path ({pool} stands for a value of it), who asks, and the fields of the body.
ROUTES: tuple[tuple[int, str, str, str, tuple[str, ...]], ...] = (
    (12, "POST", "/admin/users", "admin", ADMIN_USER),
    (6, "GET", "/admin/users?{query}", "admin", ()),
    (4, "GET", "/admin/users/{user}", "admin", ()),
    (10, "PUT", "/admin/users/{user}", "admin", ADMIN_USER),
    (3, "DELETE", "/admin/users/{user}", "admin", ("should_soft_delete",)),
    (1, "GET", "/admin/users/{user}/factors", "admin", ()),
    (2, "PUT", "/admin/users/{user}/factors/{factor}", "admin", ("friendly_name", "phone")),
    (1, "DELETE", "/admin/users/{user}/factors/{factor}", "admin", ()),
    (1, "GET", "/admin/users/{user}/passkeys", "admin", ()),
    (1, "DELETE", "/admin/users/{user}/passkeys/{factor}", "admin", ()),
    (8, "POST", "/admin/generate_link", "admin", (*VERIFY[:2], "new_email", "password", "data")),
    (3, "GET", "/admin/audit?{query}", "admin", ()),
    (3, "POST", "/invite", "admin", ("email", "data")),
    (3, "POST", "/admin/oauth/clients", "admin", CLIENT),
    (1, "GET", "/admin/oauth/clients", "admin", ()),
    (2, "PUT", "/admin/oauth/clients/{client}", "admin", CLIENT),
    (1, "GET", "/admin/oauth/clients/{client}", "admin", ()),
    (1, "DELETE", "/admin/oauth/clients/{client}", "admin", ()),
    (1, "POST", "/admin/oauth/clients/{client}/regenerate_secret", "admin", ()),
    (2, "POST", "/admin/custom-providers", "admin", CUSTOM),
    (1, "GET", "/admin/custom-providers", "admin", ()),
    (1, "PUT", "/admin/custom-providers/custom:acme", "admin", CUSTOM),
    (1, "DELETE", "/admin/custom-providers/custom:b", "admin", ()),
    (2, "POST", "/admin/sso/providers", "admin", SSO),
    (1, "GET", "/admin/sso/providers", "admin", ()),
    (8, "POST", "/signup", "none", ("email", "phone", "password", "data", "channel", *PKCE)),
    (8, "POST", "/token?grant_type=password", "none", ("email", "phone", "password")),
    (5, "POST", "/token?grant_type=refresh_token", "none", ("refresh_token",)),
    (1, "POST", "/token?grant_type=pkce", "none", ("auth_code", "code_verifier")),
    (1, "POST", "/token?grant_type=id_token", "none", ("id_token", "provider", "issuer")),
    (1, "POST", "/token?grant_type=x", "none", ()),
    (6, "POST", "/verify", "none", VERIFY),
    (2, "GET", "/verify?type=magiclink&token={hash}", "none", ()),
    (2, "GET", "/verify?type=signup&token={hash}&redirect_to=https://example.com/a", "none", ()),
    (2, "POST", "/magiclink", "none", ("email", "data", *PKCE)),
    (2, "POST", "/otp", "none", ("email", "create_user", "data", "channel", *PKCE)),
    (3, "POST", "/recover", "none", ("email", *PKCE)),
    (2, "POST", "/resend", "none", ("type", "email")),
    (4, "GET", "/user", "user", ()),
    (6, "PUT", "/user", "user", ("email", "password", "data", "phone", "nonce", "channel", *PKCE)),
    (1, "DELETE", "/user/identities/{identity}", "user", ()),
    (1, "GET", "/reauthenticate", "user", ()),
    (3, "POST", "/factors", "user", ("factor_type", "friendly_name", "issuer", "phone")),
    (2, "POST", "/factors/{factor}/challenge", "user", ()),
    (2, "POST", "/factors/{factor}/verify", "user", ("code",)),
    (1, "DELETE", "/factors/{factor}", "user", ()),
    (2, "POST", "/logout?scope=local", "user", ()),
    (1, "POST", "/logout", "user", ()),
    (1, "POST", "/logout?scope=x", "user", ()),
    (1, "GET", "/settings", "none", ()),
    (1, "GET", "/.well-known/jwks.json", "none", ()),
    (1, "GET", "/nothing", "none", ()),
    (1, "GET", "//admin/users", "admin", ()),
    (1, "GET", "/admin/nothing", "admin", ()),
)
# Raw bodies, of which Go's decoder rejects most.
RAW = (
    *(b"", b"{", b"[]", b"null", b'"text"', b"1", b"{} {}", b'{"email": "a@example.com"', b"\xff"),
    *(
        b'{"email": "a@example.com", "email": 1}',
        b'{"EMAIL": "b@example.com"}',
        b'{"email":"\xff"}',
    ),
    *(b'{"email": 1, "email": "c@example.com"}', b"{'a': 1}", b'{"data": {"a": 1e999}}', b"[" * 50),
    *(b'{"a": "\\ud800", "email": "a@example.com"}', b'{"data": {"a": "\\ud800"}}', b"tru", b"{}x"),
)
# Which values a response adds to which pool, by their names.
HARVEST = {
    "access_token": "session",
    "refresh_token": "refresh_token",
    "hashed_token": "hash",
    "email_otp": "token",
    "identity_id": "identity",
    "client_id": "client",
}


class Generator:
    """Makes requests, and keeps what the servers returned.

    Args:
        random: The source of all choices.
        secret: Signs the tokens that are forged.
        has_sms: Whether text messages work: without autoconfirm a server needs a provider.
    """

    def __init__(self, random: Random, secret: str, *, has_sms: bool) -> None:
        self.random = random
        self.has_sms = has_sms
        self.pools: dict[str, list[Pair]] = defaultdict(list)
        self.admin = jwt.encode({"role": "service_role"}, secret, "HS256")
        now = int(time.time())
        self.forged = tuple(
            jwt.encode(claims, secret, "HS256")
            for claims in (
                {"role": "anon"},
                {"role": "service_role", "exp": now - 60},
                {"role": "service_role", "aud": 7},
                {"role": "authenticated", "sub": UUIDS[1]},
                {"role": "authenticated", "sub": "x"},
                {"role": "service_role", "session_id": UUIDS[1], "sub": UUIDS[1]},
                {"ROLE": "service_role"},
                {"role": "service_role", "nbf": now + 600},
                {"role": "service_role", "amr": "x"},
                {"role": "service_role", "exp": 1e300},
            )
        )
        self.forged += (jwt.encode({"role": "service_role"}, "x" * 32, "HS256"), "a.b.c", "x")

    def request(self) -> Sent:
        weights = [route[0] for route in ROUTES]
        _, method, path, who, fields = self.random.choices(ROUTES, weights)[0]
        if self.random.random() < 0.02:
            method = self.random.choice(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"))
        parts = self._path(path)
        if self.random.random() < 0.02:
            parts = (*parts, "/")
        headers = self._headers(who)
        body = self._body(fields) if method in ("POST", "PUT", "DELETE") and fields else None
        if isinstance(body, (dict, bytes)):
            headers["content-type"] = self.random.choices(
                ("application/json", "text/plain", "application/x-www-form-urlencoded"), (60, 1, 1)
            )[0]
        return Sent(method, parts, headers, body)

    def _path(self, template: str) -> tuple[str | Pair, ...]:
        text, *rest = template.split("{")
        parts: list[str | Pair] = [text]
        for piece in rest:
            pool, _, text = piece.partition("}")
            is_query = pool == "query"
            parts += (self.random.choice(QUERIES) if is_query else self._pick(pool), text)
        return tuple(parts)

    def _pick(self, pool: str) -> str | Pair:
        known = self.pools[pool]
        if known and self.random.random() < 0.93:
            return self.random.choice(known)
        return quote(self.random.choice(UUIDS[1:3] if self.random.random() < 0.5 else UUIDS[4:]))

    def _headers(self, who: str) -> dict[str, Any]:
        headers: dict[str, Any] = dict(VERSION) if self.random.random() < 0.5 else {}
        if self.random.random() < 0.05:
            who = self.random.choice(("none", "admin", "user", "forged"))
        sessions = self.pools["session"]
        if who == "admin":
            headers["authorization"] = Bearer(self.admin)
        elif who == "user" and sessions:
            headers["authorization"] = Bearer(self.random.choice(sessions[-4:]))
        elif who in ("forged", "user"):
            headers["authorization"] = Bearer(self.random.choice(self.forged))
        if self.random.random() < 0.03:
            headers["x-jwt-aud"] = self.random.choice(("authenticated", "other", "x" * 300))
        if self.random.random() < 0.03:
            headers["redirect_to"] = self.random.choice(URLS).strip()
        if self.random.random() < 0.03:
            headers["origin"] = "http://localhost:5173"
        return headers

    def _body(self, fields: tuple[str, ...]) -> Any:
        if self.random.random() < 0.04:
            return self.random.choice(RAW)
        hidden = () if self.has_sms else ("phone", "channel")
        fields = tuple(name for name in fields if name not in hidden)
        chosen = [
            name for name in fields if self.random.random() < (0.8 if len(fields) < 5 else 0.4)
        ]
        return {name: self._value(name) for name in chosen}

    def _value(self, name: str) -> Any:
        pool = {"auth_code": "code"}.get(name, name)
        if self.pools[pool] and name in ("refresh_token", "token") and self.random.random() < 0.8:
            return self.random.choice(self.pools[pool][-4:])
        if self.random.random() < 0.02:
            return self.random.choice(WRONG)
        values = FIELDS[name]
        # The first values are the usual ones.
        usual = values[: max(2, len(values) // 2)]
        return self.random.choice(usual if self.random.random() < 0.6 else values)

    def harvest(self, path: str, real: Any, emulated: Any) -> None:
        """Keep the values at the same places of both responses."""
        if is_object(real) and is_object(emulated):
            for name in real.keys() & emulated.keys():
                ours, theirs = real[name], emulated[name]
                if isinstance(ours, str) and isinstance(theirs, str):
                    self._keep(
                        HARVEST.get(name) or self._pool_of_id(path, name, real), ours, theirs
                    )
                else:
                    self.harvest(f"{path}/{name}", ours, theirs)
        elif is_array(real) and is_array(emulated) and len(real) == len(emulated):
            for ours, theirs in zip(real, emulated, strict=True):
                self.harvest(path, ours, theirs)

    def _pool_of_id(self, path: str, name: str, holder: Json) -> str:
        if name != "id":
            return ""
        if "factor" in path:
            return "factor"
        return "user" if "app_metadata" in holder else ""

    def _keep(self, pool: str, real: str, emulated: str) -> None:
        pair = Pair(real, emulated)
        if pool and pair not in self.pools[pool]:
            self.pools[pool] = [*self.pools[pool], pair][-POOL_SIZE:]


class Real:
    """A real server, by one connection."""

    def __init__(self, url: str) -> None:
        self._host = urlsplit(url).netloc
        self._connection = HTTPConnection(self._host, timeout=30)

    def __call__(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], Any]:
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        data = response.read()
        found = {name.lower(): response.headers.get_all(name, []) for name in response.headers}
        joined = {name: ", ".join(sorted(values)) for name, values in found.items()}
        return response.status, joined, decode(BLURRED_PHONE.sub(b'"user_phone":"<hash>"', data))


def emulated(emulator: Emulator) -> Callable[..., tuple[int, dict[str, str], Any]]:
    def send(
        method: str, path: str, headers: dict[str, str], body: bytes | None
    ) -> tuple[int, dict[str, str], Any]:
        response = emulator.respond(Request(method, f"http://emulator{path}", headers, body))
        body = BLURRED_PHONE.sub(b'"user_phone":"<hash>"', response.body)
        return response.status, dict(response.headers), decode(body)

    return send


def main() -> None:
    seconds, seed = (float(text) for text in (*sys.argv[1:], "60", "1")[:2])
    secret = os.environ["GOTRUE_JWT_SECRET"]
    real = Real(os.environ["GOTRUE_URL"])
    _, _, settings = real("GET", "/settings", {}, None)
    emulator = Emulator(
        jwt_secret=secret,
        autoconfirm=settings["mailer_autoconfirm"],
        cursor_pagination=True,
        allow_redirect=ALLOWED,
        external_url=os.environ["GOTRUE_URL"],
    )
    generator = Generator(Random(int(seed)), secret, has_sms=settings["phone_autoconfirm"])
    ours = emulated(emulator)
    end = time.monotonic() + seconds
    counts: Counter[str] = Counter()
    examples: dict[str, list[str]] = defaultdict(list)
    while time.monotonic() < end:
        sent = generator.request()
        status, headers, body = real(*sent.render(0))
        our_status, our_headers, our_body = ours(*sent.render(1))
        generator.harvest(sent.path[0] if isinstance(sent.path[0], str) else "", body, our_body)
        kept, shown = normalize(headers, body, TAG)
        our_kept, our_shown = normalize(our_headers, our_body, TAG)
        counts["requests"] += 1
        counts["status"] += status == our_status
        counts["status and body"] += (status, shown) == (our_status, our_shown)
        counts["headers too"] += (status, shown, kept) == (our_status, our_shown, our_kept)
        if (status, shown, kept) != (our_status, our_shown, our_kept):
            key = f"{sent.method} {sent.path[0]} {status} {our_status}"
            lines = [str(sent.render(1))[:600], f"  real {status} {shown} {kept}"[:900]]
            lines.append(f"  ours {our_status} {our_shown} {our_kept}"[:900])
            examples[key].append("\n".join(lines))
    for key, found in sorted(examples.items(), key=lambda item: -len(item[1]))[:SHOWN]:
        sys.stdout.write(f"{len(found)} x {key}\n{found[0]}\n\n")
    for name, count in counts.items():
        sys.stdout.write(f"{name}: {count} ({count / counts['requests']:.2%})\n")


if __name__ == "__main__":
    main()
