"""No key, token, password or link is shown by the library's values: repr, str, pickle, rich."""

import html
import json
import pickle
import traceback
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from pprint import pformat
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from returns.result import Failure
from rich.pretty import pretty_repr

from supabase_gotrue import (
    AdminUserParams,
    CustomProviderAttrs,
    CustomProviderParams,
    Error,
    GenerateLinkParams,
    LinkProperties,
    OAuthClient,
    OAuthClientAttrs,
    Request,
    Response,
    Session,
    User,
    admin,
    init_client,
    update_access_token,
)
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.operations import custom_providers, users
from supabase_gotrue.redaction import (
    MAX_SHOWN_CHARS,
    REDACTED,
    redact,
    redact_json,
    redactor,
)
from tests.canned import Canned
from tests.docs.pages import table

KEY = "sb_secret_" + "kEy" * 8
TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
PASSWORD = 'pass "word" ü€😀/+=%'
HASH = "$2a$04$hashhashhashhashhashhash"
SECRET_FIELDS = [name for (name,) in table("tables.md", "name")]
USER = {"id": "1", "aud": "authenticated", "created_at": "2026-08-20T10:00:00Z"}
LINK = {
    **USER,
    "action_link": "http://localhost/verify?token=s3cret-in-link",
    "email_otp": "s3cret-otp",
    "hashed_token": "s3cret-hash",
    "redirect_to": "https://example.com",
    "verification_type": "signup",
}
CUSTOM: CustomProviderAttrs = {
    "provider_type": "oidc",
    "identifier": "custom:acme",
    "name": "Acme",
    "client_id": "id",
    "client_secret": "s3cret-of-acme",
    "issuer": "https://id.acme.example.com",
}
OAUTH_CLIENT: OAuthClientAttrs = {"redirect_uris": ["https://acme.example.com/callback"]}


def shown(value: object) -> str:
    """A value as repr, str, pprint and rich show it."""
    return "\n".join([repr(value), str(value), pformat(value, width=20), pretty_repr(value)])


def test_client() -> None:
    client = init_client("http://localhost", KEY, headers={"x-mine": "s3cret-header"}).unwrap()
    client = update_access_token(client, TOKEN).unwrap()
    headers = client.headers_for(None)
    assert {client.api_key, client.access_token} == {KEY, TOKEN}
    assert {KEY, f"Bearer {TOKEN}", "s3cret-header"} < set(headers.values())
    for text in (shown(client), shown(headers)):
        assert not {part for part in (KEY, TOKEN, "s3cret") if part in text}
        assert f"'x-mine': '{REDACTED}'" in text
    assert "base_url='http://localhost', auth_url='http://localhost/auth/v1'" in repr(client)


def test_request() -> None:
    canned = Canned()
    client = init_client(
        "http://localhost", KEY, headers={"x-mine": "s3cret-header"}, transport=canned
    ).unwrap()
    admin.create_user(client, {"email": "ada@example.com", "password": PASSWORD})
    admin.list_users(client, {"filter": "s3cret-filter"})
    created, listed = canned.sent
    assert KEY in created.headers.values()
    assert created.body
    assert "s3cret-filter" in listed.url
    for request in (created, listed):
        text = shown(request) + shown(request.headers)
        assert not {part for part in (KEY, PASSWORD, "s3cret", "ada@") if part in text}
        assert "http://localhost/auth/v1/admin/users" in text
        assert "application/json" in text


def test_request_of_a_transport() -> None:
    request = Request("POST", "http://localhost/a?b=c?s3cret", {"apikey": KEY, "accept": "*/*"})
    headers = f"{{'apikey': '{REDACTED}', 'accept': '*/*'}}"
    assert repr(request) == f"Request('POST', 'http://localhost/a', {headers}, body=None)"
    assert not {part for part in (KEY, "s3cret") if part in shown(request)}
    assert request.path == "/a"
    assert request.__rich_repr__()[1] == ("url", "http://localhost/a")
    with_body = Request("POST", "http://localhost/a", {}, b"{}")
    assert repr(with_body) == "Request('POST', 'http://localhost/a', {}, body=<2 bytes>)"


def test_operation() -> None:
    operation = users.create_user({"email": "ada@example.com", "password": "s3cret"}).unwrap()
    assert "s3cret" not in shown(operation)
    assert "'/admin/users'" in repr(operation)
    assert "s3cret" not in shown(custom_providers.create_provider(CUSTOM).unwrap())


