"""What `admin` and its groups show is what they offer: functions, and the groups themselves."""

import inspect
from types import ModuleType

import pytest

import supabase_gotrue
from supabase_gotrue import admin
from supabase_gotrue.aio import admin as async_admin

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


def test_dir_of_the_package_shows_names_that_are_not_imported_yet() -> None:
    assert {*supabase_gotrue.__all__} <= {*dir(supabase_gotrue)}
