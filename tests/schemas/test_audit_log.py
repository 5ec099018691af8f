"""Parameters of the audit log: what is wrong with them, and what they become."""

from collections.abc import Callable
from typing import Any

import pytest
from returns.result import Result, Success

from supabase_gotrue import AuditLogParams, Error
from tests.validation import INVALID

Parse = Callable[[Any], Result[Any, Error]]


@pytest.mark.parametrize(
    ("parse", "attrs", "errors"),
    [
        pytest.param(AuditLogParams.parse, {"query": "login"}, {"query": INVALID}, id="no scope"),
        pytest.param(AuditLogParams.parse, {"query": "actor:a"}, {"query": INVALID}, id="scope"),
        pytest.param(
            AuditLogParams.parse, {"query": "ACTION:a"}, {"query": INVALID}, id="capitals"
        ),
        pytest.param(AuditLogParams.parse, {"query": " action:a"}, {"query": INVALID}, id="space"),
        pytest.param(
            AuditLogParams.parse,
            {"page": 0, "per_page": "x", "filter": "a"},
            {"page": INVALID, "per_page": INVALID, "filter": ("is unknown",)},
            id="page",
        ),
    ],
)
def test_names_what_is_wrong(parse: Parse, attrs: Any, errors: dict[str, tuple[str, ...]]) -> None:
    assert dict(parse(attrs).failure().errors) == errors


@pytest.mark.parametrize(
    ("parse", "attrs", "expected"),
    [
        pytest.param(
            AuditLogParams.parse,
            {"page": "2", "query": "author:"},
            AuditLogParams(page=2, query="author:"),
            id="audit",
        ),
    ],
)
def test_casts(parse: Parse, attrs: Any, expected: Any) -> None:
    assert parse(attrs) == Success(expected)
    assert parse(expected) == Success(expected)


def test_message_says_what_is_valid() -> None:
    error = AuditLogParams.parse({"query": "x"}).failure()
    assert error.message == "query is invalid (author:TEXT, action:TEXT or type:TEXT)"