def test_response() -> None:
    response = Response(200, {"set-cookie": "s3cret"}, b"s3cret")
    assert "s3cret" not in shown(response)
    assert repr(response) == "Response(200, body=<6 bytes>)"


@pytest.mark.parametrize(
    "value",
    [
        Session(access_token="s3cret", refresh_token="s3cret", provider_token="s3cret"),
        LinkProperties.parse(LINK).unwrap(),
        AdminUserParams(email="a", password="s3cret", password_hash="s3cret", nonce="s3cret"),
        GenerateLinkParams(type="signup", email="a", password="s3cret"),
        CustomProviderParams.parse(CUSTOM).unwrap(),
        OAuthClient.parse(
            {
                "client_id": "1",
                "client_type": "confidential",
                "created_at": "2026-08-20T10:00:00Z",
                "client_secret": "s3cret",
            }
        ).unwrap(),
    ],
)
def test_models_and_params_hide_secrets(value: object) -> None:
    assert "s3cret" not in shown(value)
    assert REDACTED in repr(value)
    assert REDACTED in pretty_repr(value)


def test_params_show_what_is_not_secret() -> None:
    params = AdminUserParams(email="a", password="s3cret", role="b")
    assert repr(params) == "AdminUserParams(email='a', password='[redacted]', role='b')"


def test_link_shows_what_is_not_secret() -> None:
    link = LinkProperties.parse(LINK).unwrap()
    assert "verification_type='signup', user=" in repr(link)
    assert "redirect_to='https://example.com'" in repr(link)
    assert link.user == User.parse(USER).unwrap()
    assert link.action_link.endswith("s3cret-in-link")
    assert link.to_dict()["action_link"] == link.action_link


def test_new_secret_of_a_client_is_in_its_field_alone() -> None:
    client = Emulator().client()
    made = admin.oauth.create_client(client, OAUTH_CLIENT).unwrap()
    rotated = admin.oauth.regenerate_client_secret(client, made.client_id).unwrap()
    for one in (made, rotated):
        assert str(one.client_secret) not in shown(one)
        assert one.to_dict()["client_secret"] == one.client_secret


def hex_escapes(prefix: str, secret: str) -> str:
    return "".join(f"{prefix}{byte:02x}" for byte in secret.encode())


def utf16_escapes(prefix: str, secret: str) -> str:
    data = secret.encode("utf-16-be")
    return "".join(f"{prefix}{data[i : i + 2].hex().upper()}" for i in range(0, len(data), 2))


# Removed again by reading a text as what it is: JSON, HTML, a URL, a literal of a language.
ESCAPES: dict[str, Callable[[str], str]] = {
    "JSON": lambda secret: json.dumps(secret)[1:-1],
    "JSON in UTF-8": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "JSON with escaped slashes": lambda secret: json.dumps(secret)[1:-1].replace("/", "\\/"),
    "JSON letter by letter": lambda secret: utf16_escapes("\\u", secret),
    "JavaScript's escape": lambda secret: utf16_escapes("%u", secret),
    "code points": lambda secret: "".join(f"\\u{{{ord(c):x}}}" for c in secret),
    "long code points": lambda secret: "".join(f"\\U{ord(c):08X}" for c in secret),
    "bytes": lambda secret: hex_escapes("\\x", secret),
    "a path": quote,
    "a query": lambda secret: quote(secret, safe=""),
    "a form": quote_plus,
    "a URL letter by letter": lambda secret: hex_escapes("%", secret),
    "a URL in upper case": lambda secret: hex_escapes("%", secret).upper(),
    "HTML": html.escape,
    "HTML in decimal": lambda secret: "".join(f"&#{ord(c)};" for c in secret),
    "HTML in hex": lambda secret: "".join(f"&#x{ord(c):X};" for c in secret),
}
ENCODINGS: dict[str, Callable[[str], str]] = {
    "nothing": str,
    "base64": lambda secret: b64encode(secret.encode()).decode(),
    "base64 of more": lambda secret: b64encode(b"me:" + secret.encode() + b"; a").decode(),
    "base64 of even more": lambda secret: b64encode(b"user:" + secret.encode()).decode(),
    "base64 of JSON": lambda secret: (
        b64encode(json.dumps({"a": secret}).encode()).decode()
        if secret.isascii()
        else b64encode(secret.encode()).decode()
    ),
    "base64 in a URL": lambda secret: urlsafe_b64encode(secret.encode()).decode(),
    "hex": lambda secret: secret.encode().hex(),
    "hex in upper case": lambda secret: secret.encode().hex().upper(),
}
SECRETS = [PASSWORD, KEY, HASH, TOKEN, "tab\there\nand\\more\x07", "pw1<", "&amp;%41", "hunter2"]


