"""The table of calls has a row for every public function, with every parameter."""

import inspect
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.calls import CALLS, MODULES, Call, call_id


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the functions that the modules of the package export, by their dotted names."""
    for module in MODULES:
        prefix = module.__name__.removeprefix("supabase_gotrue.")
        for name in module.__all__:
            value = getattr(module, name)
            if inspect.isfunction(value):
                yield f"{prefix}.{name}", value


def missing_row(name: str, function: Callable[..., Any]) -> str:
    """Return the row to add for a function."""
    parameters = [name for name in inspect.signature(function).parameters if name != "client"]
    arguments = ", ".join(f'"{name}": ...' for name in parameters)
    return (
        f'    Call(\n        "{name}",\n        {{{arguments}}},\n'
        '        sends="METHOD /path",\n        recorded="folder/case",\n    ),'
    )


def test_every_public_function_has_a_row() -> None:
    functions = dict(public_functions())
    rows = [call.name for call in CALLS]
    missing = [missing_row(name, functions[name]) for name in functions.keys() - set(rows)]
    assert not missing, "\n".join(
        [
            "tests/calls.py has no row for a public function. Fill in and add:",
            *missing,
            "`sends` is the first request; `recorded` is a response in tests/samples/exchanges,",
            "which `python -m tests.record` records. Leave both out if nothing is sent.",
        ]
    )
    assert set(rows) <= functions.keys(), "a row of tests/calls.py has no public function"
    assert max(Counter(rows).values()) == 1, "tests/calls.py has two rows for a function"


@pytest.mark.parametrize("call", CALLS, ids=call_id)
def test_row_has_every_parameter(call: Call) -> None:
    parameters = inspect.signature(call.function).parameters
    assert {"client", *call.arguments} == {"client", *parameters}, "add it to tests/calls.py"
    assert ("client" in parameters) == bool(call.sends)
