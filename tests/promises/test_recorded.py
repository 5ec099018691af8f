"""Every recorded response of the real server, replayed through both faces of the functions."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec import Struct, to_builtins
from returns.result import Failure, Result, Success

from supabase_gotrue import (
    AuditLogPage,
    Client,
    CustomProvider,
    CustomProviderAttrs,
    Error,
    Factor,
    LinkProperties,
    OAuthClient,
    OAuthClientAttrs,
    Passkey,
    SSOProvider,
    User,
    UserPage,
    admin,
    aio,
)
from supabase_gotrue.aio import AsyncClient
from supabase_gotrue.json_types import is_array, is_object
from tests.canned import Canned
from tests.in_event_loop import BlockingFace

SAMPLES = Path(__file__).parents[1] / "samples" / "exchanges"
EXCHANGES = sorted(SAMPLES.glob("*/*.json"))
USER_ID = "13b6d1ec-8963-4b7c-9528-5439ad3042cb"
TOKEN = "head.body.signature"

OAUTH_CLIENT: OAuthClientAttrs = {"redirect_uris": ["https://example.com/cb"]}
CUSTOM: CustomProviderAttrs = {
    "provider_type": "oidc",
    "identifier": "custom:acme",
    "name": "Acme",
    "client_id": "c1",
    "client_secret": "shh",
    "issuer": "https://example.com",
}

# The call for the responses in each folder, or for those whose case begins so.
CALLS: Mapping[str, Callable[[Any, Any], Result[object, Error]]] = {
    "create_user": lambda admin, c: admin.create_user(c, {"email": "ada@example.com"}),
    "update_user": lambda admin, c: admin.update_user_by_id(c, USER_ID, {"role": "editor"}),
    "get_user": lambda admin, c: admin.get_user_by_id(c, USER_ID),
    "delete_user": lambda admin, c: admin.delete_user(c, USER_ID),
    "list_users": lambda admin, c: admin.list_users(c),
    "invite_user": lambda admin, c: admin.invite_user_by_email(c, "ada@example.com"),
    "generate_link": lambda admin, c: admin.generate_link(
        c, {"type": "recovery", "email": "ada@example.com"}
    ),
    "sign_out": lambda admin, c: admin.sign_out(c, TOKEN),
    "delete_factor": lambda admin, c: admin.delete_factor(c, USER_ID, "f1"),
    "list_identities": lambda admin, c: admin.list_identities(c, USER_ID),
    "delete_identity": lambda admin, c: admin.delete_identity(c, USER_ID, "i1", session=TOKEN),
    "list_factors": lambda admin, c: admin.list_factors(c, USER_ID),
    "update_factor": lambda admin, c: admin.update_factor(
        c, USER_ID, "f1", {"friendly_name": "desk"}
    ),
    "passkeys/list": lambda admin, c: admin.list_passkeys(c, USER_ID),
    "passkeys": lambda admin, c: admin.delete_passkey(c, USER_ID, "p1"),
    "audit_logs": lambda admin, c: admin.list_audit_logs(c),
    "oauth_clients/list": lambda admin, c: admin.oauth.list_clients(c),
    "oauth_clients/create": lambda admin, c: admin.oauth.create_client(c, OAUTH_CLIENT),
    "oauth_clients/delete": lambda admin, c: admin.oauth.delete_client(c, "c1"),
    "oauth_clients/regenerate": lambda admin, c: admin.oauth.regenerate_client_secret(c, "c1"),
    "oauth_clients/update": lambda admin, c: admin.oauth.update_client(
        c, "c1", {"client_name": "a"}
    ),
    "oauth_clients": lambda admin, c: admin.oauth.get_client(c, "c1"),
    "custom_providers/list": lambda admin, c: admin.custom_providers.list_providers(c),
    "custom_providers/create": lambda admin, c: admin.custom_providers.create_provider(c, CUSTOM),
    "custom_providers/delete": lambda admin, c: admin.custom_providers.delete_provider(
        c, "custom:a"
    ),
    "custom_providers/update": lambda admin, c: admin.custom_providers.update_provider(
        c, "custom:a", {}
    ),
    "custom_providers": lambda admin, c: admin.custom_providers.get_provider(c, "custom:a"),
    "sso_providers/list": lambda admin, c: admin.sso.list_providers(c),
    "sso_providers/create": lambda admin, c: admin.sso.create_provider(c, {"metadata_xml": "<a/>"}),
    "sso_providers/delete": lambda admin, c: admin.sso.delete_provider(c, "p1"),
    "sso_providers/update": lambda admin, c: admin.sso.update_provider(c, "p1", {"disabled": True}),
    "sso_providers": lambda admin, c: admin.sso.get_provider(c, "p1"),
    "faults": lambda admin, c: admin.get_user_by_id(c, USER_ID),
    "routes": lambda admin, c: admin.get_user_by_id(c, USER_ID),
}
LINK = ("action_link", "email_otp", "hashed_token", "redirect_to", "verification_type")


# The functions, and the client for them.
FACES: Mapping[str, tuple[Any, Callable[[Canned], Client | AsyncClient]]] = {
    "blocking": (admin, Canned.client),
    "async": (BlockingFace(aio.admin), Canned.async_client),
}


def replay(path: Path, face: str) -> tuple[dict[str, Any], Result[object, Error]]:
    response: dict[str, Any] = json.loads(path.read_text())["response"]
    canned = Canned(response["status"], response["body"].encode(), response["headers"])
    case = f"{path.parent.name}/{path.stem}"
    name = max((name for name in CALLS if case.startswith(name)), key=len)
    functions, make_client = FACES[face]
    return response, CALLS[name](functions, make_client(canned))


def rounded_time(text: str) -> datetime:
    """Parse a rounded_time of the server, rounded to microseconds."""
    [(whole, fraction)] = re.findall(r"^([^.]+?)(?:\.(\d+))?Z$", text)
    nanoseconds = int(fraction.ljust(9, "0"))
    seconds = datetime.fromisoformat(f"{whole}+00:00")
    return seconds + timedelta(microseconds=(nanoseconds + 500) // 1000)


def differences(struct: object, payload: Mapping[str, object]) -> Iterator[str]:
    """Yield the differences between a Struct and its JSON."""
    for name, value in payload.items():
        yield from (f"{name}: {text}" for text in difference(getattr(struct, name), value))


def difference(actual: object, value: object) -> Iterator[str]:
    """Yield the differences between a field of a Struct and its JSON."""
    if isinstance(actual, tuple):
        assert is_array(value)
        for item, raw in zip(cast("tuple[object, ...]", actual), value, strict=True):
            yield from difference(item, raw)
    elif isinstance(actual, Struct):
        assert is_object(value)
        yield from differences(actual, value)
    elif is_object(actual):
        plain = to_builtins(actual)  # of Structs, the fields that are set
        if plain != value:
            yield f"{plain} is not {value}"
    elif isinstance(actual, datetime):
        if actual != rounded_time(str(value)) or actual.utcoffset() != timedelta(0):
            yield f"{actual} is not {value}"
    elif actual != (None if value == "" else value):
        yield f"{actual!r} is not {value!r}"


def test_all_exchanges_are_replayed() -> None:
    assert len(EXCHANGES) == 267


@pytest.mark.parametrize("path", EXCHANGES, ids=lambda p: f"{p.parent.name}/{p.stem}")
@pytest.mark.parametrize("face", FACES)
def test_replay(path: Path, face: str) -> None:
    response, result = replay(path, face)
    body = str(response["body"])
    payload: Any = json.loads(body) if body.startswith(("{", "[")) else {}
    match result:
        case Success(None):
            assert response["status"] in (200, 204) or payload["code"] == "user_not_found"
        case Success(User() as user):
            assert list(differences(user, payload)) == []
            assert isinstance(user.identities, tuple)
            assert isinstance(user.factors, tuple)
        case Success(UserPage(users, _)):
            assert len(users) == len(payload["users"])
            for user, raw in zip(users, payload["users"], strict=True):
                assert list(differences(user, raw)) == []
                assert user.identities is None
                assert user.factors is None
        case Success(
            Factor() | Passkey() | OAuthClient() | CustomProvider() | SSOProvider() as struct
        ):
            assert list(differences(struct, payload)) == []
        case Success(AuditLogPage(entries, pagination)):
            assert list(difference(entries, payload)) == []
            assert str(pagination.total) == response["headers"]["x-total-count"]
            assert pagination.next_page == 2
        case Success(tuple()):
            [items] = [payload] if is_array(payload) else payload.values()
            assert list(difference(result.unwrap(), items)) == []
        case Success(LinkProperties() as link):
            assert [getattr(link, name) for name in LINK] == [payload.pop(name) for name in LINK]
            assert list(differences(link.user, payload)) == []
        case Failure(Error() as error):
            check_error(error, response, payload, body)
        case other:
            pytest.fail(f"unexpected: {other!r}")


def check_error(
    error: Error, response: Mapping[str, object], payload: Mapping[str, object], body: str
) -> None:
    message = payload.get("message") or payload.get("msg") or body.strip()
    code = payload.get("error_code") or payload.get("code")
    assert error.status == response["status"]
    assert error.message.startswith(str(message))
    assert error.error_code == (None if code == "23505" else code)
    assert error.metadata["resp_body"] == (payload or body)
