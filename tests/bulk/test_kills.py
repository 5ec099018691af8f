"""Imports that are killed, and exports of a server that others change."""

import json
from pathlib import Path

import pytest

from supabase_gotrue.bulk import export_users, stream_users
from tests.bulk.processes import CHURN, HASH, import_with_kills, program, serve, write_rows
from tests.fuzz.kills import check_report


@pytest.mark.slow
def test_import_that_is_killed_is_finished_by_running_it_again(tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    write_rows(rows, 300)
    with serve() as server:
        report = import_with_kills(server, rows, kills=3, most=200, seed=13)
        check_report(report, server.client, 300)
    assert [len(run) == 300 for run in report.runs] == [False, False, False, True]


@pytest.mark.slow
def test_export_while_another_process_creates_and_deletes(tmp_path: Path) -> None:
    rows, ids = tmp_path / "rows.jsonl", tmp_path / "ids"
    write_rows(rows, 300)
    with serve() as server:
        import_with_kills(server, rows, kills=0, most=1, seed=0)
        users = [user.unwrap().id for user in stream_users(server.client)]
        ids.write_text("".join(f"{user_id}\n" for user_id in users[::3]))
        with program(CHURN, server, str(ids), HASH) as churn:
            assert churn.stdout is not None
            assert churn.stdout.readline()
            exported = [json.loads(line.unwrap())["id"] for line in export_users(server.client)]
    assert len(exported) == len(set(exported))
    assert {*users} - {*users[::3]} <= {*exported}