def encodings(secret: str) -> list[str]:
    """A secret as servers may repeat it."""
    encoded = [encode(secret) for encode in ENCODINGS.values()]
    escaped = [escape(secret) for escape in ESCAPES.values()]
    return encoded + escaped + [escape(text) for escape in ESCAPES.values() for text in escaped]


@pytest.mark.parametrize("secret", SECRETS)
def test_secret_is_redacted_in_any_encoding(secret: str) -> None:
    for encoded in encodings(secret):
        redacted = redact(f"no {encoded}!", [secret])
        assert REDACTED in redacted
        assert encoded not in redacted
        assert redacted.startswith("no ")


# What the end of a secret and what follows mean together, as `\\"` or `%41`, is not undone.
secrets = st.text(min_size=4, max_size=12) | st.text("%&;#xu\\\"'<>+ 0a4bé😀", min_size=4)
surroundings = st.sampled_from([" ", '"', "'", "/", "=", "(", "\n", "é"])


@given(
    secret=secrets.filter(lambda text: not text.endswith("\\")),
    encoding=st.sampled_from(sorted(ENCODINGS)),
    escapes=st.lists(st.sampled_from(sorted(ESCAPES)), max_size=3),
    around=surroundings,
)
def test_any_secret_is_redacted_in_encodings_within_one_another(
    secret: str, encoding: str, escapes: list[str], around: str
) -> None:
    encoded = ENCODINGS[encoding](secret)
    for name in escapes:
        encoded = ESCAPES[name](encoded)
    assume(len(encoded) < MAX_SHOWN_CHARS)
    redacted = redact(f"no {around}{encoded}{around}", [secret])
    assert REDACTED in redacted
    assert encoded not in redacted


def test_endless_escapes_are_not_shown() -> None:
    escaped = "%" + "25" * 20 + "41"
    assert redact(f"no {escaped}", ["hunter2hunter2"]) == REDACTED
    assert redact(f"no {PASSWORD}", [escaped, PASSWORD]) == f"no {REDACTED}"
    assert redact(f"no {escaped}", [escaped]) == REDACTED


def test_what_is_no_escape_stays() -> None:
    text = r"50%, 100%!, C:\dir, &bogus; &, \U00110000, &#9999999; and %E9%ff"
    assert redact(text, ["hunter2hunter2"]) == text


@pytest.mark.parametrize(
    "metadata",
    [
        pytest.param([{"otp": f"value {n}"} for n in range(101)], id="many"),
        pytest.param([{"otp": f"{n}" * 8192} for n in range(8)], id="long"),
        pytest.param("x" * 2**24, id="a large body"),
    ],
)
def test_too_many_secrets_to_redact_hide_the_response(metadata: object) -> None:
    body = b'{"code": "weak_password", "msg": "value 7", "more": {"value 7": "value 7"}}'
    attrs: Any = {"email": "a", "password": "value 7", "user_metadata": {"in": metadata}}
    error = admin.create_user(Canned(422, body).client(), attrs).failure()
    assert (error.message, error.error_code) == ("Unprocessable Entity", "weak_password")
    assert "value" not in repr(error.to_dict())


def test_values_within_a_secret_are_secret() -> None:
    metadata: Any = {"token": {"in": ["s3cret", 123456, None, True]}, "otp": 2.5}
    body = b'{"msg": "s3cret, 123456, true, 2.5, None"}'
    attrs: Any = {"email": "a", "user_metadata": metadata}
    error = admin.create_user(Canned(422, body).client(), attrs).failure()
    assert error.message == f"{REDACTED}, {REDACTED}, true, 2.5, None"


def test_code_that_contains_a_password_stays() -> None:
    body = b'{"code": "weak_password", "weak_password": {"reasons": ["length"]}, "msg": "weak"}'
    for password in ("password", "weak"):
        attrs: Any = {"email": "a", "password": password}
        error = admin.create_user(Canned(422, body).client(), attrs).failure()
        assert (error.error_code, error.reasons) == ("weak_password", ("length",))
    attrs = {"email": "a", "password": "weak_password"}
    assert admin.create_user(Canned(422, body).client(), attrs).failure().error_code == REDACTED


