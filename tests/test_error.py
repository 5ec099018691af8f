"""`Error`: an immutable value and an exception."""

import copy
import pickle
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType
from typing import Any, get_args

import pytest
from returns.primitives.exceptions import UnwrapFailedError
from returns.result import Failure

from supabase_gotrue import Error, ErrorCode, admin
from supabase_gotrue.error import validation_error
from tests.canned import Canned

FIELDS: dict[str, Any] = {
    "error_code": "user_banned",
    "status": 403,
    "errors": {"email": ("is invalid", "is unknown")},
    "reasons": ("length",),
    "retry_after": 3,
    "metadata": {"resp_body": {"msg": ["a"]}},
}
CODE_BY_STATUS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "resource_already_exists",
    411: "missing_content_length",
    413: "content_too_large",
    416: "invalid_range",
    422: "unprocessable_entity",
    423: "resource_locked",
    429: "too_many_requests",
    500: "server_error",
    501: "not_implemented",
    503: "service_unavailable",
    504: "gateway_timeout",
}
CODES_WITHOUT_STATUS = (
    "unexpected",
    "validation",
    "connection_error",
    "timeout",
    "invalid_response",
)


def banned() -> Error:
    return Error("forbidden", "User is banned", **FIELDS)


def test_error_codes() -> None:
    assert set(get_args(ErrorCode)) == {*CODE_BY_STATUS.values(), *CODES_WITHOUT_STATUS}


@pytest.mark.parametrize("status", [*CODE_BY_STATUS, 302, 402, 418, 499, 502, 599])
def test_code_of_a_status(status: int) -> None:
    error = admin.get_user_by_id(Canned(status, b"").client(), "1").failure()
    assert error.code == CODE_BY_STATUS.get(status, "unexpected")
    assert error.message == error.code.replace("_", " ").title()
    assert (error.status, error.service) == (status, "auth")


def test_fields_and_their_defaults() -> None:
    error = banned()
    assert (error.code, error.message, error.service) == ("forbidden", "User is banned", "auth")
    for name, value in FIELDS.items():
        assert getattr(error, name) == value
    empty = Error("timeout")
    assert (empty.message, empty.error_code, empty.status) == ("Timeout", None, None)
    assert (empty.errors, empty.reasons, empty.retry_after, empty.metadata) == ({}, (), None, {})


def test_pattern_matches_code_and_message() -> None:
    match banned():
        case Error("forbidden", "User is banned"):
            pass
        case other:
            pytest.fail(f"{other} does not match")


def test_repr_omits_defaults() -> None:
    error = Error("timeout", service="auth", metadata={"path": "/a"})
    assert repr(error) == "Error(code='timeout', message='Timeout')"


def test_errors_are_equal_by_their_fields() -> None:
    assert banned() == banned()
    assert hash(banned()) == hash(banned()) != hash(Error("timeout"))
    assert banned() != "User is banned"
    for name in FIELDS:
        other: dict[str, Any] = {**FIELDS, name: ()}
        assert banned() != Error("forbidden", "User is banned", **other), name
    assert banned() != Error("not_found", "User is banned", **FIELDS)
    assert banned() != banned().with_message("User is not banned")
    assert banned().with_message("User is banned") == banned()


def pickle_error(error: Error, protocol: int | None = None) -> object:
    return pickle.loads(pickle.dumps(error, protocol))


@pytest.mark.parametrize(
    "copy_error",
    [
        copy.copy,
        copy.deepcopy,
        pickle_error,
        partial(pickle_error, protocol=0),
    ],
)
def test_copies_are_equal(copy_error: Any) -> None:
    error = banned()
    error.add_note("while importing row 7")
    duplicate = copy_error(error)
    assert duplicate == error
    assert duplicate is not error
    assert duplicate.__notes__ == ["while importing row 7"]
    assert not hasattr(copy_error(banned()), "__notes__")


