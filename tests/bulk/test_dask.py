"""The recipe for Dask, on a cluster of two processes."""

import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from supabase_gotrue.bulk import stream_users
from tests.bulk.processes import Server, serve, write_rows

RECIPE: Final = Path(__file__).parents[2] / "docs" / "examples" / "dask_import.py"


def run_recipe(server: Server, rows: Path) -> list[str]:
    command = [sys.executable, str(RECIPE), str(rows)]
    return subprocess.check_output(command, env=server.env, text=True).splitlines()


@pytest.mark.slow
def test_imports_each_partition_in_a_worker(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    write_rows(rows, 1300)
    with rows.open("a") as file:
        file.write('{"email": 7}\n')
    with serve() as server:
        counts, failure = run_recipe(server, rows)
        assert counts == "2 partitions: 1300 created 1 failed"
        assert failure.endswith(": email is invalid")
        counts, _ = run_recipe(server, rows)
        assert counts == "2 partitions: 1300 exists 1 failed"
        assert sum(1 for _ in stream_users(server.client)) == 1300