# Bodies of error responses that repeat a secret.
ECHOES: list[Callable[[str], str]] = [
    lambda secret: json.dumps({"msg": f"bad {secret}"}),
    lambda secret: json.dumps({"msg": "bad", "seen": [secret, {"in": {secret: secret}}]}),
    lambda secret: json.dumps({"code": secret, "message": secret}),
    lambda secret: json.dumps({"error": secret, "error_description": secret}),
    lambda secret: f"<html>{quote(secret)}</html>",
    lambda secret: f"plain {secret}",
    lambda secret: "x" * 2040 + secret,
    lambda secret: json.dumps({"error_id": secret, "weak_password": {"reasons": [secret]}}),
    lambda secret: json.dumps({"msg": secret, "more": "x" * 100_000}),
]


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("secret", [PASSWORD, KEY, TOKEN, "s3cret-nested", "s3cret-header"])
def test_error_does_not_show_a_secret_that_the_response_repeats(
    echo: Callable[[str], str], secret: str
) -> None:
    canned = Canned(
        422,
        echo(secret).encode(),
        {"x-sb-error-code": secret, "x-request-id": f"for {secret}"},
    )
    client = init_client(
        "http://localhost",
        KEY,
        access_token=TOKEN,
        headers={"x-mine": "s3cret-header"},
        transport=canned,
    ).unwrap()
    attrs: Any = {
        "email": "ada@example.com",
        "password": PASSWORD,
        "user_metadata": {"nested": [{"refresh_token": "s3cret-nested"}]},
    }
    error = admin.create_user(client, attrs).failure()
    pickled = pickle.dumps(error)
    visible = "\n".join(
        [
            shown(error),
            repr(error.metadata),
            json.dumps(error.to_dict(), ensure_ascii=False),
            str(pickle.loads(pickled)),
            *traceback.format_exception(error),
        ]
    )
    assert error.metadata["request_id"] == f"for {REDACTED}"
    assert [encoded for encoded in encodings(secret) if encoded in visible] == []
    assert secret.encode() not in pickled


@pytest.mark.parametrize("secret", ["opaque/key", "opaque/token", "opaque/session"])
def test_opaque_keys_and_tokens_are_redacted(secret: str) -> None:
    canned = Canned(403, f"no {secret}, no {quote(secret, safe='')}".encode())
    client = init_client(
        "http://localhost", "opaque/key", access_token="opaque/token", transport=canned
    ).unwrap()
    token = "opaque/session" if secret == "opaque/session" else "opaque/token"
    assert admin.sign_out(client, token).failure().message == f"no {REDACTED}, no {REDACTED}"


@pytest.mark.parametrize("levels", [60, 95])
def test_secrets_in_a_request_with_deep_metadata_are_redacted(levels: int) -> None:
    metadata: dict[str, Any] = {"Token": "s3cret-inside"}
    for _ in range(levels):
        metadata = {"in": metadata}
    for secret in (PASSWORD, "s3cret-inside"):
        canned = Canned(422, json.dumps({"msg": f"bad {secret}"}).encode())
        attrs: Any = {"email": "a", "password": PASSWORD, "user_metadata": metadata}
        assert admin.create_user(canned.client(), attrs).failure().message == f"bad {REDACTED}"


