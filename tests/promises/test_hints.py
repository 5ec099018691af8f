"""Errors say which mistake was probably made."""

import asyncio
import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from returns.result import Failure, Result, Success

from supabase_gotrue import AdminUserParams, Client, Error, User, admin, aio, init_client
from supabase_gotrue import client_from_env as blocking_from_env
from supabase_gotrue.emulator import Emulator
from tests.canned import Canned

CLIENT = Emulator().client()


# A type that no set and no abstract class can look up.
Evil: Any = type("Unhashable", (type,), {"__hash__": None})("Evil", (), {})


class SecretStr:
    """As pydantic's."""


def message(result: Result[Any, Error]) -> str:
    assert isinstance(result, Failure)
    error: Error = result.failure()
    return error.message


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (
            init_client("http://localhost", "k"),
            "client is invalid (it is a Result: unwrap it first)",
        ),
        (
            aio.init_client("http://localhost", "k").unwrap(),
            "client is invalid (this function takes the Client of supabase_gotrue.init_client)",
        ),
        ("1", "client is invalid (it is the first argument: are the arguments swapped?)"),
        (7, "client is invalid"),
        (Evil(), "client is invalid"),
    ],
)
def test_client(client: Any, expected: str) -> None:
    assert message(admin.get_user_by_id(client, "1")) == expected


async def check_async_client() -> None:
    client: Any = CLIENT
    assert message(await aio.admin.get_user_by_id(client, "1")) == (
        "client is invalid (this function takes the AsyncClient of supabase_gotrue.aio.init_client)"
    )


def test_async_client() -> None:
    asyncio.run(check_async_client())


def test_choices_are_listed() -> None:
    scope: Any = "everything"
    attrs: Any = {"type": "login", "email": "ada@example.com"}
    assert message(admin.sign_out(CLIENT, "a.b.c", scope)) == (
        "scope is invalid (one of global, local, others)"
    )
    assert message(admin.generate_link(CLIENT, attrs)).startswith(
        "type is invalid (one of signup, invite, magiclink, recovery, "
    )


def test_publishable_key() -> None:
    assert message(init_client("http://localhost", "sb_publishable_1")) == (
        "api_key is a publishable key, which cannot administer: use a secret key"
    )


@pytest.mark.parametrize("status", [401, 403])
def test_anonymous_key_is_explained_by_the_first_refusal(status: int) -> None:
    claims = base64.urlsafe_b64encode(json.dumps({"role": "anon"}).encode()).decode()
    transport = Canned(status, b'{"message": "no"}')
    client = init_client("http://localhost", f"e30.{claims}.x", transport=transport).unwrap()
    assert message(admin.get_user_by_id(client, "1")) == (
        "no; a key of the role anon cannot administer: use the service_role key"
    )


def test_wrong_types_are_named() -> None:
    url: Any = SecretStr()
    assert message(init_client(url, url)).count("is invalid (a str ") == 2


@pytest.mark.parametrize("from_env", [blocking_from_env, aio.client_from_env])
def test_line_break_in_the_environment(from_env: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUPABASE_SECRET_KEY", "GOTRUE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SUPABASE_URL", "http://localhost")
    monkeypatch.setenv("SUPABASE_SERVICE_ROLE_KEY", "key\n")
    assert message(from_env()) == "SUPABASE_SERVICE_ROLE_KEY is invalid (it ends in a line break)"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (timedelta(days=7), "604800s"),
        (timedelta(microseconds=1), "0.000001s"),
        (timedelta(seconds=1.5), "1.5s"),
        ("168h", "168h"),
        ("none", "none"),
    ],
)
def test_ban_duration(given: object, expected: str) -> None:
    params = AdminUserParams.parse_update({"ban_duration": given})
    assert params == Success(AdminUserParams(ban_duration=expected))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("7d", "ban_duration is invalid: write 168h"),
        ("1w", "ban_duration is invalid: write 168h"),
        (timedelta(), "ban_duration is invalid"),
        (-timedelta(1), "ban_duration is invalid"),
    ],
)
def test_invalid_ban_duration(given: object, expected: str) -> None:
    assert message(AdminUserParams.parse_update({"ban_duration": given})) == expected


def test_unhashable_classes_are_invalid() -> None:
    evil: Any = Evil()
    results: list[Result[Any, Error]] = [
        admin.create_user(CLIENT, evil),
        admin.create_user(CLIENT, {"email": evil, "app_metadata": evil}),
        admin.create_user(CLIENT, {"email": "a", "user_metadata": {"a": [evil]}}),
        admin.delete_user(CLIENT, evil, evil),
        admin.delete_identity(CLIENT, evil, evil, session=evil),
        admin.sign_out(CLIENT, evil, evil),
        init_client(evil, evil, headers=evil, transport=evil, verify=evil, timeout=evil),
        User.parse(evil),
        User.parse_list([evil]),
    ]
    assert [result.failure().code for result in results] == ["validation"] * len(results)


def test_identity_is_an_argument() -> None:
    client: Client = Emulator().client()
    ada = admin.create_user(client, {"email": "ada@example.com"}).unwrap()
    eve = admin.create_user(client, {"email": "eve@example.com"}).unwrap()
    [identity] = admin.list_identities(client, ada.id).unwrap()
    assert identity.identity_id is not None
    by_value = admin.delete_identity(client, ada.id, identity)
    by_id = admin.delete_identity(client, ada.id, identity.identity_id)
    assert by_value.failure().message == by_id.failure().message
    assert message(admin.delete_identity(client, eve.id, identity)) == (
        "identity_id belongs to another user"
    )
