"""Whatever is passed, whatever answers: every public function returns a Result."""

import os
import warnings
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from msgspec import structs
from returns.result import Failure, Result, Success

from supabase_gotrue import (
    AdminUserParams,
    Client,
    Error,
    GenerateLinkParams,
    Identity,
    InviteUserParams,
    LinkProperties,
    PaginationParams,
    Request,
    Response,
    Session,
    User,
    admin,
    client_from_env,
    init_client,
    update_access_token,
    with_options,
)
from tests.canned import KEY, Canned
from tests.hostile import HostileError, hostile, objects

ID = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
EMAIL = {"email": "ada@example.com"}
LINK = {"type": "recovery", **EMAIL}

# Each function with valid arguments, after its client.
CALLS: dict[str, tuple[Any, ...]] = {
    "create_user": (EMAIL,),
    "update_user_by_id": (ID, {}),
    "get_user_by_id": (ID,),
    "delete_user": (ID, False),
    "list_users": ({},),
    "invite_user_by_email": ("ada@example.com", {}),
    "generate_link": (LINK,),
    "sign_out": ("a.b.c", "global"),
    "delete_factor": (ID, ID),
    "list_identities": (ID,),
    "delete_identity": (ID, ID),
}
PLACES = [(name, place) for name, args in CALLS.items() for place in range(len(args) + 1)]
PARSERS: list[Callable[[Any], Result[Any, Error]]] = [
    AdminUserParams.parse,
    AdminUserParams.parse_update,
    GenerateLinkParams.parse,
    InviteUserParams.parse,
    PaginationParams.parse,
    User.parse,
    User.parse_list,
    Identity.parse,
    Identity.parse_list,
    Session.parse,
    LinkProperties.parse,
]
OPTIONS = (
    "base_url",
    "api_key",
    "access_token",
    "auth_url",
    "headers",
    "timeout",
    "max_retries",
    "max_response_bytes",
    "pool_size",
    "verify",
    "transport",
)
VALID: dict[str, Any] = {"base_url": "http://localhost", "api_key": KEY}


def sound(result: Any) -> Result[Any, Error]:
    """A Result, whose Failure holds an Error that can be shown and shows nothing."""
    assert type(result) in (Success, Failure)
    known: Result[Any, Any] = result
    if type(result) is Failure:
        error: object = known.failure()
        assert isinstance(error, Error)
        assert "secret words" not in f"{error!r}{error}{error.metadata}"
    return known


@pytest.mark.parametrize(("name", "place"), PLACES)
def test_any_argument(name: str, place: int) -> None:
    for value in objects():
        canned = Canned(404)
        arguments = [canned.client(), *CALLS[name]]
        arguments[place] = value
        sound(getattr(admin, name)(*arguments))
        assert place > 0 or canned.sent == []


@pytest.mark.parametrize("session", ["a.b.c", Session(access_token="a.b.c")])
def test_any_session(session: Any) -> None:
    for value in objects():
        client = Canned(404).client()
        sound(admin.delete_identity(client, value, ID, session=session))
        sound(admin.delete_identity(client, ID, value, session=session))
        sound(admin.delete_identity(client, ID, ID, session=value))
        sound(admin.sign_out(client, Session(access_token=value)))


def test_any_user_of_a_session() -> None:
    for value in filter(lambda value: value is not None, objects()):
        canned = Canned()
        session = Session(access_token="a.b.c", user=value)
        sound(admin.delete_identity(canned.client(), ID, ID, session=session)).failure()
        stranger: Any = User.parse(b'{"id": "1", "aud": "", "created_at": "2026-01-01"}')
        stranger = User(id=value, aud="", created_at=stranger)
        session = Session(access_token="a.b.c", user=stranger)
        sound(admin.delete_identity(canned.client(), ID, ID, session=session)).failure()
        assert canned.sent == []


def _alike(*_: object) -> bool:
    return True


def test_scope_that_lies_of_itself() -> None:
    gone = b'{"code": "session_not_found", "message": "Session not found"}'
    local, lying = hostile(str)("local"), hostile(str, __eq__=_alike)("global")
    assert admin.sign_out(Canned(403, gone).client(), "a.b.c", local) == Success(None)
    assert isinstance(admin.sign_out(Canned(403, gone).client(), "a.b.c", lying), Failure)


@pytest.mark.parametrize("parse", PARSERS)
def test_any_payload(parse: Callable[[Any], Result[Any, Error]]) -> None:
    for value in objects():
        sound(parse(value))


@pytest.mark.parametrize("option", OPTIONS)
def test_any_option(option: str) -> None:
    for value in objects():
        sound(init_client(**{**VALID, option: value}))
        client = init_client(**VALID).unwrap()
        sound(with_options(client, **{option: value}))


def test_any_clock() -> None:
    payload = {"access_token": "a.b.c", "expires_in": 60}
    clocks: list[Any] = [*objects(), hostile, lambda: None, lambda: "x", lambda: float("nan")]
    for clock in clocks:
        sound(Session.parse(payload, now=clock))
    assert Session.parse(payload, now=clocks[-1]).failure().errors == {"now": ("is invalid",)}