@pytest.mark.parametrize(("length", "left"), [(2000, " and more"), (2049, ""), (10**6, "")])
def test_long_secrets_are_redacted(length: int, left: str) -> None:
    secret = "lon/" * (length // 4) + "x" * (length % 4)
    assert redact(f"bad {secret} and more", [secret]) == f"bad {REDACTED}{left}"
    assert redact(f"bad {quote(secret, safe='')} and more", [secret]) == f"bad {REDACTED}"
    assert redact(f"bad {secret[:300]} and more", [secret]) == f"bad {REDACTED}"
    canned = Canned(422, f"bad {secret}".encode())
    attrs: Any = {"email": "a", "password": secret}
    assert admin.create_user(canned.client(), attrs).failure().message == f"bad {REDACTED}"


def test_many_secrets_do_not_bring_others_into_view() -> None:
    text = "hunter2hunter2" * 10_000
    assert redact(text, ["hunter2hunter2"]) == REDACTED
    assert len(redact("x" * 10_000, [])) == MAX_SHOWN_CHARS


def test_secrets_in_invalid_or_too_deep_json_are_redacted() -> None:
    text = r'{"Token" : "s3cret\"s3cret", "otp":"s3cret", "tokens": "kept", "secret": "s3cret'
    assert redact(text, []) == f'{{{REDACTED}, {REDACTED}, "tokens": "kept", {REDACTED}'
    deep = b'{"msg": "m", "refresh_token": "s3cret", "in": ' + b"[" * 60 + b"]" * 60 + b"}"
    error = admin.get_user_by_id(Canned(500, deep).client(), "1").failure()
    assert "s3cret" not in shown(error) + repr(error.metadata)


def test_values_under_secret_names_are_redacted() -> None:
    body = {name.upper(): {"in": 1} for name in SECRET_FIELDS} | {"msg": "m", "otp": None}
    canned = Canned(400, json.dumps(body).encode())
    resp_body: Any = admin.get_user_by_id(canned.client(), "1").failure().metadata["resp_body"]
    assert resp_body == dict.fromkeys(map(str.upper, SECRET_FIELDS), REDACTED) | {
        "msg": "m",
        "otp": None,
    }


def test_known_token_formats_are_redacted() -> None:
    for token in (TOKEN, "sb_secret_abc", "sb_publishable_x-y_z"):
        assert redact(f"a {token}.", []) == f"a {REDACTED}."
    assert redact("eyJhbGci.short and xsb_secret_", []) == "eyJhbGci.short and xsb_secret_"
    assert redact("eyJ" * 600 + TOKEN, []) == "eyJ" * 600 + REDACTED


def test_secrets_of_three_characters_are_redacted_only_as_whole_strings() -> None:
    words = "Password should be at least 6 characters."
    for secret in ("a", "6", "Pas"):
        assert redact(words, [secret]) == words
    assert redact('{"was":"a"} at', ["a"]) == f'{{"was":{REDACTED}}} at'
    assert redact(r"{\"was\":\"a\"}", ["a"]) == rf"{{\"was\":{REDACTED}}}"
    assert redact("a", ["a"]) == REDACTED
    assert redact("xfourx is 4, six", ["four", "six"]) == f"x{REDACTED}x is 4, six"
    assert redact_json({"was": ["a", 1, None]}, redactor(iter(["a"]))) == {
        "was": [REDACTED, 1, None]
    }


def test_longest_secret_is_redacted_first() -> None:
    assert redact("hunter2hunter2", ["hunter2h", "hunter2hunter2"]) == REDACTED
    for secrets in (["hunter2h", "hunter2hunter2"], ["hunter2hunter2", "hunter2h"]):
        assert redact("my hunter2hunter2!", secrets) == f"my {REDACTED}!"


def test_error_keeps_what_is_not_secret() -> None:
    canned = Canned(422, b'{"msg": "ada@example.com is taken"}')
    error = admin.create_user(canned.client(), {"email": "ada@example.com"}).failure()
    assert error.message == "ada@example.com is taken"


@pytest.mark.parametrize("key", ["t", "service-key"])
def test_message_about_a_bearer_token_stays(key: str) -> None:
    canned = Canned(401, b'{"msg": "This endpoint requires a valid Bearer token"}')
    client = init_client("http://localhost", key, transport=canned).unwrap()
    error = admin.get_user_by_id(client, "1").failure()
    assert error.message == "This endpoint requires a valid Bearer token"


def test_redact_keeps_what_is_not_secret() -> None:
    assert redact('nothing ""', ["", "hunter2hunter2"]) == 'nothing ""'
    assert redact("hunter+2hunter", ["hunter-2hunter"]) == "hunter+2hunter"


def test_error_of_an_invalid_response_shows_none_of_its_body() -> None:
    body = b'{"action_link": "http://localhost/verify?token=s3cret", "aud": 1}'
    canned = Canned(200, body, {"x-request-id": f"1 {KEY}"})
    attrs: Any = {"type": "recovery", "email": "ada@example.com"}
    match admin.generate_link(canned.client(), attrs):
        case Failure(Error("invalid_response") as error):
            assert "s3cret" not in shown(error) + repr(error.metadata)
            assert error.metadata == {
                "method": "POST",
                "route": "/admin/generate_link",
                "path": "/auth/v1/admin/generate_link",
                "resp_status": 200,
                "request_id": f"1 {REDACTED}",
                "resp_length": len(canned.body),
            }
        case other:
            pytest.fail(f"{other}")