@pytest.mark.parametrize("name", ["code", "message", "status", "metadata", "_metadata", "new"])
def test_fields_cannot_be_set_or_deleted(name: str) -> None:
    error = banned()
    with pytest.raises(AttributeError, match=f"'{name}' cannot be set"):
        setattr(error, name, 1)
    with pytest.raises(AttributeError, match=f"'{name}' cannot be set or deleted"):
        delattr(error, name)
    assert error == banned()


def test_contents_are_copied() -> None:
    body: dict[str, Any] = {"msg": ["a"], "tags": {"a"}}
    errors: dict[str, Any] = {"email": ["is invalid"]}
    error = Error("forbidden", metadata={"resp_body": body}, errors=errors)
    body["msg"].append("b")
    body["tags"].add("b")
    errors["email"].append("is unknown")
    metadata: Any = error.metadata
    metadata["resp_body"]["msg"].append("c")
    metadata["resp_body"]["tags"].add("c")
    assert error.metadata == {"resp_body": {"msg": ["a"], "tags": {"a"}}}
    assert error.errors == {"email": ("is invalid",)}
    assert isinstance(error.errors, MappingProxyType)
    assert isinstance(error.metadata, MappingProxyType)
    Error.__init__(error, "timeout", "changed", status=1)
    assert error.code == "forbidden"


def test_can_be_raised_and_chained() -> None:
    @contextmanager
    def context() -> Generator[None]:
        yield

    with pytest.raises(Error) as caught, context():
        raise banned() from ValueError("why")
    raised = caught.value
    assert raised == banned()
    assert isinstance(raised.__cause__, ValueError)
    raised.__traceback__ = None
    raised.add_note("row 7")
    del raised.__notes__
    assert "User is banned (forbidden, user_banned, 403)" in "".join(
        traceback.format_exception(raised)
    )
    with pytest.raises(UnwrapFailedError) as unwrapped:
        Failure(banned()).unwrap()
    assert unwrapped.value.__cause__ == banned()


def test_str_and_repr() -> None:
    assert str(banned()) == "User is banned (forbidden, user_banned, 403)"
    assert str(Error("timeout")) == "Timeout (timeout)"
    assert repr(banned()) == (
        "Error(code='forbidden', message='User is banned', error_code='user_banned', status=403,"
        " errors={'email': ('is invalid', 'is unknown')}, reasons=('length',), retry_after=3)"
    )
    assert repr(Error("timeout", metadata={"resp_body": "x"})) == (
        "Error(code='timeout', message='Timeout')"
    )


def test_message_of_a_validation_error_names_every_field() -> None:
    error = validation_error({"a": ("is b", "is c"), "d": ("is e",)}, {"d": "try f"})
    assert error.message == "a is b (is c); d is e (try f)"


@pytest.mark.parametrize(
    "name", ["__traceback__", "__cause__", "__context__", "__suppress_context__"]
)
def test_interpreter_can_set_exception_attributes(name: str) -> None:
    error = Error("timeout")
    value: Any = True if name == "__suppress_context__" else None
    setattr(error, name, value)
    assert getattr(error, name) is value
    assert error == Error("timeout")


@pytest.mark.parametrize("code", ["timeout", "connection_error"])
def test_transient_failure_is_retryable_unless_the_outcome_is_unknown(code: Any) -> None:
    assert Error(code).retryable
    assert not Error(code, outcome_unknown=True).retryable


def test_to_dict_holds_json_types_only() -> None:
    error = Error("validation", errors={"email": ("is invalid",)}, reasons=["length"], status=422)
    assert error.to_dict() == {
        "code": "validation",
        "message": "Validation",
        "error_code": None,
        "status": 422,
        "service": "auth",
        "errors": {"email": ["is invalid"]},
        "reasons": ["length"],
        "retry_after": None,
        "metadata": {},
        "outcome_unknown": False,
        "retryable": False,
    }
