"""What `admin` and its groups show is what they offer: functions, and the groups themselves."""

import ast
import importlib
import inspect
from pathlib import Path
from types import ModuleType

import pytest

import supabase_gotrue
from supabase_gotrue import admin, bulk
from supabase_gotrue.aio import admin as async_admin
from tests.programs import run_program

MODULES = [
    module
    for face in (admin, async_admin)
    for module in (face, face.oauth, face.custom_providers, face.sso)
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_dir_shows_what_is_public(module: ModuleType) -> None:
    functions = {
        name
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and name[0] != "_"
    }
    groups = {"oauth", "custom_providers", "sso"} if module in (admin, async_admin) else set[str]()
    assert dir(module) == sorted(functions | groups)


@pytest.mark.parametrize("package", [supabase_gotrue, bulk])
def test_dir_of_a_package_shows_names_that_are_not_imported_yet(package: ModuleType) -> None:
    assert {*package.__all__} <= {*dir(package)}


def test_names_are_those_that_type_checkers_see() -> None:
    tree = ast.parse(Path(str(supabase_gotrue.__file__)).read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    seen = {alias.name: str(node.module) for node in imports for alias in node.names}
    assert {*supabase_gotrue.__all__} == seen.keys() - {"lazy"}
    for name in supabase_gotrue.__all__:
        expected = getattr(importlib.import_module(seen[name]), name)
        assert getattr(supabase_gotrue, name) is expected


@pytest.mark.parametrize("package", ["supabase_gotrue", "supabase_gotrue.aio"])
def test_groups_are_imported_at_their_first_use(package: str) -> None:
    program = f"""
import sys
from {package} import admin
assert "{package}.admin.oauth" not in sys.modules
assert callable(admin.oauth.list_clients)
from {package}.admin import sso
assert admin.sso is sso
"""
    run_program(program)


@pytest.mark.parametrize(
    ("package", "name"), [(admin, "oauth"), (async_admin, "oauth"), (bulk, "readers")]
)
def test_module_that_was_not_imported_is_found(
    package: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = getattr(package, name)
    monkeypatch.delattr(package, name)
    assert getattr(package, name) is module


@pytest.mark.parametrize("module", [supabase_gotrue, admin, async_admin, bulk])
def test_unknown_names_are_attribute_errors(module: ModuleType) -> None:
    with pytest.raises(AttributeError, match=f"^module '{module.__name__}' has no attribute 'x'$"):
        _ = module.x


def test_import_is_light() -> None:
    """What takes long to import is imported at the first call."""
    program = "import sys, supabase_gotrue as s; s.admin; s.init_client; print(*sys.modules)"
    ran = run_program(program)
    heavy = ("requests", "urllib3", "ssl", "socket", "copy", "supabase_gotrue.models.oauth_client")
    assert set(ran.stdout.split()).isdisjoint(heavy)
