"""Memory does not grow with the number of users."""

from typing import Final

import pytest

from tests.programs import run_program

MOST_KILOBYTES: Final = 48 * 1024
PEAK: Final = "; import resource; print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
# A process begins with the peak of the one that started it: a small one stands between.
LAUNCH: Final = (
    "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]], check=True)"
)
CLIENT: Final = """
from returns.result import Success
from supabase_gotrue import Response, init_client
from supabase_gotrue.bulk import export_users, import_users, readers, stream_users
from supabase_gotrue.transports import RequestsTransport
from tests.bench.canned_users import USERS, body_for
import requests

def answer(request):
    target = request.url.partition("localhost")[2]
    return Success(Response(200, {"x-total-count": str(USERS)}, body_for(request.method, target)))

client = init_client("http://localhost", "key", transport=answer).unwrap()
lines = (f'{{"email": "user{n}@example.com", "password": "secret-{n}"}}' for n in range(USERS))
"""
PROGRAMS: Final = {
    "stream": "assert sum(1 for user in stream_users(client) if user.unwrap()) == USERS",
    "export": "assert sum(len(line.unwrap()) for line in export_users(client)) > 5e7",
    "import": (
        "rows = readers.jsonl(lines); "
        "assert {row.outcome for row in import_users(client, rows)} == {'created'}"
    ),
}


def peak_kilobytes(program: str) -> int:
    return int(run_program(LAUNCH, program + PEAK).stdout)


@pytest.mark.slow
@pytest.mark.parametrize("name", PROGRAMS)
def test_hundred_thousand_users_take_little_memory(name: str) -> None:
    peak = peak_kilobytes(CLIENT + PROGRAMS[name])
    assert 0 < peak - peak_kilobytes("pass") <= MOST_KILOBYTES
