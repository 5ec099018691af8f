"""Jupyter: a notebook shows users as tables and no secret, and can be interrupted."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("nbclient") is None, reason="nbclient is not installed"),
]

CELLS = (
    """\
from supabase_gotrue import admin, aio
from supabase_gotrue.emulator import Emulator

emulator = Emulator()
client = emulator.client()
admin.create_user(client, {"email": "<ada>@example.com"})""",
    'user = admin.create_user(client, {"email": "ada@example.com"}).unwrap()\nuser',
    "admin.list_users(client).unwrap()",
    'admin.get_user_by_id(client, "unknown").failure()',
    'emulator.sign_in("ada@example.com").unwrap()',
    "(await aio.admin.list_users(emulator.async_client())).map(lambda page: len(page.users))",
)


@pytest.fixture(scope="module")
def outputs() -> list[Any]:
    """What each cell shows: its media types and their text."""
    nbformat, nbclient = import_module("nbformat"), import_module("nbclient")
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return [cell.outputs[-1]["data"] for cell in notebook.cells]


def test_result_of_a_call_is_shown(outputs: list[Any]) -> None:
    assert outputs[0]["text/plain"].startswith("<Failure: ")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        pytest.param(1, "ada@example.com", id="user"),
        pytest.param(2, "ada@example.com", id="page"),
        pytest.param(3, "user_id must be an UUID", id="error"),
        pytest.param(4, "[redacted]", id="session"),
    ],
)
def test_value_is_shown_as_a_table(outputs: list[Any], cell: int, text: str) -> None:
    html = outputs[cell]["text/html"]
    assert "<table" in html
    assert text in html


def test_session_shows_no_token(outputs: list[Any]) -> None:
    assert "eyJ" not in str(outputs[4])


def test_async_functions_work_in_the_loop_of_the_notebook(outputs: list[Any]) -> None:
    assert outputs[5]["text/plain"] == "<Success: 1>"
