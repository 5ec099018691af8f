"""The porting guide's table of differences says what the replayed calls show."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from supabase_gotrue import admin
from tests.test_elixir import VECTORS

GUIDE = (Path(__file__).parents[1] / "docs" / "porting.md").read_text()
FUNCTIONS = (
    "create_user",
    "update_user_by_id",
    "get_user_by_id",
    "delete_user",
    "list_users",
    "invite_user_by_email",
    "generate_link",
    "sign_out",
    "delete_factor",
    "list_identities",
    "delete_identity",
)


def table(vectors: Iterable[Mapping[str, Any]]) -> str:
    """One row for each difference, with the functions that it was seen in."""
    seen: dict[tuple[str, str, str], list[str]] = {}
    for vector in vectors:
        if "difference" in vector:
            told = vector["difference"]
            row = (told["original"], told["port"], told["why"])
            seen.setdefault(row, []).append(vector["function"])
    rows = [
        f"| {', '.join(f'`{name}`' for name in FUNCTIONS if name in names)} | {' | '.join(row)} |"
        for row, names in seen.items()
    ]
    return "\n".join(
        ["| function | the original | here | why |", "| --- | --- | --- | --- |", *rows]
    )


def test_guide_holds_every_difference() -> None:
    [written] = re.findall(r"<!-- differences -->\n\n(.*?)\n\n<!-- /differences -->", GUIDE, re.S)
    assert written == table(VECTORS)


def test_every_call_that_differs_says_how() -> None:
    assert [v["name"] for v in VECTORS if ("difference" in v) != (v["port"] != "same")] == []


def test_guide_has_a_row_for_each_function() -> None:
    assert re.findall(r"^\| `Admin\.(\w+)", GUIDE, re.M) == list(FUNCTIONS)
    assert all(callable(getattr(admin, name)) for name in FUNCTIONS)
