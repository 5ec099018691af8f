"""Import 100,000 users, killed ten times, and export them while others come and go.

Run by hand: `python -m tests.fuzz.kills [users [kills]]`.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from supabase_gotrue import Client
from supabase_gotrue.bulk import export_users, stream_users
from supabase_gotrue.bulk.new_users import derive_user_id
from tests.bulk.processes import CHURN, HASH, Report, import_with_kills, program, serve, write_rows


def check_report(report: Report, client: Client, count: int) -> None:
    """Check that each row is there once, and that the reports say nothing else."""
    expected = {
        email: str(derive_user_id(client.api_key, "email", email))
        for email in (f"user{number}@example.com" for number in range(count))
    }
    found = [(user.email, user.id) for user in (r.unwrap() for r in stream_users(client))]
    assert len(found) == count
    assert dict(found) == expected
    assert report.outcomes("failed") == []
    created = report.outcomes("created")
    assert len(created) == len(set(created))
    for run in report.runs:
        numbers = [number for number, _, _ in run]
        assert len(numbers) == len(set(numbers))
        assert all(expected[f"user{n - 1}@example.com"] == user_id for n, _, user_id in run)
    assert len(report.runs[-1]) == count


def main() -> None:
    users, kills = (int(text) for text in [*sys.argv[1:], *("100000", "10")[len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as folder, serve() as server:
        rows, ids = Path(folder) / "rows.jsonl", Path(folder) / "ids"
        write_rows(rows, users)
        begin = time.monotonic()
        report = import_with_kills(server, rows, kills, most=users // 4, seed=int(begin))
        print(f"imported in {time.monotonic() - begin:.0f} s", flush=True)
        for run in report.runs:
            print(dict(Counter(outcome for _, outcome, _ in run)))
        check_report(report, server.client, users)
        all_ids = [user_id for _, _, user_id in report.runs[-1]]
        ids.write_text("".join(f"{user_id}\n" for user_id in all_ids[::3]))
        with program(CHURN, server, str(ids), HASH) as churn:
            assert churn.stdout is not None
            assert churn.stdout.readline()
            lines = [json.loads(line.unwrap())["id"] for line in export_users(server.client)]
            churn.kill()
            deleted = 1 + len(churn.stdout.readlines())
        missed = {*all_ids} - {*all_ids[::3]} - {*lines}
        duplicates = len(lines) - len({*lines})
        print(f"exported {len(lines)}, of whom {deleted} were deleted meanwhile")
        print(f"{len(missed)} missed, {duplicates} exported twice")
        assert not missed
        assert not duplicates


if __name__ == "__main__":
    main()
