"""Every function is typed and documented where a reader looks for it."""

import ast
import inspect
import re
from collections.abc import Mapping
from types import ModuleType

import pytest

from tests.calls import ADMIN, CALLS, MODULES, Call, call_id
from tests.docs.pages import ROOT, table

REFERENCE = (ROOT / "docs" / "reference.md").read_text()
README = (ROOT / "README.md").read_text()
PROGRAMS = ast.parse((ROOT / "tests" / "typesafety" / "accepted.py").read_text())
# The names that the programs for type checkers use.
TYPED = {
    ast.unparse(node).removeprefix("supabase_gotrue.")
    for node in ast.walk(PROGRAMS)
    if isinstance(node, ast.Attribute)
}


@pytest.mark.parametrize("call", CALLS, ids=call_id)
def test_type_checkers_see_a_call(call: Call) -> None:
    assert call.name in TYPED, f"call {call.name} in tests/typesafety/accepted.py"


@pytest.mark.parametrize("call", CALLS, ids=call_id)
def test_docstring_has_each_section(call: Call) -> None:
    text = inspect.getdoc(call.function) or ""
    summary = text.partition("\n")[0]
    assert re.fullmatch(r"[A-Z`].*\.", summary), "the first line is a sentence"
    for name in inspect.signature(call.function).parameters:
        assert re.search(rf"^    {name}: \S", text, re.M), f"`Args:` has no {name}"
    assert "\nReturns:\n" in text
    assert "\n>>> " in text, "there is no example"


@pytest.mark.parametrize("call", ADMIN, ids=call_id)
def test_docstring_names_route_and_source(call: Call) -> None:
    text = inspect.getdoc(call.function) or ""
    method = call.sends.partition(" ")[0]
    assert re.search(rf"`{method} /[^`]+`", text), "the docstring does not name the route"
    assert "https://github.com/supabase/auth/blob/" in text


def listed_in_reference(module: str) -> list[str]:
    """Return the functions that the reference lists for a module."""
    _, _, after = REFERENCE.partition(f".. currentmodule:: {module}\n")
    return re.findall(r"^\.\. autofunction:: (\w+)$", after.partition("```")[0], re.M)


@pytest.mark.parametrize("call", CALLS, ids=call_id)
def test_reference_lists_the_function(call: Call) -> None:
    module, _, name = f"supabase_gotrue.{call.name}".rpartition(".")
    assert name in listed_in_reference(module), f"add {call.name} to docs/reference.md"


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_reference_lists_nothing_else(module: ModuleType) -> None:
    assert set(listed_in_reference(module.__name__)) <= set(module.__all__)


def test_readme_lists_the_functions_of_admin() -> None:
    listed = re.findall(r"^\| `(\w+)\(client", README, re.M)
    names = [call.name.removeprefix("admin.") for call in ADMIN]
    assert set(listed) == {name for name in names if "." not in name}


def test_tables_have_the_functions_that_take_a_mapping() -> None:
    rows = {
        name
        for names, *_ in table("tables.md", "function | name | cast")
        for name in names.split(", ")
    }
    assert rows == {
        call.name.removeprefix("admin.")
        for call in ADMIN
        if any(isinstance(value, Mapping) for value in call.arguments.values())
    }
