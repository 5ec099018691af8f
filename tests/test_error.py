"""The one failure: a value, an exception, and what it says."""

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
from supabase_gotrue.error import CODE_OF_STATUS, validation_error
from tests.canned import Canned

FIELDS: dict[str, Any] = {
    "error_code": "user_banned",
    "status": 403,
    "errors": {"email": ("is invalid", "is unknown")},
    "reasons": ("length",),
    "retry_after": 3,
    "metadata": {"resp_body": {"msg": ["a"]}},
}
CODES = {
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
WITHOUT_STATUS = ("unexpected", "validation", "connection_error", "timeout", "invalid_response")


def full() -> Error:
    return Error("forbidden", "User is banned", **FIELDS)


def test_codes() -> None:
    assert dict(CODE_OF_STATUS) == CODES
    assert set(get_args(ErrorCode)) == {*CODES.values(), *WITHOUT_STATUS}


@pytest.mark.parametrize("status", [*CODES, 302, 402, 418, 499, 502, 599])
def test_code_of_each_status(status: int) -> None:
    error = admin.get_user_by_id(Canned(status, b"").client(), "1").failure()
    assert error.code == CODES.get(status, "unexpected")
    assert error.message == error.code.replace("_", " ").title()
    assert (error.status, error.service) == (status, "auth")


def test_fields() -> None:
    error = full()
    assert (error.code, error.message, error.service) == ("forbidden", "User is banned", "auth")
    for name, value in FIELDS.items():
        assert getattr(error, name) == value
    empty = Error("timeout")
    assert (empty.message, empty.error_code, empty.status) == ("Timeout", None, None)
    assert (empty.errors, empty.reasons, empty.retry_after, empty.metadata) == ({}, (), None, {})


def test_matches_by_code_and_message() -> None:
    match full():
        case Error("forbidden", "User is banned"):
            pass
        case other:
            pytest.fail(f"{other} does not match")


def test_repr_shows_no_more_than_is_there() -> None:
    error = Error("timeout", service="auth", metadata={"path": "/a"})
    assert repr(error) == "Error(code='timeout', message='Timeout')"


def test_equal_by_value() -> None:
    assert full() == full()
    assert hash(full()) == hash(full()) != hash(Error("timeout"))
    assert full() != "User is banned"
    for name in FIELDS:
        other: dict[str, Any] = {**FIELDS, name: ()}
        assert full() != Error("forbidden", "User is banned", **other), name
    assert full() != Error("not_found", "User is banned", **FIELDS)
    assert full() != full().with_message("User is not banned")
    assert full().with_message("User is banned") == full()


def pickled(error: Error, protocol: int | None = None) -> object:
    return pickle.loads(pickle.dumps(error, protocol))


@pytest.mark.parametrize(
    "copied",
    [
        copy.copy,
        copy.deepcopy,
        pickled,
        partial(pickled, protocol=0),
    ],
)
def test_copies_are_equal(copied: Any) -> None:
    error = full()
    error.add_note("while importing row 7")
    again = copied(error)
    assert again == error
    assert again is not error
    assert again.__notes__ == ["while importing row 7"]
    assert not hasattr(copied(full()), "__notes__")


@pytest.mark.parametrize("name", ["code", "message", "status", "metadata", "_metadata", "new"])
def test_immutable(name: str) -> None:
    error = full()
    with pytest.raises(AttributeError, match=f"'{name}' cannot be set"):
        setattr(error, name, 1)
    with pytest.raises(AttributeError, match=f"'{name}' cannot be set or deleted"):
        delattr(error, name)
    assert error == full()


def test_contents_are_nobody_elses() -> None:
    body = {"msg": ["a"]}
    errors: dict[str, Any] = {"email": ["is invalid"]}
    error = Error("forbidden", metadata={"resp_body": body}, errors=errors)
    body["msg"].append("b")
    errors["email"].append("is unknown")
    seen: Any = error.metadata
    seen["resp_body"]["msg"].append("c")
    assert error.metadata == {"resp_body": {"msg": ["a"]}}
    assert error.errors == {"email": ("is invalid",)}
    assert isinstance(error.errors, MappingProxyType)
    assert isinstance(error.metadata, MappingProxyType)
    Error.__init__(error, "timeout", "changed", status=1)
    assert error.code == "forbidden"


def test_raised_and_chained() -> None:
    @contextmanager
    def passing() -> Generator[None]:
        yield

    with pytest.raises(Error) as caught, passing():
        raise full() from ValueError("why")
    raised = caught.value
    assert raised == full()
    assert isinstance(raised.__cause__, ValueError)
    raised.__traceback__ = None
    raised.add_note("row 7")
    del raised.__notes__
    assert "User is banned (forbidden, user_banned, 403)" in "".join(
        traceback.format_exception(raised)
    )
    with pytest.raises(UnwrapFailedError) as unwrapped:
        Failure(full()).unwrap()
    assert unwrapped.value.__cause__ == full()


def test_says_what_it_is() -> None:
    assert str(full()) == "User is banned (forbidden, user_banned, 403)"
    assert str(Error("timeout")) == "Timeout (timeout)"
    assert repr(full()) == (
        "Error(code='forbidden', message='User is banned', error_code='user_banned', status=403,"
        " errors={'email': ('is invalid', 'is unknown')}, reasons=('length',), retry_after=3)"
    )
    assert repr(Error("timeout", metadata={"resp_body": "x"})) == (
        "Error(code='timeout', message='Timeout')"
    )


def test_all_that_is_wrong_is_said() -> None:
    error = validation_error({"a": ("is b", "is c"), "d": ("is e",)}, {"d": "try f"})
    assert error.message == "a is b (is c); d is e (try f)"
