"""What README and docs say: their programs run and print it, their lists are whole."""

import io
import re
from contextlib import redirect_stderr, redirect_stdout
from inspect import isfunction
from pathlib import Path
from typing import get_args

import pytest

import supabase_gotrue
from supabase_gotrue import ErrorCode, admin, emulator
from supabase_gotrue.error import CODE_OF_STATUS
from tests.docs.pages import PAGES, ROOT, programs

FROM_THE_ENVIRONMENT = (
    "GOTRUE_URL",
    "SUPABASE_URL",
    "SUPABASE_SECRET_KEY",
    "SUPABASE_SERVICE_ROLE_KEY",
)
ERRORS = (ROOT / "docs" / "errors.md").read_text()
REFERENCE = (ROOT / "docs" / "reference.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_programs_print_what_the_page_says(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in FROM_THE_ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    names: dict[str, object] = {"__name__": page.stem}
    for block, said in programs(page):
        code = compile("\n" * block.above + block.text, page, "exec")
        with redirect_stdout(io.StringIO()) as printed, redirect_stderr(io.StringIO()):
            exec(code, names)
        assert printed.getvalue() == said, f"{page.name}:{block.above}"


def test_errors_has_a_row_for_each_code() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (?:(\d+)\D)?", ERRORS, re.M)
    assert set(get_args(ErrorCode)) <= {name for name, _ in rows}
    assert {(code, str(status)) for status, code in CODE_OF_STATUS.items()} <= set(rows)


def test_reference_has_every_public_name() -> None:
    functions = {
        name
        for name, value in vars(admin).items()
        if isfunction(value) and value.__module__ == admin.__name__ and name[0] != "_"
    }
    public = {*supabase_gotrue.__all__, *emulator.__all__, *functions}
    listed = set(re.findall(r"^\.\. (?:auto\w+|data):: (\w+)", REFERENCE, re.M))
    assert public - listed == {"__version__", "admin"}
