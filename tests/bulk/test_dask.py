"""bulk.dask: a cluster gives the report of one machine."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import pytest
from returns.result import Failure, Result, Success

from supabase_gotrue import Client, Error, Response, client_from_env, with_options
from supabase_gotrue.bulk import ImportedRow, dask, import_users, readers, stream_users
from supabase_gotrue.emulator import Emulator
from tests.bulk.cluster import Here
from tests.bulk.processes import serve, write_rows

NAMES: Final = ("GOTRUE_URL", "SUPABASE_SECRET_KEY")


def csv_lines(count: int = 400) -> Iterator[str]:
    """Yield rows with line breaks in quotes, blank lines, and everything that can fail."""
    yield "\ufeffemail;user_metadata.bio;phone;id;created_at\n"
    for number in range(count):
        yield f'user{number}@example.com;"reads\n""{number}"" books";;;\n'
        if number % 7 == 0:
            yield "\n"
        if number % 31 == 0:
            yield f"USER{number // 2}@example.com;;;;2026-01-01\n"
        if number % 37 == 0:
            yield f"other{number}@example.com;;15555550101;;\n"
        if number % 41 == 0:
            yield "nobody;;;;\n"
            yield f"id{number}@example.com;;;no-id;\n"


def jsonl_lines() -> Iterator[str]:
    for number in range(300):
        yield f'{{"email": "user{number % 290}@example.com",\n "email_confirm": true}}\n'
        yield "" if number % 50 else "oops\n"
        yield "\n" * (number % 3)


COLUMNS: Final = partial(readers.csv, columns={"created_at": None})
FILES: Final = [
    pytest.param(COLUMNS, "".join(csv_lines()), True, id="csv"),
    pytest.param(readers.jsonl, "".join(jsonl_lines()), True, id="jsonl"),
    pytest.param(
        readers.jsonl,
        "[\n" + ",\n".join(f'{{"email": "u{n}@b.c"}}' for n in range(300)) + "]",
        False,
        id="array",
    ),
    pytest.param(COLUMNS, "".join(csv_lines()) + 'x@b.c;"open\ny@b.c;;;;\n', True, id="open quote"),
]
SHORT_FILES: Final = [
    pytest.param(COLUMNS, "".join(csv_lines(45)), True, id="csv"),
    pytest.param(readers.jsonl, "", False, id="empty"),
    pytest.param(readers.csv, "nothing,known\n1,2\n", False, id="header"),
]


def seen(rows: Iterable[ImportedRow]) -> list[tuple[Any, ...]]:
    return [
        (row.number, row.outcome, row.user_id, row.error.message, row.error.metadata.get("line"))
        for row in sorted(rows, key=lambda row: row.number)
        if row.error is not None
    ]


@pytest.mark.parametrize(("reader", "text", "is_split"), SHORT_FILES)
def test_report_of_a_short_file_is_that_of_one_machine(
    tmp_path: Path, reader: Any, text: str, is_split: bool
) -> None:
    assert_same_report(tmp_path, reader, text, is_split, 700)


@pytest.mark.slow
@pytest.mark.parametrize("blocksize", [1, 700, "4KiB", 10**9])
@pytest.mark.parametrize(("reader", "text", "is_split"), FILES)
def test_report_is_that_of_one_machine(
    tmp_path: Path, reader: Any, text: str, is_split: bool, blocksize: int | str
) -> None:
    assert_same_report(tmp_path, reader, text, is_split, blocksize)


def assert_same_report(
    tmp_path: Path, reader: Any, text: str, is_split: bool, blocksize: int | str
) -> None:
    path = tmp_path / "users"
    path.write_text(text)
    one, many = Emulator().client(), Emulator().client()
    with path.open("rb") as file:
        rows = reader(file)
        expected = list(import_users(one, rows))
    cluster = Here()
    report = dask.import_users(
        cluster, path, reader, blocksize=blocksize, make_client=lambda: Success(many)
    )
    assert report.counts == Counter(row.outcome for row in expected)
    assert seen(report.failures) == seen(expected)
    assert (report.carried, report.left_out) == (dict(rows.carried), dict(rows.left_out))
    assert emails(many) == emails(one)
    assert (cluster.tasks > 2) == (is_split and blocksize != 10**9)


def emails(client: Client) -> set[str | None]:
    return {user.unwrap().email for user in stream_users(client)}


def test_firebase_is_imported_by_one_worker(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    path.write_text('{"users": [{"localId": "1", "email": "ada@example.com"}]}')
    client = Emulator().client()
    report = dask.import_users(
        Here(), path, readers.firebase, blocksize=1, make_client=lambda: Success(client)
    )
    assert report.counts == {"created": 1}


def test_refused_key_stops_the_import(tmp_path: Path) -> None:
    write_rows(tmp_path / "rows.jsonl", 300)
    refused = Success(Response(401, {}, b'{"code":"bad_jwt","message":"no"}'))
    client = with_options(Emulator().client(), transport=lambda _: refused).unwrap()
    report = dask.import_users(
        Here(),
        tmp_path / "rows.jsonl",
        readers.jsonl,
        blocksize=1000,
        make_client=lambda: Success(client),
    )
    *failed, last = report.failures
    assert 1 <= len(failed) <= 2
    assert (last.number, last.outcome, last.error and last.error.status) == (0, "failed", 401)


def no_client() -> Result[Client, Error]:
    return Failure(Error("validation", "no key"))


def raising(_file: Iterable[bytes], /) -> readers.UserRows:
    raise RuntimeError


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param({"path": "missing"}, "path cannot be read: FileNotFoundError", id="path"),
        pytest.param({"make_client": no_client}, "no key", id="client"),
        pytest.param({"reader": raising}, "the import raised RuntimeError", id="reader"),
        pytest.param({"path": 1}, "path is invalid", id="descriptor"),
        pytest.param({"reader": "csv"}, "reader is invalid", id="no reader"),
        pytest.param({"make_client": None}, "make_client is invalid", id="no function"),
        *(
            pytest.param({"blocksize": size}, "blocksize is invalid", id=f"blocksize {size!r}")
            for size in ("large", 0, -1, True, None, float("inf"))
        ),
        pytest.param({"max_concurrency": 0}, "max_concurrency is invalid", id="concurrency"),
    ],
)
def test_problem_of_the_import_is_its_last_failure(
    tmp_path: Path, arguments: dict[str, Any], message: str
) -> None:
    write_rows(tmp_path / "rows.jsonl", 3)
    client = Emulator().client()
    given: dict[str, Any] = {
        "path": tmp_path / "rows.jsonl",
        "reader": readers.jsonl,
        "make_client": lambda: Success(client),
        **arguments,
    }
    report = dask.import_users(Here(), **given)
    (failure,) = report.failures
    assert (report.counts, failure.number) == ({}, 0)
    assert failure.error is not None
    assert failure.error.message.startswith(message)


def die_once() -> Result[Client, Error]:
    """Return a client whose first use in a file's life ends the process."""
    client = client_from_env().unwrap()

    def send(request: Any) -> Any:
        result = client.transport(request)
        try:
            os.close(os.open(os.environ["DIED"], os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return result
        os._exit(1)

    return with_options(client, transport=send)


@pytest.mark.slow
def test_cluster_whose_worker_dies_imports_every_user_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from distributed import Client as Cluster
    from distributed import LocalCluster

    rows = tmp_path / "rows.jsonl"
    write_rows(rows, 600)
    with rows.open("a") as file:
        file.write('{"email": 7}\n{"email": "USER3@example.com"}\n')
    with serve() as server:
        for name in NAMES:
            monkeypatch.setenv(name, server.env[name])
        monkeypatch.setenv("DIED", str(tmp_path / "died"))
        options: dict[str, Any] = {"n_workers": 2, "threads_per_worker": 1}
        local: Any = LocalCluster(dashboard_address=":0", **options)
        with local, Cluster(local) as cluster:
            report = dask.import_users(
                cluster, rows, readers.jsonl, blocksize="8KiB", make_client=die_once
            )
            again = dask.import_users(cluster, rows, readers.jsonl, blocksize="8KiB")
        found = [user.unwrap().email for user in stream_users(server.client)]
    assert (tmp_path / "died").exists()
    assert len(found) == len(set(found)) == 600
    assert report.counts["failed"] == 2
    assert report.counts["created"] + report.counts["exists"] == 600
    assert again.counts == {"exists": 600, "failed": 2}
    assert [seen(r.failures) for r in (report, again)] == [
        [
            (601, "failed", None, "line 601: email is invalid", 601),
            (602, "failed", None, "line 602: email is also in line 4", 602),
        ]
    ] * 2
