"""The packages of the emulator: how they import each other, and how large they are."""

import ast
from functools import cache
from pathlib import Path

import pytest

import supabase_gotrue.emulator

PACKAGE = "supabase_gotrue.emulator"
FOLDER = Path(supabase_gotrue.emulator.__file__).parent
MAX_FILES = 12
# From the ground up: each may import those before it. Files of the folder itself are
# packages of their own here.
LAYERS = (
    *("go", "settings", "store", "wire", "services", "routes", "server"),
    *("rehearsal", "transport", "emulator", "page", "serving", "__main__"),
)
# These stand beside the layers: the face, the message about the extra, the plugin of pytest.
APART = ("__init__", "extra", "fixtures")
FILES = sorted(FOLDER.rglob("*.py"))


def name_of(path: Path) -> str:
    """A module's name within the emulator: `wire.errors`."""
    return ".".join(path.relative_to(FOLDER).with_suffix("").parts)


def imports_of(path: Path) -> set[str]:
    """The modules of the emulator that a module imports, within functions as well."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{PACKAGE}."):
            module = str(node.module).removeprefix(f"{PACKAGE}.")
            members = {f"{module}.{alias.name}" for alias in node.names}
            submodules = members & NAMES
            found |= submodules | ({module} if members - submodules else set())
    return found


NAMES = {name_of(path) for path in FILES}


@cache
def imports() -> dict[str, set[str]]:
    """The modules of the emulator that each module imports."""
    return {name_of(path): imports_of(path) for path in FILES}


def layer(name: str) -> int:
    return LAYERS.index(name.split(".")[0])


def test_each_module_is_in_a_layer() -> None:
    assert {name.split(".")[0] for name in NAMES} <= {*LAYERS, *APART}


@pytest.mark.parametrize("name", sorted(name for name in NAMES if name not in APART))
def test_imports_lead_down(name: str) -> None:
    above = {other for other in imports()[name] - {"extra"} if layer(other) > layer(name)}
    assert above == set()


def test_handlers_of_one_path_do_not_import_those_of_another() -> None:
    handlers = {name for name in NAMES if name.count(".") == 2 and name.startswith("routes.")}
    assert {(name, other) for name in handlers for other in imports()[name] & handlers} == set()


def test_only_the_table_knows_all_handlers() -> None:
    importers = {name for name, found in imports().items() if any(n.count(".") == 2 for n in found)}
    assert importers == {"routes.table"}


@pytest.mark.parametrize(
    "folder", sorted({path.parent for path in FILES}), ids=lambda f: f.relative_to(FOLDER.parent)
)
def test_folder_is_small(folder: Path) -> None:
    assert len([path for path in folder.iterdir() if path.is_file()]) <= MAX_FILES
