"""Each promise of the page on guarantees is held by tests that run and can fail."""

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.programs import run_command

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guarantees.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
NOT_RUN = {"skip", "skipif", "skipIf", "xfail", "importorskip"}


def promises() -> list[str]:
    """Return the rows of the tables of promises."""
    tables = re.findall(r"^\| promise \|.*\n\| -.*\n((?:\|.*\n)+)", PAGE, re.M)
    return [row for table in tables for row in table.splitlines()]


def names(tree: ast.AST) -> set[str]:
    """Return every name and attribute in the code."""
    nodes = list(ast.walk(tree))
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    }


def can_fail(tree: ast.AST) -> bool:
    """Whether the code asserts anything but constants, or expects an exception or a warning."""
    checked = [node.test for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    return not all(isinstance(test, ast.Constant) for test in checked) or bool(
        names(tree) & {"raises", "warns"}
    )


@pytest.mark.parametrize("row", promises())
def test_promise_names_a_test(row: str) -> None:
    assert re.search(r"`tests/[\w/]+\.py::\w+`", row), row


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_promised_test_is_not_skipped_and_can_fail(path: str, name: str) -> None:
    module = ast.parse((ROOT / path).read_text())
    functions = {node.name: node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    test = functions[name]
    helpers = [functions[called] for called in names(test) & set(functions) - {name}]
    assert any(can_fail(function) for function in [test, *helpers])
    assert not names(test) & NOT_RUN
    assert "pytestmark" not in names(module)


@pytest.mark.slow
def test_promised_tests_are_collected() -> None:
    tests = [f"{path}::{name}" for path, name in NAMED]
    command = (sys.executable, "-m", "pytest", "--collect-only", "-p", "no:cacheprovider")
    collected = run_command(*command, *tests)
    assert {line.partition("[")[0] for line in collected.stdout.splitlines()} >= set(tests)
