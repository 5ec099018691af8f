"""The rules of imports in docs/design.md, checked against the code.

Imports within functions and under TYPE_CHECKING count as well.
"""

import ast
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, table

PACKAGE = "supabase_gotrue"
# Modules that reach the clock, the environment, files, sockets, processes and randomness.
IMPURE = {
    "aiohttp",
    "http.client",
    "os",
    "pathlib",
    "random",
    "requests",
    "secrets",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "tempfile",
    "time",
    "urllib.request",
    "urllib3",
}


def name_of(path: Path) -> str:
    """A module's name within the package: `client`, `models.user`, `models` for its `__init__`."""
    parts = path.relative_to(ROOT / PACKAGE).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or PACKAGE


def imports_of(path: Path) -> set[str]:
    """The full names of the modules that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            members = {f"{node.module}.{alias.name}" for alias in node.names}
            submodules = members & MODULES.keys()
            found |= submodules | ({node.module} if members - submodules else set())
    return found


PATHS = list((ROOT / PACKAGE).rglob("*.py"))
# By full names, which imports have.
MODULES = {f"{PACKAGE}.{name_of(path)}": name_of(path) for path in PATHS} | {PACKAGE: PACKAGE}
LAYERS = {
    module: number
    for number, (_, modules) in enumerate(table("design.md", "layer | modules"))
    for module in modules.split(", ")
}
NAMES = sorted({*MODULES.values()})
PURE = [name for name in NAMES if name.split(".")[0] not in {"transports", "emulator", "cli"}]


@cache
def imports() -> dict[str, set[str]]:
    """What each module imports, by full names."""
    return {name_of(path): imports_of(path) for path in PATHS}


@cache
def internal() -> dict[str, set[str]]:
    """The modules of the package that each module imports."""
    return {
        name: {MODULES[full] for full in found & MODULES.keys()}
        for name, found in imports().items()
    }


def part_of(name: str) -> str:
    """The part of the command line that a module belongs to: `output` for `cli.output.records`."""
    return name.split(".")[1]


def importers(package: str) -> set[str]:
    """The packages, other than itself, that import a package."""
    return {
        name.split(".")[0]
        for name, found in internal().items()
        if any(imported.split(".")[0] == package for imported in found)
    } - {package}


def test_each_module_has_a_layer() -> None:
    assert {name.split(".")[0] for name in NAMES} <= LAYERS.keys()


@pytest.mark.parametrize("name", NAMES)
def test_imports_lead_to_lower_layers(name: str) -> None:
    package = name.split(".")[0]
    lower = {module for module, layer in LAYERS.items() if layer < LAYERS[package]}
    assert {imported.split(".")[0] for imported in internal()[name]} <= lower | {package}


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("cli.")])
def test_imports_within_the_command_line_lead_upwards(name: str) -> None:
    parts = [part for part, _ in table("design.md", "part | what it contains")]
    above = parts[: parts.index(part_of(name)) + 1]
    found = {part_of(each) for each in internal()[name] if each.startswith("cli.")}
    assert found <= set(above)


def test_no_cycle() -> None:
    order = list(TopologicalSorter(internal()).static_order())
    assert set(order) == internal().keys()


def test_transports_are_imported_by_clients_and_the_emulator_alone() -> None:
    assert importers("transports") <= {"client", "aio", "emulator", PACKAGE}


def test_emulator_is_imported_by_the_command_line_alone() -> None:
    assert importers("emulator") <= {"cli"}


def test_impure_modules_are_imported_where_the_page_says() -> None:
    found = {
        (name, module)
        for name in PURE
        for module in IMPURE
        if any(f"{imported}.".startswith(f"{module}.") for imported in imports()[name])
    }
    exceptions = table("design.md", "module | imports | because")
    assert found == {(name, module) for name, module, _ in exceptions}
