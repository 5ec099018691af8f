"""stream_users: complete, each user once, whatever changes between two requests."""

import json
from collections.abc import Sequence
from typing import Any, Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from returns.result import Failure, Result, Success

from supabase_gotrue import Client, Error, Request, Response, with_options
from supabase_gotrue.bulk import UserStream, stream_users
from tests.bulk.listing import LivingServer, client_of

MODES: Final = pytest.mark.parametrize("cursor", [True, False], ids=["cursor", "pages"])


def ids(stream: UserStream) -> list[str]:
    return [user.unwrap().id for user in stream]


def server_with(count: int, *, cursor: bool, ties: int = 1, seed: int = 0) -> LivingServer:
    server = LivingServer(cursor=cursor, seed=seed)
    for number in range(count):
        server.create()
        server.clock.now += (number + 1) % ties == 0
    return server


class StreamMachine(RuleBasedStateMachine):
    """Streams of users, resumed and failing, while users come and go between requests."""

    cursor = False
    ended = 0

    @initialize(
        count=st.integers(0, 60),
        ties=st.sampled_from([1, 2, 7, 100]),
        per_page=st.sampled_from([1, 2, 3, 5, 10, 50, 1000]),
        seed=st.integers(0, 9),
    )
    def start(self, count: int, ties: int, per_page: int, seed: int) -> None:
        self.server = server_with(count, cursor=self.cursor, ties=ties, seed=seed)
        self.per_page = per_page
        self.stream = stream_users(self.server.client, per_page=per_page)
        self.from_the_start = set(self.server.ids)
        self.met: list[str] = []
        self.is_done = False

    @precondition(lambda self: not self.is_done)
    @rule(
        times=st.integers(1, 30),
        creates=st.integers(0, 3),
        deletes=st.lists(st.integers(0, 1000), max_size=3),
        tick=st.sampled_from([0, 1]),
    )
    def take(self, times: int, creates: int, deletes: Sequence[int], tick: int) -> None:
        def change() -> None:
            for _ in range(creates):
                self.server.create()
                self.server.clock.now += tick
            for index in deletes:
                self.server.delete(index)

        self.server.between = change
        for _ in range(times):
            result = next(self.stream, None)
            if result is None:
                self.is_done = True
                return
            self.met.append(result.unwrap().id)

    @precondition(lambda self: not self.is_done)
    @rule()
    def lose_a_response(self) -> None:
        self.server.fault = Error("timeout")
        for result in self.stream:
            if isinstance(result, Failure):
                assert result.failure() == Error("timeout")
                assert list(self.stream) == []
                self.resume_elsewhere()
                return
            self.met.append(result.unwrap().id)
        self.server.fault = None
        self.is_done = True

    @precondition(lambda self: not self.is_done)
    @rule()
    def resume_elsewhere(self) -> None:
        resume = json.loads(json.dumps(self.stream.resume))
        self.stream = stream_users(self.server.client, per_page=self.per_page, resume=resume)

    @rule(by=st.sampled_from([-5, 1]))
    def set_the_clock(self, by: int) -> None:
        """A server of several machines has several clocks."""
        self.server.clock.now += by

    @invariant()
    def no_user_is_yielded_twice(self) -> None:
        assert len(self.met) == len(set(self.met))
        assert set(self.met) <= self.server.ever

    @invariant()
    def every_user_who_stayed_is_yielded(self) -> None:
        if self.is_done:
            assert self.from_the_start & set(self.server.ids) <= set(self.met)
            assert list(self.stream) == []

    def teardown(self) -> None:
        if hasattr(self, "server"):
            self.server.between = lambda: None
            self.server.fault = None
            self.met += ids(self.stream)
            self.is_done = True
            type(self).ended += 1
            self.no_user_is_yielded_twice()
            self.every_user_who_stayed_is_yielded()
            self.server.emulator.close()


class CursorMachine(StreamMachine):
    cursor = True


@pytest.mark.parametrize("machine", [StreamMachine, CursorMachine])
def test_yields_every_user_once(machine: type[StreamMachine]) -> None:
    run_state_machine_as_test(machine, settings=settings(max_examples=15, stateful_step_count=12))
    assert machine.ended >= 15


