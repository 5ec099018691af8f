"""A server whose lists behave as PostgreSQL's: equal times have no order, pages move."""

import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from returns.result import Failure, Result, Success

from supabase_gotrue import Client, Error, Request, Response, init_client, with_options
from supabase_gotrue.admin import create_user, delete_user
from supabase_gotrue.emulator import Emulator

START = 1_800_000_000.0


class Clock:
    """A clock that is set by hand, so that users can have equal times."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


class LivingServer:
    """An emulator that changes between requests, and mixes users of equal times.

    Args:
        cursor: Whether it paginates by cursor.
        seed: Of the order among equal times.
    """

    def __init__(self, *, cursor: bool, seed: int = 0) -> None:
        self.clock = Clock()
        self.emulator = Emulator(clock=self.clock, cursor_pagination=cursor)
        self.admin = self.emulator.client()
        self.random = random.Random(seed)
        self.ids: list[str] = []
        self.ever: set[str] = set()
        self.requests: list[str] = []
        self.between: Callable[[], None] = lambda: None
        self.fault: Error | None = None
        self._number = 0

    @property
    def client(self) -> Client:
        return with_options(self.admin, transport=self).unwrap()

    def create(self) -> str:
        self._number += 1
        email = f"user{self._number}@example.com"
        user = create_user(self.admin, {"email": email, "password_hash": HASH}).unwrap()
        self.ids.append(user.id)
        self.ever.add(user.id)
        return user.id

    def delete(self, index: int) -> None:
        if self.ids:
            delete_user(self.admin, self.ids.pop(index % len(self.ids))).unwrap()

    def __call__(self, request: Request) -> Result[Response, Error]:
        self.requests.append(request.url)
        if self.fault is not None:
            error, self.fault = self.fault, None
            return Failure(error)
        query = {name: values[0] for name, values in parse_qs(urlsplit(request.url).query).items()}
        result = self.emulator(request)
        if "pagination" not in json.loads(result.unwrap().body):
            result = self._mixed(request, query)
        self.between()
        return result

    def _mixed(self, request: Request, query: dict[str, str]) -> Result[Response, Error]:
        """Answer a page of the list with users of equal times in any order."""
        page, per_page = int(query.get("page", 1)), int(query.get("per_page", 50))
        url = request.url.partition("?")[0] + "?page=1&per_page=1000000"
        if "sort" in query:
            url += "&sort=created_at%20asc"
        whole = self.emulator(Request("GET", url, request.headers)).unwrap()
        body: dict[str, Any] = json.loads(whole.body)
        users: list[dict[str, Any]] = body["users"]
        self.random.shuffle(users)
        users.sort(key=lambda user: user["created_at"], reverse="sort" not in query)
        body["users"] = users[(page - 1) * per_page : page * per_page]
        total = {"x-total-count": str(len(users)), "content-type": "application/json"}
        return Success(Response(200, total, json.dumps(body).encode()))


HASH = "$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"


def client_of(transport: Callable[[Request], Result[Response, Error]]) -> Client:
    return init_client("http://localhost", "key", transport=transport).unwrap()