@pytest.mark.parametrize("name", Client.__struct_fields__)
def test_client_that_nobody_checked(name: str) -> None:
    made = init_client(**VALID, transport=Canned(404)).unwrap()
    for value in objects():
        client = structs.replace(made, **{name: value})
        for call, arguments in CALLS.items():
            sound(getattr(admin, call)(client, *arguments))
        sound(update_access_token(client, "a.b.c"))
        sound(with_options(client, timeout=1))
    wrong = structs.replace(made, base_url=None, auth_url=None)
    for result in (admin.get_user_by_id(wrong, ID), with_options(wrong, timeout=1)):
        assert sound(result).failure().errors == {"client": ("is invalid",)}


def test_any_header() -> None:
    for value in objects():
        sound(init_client(**VALID, headers={"x-mine": value}))
    for name in ("", " ", "a b", "a:b", "a\nb", "ü"):
        assert isinstance(init_client(**VALID, headers={name: "x"}), Failure)


def test_any_client_and_token() -> None:
    for value in objects():
        sound(update_access_token(value, "a.b.c"))
        sound(update_access_token(init_client(**VALID).unwrap(), value))
        sound(with_options(value, timeout=1))


def test_any_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if "SUPABASE" in name or "GOTRUE" in name:
            monkeypatch.delenv(name)
    for url in ("", " ", "nonsense", "http://", "\udcff", "http://localhost"):
        for key in ("", "ü", "\udcff", KEY):
            monkeypatch.setenv("SUPABASE_URL", url)
            monkeypatch.setenv("SUPABASE_SECRET_KEY", key)
            sound(client_from_env())


def odd(*fields: Any) -> Response:
    return Response(*fields)


ANSWERS: list[Any] = [
    None,
    "nonsense",
    Success(None),
    Success("nonsense"),
    Success(odd("200", {}, b"")),
    Success(odd(200, None, b"")),
    Success(odd(200, {}, "text")),
    Success(hostile()()),
    Failure(None),
    Failure(HostileError()),
    Failure("nonsense"),
    hostile()(),
    Response(200, {}, b""),
    Success(odd(10**100, {}, b"")),
    Success(odd(10**5_000, {}, b"")),
    Success(odd(99, {}, b"")),
    Success(odd(1000, {}, b"")),
    Success(odd(True, {}, b"")),
    Success(odd(hostile(int)(200), {}, b"{}")),
    Success(odd(200, {}, hostile(bytes)(b"{}"))),
    Success(odd(500, {}, hostile(bytes)(b"{}"))),
    Success(hostile(Response, header=None)(500, {}, b"{}")),
    Success(odd(500, type("Refusing", (dict,), {"get": None})(), b"{}")),
    Success(odd(500, {"x-request-id": hostile(str)("x")}, b"{}")),
    Success(odd(200, {1: 2}, b"{}")),
    Success(odd(429, {"retry-after": 7}, b"{}")),
    Success(odd(302, {"location": None}, b"{}")),
    Success(odd(200, hostile(dict)(), b"{}")),
    Success(odd(500, hostile(dict)(), b"{}")),
    Success(odd(500, hostile(dict, __class__=dict)(), b"{}")),
]


@pytest.mark.parametrize("name", CALLS)
def test_any_transport(name: str) -> None:
    call = getattr(admin, name)
    for answer in ANSWERS:
        sound(call(answering(answer), *CALLS[name]))


@pytest.mark.parametrize("status", [100, 999, HTTPStatus.CONFLICT])
def test_any_status_of_http(status: int) -> None:
    failed = admin.get_user_by_id(answering(Success(Response(status, {}, b""))), ID).failure()
    assert (failed.status, type(failed.status)) == (status, int)


def answering(answer: Any) -> Client:
    return init_client(**VALID, transport=lambda _request: answer).unwrap()


def raising(raised: BaseException) -> Client:
    def transport(_request: Request) -> Any:
        raise raised

    return init_client(**VALID, transport=transport).unwrap()


@pytest.mark.parametrize("name", CALLS)
def test_transport_that_raises(name: str) -> None:
    call = getattr(admin, name)
    for raised in (HostileError("secret words"), ExceptionGroup("secret words", [ValueError()])):
        assert sound(call(raising(raised), *CALLS[name])).failure().code == "unexpected"
    for passing in (KeyboardInterrupt, SystemExit, GeneratorExit):
        with pytest.raises(passing):
            call(raising(passing()), *CALLS[name])


@pytest.mark.parametrize("name", CALLS)
def test_wrong_number_of_arguments_passes(name: str) -> None:
    with pytest.raises(TypeError):
        getattr(admin, name)()
    with pytest.raises(TypeError):
        getattr(admin, name)(*range(9))


def test_warning_that_is_an_error() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = init_client(**VALID, verify=False).failure()
    assert error.code == "unexpected"
    with pytest.warns(UserWarning, match="not verified"):
        sound(init_client(**VALID, verify=False)).unwrap()
