"""Import users on a Dask cluster: `python dask_import.py users.jsonl [scheduler]`.

Each partition of the file is imported by one worker. A lost worker's partition is imported
again by another, which creates nobody twice. The workers need the same environment variables
as `client_from_env`, and no key is sent to the scheduler.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple, cast

import dask.bag
from distributed import Client as Cluster
from distributed import LocalCluster

from supabase_gotrue import client_from_env
from supabase_gotrue.bulk import import_users, readers


class Report(NamedTuple):
    """What became of a partition; JSON types only."""

    outcomes: dict[str, int]
    failures: list[dict[str, object]]


def import_partition(lines: Iterable[str]) -> list[Report]:
    """Import the lines of a partition, in a worker."""
    client = client_from_env().unwrap()
    outcomes: Counter[str] = Counter()
    failures: list[dict[str, object]] = []
    for row in import_users(client, readers.jsonl(lines), max_concurrency=2):
        outcomes[row.outcome] += 1
        if row.error is not None:
            failures.append(row.error.to_dict())
    return [Report(dict(outcomes), failures)]


def main() -> None:
    path, *scheduler = sys.argv[1:]
    cluster = scheduler[0] if scheduler else LocalCluster(n_workers=2, dashboard_address=":0")
    with Cluster(cluster):
        bag = cast("Any", dask.bag).read_text(path, blocksize="64KiB")
        reports: list[Report] = bag.map_partitions(import_partition).compute()
    outcomes = Counter[str]()
    for report in reports:
        outcomes.update(report.outcomes)
    print(len(reports), "partitions:", *(f"{n} {name}" for name, n in sorted(outcomes.items())))
    for failure in (failure for report in reports for failure in report.failures):
        print(failure["message"])


if __name__ == "__main__":
    main()
