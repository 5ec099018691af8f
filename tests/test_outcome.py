"""`Error.outcome_unknown` and `Error.retryable`, by method, status and body."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from returns.result import Result

from supabase_gotrue import Client, Error, admin
from tests.canned import Canned

CALLS: Mapping[str, Callable[[Client], Result[Any, Error]]] = {
    "GET": lambda client: admin.get_user_by_id(client, "1"),
    "POST": lambda client: admin.create_user(client, {"email": "ada@example.com"}),
    "PUT": lambda client: admin.update_user_by_id(client, "1", {"role": "editor"}),
    "DELETE": lambda client: admin.delete_user(client, "1"),
}
CHANGES = ("POST", "PUT", "DELETE")
CODED = b'{"code": "unexpected_failure", "message": "Database error"}'
PAGE = b"<html>Bad Gateway</html>"


@pytest.mark.parametrize("method", CHANGES)
@pytest.mark.parametrize(
    ("status", "body", "outcome_unknown", "retryable"),
    [
        pytest.param(200, b"nonsense", True, False, id="unreadable success"),
        pytest.param(302, b"", False, False, id="redirect"),
        pytest.param(400, CODED, False, False, id="bad request"),
        pytest.param(429, CODED, False, True, id="too many requests"),
        pytest.param(500, CODED, False, False, id="GoTrue's own 500"),
        pytest.param(500, PAGE, True, False, id="a gateway's 500"),
        pytest.param(502, PAGE, True, False, id="bad gateway"),
        pytest.param(503, CODED, True, False, id="unavailable"),
        pytest.param(504, CODED, True, False, id="gateway timeout"),
    ],
)
def test_change(
    method: str, status: int, body: bytes, outcome_unknown: bool, retryable: bool
) -> None:
    error = CALLS[method](Canned(status, body).client()).failure()
    assert (error.outcome_unknown, error.retryable) == (outcome_unknown, retryable)


@pytest.mark.parametrize(
    ("status", "retryable"),
    [(200, False), (302, False), (404, False), (429, True), (500, False)]
    + [(status, True) for status in (502, 503, 504)],
)
def test_read_has_no_unknown_outcome(status: int, retryable: bool) -> None:
    error = CALLS["GET"](Canned(status, PAGE).client()).failure()
    assert (error.outcome_unknown, error.retryable) == (False, retryable)


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