@MODES
@pytest.mark.parametrize("ties", [1, 7, 40, 1000])
def test_streams_many_users(cursor: bool, ties: int) -> None:
    server = server_with(120, cursor=cursor, ties=ties)
    stream = stream_users(server.client, per_page=15)
    assert (stream.total, stream.resume) == (None, None)
    assert sorted(ids(stream)) == sorted(server.ids)
    assert stream.total == 120
    assert list(stream_users(server.client, resume=stream.resume)) == []


@MODES
def test_is_lazy(cursor: bool) -> None:
    server = server_with(80, cursor=cursor)
    stream = stream_users(server.client, per_page=20)
    assert server.requests == []
    assert isinstance(next(stream), Success)
    assert len(server.requests) == 2


@MODES
def test_asks_for_as_many_pages_as_there_are(cursor: bool) -> None:
    server = server_with(75, cursor=cursor)
    assert len(ids(stream_users(server.client, per_page=15))) == 75
    assert len(server.requests) <= 7


@MODES
@pytest.mark.parametrize("count", [0, 1, 3])
def test_few_users(cursor: bool, count: int) -> None:
    server = server_with(count, cursor=cursor)
    stream = stream_users(server.client)
    assert sorted(ids(stream)) == sorted(server.ids)
    assert stream.total == count
    assert stream.resume is not None


def test_order() -> None:
    oldest_first = server_with(30, cursor=True)
    newest_first = server_with(30, cursor=False)
    assert ids(stream_users(oldest_first.client, per_page=7)) == oldest_first.ids
    assert ids(stream_users(newest_first.client, per_page=7)) == newest_first.ids[::-1]


@MODES
def test_filter_goes_with_every_request(cursor: bool) -> None:
    server = server_with(40, cursor=cursor)
    client = server.admin
    stream = stream_users(client, per_page=3, filter="user1")
    first = [next(stream).unwrap().email for _ in range(4)]
    rest = stream_users(client, per_page=2, resume=stream.resume)
    emails = first + [user.unwrap().email for user in rest]
    expected = [f"user{n}@example.com" for n in (1, *range(10, 20))]
    assert sorted(map(str, emails)) == sorted(expected)
    assert (stream.total, rest.total) == (11, 11)


def test_ends_although_users_are_created_for_ever() -> None:
    server = server_with(10, cursor=True)

    def create() -> None:
        for _ in range(3):
            server.create()
            server.clock.now += 1

    first = list(server.ids)
    server.between = create
    met = ids(stream_users(server.client, per_page=2))
    assert set(first) <= set(met)
    assert len(met) <= 20


def test_total_that_cannot_be_read_is_read_later() -> None:
    server = server_with(5, cursor=True)

    def lose_the_second_response() -> None:
        server.fault = Error("timeout") if len(server.requests) == 1 else None

    server.between = lose_the_second_response
    stream = stream_users(server.client, per_page=2)
    assert next(stream).unwrap().id == server.ids[0]
    assert stream.total is None
    assert ids(stream) == server.ids[1:]
    assert stream.total == 5


@MODES
def test_failure_ends_the_stream_which_can_be_resumed(cursor: bool) -> None:
    server = server_with(30, cursor=cursor)
    stream = stream_users(server.client, per_page=10)
    met = [next(stream).unwrap().id for _ in range(4)]
    assert stream.total == 30
    server.fault = Error("service_unavailable", retry_after=1)
    results = list(stream)
    assert results[-1] == Failure(Error("service_unavailable", retry_after=1))
    met += [result.unwrap().id for result in results[:-1]]
    met += ids(stream_users(server.client, resume=stream.resume))
    assert sorted(met) == sorted(server.ids)


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        pytest.param({"per_page": 0}, ["per_page"], id="per_page"),
        pytest.param({"per_page": 2**40}, ["per_page"], id="large per_page"),
        pytest.param({"filter": 3}, ["filter"], id="filter"),
        pytest.param({"resume": "text"}, ["resume"], id="text"),
        pytest.param({"resume": {"mode": "magic"}}, ["resume"], id="mode"),
        pytest.param({"resume": {"mode": "page", "id": "x"}}, ["resume"], id="no time"),
        pytest.param({"resume": {"unknown": 1}}, ["resume"], id="unknown"),
        pytest.param({"resume": {"filter": "a"}, "filter": "b"}, ["filter"], id="other filter"),
        pytest.param({"per_page": "x", "filter": 3, "resume": 3}, [*"pfr"], id="all"),
    ],
)
def test_invalid_arguments_are_one_failure(arguments: dict[str, Any], wrong: list[str]) -> None:
    server = LivingServer(cursor=True)
    stream = stream_users(server.client, **arguments)
    (result,) = stream
    assert [name[: len(wrong[0])] for name in result.failure().errors] == wrong
    assert (list(stream), server.requests) == ([], [])
    assert (stream.resume, stream.total) == (arguments.get("resume"), None)


