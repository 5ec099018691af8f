"""What a release holds, and that an installed wheel works.

The distributions are built from a copy in which generated files lie about.
"""

import json
import os
import re
import shutil
import sys
import tarfile
import zipfile
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement

from tests.docs.pages import ROOT
from tests.programs import run_command

FOLDERS = (".ci", "supabase_gotrue", "tests", "docs")
FILES = ("README.md", "pyproject.toml", "Makefile", ".gitignore")
GENERATED = (
    ".coverage",
    ".env",
    ".hypothesis/examples",
    ".mypy_cache/user.json",
    ".venv/bin/python",
    ".venv-3.12/bin/python",
    "build/pages/start.py",
    "dist/old.whl",
    "docs/_build/index.html",
    "mutants/supabase_gotrue/client.py",
    "notes.txt",
    "supabase_gotrue.egg-info/PKG-INFO",
    "supabase_gotrue/__pycache__/client.cpython-311.pyc",
    "tests/__pycache__/canned.cpython-311.pyc",
)
# Uses the installed package where nothing can be written: calls an emulator over a socket, and
# prints where the modules come from, what the call returned, and which paths were to be written.
PROGRAM = """
import json, os, sys, threading

site, writes = sys.argv[1], []

def refuse_writes(event, args):
    if event == "os.mkdir" or event == "open" and args[2] & (os.O_WRONLY | os.O_RDWR):
        writes.append(str(args[0]))
        raise PermissionError(args[0])

sys.path.insert(0, site)
sys.addaudithook(refuse_writes)

import supabase_gotrue_pytest
from supabase_gotrue import admin, init_client
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.serving import running

emulator = Emulator()
with running(emulator) as url:
    created = init_client(url, emulator.key()).bind(
        lambda client: admin.create_user(client, {"email": "ada@example.com"})
    )
modules = {n: m.__file__ for n, m in sys.modules.items() if n.startswith("supabase_gotrue")}
print(json.dumps([modules, str(created.map(lambda user: user.email)), writes]))
"""


class Built(NamedTuple):
    """The distributions, and the names of the files that they were built from."""

    sources: frozenset[str]
    wheel: Path
    sdist: Path


def files(folder: Path) -> frozenset[str]:
    return frozenset(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def build(source: Path, out: Path, *options: str) -> None:
    command = (sys.executable, "-m", "hatchling", "build", "--directory", str(out), *options)
    run_command(*command, cwd=source)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    ignore = shutil.ignore_patterns("__pycache__", "_build")
    for folder in FOLDERS:
        shutil.copytree(ROOT / folder, source / folder, ignore=ignore)
    for file in FILES:
        shutil.copy(ROOT / file, source)
    sources = files(source)
    for file in GENERATED:
        (source / file).parent.mkdir(parents=True, exist_ok=True)
        (source / file).write_text("generated")
    build(source, out)
    return Built(sources, *out.glob("*.whl"), *out.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def site(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed wheel, without its dependencies."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "--isolated", "install", "--no-index", "--no-deps"]
    options = ["--no-compile", "--target", str(target), str(built.wheel)]
    run_command(*command, *options)
    return target


@pytest.fixture
def distribution(built: Built) -> Distribution:
    [distribution] = distributions(path=[str(built.wheel)])
    return distribution


def test_wheel_holds_the_package_and_nothing_else(built: Built, distribution: Distribution) -> None:
    package = {name for name in built.sources if name.startswith("supabase_gotrue/")}
    plugin = "supabase_gotrue/emulator/fixtures.py"
    dist_info = f"supabase_gotrue-{distribution.version}.dist-info"
    metadata = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/docs/LICENSE")
    assert plugin in package
    assert "supabase_gotrue/py.typed" in package
    others = {name for name in package if Path(name).suffix not in (".py", ".typed")}
    assert others == {"supabase_gotrue/emulator/page.html"}
    assert sorted(zipfile.ZipFile(built.wheel).namelist()) == sorted(
        package - {plugin}
        | {"supabase_gotrue_pytest.py"}
        | {f"{dist_info}/{name}" for name in metadata}
    )


def test_wheel_describes_itself(distribution: Distribution) -> None:
    requirements = [Requirement(text) for text in distribution.requires or ()]
    metadata = distribution.metadata
    assert {requirement.name for requirement in requirements if not requirement.marker} == {
        "msgspec",
        "requests",
        "returns",
        "urllib3",
    }
    assert {(e.group, e.name, e.value) for e in distribution.entry_points} == {
        ("console_scripts", "supabase-gotrue", "supabase_gotrue.cli:main"),
        ("hypothesis", "supabase_gotrue", "supabase_gotrue.hypothesis_plugin:register"),
        ("pytest11", "gotrue", "supabase_gotrue_pytest"),
    }
    assert metadata["License-Expression"] == "MIT"
    assert metadata["License-File"] == "docs/LICENSE"
    assert metadata["Requires-Python"] == ">=3.11"
    assert "Typing :: Typed" in metadata.get_all("Classifier", [])


def test_wheel_offers_no_extra_for_development(distribution: Distribution) -> None:
    extras = distribution.metadata.get_all("Provides-Extra", [])
    assert {"cli", "emulator"} <= set(extras)
    assert not {"dev", "test", "docs"} & set(extras)


def test_readme_links_work_outside_the_repository(distribution: Distribution) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", distribution.metadata["Description"])
    assert targets
    assert [target for target in targets if not target.startswith("https://")] == []


def test_sdist_holds_the_sources_and_nothing_else(built: Built) -> None:
    with tarfile.open(built.sdist) as sdist:
        names = [member.name.partition("/")[2] for member in sdist.getmembers()]
    assert sorted(names) == sorted({*built.sources, "PKG-INFO"})


def test_sdist_builds_the_same_wheel(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.sdist) as sdist:
        sdist.extractall(tmp_path, filter="data")
    [source] = tmp_path.iterdir()
    build(source, tmp_path, "--target", "wheel")
    assert (tmp_path / built.wheel.name).read_bytes() == built.wheel.read_bytes()


def test_installed_wheel_works_where_nothing_can_be_written(site: Path, tmp_path: Path) -> None:
    before = files(site)
    env = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = run_command(sys.executable, "-I", "-c", PROGRAM, str(site), cwd=tmp_path, env=env)
    modules, created, writes = json.loads(done.stdout)
    assert "supabase_gotrue.client" in modules
    assert {file for file in modules.values() if not Path(file).is_relative_to(site)} == set()
    assert created == "<Success: ada@example.com>"
    # Only the interpreter tried to write: the modules that it compiled.
    assert {"__pycache__" in path for path in writes} == {True}
    assert files(site) == before
    assert files(tmp_path) == frozenset()
