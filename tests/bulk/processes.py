"""Importers and servers in processes of their own, which can be killed."""

import json
import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from supabase_gotrue import Client, init_client
from tests.programs import Process, start_process

HASH: Final = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
IMPORT: Final = """
import os, sys
from supabase_gotrue import client_from_env
from supabase_gotrue.bulk import import_users, readers

with open(sys.argv[1]) as file:
    for row in import_users(client_from_env().unwrap(), readers.jsonl(file)):
        os.write(1, f"{row.number} {row.outcome} {row.user_id}\\n".encode())
"""
CHURN: Final = """
import itertools, sys
from supabase_gotrue import client_from_env
from supabase_gotrue.admin import create_user, delete_user

client = client_from_env().unwrap()
with open(sys.argv[1]) as ids:
    for number in itertools.count():
        email = f"churn{number}@example.com"
        create_user(client, {"email": email, "password_hash": sys.argv[2]}).unwrap()
        user_id = ids.readline().strip()
        if user_id:
            delete_user(client, user_id).unwrap()
            print(user_id, flush=True)
"""


class Server(NamedTuple):
    """An emulator over a socket."""

    url: str
    key: str

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, "GOTRUE_URL": self.url, "SUPABASE_SECRET_KEY": self.key}

    @property
    def client(self) -> Client:
        return init_client(self.url, self.key, auth_url=self.url, timeout=60).unwrap()


@contextmanager
def serve() -> Generator[Server]:
    command = [sys.executable, "-m", "supabase_gotrue.emulator", "--port", "0"]
    with start_process(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(3)]
        url, key = (line.partition("=")[2] for line in lines[1:])
        yield Server(url, key)
        process.terminate()


@contextmanager
def program(code: str, server: Server, *arguments: str) -> Generator[Process]:
    """Run a program; it is killed at the end of the block."""
    command = [sys.executable, "-c", code, *arguments]
    with start_process(command, stdout=subprocess.PIPE, env=server.env) as process:
        yield process
        process.kill()


def write_rows(path: Path, count: int) -> None:
    with path.open("w") as file:
        for number in range(count):
            attrs = {"email": f"user{number}@example.com", "password_hash": HASH}
            file.write(json.dumps(attrs) + "\n")


class Report(NamedTuple):
    """What importers printed about rows: (number, outcome, user id), one list for each run."""

    runs: list[list[tuple[int, str, str]]]

    def outcomes(self, outcome: str) -> list[int]:
        return [number for run in self.runs for number, printed, _ in run if printed == outcome]


def import_with_kills(server: Server, rows: Path, kills: int, most: int, seed: int) -> Report:
    """Import a file; kill the importer several times after a random number of rows."""
    random = Random(seed)
    report = Report([])
    for _ in range(kills):
        report.runs.append(import_rows(server, rows, random.randrange(1, most)))
    report.runs.append(import_rows(server, rows, None))
    return report


def import_rows(server: Server, rows: Path, limit: int | None) -> list[tuple[int, str, str]]:
    imported: list[tuple[int, str, str]] = []
    with program(IMPORT, server, str(rows)) as process:
        assert process.stdout is not None
        for line in process.stdout:
            number, outcome, user_id = line.split()
            imported.append((int(number), outcome, user_id))
            if len(imported) == limit:
                break
    return imported