def test_invalid_client_is_one_failure() -> None:
    anything: Any = None
    (result,) = stream_users(anything)
    assert result.failure().errors == {"client": ("is invalid",)}


USERS: Final = [
    {"id": f"{n}", "aud": "a", "created_at": f"2026-01-0{n}T00:00:00Z"} for n in range(1, 6)
]


def answering(*bodies: dict[str, Any], total: int | None = None) -> Client:
    """Return a client whose server answers with some bodies in turn, the last for ever."""
    left = list(bodies)
    headers = {} if total is None else {"x-total-count": str(total)}

    def answer(_: Request) -> Result[Response, Error]:
        body = left.pop(0) if len(left) > 1 else left[0]
        return Success(Response(200, headers, json.dumps(body).encode()))

    return client_of(answer)


def by_cursor(users: list[dict[str, str]], **pagination: object) -> dict[str, Any]:
    return {"users": users, "pagination": pagination}


@pytest.mark.parametrize(
    ("client", "message"),
    [
        pytest.param(
            answering(by_cursor(USERS[:2], has_more=True, next_cursor="c")),
            "the server's cursor does not advance",
            id="same page again",
        ),
        pytest.param(
            answering(by_cursor(USERS[:2], has_more=True)),
            "the server's cursor does not advance",
            id="no cursor",
        ),
        pytest.param(
            answering(by_cursor(USERS[:2], has_more=True, next_cursor="c"), {"users": USERS}),
            "the server no longer paginates by cursor",
            id="cursor switched off",
        ),
        pytest.param(
            answering(by_cursor(USERS[1::-1], has_more=False)),
            "the server's users are not sorted",
            id="cursor unsorted",
        ),
        pytest.param(
            answering({"users": USERS[::-1]}, total=5),
            "the server's users are not sorted",
            id="pages unsorted",
        ),
        pytest.param(
            answering({"users": USERS}, total=9),
            "the server's pages have no end",
            id="per_page is limited",
        ),
        pytest.param(
            answering({"users": USERS[:1]}, {"users": USERS * 2}),
            "the server's users are not sorted",
            id="more than was asked for",
        ),
    ],
)
def test_server_that_contradicts_itself(client: Client, message: str) -> None:
    *_, last = stream_users(client, per_page=2)
    assert (last.failure().code, last.failure().message) == ("invalid_response", message)


def test_server_without_a_total() -> None:
    server = server_with(300, cursor=False)

    def without_total(request: Request) -> Result[Response, Error]:
        return server(request).map(lambda r: Response(r.status, {}, r.body))

    client = with_options(server.client, transport=without_total).unwrap()
    stream = stream_users(client, per_page=10)
    assert sorted(ids(stream)) == sorted(server.ids)
    assert stream.total is None


def test_users_that_are_deleted_between_the_count_and_the_page() -> None:
    server = server_with(20, cursor=False)

    def counted_before(request: Request) -> Result[Response, Error]:
        response = server(request).unwrap()
        if len(server.requests) == 2:
            total = int(response.headers["x-total-count"]) + 1
            return Success(Response(200, {"x-total-count": str(total)}, response.body))
        return Success(response)

    client = with_options(server.client, transport=counted_before).unwrap()
    assert sorted(ids(stream_users(client, per_page=30))) == sorted(server.ids)
