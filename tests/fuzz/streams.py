"""Stream the users of a real server while they come and go: `python -m tests.fuzz.streams`.

GOTRUE_URL and GOTRUE_JWT_SECRET name the server. TIES is a shell command, run with the
variables TAG and SIZE, that gives users whose email holds TAG equal times in groups of SIZE;
without it, all times are distinct.
"""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from random import Random
from uuid import uuid4

import jwt
from returns.result import Result

from supabase_gotrue import Client, Error, Request, Response, init_client, with_options
from supabase_gotrue.bulk import delete_users, import_users, stream_users

USERS = 600
PER_PAGE = 50
SIZES = (1, 7, 130, USERS)


def connect() -> Client:
    url, secret = os.environ["GOTRUE_URL"], os.environ["GOTRUE_JWT_SECRET"]
    key = jwt.encode({"role": "service_role"}, secret, algorithm="HS256")
    return init_client(url, key, auth_url=url, timeout=60).unwrap()


def create(client: Client, tag: str, count: int) -> list[str]:
    rows = ({"email": f"{uuid4().hex}-{tag}@example.com"} for _ in range(count))
    return [str(row.user_id) for row in import_users(client, rows)]


@dataclass
class Churn:
    """Deletes three users and creates three after each response to a stream."""

    client: Client
    tag: str
    ids: list[str]
    random: Random
    requests: int = 0

    def __call__(self, request: Request) -> Result[Response, Error]:
        result = self.client.transport(request)
        self.requests += 1
        self.random.shuffle(self.ids)
        doomed, self.ids = self.ids[:3], self.ids[3:]
        assert all(r.unwrap() is None for _, r in delete_users(self.client, doomed))
        self.ids += create(self.client, self.tag, 3)
        return result


def stream(churn: Churn, per_page: int) -> list[str]:
    """Read all users, by streams that each resume where the last one stopped."""
    client = with_options(churn.client, transport=churn).unwrap()
    met: list[str] = []
    resume = None
    while True:
        part = stream_users(client, per_page=per_page, filter=churn.tag, resume=resume)
        for result in part:
            met.append(result.unwrap().id)
            if churn.random.random() < 0.005:
                resume = json.loads(json.dumps(part.resume))
                break
        else:
            return met


def main() -> None:
    client, ties = connect(), os.environ.get("TIES")
    for seed, size in enumerate(SIZES if ties else (1,)):
        tag = uuid4().hex
        churn = Churn(client, tag, create(client, tag, USERS), Random(seed))
        if ties:
            env = {**os.environ, "TAG": tag, "SIZE": str(size)}
            subprocess.run(ties, shell=True, check=True, env=env)
        before, begin = set(churn.ids), time.monotonic()
        met = stream(churn, PER_PAGE)
        stayed = before & set(churn.ids)
        print(
            f"groups of {size}: {len(stayed)} stayed, {len(stayed - set(met))} missed, "
            f"{len(met) - len(set(met))} yielded twice; {churn.requests} requests, "
            f"{time.monotonic() - begin:.0f} s",
            flush=True,
        )
        rest = {user.unwrap().id for user in stream_users(client, filter=tag)}
        assert all(r.unwrap() is None for _, r in delete_users(client, rest))


if __name__ == "__main__":
    main()
