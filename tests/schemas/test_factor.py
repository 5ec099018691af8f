"""Attributes of factors: what is wrong with them, and what they become."""

from collections.abc import Callable
from typing import Any

import pytest
from returns.result import Result, Success

from supabase_gotrue import Error, FactorParams
from tests.validation import INVALID

Parse = Callable[[Any], Result[Any, Error]]


@pytest.mark.parametrize(
    ("parse", "attrs", "errors"),
    [
        pytest.param(
            FactorParams.parse,
            {"friendlyname": "a"},
            {"friendlyname": ("is unknown", "did you mean 'friendly_name'?")},
            id="unknown",
        ),
        pytest.param(FactorParams.parse, {"phone": 1}, {"phone": INVALID}, id="number"),
    ],
)
def test_names_what_is_wrong(parse: Parse, attrs: Any, errors: dict[str, tuple[str, ...]]) -> None:
    assert dict(parse(attrs).failure().errors) == errors


@pytest.mark.parametrize(
    ("parse", "attrs", "expected"),
    [
        pytest.param(FactorParams.parse, {"phone": None}, FactorParams(), id="factor"),
    ],
)
def test_casts(parse: Parse, attrs: Any, expected: Any) -> None:
    assert parse(attrs) == Success(expected)
    assert parse(expected) == Success(expected)
