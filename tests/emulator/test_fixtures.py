"""The pytest fixtures: the docs page as a test file, and a start without heavy imports."""

import os
import sys
from pathlib import Path

import pytest

from supabase_gotrue.emulator import fixtures
from tests.docs.pages import ROOT, program
from tests.programs import run_command, run_program

pytest_plugins = ["pytester"]

# Load the fixtures from the source tree, not from an installed package.
WITHOUT = ("-p", "no:gotrue", "-p", "no:asyncio", "-p", "no:anyio", "-p", "no:cacheprovider")
PLUGIN = (*WITHOUT, "-p", fixtures.__name__)
HEAVY = ("argon2", "bcrypt", "msgspec", "requests", "supabase_gotrue", "werkzeug")


def test_docs_page_runs_as_test_file(pytester: pytest.Pytester) -> None:
    source = program(ROOT / "docs" / "testing.md")
    pytester.makepyfile(source)
    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=source.count("\ndef test_"))


def test_each_test_has_its_own_emulator(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import pytest
        from supabase_gotrue.admin import create_user

        @pytest.mark.parametrize("time", ["first", "second"])
        def test_is_new(gotrue, gotrue_client, time):
            assert create_user(gotrue_client, {"email": "ada@example.com"}).unwrap()
            assert gotrue.client().transport == gotrue_client.transport
        """
    )
    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=2)


def test_async_client_works_with_asyncio_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import asyncio
        from supabase_gotrue.admin import list_users
        from supabase_gotrue.aio.admin import create_user

        def test_shares_the_emulator(gotrue_client, gotrue_async_client):
            created = asyncio.run(create_user(gotrue_async_client, {"email": "a@example.com"}))
            users, _ = list_users(gotrue_client).unwrap()
            assert [user.id for user in users] == [created.unwrap().id]
        """
    )
    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("plugin", "marker"),
    [
        pytest.param("pytest_asyncio.plugin", "asyncio", id="pytest-asyncio"),
        pytest.param("anyio.pytest_plugin", "anyio", id="anyio"),
    ],
)
def test_async_client_works_with_plugins(
    pytester: pytest.Pytester, plugin: str, marker: str
) -> None:
    pytester.makepyfile(
        f"""
        import pytest
        from supabase_gotrue.aio.admin import create_user, list_users

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        @pytest.mark.{marker}
        @pytest.mark.parametrize("time", ["first", "second"])
        async def test_is_new(gotrue, gotrue_async_client, time):
            assert (await create_user(gotrue_async_client, {{"email": "ada@example.com"}})).unwrap()
            users, _ = (await list_users(gotrue_async_client)).unwrap()
            assert [user.email for user in users] == ["ada@example.com"]
        """
    )
    options = ("-o", "asyncio_default_fixture_loop_scope=function")
    pytester.runpytest_subprocess(*PLUGIN, "-p", plugin, *options).assert_outcomes(passed=2)


def test_names_missing_extra(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith("supabase_gotrue.emulator") and name != fixtures.__name__:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "bcrypt", None)
    pytester.makepyfile(
        """
        def test_is_fine(): pass
        def test_needs_more(gotrue_client): pass
        """
    )
    result = pytester.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*needs the package bcrypt*pip install*emulator*"])


@pytest.mark.parametrize("package", ["argon2", "bcrypt", "cryptography", "pyotp", "werkzeug"])
def test_import_without_extra_names_the_command(package: str) -> None:
    code = f"import sys; sys.modules[{package!r}] = None; import supabase_gotrue.emulator.__main__"
    last_line = run_program(code, status=1).stderr.splitlines()[-1]
    assert last_line.startswith("ImportError: supabase_gotrue.emulator needs the package ")
    assert last_line.endswith('Install it: pip install "supabase-gotrue[emulator]"')


def test_plugin_imports_nothing_heavy_at_start(tmp_path: Path) -> None:
    source = Path(fixtures.__file__).read_text()
    (tmp_path / "plugin_file.py").write_text(source)
    (tmp_path / "test_nothing.py").write_text(
        f"import sys\n\ndef test_nothing():\n    assert not {set(HEAVY)} & set(sys.modules)\n"
    )
    # Other plugins may import these modules.
    env = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run_command(sys.executable, "-m", "pytest", "-p", "plugin_file", cwd=tmp_path, env=env)
