"""Every public function returns a Result, for any argument, response and exception."""

import os
import warnings
from collections.abc import Callable
from http import HTTPStatus
from operator import attrgetter
from typing import Any

import pytest
from msgspec import structs
from returns.result import Failure, Result, Success

from supabase_gotrue import (
    AdminUserParams,
    AuditLogEntry,
    AuditLogParams,
    Client,
    CustomProvider,
    CustomProviderListParams,
    CustomProviderParams,
    Error,
    Factor,
    FactorParams,
    GenerateLinkParams,
    Identity,
    InviteUserParams,
    LinkProperties,
    OAuthClient,
    OAuthClientListParams,
    OAuthClientParams,
    PaginationParams,
    Passkey,
    Request,
    Response,
    Session,
    SSOProvider,
    SSOProviderListParams,
    SSOProviderParams,
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

OAUTH_CLIENT = {"redirect_uris": ["https://example.com/cb"]}
CUSTOM_PROVIDER = {
    "provider_type": "oidc",
    "identifier": "custom:acme",
    "name": "Acme",
    "client_id": "id",
    "client_secret": "secret",
    "issuer": "https://example.com",
}
SSO_PROVIDER = {"metadata_url": "https://example.com/metadata"}

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
    "get_user_by_email": ("ada@example.com",),
    "list_factors": (ID,),
    "update_factor": (ID, ID, {}),
    "list_passkeys": (ID,),
    "delete_passkey": (ID, ID),
    "list_audit_logs": ({},),
    "oauth.list_clients": ({},),
    "oauth.create_client": (OAUTH_CLIENT,),
    "oauth.get_client": (ID,),
    "oauth.update_client": (ID, {"client_name": "Acme"}),
    "oauth.delete_client": (ID,),
    "oauth.regenerate_client_secret": (ID,),
    "custom_providers.list_providers": ({},),
    "custom_providers.create_provider": (CUSTOM_PROVIDER,),
    "custom_providers.get_provider": ("custom:acme",),
    "custom_providers.update_provider": ("custom:acme", {}),
    "custom_providers.delete_provider": ("custom:acme",),
    "sso.list_providers": ({},),
    "sso.create_provider": (SSO_PROVIDER,),
    "sso.get_provider": (ID,),
    "sso.update_provider": (ID, {}),
    "sso.delete_provider": (ID,),
}
POSITIONS = [(name, position) for name, args in CALLS.items() for position in range(len(args) + 1)]
PARSERS: list[Callable[[Any], Result[Any, Error]]] = [
    AdminUserParams.parse,
    AdminUserParams.parse_update,
    GenerateLinkParams.parse,
    InviteUserParams.parse,
    PaginationParams.parse,
    FactorParams.parse,
    AuditLogParams.parse,
    OAuthClientParams.parse,
    OAuthClientParams.parse_update,
    OAuthClientListParams.parse,
    CustomProviderParams.parse,
    CustomProviderParams.parse_update,
    CustomProviderListParams.parse,
    SSOProviderParams.parse,
    SSOProviderParams.parse_update,
    SSOProviderListParams.parse,
    Factor.parse,
    Factor.parse_list,
    Passkey.parse,
    Passkey.parse_list,
    AuditLogEntry.parse,
    AuditLogEntry.parse_list,
    OAuthClient.parse,
    CustomProvider.parse,
    SSOProvider.parse,
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


def check_result(result: Any) -> Result[Any, Error]:
    """Check that this is a Result, and that the repr of its Error shows no secret."""
    assert type(result) in (Success, Failure)
    checked: Result[Any, Any] = result
    if type(result) is Failure:
        error: object = checked.failure()
        assert isinstance(error, Error)
        assert "secret words" not in f"{error!r}{error}{error.metadata}"
    return checked


@pytest.mark.parametrize(("name", "position"), POSITIONS)
def test_any_argument(name: str, position: int) -> None:
    for value in objects():
        canned = Canned(404)
        arguments = [canned.client(), *CALLS[name]]
        arguments[position] = value
        check_result(attrgetter(name)(admin)(*arguments))
        assert position > 0 or canned.sent == []


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


@pytest.mark.parametrize("parse", PARSERS)
def test_any_payload(parse: Callable[[Any], Result[Any, Error]]) -> None:
    for value in objects():
        check_result(parse(value))


FIELDS = [
    pytest.param(parse, field, id=f"{struct.__name__}.{field}")
    for struct, parse in (
        (FactorParams, FactorParams.parse),
        (AuditLogParams, AuditLogParams.parse),
        (OAuthClientParams, OAuthClientParams.parse),
        (CustomProviderParams, CustomProviderParams.parse),
        (SSOProviderParams, SSOProviderParams.parse),
    )
    for field in struct.__struct_fields__
]


@pytest.mark.parametrize(("parse", "field"), FIELDS)
def test_any_value_of_a_field(parse: Callable[[Any], Result[Any, Error]], field: str) -> None:
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
        for call, arguments in CALLS.items():
            check_result(attrgetter(call)(admin)(client, *arguments))
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


@pytest.mark.parametrize("name", CALLS)
def test_any_transport(name: str) -> None:
    call = attrgetter(name)(admin)
    for value in RETURNED:
        check_result(call(client_returning(value), *CALLS[name]))


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


@pytest.mark.parametrize("name", CALLS)
def test_exception_of_a_transport_becomes_a_failure(name: str) -> None:
    call = attrgetter(name)(admin)
    for exception in (HostileError("secret words"), ExceptionGroup("secret words", [ValueError()])):
        assert (
            check_result(call(client_raising(exception), *CALLS[name])).failure().code
            == "unexpected"
        )
    for exception_type in (KeyboardInterrupt, SystemExit, GeneratorExit):
        with pytest.raises(exception_type):
            call(client_raising(exception_type()), *CALLS[name])


@pytest.mark.parametrize("name", CALLS)
def test_wrong_number_of_arguments_raises_type_error(name: str) -> None:
    with pytest.raises(TypeError):
        attrgetter(name)(admin)()
    with pytest.raises(TypeError):
        attrgetter(name)(admin)(*range(9))


def test_warning_turned_into_an_error_becomes_a_failure() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = init_client(**VALID, verify=False).failure()
    assert error.code == "unexpected"
    with pytest.warns(UserWarning, match="not verified"):
        check_result(init_client(**VALID, verify=False)).unwrap()
