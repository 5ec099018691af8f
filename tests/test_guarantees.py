"""Each promise of the guarantees names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROMISES = (ROOT / "docs" / "guarantees.md").read_text()


def test_promises_are_held() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PROMISES)
    rows = [line for line in PROMISES.splitlines() if line.startswith("| ") and "---" not in line]
    assert len(named) >= len(rows) - PROMISES.count("| promise |")
    for path, test in named:
        assert f"def {test}(" in (ROOT / path).read_text(), f"{path}::{test}"
