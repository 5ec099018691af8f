"""The porting guide has a row for each function and each difference from the original."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from supabase_gotrue import admin
from tests.admin.test_elixir import VECTORS

GUIDE = (Path(__file__).parents[2] / "docs" / "porting.md").read_text()
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
    """Return a row for each difference, with the functions that have it."""
    seen: dict[tuple[str, str, str], list[str]] = {}
    for vector in vectors:
        if "difference" in vector:
            difference = vector["difference"]
            row = (difference["original"], difference["port"], difference["why"])
            seen.setdefault(row, []).append(vector["function"])
    rows = [
        f"| {', '.join(f'`{name}`' for name in FUNCTIONS if name in names)} | {' | '.join(row)} |"
        for row, names in seen.items()
    ]
    return "\n".join(["| function | Elixir | Python | why |", "| --- | --- | --- | --- |", *rows])


def test_guide_has_every_difference() -> None:
    [found] = re.findall(r"<!-- differences -->\n\n(.*?)\n\n<!-- /differences -->", GUIDE, re.S)
    assert found == table(VECTORS)


def test_each_difference_is_described() -> None:
    assert [v["name"] for v in VECTORS if ("difference" in v) != (v["port"] != "same")] == []


def test_guide_has_a_row_for_each_function() -> None:
    assert re.findall(r"^\| `Admin\.(\w+)", GUIDE, re.M) == list(FUNCTIONS)
    assert all(callable(getattr(admin, name)) for name in FUNCTIONS)
