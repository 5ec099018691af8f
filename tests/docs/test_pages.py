"""README and docs: their programs run and print what the pages show, their lists are complete."""

import io
import logging
import re
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from inspect import isfunction
from pathlib import Path

import pytest
from opentelemetry.instrumentation.requests import RequestsInstrumentor

import supabase_gotrue
from supabase_gotrue import admin, emulator
from tests.docs.pages import PAGES, ROOT, Block, programs

ENV_NAMES = (
    "GOTRUE_URL",
    "SUPABASE_URL",
    "SUPABASE_SECRET_KEY",
    "SUPABASE_SERVICE_ROLE_KEY",
)
# A page whose sections are programs of their own, after the lines before the first heading.
RECIPES = ROOT / "docs" / "recipes.md"
RECIPE_PROGRAMS = programs(RECIPES)
REFERENCE = (ROOT / "docs" / "reference.md").read_text()
ADMIN_FUNCTIONS = {name for name in admin.__all__ if isfunction(getattr(admin, name))}


@pytest.fixture(autouse=True)
def undo_global_changes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Hide the environment, and remove what the page on observability adds to the process."""
    for name in ENV_NAMES:
        monkeypatch.delenv(name, raising=False)
    logger = logging.getLogger("supabase_gotrue")
    monkeypatch.setattr(logger, "handlers", [])
    level = logger.level
    yield
    logger.setLevel(level)
    RequestsInstrumentor().uninstrument()


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page != RECIPES], ids=lambda page: page.name
)
def test_programs_print_what_the_page_shows(page: Path) -> None:
    check_output(page, programs(page))


@pytest.mark.parametrize(
    "recipe", dict.fromkeys(block.section for block, _ in RECIPE_PROGRAMS if block.section)
)
def test_each_recipe_works_on_its_own(recipe: str) -> None:
    check_output(RECIPES, [found for found in RECIPE_PROGRAMS if found[0].section in ("", recipe)])


def check_output(page: Path, blocks: list[tuple[Block, str]]) -> None:
    """Run blocks as one program, and compare what each prints with the page."""
    names: dict[str, object] = {"__name__": page.stem}
    for block, output in blocks:
        code = compile("\n" * block.line + block.text, page, "exec")
        with redirect_stdout(io.StringIO()) as printed, redirect_stderr(io.StringIO()):
            exec(code, names)
        assert printed.getvalue() == output, f"{page.name}:{block.line}"


def test_reference_has_every_public_name() -> None:
    public = {*supabase_gotrue.__all__, *emulator.__all__, *ADMIN_FUNCTIONS}
    listed = set(re.findall(r"^\.\. (?:auto\w+|data):: (\w+)", REFERENCE, re.M))
    assert public - listed == {"__version__", "admin"}


@pytest.mark.parametrize("page", ["README.md", "docs/index.md"])
def test_front_page_has_the_measured_figures(page: str) -> None:
    rows = re.findall(r"^\| (?:CPU|memory) of.*\|$", (ROOT / page).read_text(), re.M)
    figures = re.findall(r"[\d.]+ (?:us|ms|MB)\b", " ".join(rows))
    measured = (ROOT / "docs" / "performance.md").read_text()
    assert len(figures) == 8
    assert [figure for figure in figures if figure not in measured] == []


def test_pages_name_targets_and_groups_that_exist() -> None:
    text = "\n".join(page.read_text() for page in PAGES)
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.M)
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.M))
    assert {"demo", "test"} <= named <= set(targets)
    assert set(re.findall(r"--group (\S+)", text)) <= set(groups)
