"""What `admin` and its groups show is what they offer: functions, and the groups themselves."""

import inspect
from types import ModuleType

import pytest

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
