"""What is handed out: what wheel and sdist hold, and that an installed wheel works.

The distributions are made of a copy in which everything that is generated lies about.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
FOLDERS = ("supabase_gotrue", "tests", "docs")
FILES = ("README.md", "pyproject.toml", "Makefile", ".gitignore")
GENERATED = (
    ".coverage",
    ".env",
    ".hypothesis/examples",
    ".mypy_cache/user.json",
    ".venv/bin/python",
    "build/pages/start.py",
    "dist/old.whl",
    "docs/_build/index.html",
    "mutants/supabase_gotrue/user.py",
    "notes.txt",
    "supabase_gotrue.egg-info/PKG-INFO",
    "supabase_gotrue/__pycache__/user.cpython-311.pyc",
    "tests/__pycache__/canned.cpython-311.pyc",
)
# The package in its own process, where nothing can be written: it asks an emulator over a
# socket, and prints where its modules are from, what was made, and who tried to write.
PROGRAM = """
import json, os, sys, threading

site, tried = sys.argv[1], []

def read_only(event, found):
    if event == "os.mkdir" or event == "open" and found[2] & (os.O_WRONLY | os.O_RDWR):
        tried.append(str(found[0]))
        raise PermissionError(found[0])

sys.path.insert(0, site)
sys.addaudithook(read_only)

import supabase_gotrue_pytest
from supabase_gotrue import admin, init_client
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.__main__ import listen, serve

emulator, listener = Emulator(), listen("127.0.0.1", 0)
threading.Thread(target=serve, args=(emulator, listener), daemon=True).start()
url = f"http://127.0.0.1:{listener.getsockname()[1]}"
made = init_client(url, emulator.key()).bind(
    lambda client: admin.create_user(client, {"email": "ada@example.com"})
)
modules = {n: m.__file__ for n, m in sys.modules.items() if n.startswith("supabase_gotrue")}
print(json.dumps([modules, str(made.map(lambda user: user.email)), tried]))
"""


class Built(NamedTuple):
    """The distributions, and what they were made of."""

    sources: frozenset[str]
    wheel: Path
    sdist: Path


def files(folder: Path) -> frozenset[str]:
    return frozenset(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def build(source: Path, out: Path, *options: str) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(out), *options]
    subprocess.run(command, cwd=source, check=True, capture_output=True)


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
    """Where the wheel is installed, without what it depends on."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "--isolated", "install", "--no-index", "--no-deps"]
    options = ["--no-compile", "--target", str(target), str(built.wheel)]
    subprocess.run([*command, *options], check=True, capture_output=True)
    return target


@pytest.fixture
def described(built: Built) -> Distribution:
    [found] = distributions(path=[str(built.wheel)])
    return found


def test_wheel_holds_the_package_and_nothing_else(built: Built, described: Distribution) -> None:
    package = {name for name in built.sources if name.startswith("supabase_gotrue/")}
    moved = package - {"supabase_gotrue/emulator/fixtures.py"} | {"supabase_gotrue_pytest.py"}
    about = f"supabase_gotrue-{described.version}.dist-info"
    beside = {f"{about}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")}
    held = zipfile.ZipFile(built.wheel).namelist()
    assert "supabase_gotrue/py.typed" in package
    assert {Path(name).suffix for name in package} == {".py", ".typed"}
    assert sorted(held) == sorted(moved | beside)


def test_wheel_says_what_it_is(described: Distribution) -> None:
    needed = {Requirement(text) for text in described.requires or ()}
    entry_points = {(e.group, e.name, e.value) for e in described.entry_points}
    assert {r.name for r in needed if not r.marker} == {
        "msgspec",
        "requests",
        "returns",
        "urllib3",
    }
    assert {str(r.marker) for r in needed if r.marker} == {
        'extra == "dev"',
        'extra == "emulator"',
    }
    assert entry_points == {("pytest11", "gotrue", "supabase_gotrue_pytest")}
    assert described.metadata["License-Expression"] == "MIT"
    assert described.metadata["Requires-Python"] == ">=3.11"
    assert "Typing :: Typed" in described.metadata.get_all("Classifier", [])


def test_sdist_holds_the_sources_and_nothing_else(built: Built) -> None:
    with tarfile.open(built.sdist) as held:
        names = [member.name.partition("/")[2] for member in held.getmembers()]
    assert sorted(names) == sorted({*built.sources, "PKG-INFO"})


def test_sdist_makes_the_same_wheel(built: Built, tmp_path: Path) -> None:
    with tarfile.open(built.sdist) as held:
        held.extractall(tmp_path, filter="data")
    [source] = tmp_path.iterdir()
    build(source, tmp_path, "--target", "wheel")
    assert (tmp_path / built.wheel.name).read_bytes() == built.wheel.read_bytes()


def test_installed_wheel_works_where_nothing_can_be_written(site: Path, tmp_path: Path) -> None:
    before = files(site)
    env = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    ran = subprocess.run(
        [sys.executable, "-I", "-c", PROGRAM, str(site)],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    modules, made, tried = json.loads(ran.stdout)
    assert "supabase_gotrue.transports.carrier" in modules
    assert {file for file in modules.values() if not Path(file).is_relative_to(site)} == set()
    assert made == "<Success: ada@example.com>"
    # The interpreter alone tried, in vain, to keep what it compiled.
    assert {"__pycache__" in path for path in tried} == {True}
    assert files(site) == before
    assert files(tmp_path) == frozenset()
