"""What pytest users get: the page of the docs as a test file, and a start without imports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from supabase_gotrue.emulator import fixtures
from tests.docs.pages import ROOT, program

pytest_plugins = ["pytester"]

# As an installed package, and as nothing but the file.
PLUGIN = ("-p", "no:gotrue", "-p", fixtures.__name__, "-p", "no:cacheprovider")
HEAVY = ("argon2", "bcrypt", "jwt", "msgspec", "requests", "supabase_gotrue", "werkzeug")


def test_the_page_on_testing_is_a_test_file(pytester: pytest.Pytester) -> None:
    source = program(ROOT / "docs" / "testing.md")
    pytester.makepyfile(source)
    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=source.count("\ndef test_"))


def test_each_test_has_a_server_of_its_own(pytester: pytest.Pytester) -> None:
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


def test_without_the_extra_a_test_says_what_is_missing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "supabase_gotrue.emulator", None)
    pytester.makepyfile(
        """
        def test_is_fine(): pass
        def test_needs_more(gotrue_client): pass
        """
    )
    result = pytester.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*needs supabase-gotrue?emulator?*"])


def test_pytest_starts_without_what_the_fixtures_need(tmp_path: Path) -> None:
    source = Path(fixtures.__file__).read_text()
    (tmp_path / "beside_the_package.py").write_text(source)
    (tmp_path / "test_nothing.py").write_text(
        f"import sys\n\ndef test_nothing():\n    assert not {set(HEAVY)} & set(sys.modules)\n"
    )
    # Other plugins import what they want.
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-p", "beside_the_package"]
    subprocess.run(command, cwd=tmp_path, env=alone, check=True, timeout=60)
