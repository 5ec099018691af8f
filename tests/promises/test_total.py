"""Every public function returns a Result, for any argument, response and exception."""

import inspect
import os
import warnings
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from returns.result import Failure, Result, Success

import supabase_gotrue
from supabase_gotrue import (
    Client,
    Error,
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
from supabase_gotrue.emulator import Emulator
from tests import strategies as draw
from tests.calls import BULK, CALLS, ID, SENDING, Call, call_id, outcomes
from tests.canned import KEY, Canned
from tests.hostile import HostileError, hostile, objects

Parse = Callable[[Any], Result[Any, Error]]

OPTIONS = tuple(inspect.signature(init_client).parameters)
VALID: dict[str, Any] = {"base_url": "http://localhost", "api_key": KEY}


def public_structs() -> Iterator[type[msgspec.Struct]]:
    """Yield the Structs that the package exports."""
    for name in supabase_gotrue.__all__:
        value = getattr(supabase_gotrue, name)
        if isinstance(value, type) and issubclass(value, msgspec.Struct):
            yield value


PARSERS: dict[str, Parse] = {
    f"{struct.__name__}.{name}": getattr(struct, name)
    for struct in public_structs()
    for name in ("parse", "parse_list", "parse_update")
    if hasattr(struct, name)
}
FIELDS = [
    pytest.param(parse, field, id=f"{name}({field})")
    for struct in public_structs()
    for name, parse in PARSERS.items()
    if name == f"{struct.__name__}.parse" and name.endswith("Params.parse")
    for field in struct.__struct_fields__
]


def check_result(result: Any) -> Result[Any, Error]:
    """Check that this is a Result, and that the repr of its Error shows no secret."""
    assert type(result) in (Success, Failure)
    checked: Result[Any, Any] = result
    if type(result) is Failure:
        error: object = checked.failure()
        assert isinstance(error, Error)
        assert "secret words" not in f"{error!r}{error}{error.metadata}"
    return checked


ARGUMENTS = [
    pytest.param(call, name, id=f"{call.name}-{name}")
    for call in CALLS
    for name in (["client"] if call.sends else []) + [*call.arguments]
    if call.name != "bulk.users_table"  # it returns no Result, and says in its type what it takes
]


@pytest.mark.parametrize(("call", "name"), ARGUMENTS)
def test_any_argument(call: Call, name: str) -> None:
    for value in objects():
        canned = Canned(404)
        for result in outcomes(call(canned.client(), **{name: value})):
            check_result(result)
        assert name != "client" or canned.sent == []


@pytest.mark.parametrize("call", SENDING, ids=call_id)
@settings(max_examples=20)  # of each function: they share the code that reads responses
@given(
    status=st.integers(100, 999),
    body=st.binary() | draw.json_values.map(msgspec.json.encode),
    headers=st.dictionaries(
        st.sampled_from(
            ["link", "x-total-count", "retry-after", "location", "date", "x-sb-error-code"]
        ),
        st.text(),
    ),
)
def test_any_response(call: Call, status: int, body: bytes, headers: dict[str, str]) -> None:
    for result in outcomes(call(Canned(status, body, headers).client())):
        match check_result(result):
            case Failure(Error("not_found", status=404)) if call.name == "admin.get_user_by_email":
                assert 200 <= status < 300 or status == 404
            case Failure(Error() as error):
                assert error.status == status
                assert error.metadata["resp_status"] == status
            case _:
                assert 200 <= status < 300 or call.name == "admin.sign_out"


@pytest.mark.parametrize("session", ["a.b.c", Session(access_token="a.b.c")])
def test_any_session(session: Any) -> None:
    for value in objects():
        client = Canned(404).client()
        check_result(admin.delete_identity(client, value, ID, session=session))
        check_result(admin.delete_identity(client, ID, value, session=session))
        check_result(admin.delete_identity(client, ID, ID, session=value))
        check_result(admin.sign_out(client, Session(access_token=value)))


def test_any_user_of_a_session() -> None:
    for value in filter(lambda value: value is not None, objects()):
        canned = Canned()
        session = Session(access_token="a.b.c", user=value)
        check_result(admin.delete_identity(canned.client(), ID, ID, session=session)).failure()
        not_a_time: Any = None
        user = User(id=value, aud="", created_at=not_a_time)
        session = Session(access_token="a.b.c", user=user)
        check_result(admin.delete_identity(canned.client(), ID, ID, session=session)).failure()
        assert canned.sent == []


def _always_equal(*_: object) -> bool:
    return True


def test_scope_that_claims_to_equal_another() -> None:
    gone = b'{"code": "session_not_found", "message": "Session not found"}'
    local, other = hostile(str)("local"), hostile(str, __eq__=_always_equal)("global")
    assert admin.sign_out(Canned(403, gone).client(), "a.b.c", local) == Success(None)
    assert isinstance(admin.sign_out(Canned(403, gone).client(), "a.b.c", other), Failure)


@pytest.mark.parametrize("parse", PARSERS.values(), ids=PARSERS)
def test_any_payload(parse: Parse) -> None:
    for value in objects():
        check_result(parse(value))


@pytest.mark.parametrize(("parse", "field"), FIELDS)
def test_any_value_of_a_field(parse: Parse, field: str) -> None:
    for value in objects():
        check_result(parse({field: value}))
        check_result(parse({field: [value, value]}))
        check_result(parse({field: {"keys": {"a": value, "b": {"name": value, "names": [value]}}}}))


@pytest.mark.parametrize("option", OPTIONS)
def test_any_option(option: str) -> None:
    for value in objects():
        check_result(init_client(**{**VALID, option: value}))
        client = init_client(**VALID).unwrap()
        check_result(with_options(client, **{option: value}))


def test_any_clock() -> None:
    payload = {"access_token": "a.b.c", "expires_in": 60}
    clocks: list[Any] = [*objects(), hostile, lambda: None, lambda: "x", lambda: float("nan")]
    for clock in clocks:
        check_result(Session.parse(payload, now=clock))
    assert Session.parse(payload, now=clocks[-1]).failure().errors == {"now": ("is invalid",)}


@pytest.mark.parametrize("name", Client.__struct_fields__)
def test_client_with_invalid_fields(name: str) -> None:
    valid = init_client(**VALID, transport=Canned(404)).unwrap()
    for value in objects():
        client = structs.replace(valid, **{name: value})
        for call in SENDING:
            for result in outcomes(call(client)):
                check_result(result)
        check_result(update_access_token(client, "a.b.c"))
        check_result(with_options(client, timeout=1))
    wrong = structs.replace(valid, base_url=None, auth_url=None)
    for result in (admin.get_user_by_id(wrong, ID), with_options(wrong, timeout=1)):
        assert check_result(result).failure().errors == {"client": ("is invalid",)}


def test_any_header() -> None:
    for value in objects():
        check_result(init_client(**VALID, headers={"x-mine": value}))
    for name in ("", " ", "a b", "a:b", "a\nb", "ü"):
        assert isinstance(init_client(**VALID, headers={name: "x"}), Failure)


def test_any_client_and_token() -> None:
    for value in objects():
        check_result(update_access_token(value, "a.b.c"))
        check_result(update_access_token(init_client(**VALID).unwrap(), value))
        check_result(with_options(value, timeout=1))


def test_any_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if "SUPABASE" in name or "GOTRUE" in name:
            monkeypatch.delenv(name)
    for url in ("", " ", "nonsense", "http://", "\udcff", "http://localhost"):
        for key in ("", "ü", "\udcff", KEY):
            monkeypatch.setenv("SUPABASE_URL", url)
            monkeypatch.setenv("SUPABASE_SECRET_KEY", key)
            check_result(client_from_env())


def any_response(*fields: Any) -> Response:
    return Response(*fields)


RETURNED: list[Any] = [
    None,
    "nonsense",
    Success(None),
    Success("nonsense"),
    Success(any_response("200", {}, b"")),
    Success(any_response(200, None, b"")),
    Success(any_response(200, {}, "text")),
    Success(hostile()()),
    Failure(None),
    Failure(HostileError()),
    Failure("nonsense"),
    hostile()(),
    Response(200, {}, b""),
    Success(any_response(10**100, {}, b"")),
    Success(any_response(10**5_000, {}, b"")),
    Success(any_response(99, {}, b"")),
    Success(any_response(1000, {}, b"")),
    Success(any_response(True, {}, b"")),
    Success(any_response(hostile(int)(200), {}, b"{}")),
    Success(any_response(200, {}, hostile(bytes)(b"{}"))),
    Success(any_response(500, {}, hostile(bytes)(b"{}"))),
    Success(hostile(Response, header=None)(500, {}, b"{}")),
    Success(any_response(500, type("Refusing", (dict,), {"get": None})(), b"{}")),
    Success(any_response(500, {"x-request-id": hostile(str)("x")}, b"{}")),
    Success(any_response(200, {1: 2}, b"{}")),
    Success(any_response(429, {"retry-after": 7}, b"{}")),
    Success(any_response(302, {"location": None}, b"{}")),
    Success(any_response(200, hostile(dict)(), b"{}")),
    Success(any_response(500, hostile(dict)(), b"{}")),
    Success(any_response(500, hostile(dict, __class__=dict)(), b"{}")),
]


@pytest.mark.usefixtures("no_retry_delays")
@pytest.mark.parametrize("call", SENDING, ids=call_id)
def test_any_transport(call: Call) -> None:
    for value in RETURNED:
        for result in outcomes(call(client_returning(value))):
            check_result(result)


@pytest.mark.parametrize("status", [100, 999, HTTPStatus.CONFLICT])
def test_status_becomes_an_int(status: int) -> None:
    error = admin.get_user_by_id(client_returning(Success(Response(status, {}, b""))), ID).failure()
    assert (error.status, type(error.status)) == (status, int)


def client_returning(value: Any) -> Client:
    return init_client(**VALID, transport=lambda _request: value).unwrap()


def client_raising(exception: BaseException) -> Client:
    def transport(_request: Request) -> Any:
        raise exception

    return init_client(**VALID, transport=transport).unwrap()


@pytest.mark.parametrize("call", SENDING, ids=call_id)
def test_exception_of_a_transport_becomes_a_failure(call: Call) -> None:
    for exception in (HostileError("secret words"), ExceptionGroup("secret words", [ValueError()])):
        results = outcomes(call(client_raising(exception)))
        assert {check_result(result).failure().code for result in results} == {"unexpected"}
    for exception_type in (KeyboardInterrupt, SystemExit, GeneratorExit):
        with pytest.raises(exception_type):
            outcomes(call(client_raising(exception_type())))


@pytest.mark.parametrize("call", CALLS, ids=call_id)
def test_wrong_number_of_arguments_raises_type_error(call: Call) -> None:
    with pytest.raises(TypeError):
        call.function()
    with pytest.raises(TypeError):
        call.function(*range(9))


ROW_BY_ROW = [
    pytest.param(call, name, id=f"{call.name}-{name}")
    for call in BULK
    for name in ("rows", "user_ids", "items")
    if name in call.arguments
]


@pytest.mark.parametrize(("call", "name"), ROW_BY_ROW)
def test_any_row(call: Call, name: str) -> None:
    for value in objects():
        [result] = outcomes(call(Emulator().client(), **{name: [value]}))
        check_result(result)


def test_warning_turned_into_an_error_becomes_a_failure() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = init_client(**VALID, verify=False).failure()
    assert error.code == "unexpected"
    with pytest.warns(UserWarning, match="not verified"):
        check_result(init_client(**VALID, verify=False)).unwrap()
