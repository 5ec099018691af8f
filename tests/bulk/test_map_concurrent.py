"""map_concurrent: what it yields, how far it reads ahead, and how it stops."""

import math
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from itertools import count, islice
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Failure, Result, Success

from supabase_gotrue import Error
from supabase_gotrue.bulk import map_concurrent
from supabase_gotrue.bulk.concurrency import Pause
from tests.programs import PATIENCE, run_program, start_process, stop_process


def double(number: int) -> Result[int, Error]:
    return Success(2 * number)


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "map_concurrent"]


def assert_no_workers() -> None:
    for thread in workers():
        thread.join(PATIENCE)
    assert workers() == []


class Gate:
    """A function whose calls wait until they are let through, in any order."""

    def __init__(self) -> None:
        self.started: list[int] = []
        self.gates = {number: threading.Event() for number in range(20)}

    def __call__(self, number: int) -> Result[int, Error]:
        self.started.append(number)
        assert self.gates[number].wait(PATIENCE)
        return Success(number)

    def open(self, *numbers: int) -> None:
        for number in numbers:
            self.gates[number].set()


@given(
    items=st.lists(st.integers()),
    max_concurrency=st.integers(1, 9),
    ordered=st.booleans(),
)
def test_yields_each_item_with_its_result(
    items: list[int], max_concurrency: int, ordered: bool
) -> None:
    pairs = list(map_concurrent(double, items, max_concurrency=max_concurrency, ordered=ordered))
    expected = [(item, Success(2 * item)) for item in items]
    assert (pairs if ordered else sorted(pairs, key=lambda pair: pair[0])) == (
        expected if ordered else sorted(expected, key=lambda pair: pair[0])
    )
    assert workers() == []


def test_keeps_the_order_of_items() -> None:
    ended = {number: threading.Event() for number in range(4)}
    ended[3].set()

    def end_backwards(number: int) -> Result[int, Error]:
        assert ended[number + 1].wait(PATIENCE)
        ended[number].set()
        return Success(number)

    results = map_concurrent(end_backwards, range(3), max_concurrency=3)
    assert [item for item, _ in results] == [0, 1, 2]


def test_yields_calls_as_they_end() -> None:
    gate = Gate()
    results = map_concurrent(gate, range(3), max_concurrency=3, ordered=False)
    gate.open(2)
    assert next(results) == (2, Success(2))
    gate.open(0)
    assert next(results) == (0, Success(0))
    gate.open(1)
    assert list(results) == [(1, Success(1))]


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("max_concurrency", [1, 3, 8])
def test_reads_endless_items_as_results_are_taken(max_concurrency: int, ordered: bool) -> None:
    read: list[int] = []

    def items() -> Iterator[int]:
        for number in count():
            read.append(number)
            yield number

    results = map_concurrent(double, items(), max_concurrency=max_concurrency, ordered=ordered)
    assert read == []
    for taken, _ in enumerate(islice(results, 200), 1):
        assert len(read) <= taken + max_concurrency
    assert len(read) >= 200


def test_calls_at_most_so_many_at_a_time() -> None:
    running: list[int] = []
    highest: list[int] = []

    def measure(number: int) -> Result[int, Error]:
        running.append(number)
        highest.append(len(running))
        running.remove(number)
        return Success(number)

    assert len(list(map_concurrent(measure, range(500), max_concurrency=4))) == 500
    assert max(highest) <= 4


def test_calls_run_at_the_same_time() -> None:
    barrier = threading.Barrier(8)

    def meet(_: int) -> Result[int, Error]:
        return Success(barrier.wait(PATIENCE))

    assert len({result.unwrap() for _, result in map_concurrent(meet, range(8))}) == 8


def raises(_: int) -> Result[int, Error]:
    raise RuntimeError("secret-text")


def test_function_that_raises_is_a_failure() -> None:
    ((_, result),) = map_concurrent(raises, [1])
    error = result.failure()
    assert (error.code, "RuntimeError" in error.message) == ("unexpected", True)
    assert "test_map_concurrent.py" in error.message
    assert "secret-text" not in str(error.to_dict())


@pytest.mark.parametrize("returned", [None, 3, Failure("text"), Success])
def test_function_without_a_result_is_a_failure(returned: Any) -> None:
    ((_, result),) = map_concurrent(lambda _: returned, [1])
    assert result == Failure(Error("unexpected", "the function returned no Result"))


def test_items_that_raise_end_with_a_failure() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise KeyError("secret-text")

    first, (item, result) = map_concurrent(double, items())
    assert first == (1, Success(2))
    assert item is None
    assert "KeyError" in result.failure().message
    assert "secret-text" not in result.failure().message


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        pytest.param({"function": None}, ["function"], id="function"),
        pytest.param({"items": None}, ["items"], id="items"),
        pytest.param({"max_concurrency": 0}, ["max_concurrency"], id="zero"),
        pytest.param({"max_concurrency": True}, ["max_concurrency"], id="bool"),
        pytest.param({"max_concurrency": 1001}, ["max_concurrency"], id="many"),
        pytest.param({"ordered": None}, ["ordered"], id="ordered"),
        pytest.param({"function": 1, "items": 2}, ["function", "items"], id="both"),
    ],
)
def test_invalid_arguments_are_one_failure(arguments: dict[str, Any], wrong: list[str]) -> None:
    given: dict[str, Any] = {"function": double, "items": [], **arguments}
    ((item, result),) = map_concurrent(**given)
    assert (item, result.failure().code) == (None, "validation")
    assert list(result.failure().errors) == wrong


class Limited:
    """Asks for a pause a few times, then lets everything through."""

    def __init__(self, error: Error, times: int) -> None:
        self.error = error
        self.times = times
        self.calls: list[tuple[float, int]] = []
        self.lock = threading.Lock()

    def __call__(self, number: int) -> Result[int, Error]:
        with self.lock:
            self.calls.append((time.monotonic(), number))
            if len(self.calls) <= self.times:
                return Failure(self.error)
        return Success(number)


def test_all_calls_pause_when_one_is_asked_to() -> None:
    def calls_in_the_pause() -> int:
        limited = Limited(Error("too_many_requests", retry_after=1), times=1)
        pairs = list(map_concurrent(limited, range(50), max_concurrency=4))
        assert pairs == [(number, Success(number)) for number in range(50)]
        (asked, number), *later = limited.calls
        assert len(later) == 50
        assert number in [again for _, again in later]
        return sum(at < asked + 0.95 for at, _ in later)

    # Three were running when the answer came; on a busy machine, others begin before it is read.
    assert any(calls_in_the_pause() <= 3 for _ in range(10))


@pytest.mark.parametrize(
    ("error", "calls"),
    [
        pytest.param(Error("service_unavailable", retry_after=0), 2, id="unavailable"),
        pytest.param(
            Error("service_unavailable", retry_after=0, outcome_unknown=True), 1, id="unknown"
        ),
        pytest.param(Error("too_many_requests"), 1, id="no retry_after"),
        pytest.param(Error("not_found", retry_after=0), 1, id="final"),
    ],
)
def test_tries_again_what_may_be_repeated(error: Error, calls: int) -> None:
    limited = Limited(error, times=1)
    ((_, result),) = map_concurrent(limited, [7])
    assert len(limited.calls) == calls
    assert result == (Success(7) if calls == 2 else Failure(error))


def test_gives_up_on_an_item_that_is_never_let_through() -> None:
    error = Error("too_many_requests", retry_after=0)
    limited = Limited(error, times=1000)
    assert list(map_concurrent(limited, [7])) == [(7, Failure(error))]
    assert len(limited.calls) == 20


LONG: Final = [
    pytest.param(61, id="more than a minute"),
    pytest.param(999_999_999, id="31 years"),
    pytest.param(10**400, id="more than a float"),
    pytest.param(math.inf, id="infinite"),
    pytest.param(math.nan, id="nan"),
    pytest.param(-1, id="negative"),
    pytest.param("3", id="text"),
    pytest.param([], id="list"),
    pytest.param(True, id="bool"),
]


@pytest.mark.parametrize("retry_after", LONG)
def test_ignores_pause_that_is_too_long_or_not_a_number(retry_after: Any) -> None:
    error = Error("too_many_requests", retry_after=retry_after)
    limited = Limited(error, times=1)
    pairs = dict(map_concurrent(limited, range(9), max_concurrency=2))
    ((number, failed),) = [pair for pair in pairs.items() if isinstance(pair[1], Failure)]
    assert failed.failure() is error
    assert pairs == {n: Success(n) for n in range(9)} | {number: failed}
    assert len(limited.calls) == 9


def test_error_with_any_code_is_final() -> None:
    code: Any = ["unhashable"]
    error = Error(code, "message", retry_after=0)
    ((_, result),) = map_concurrent(Limited(error, times=1), [7])
    assert result.failure() is error


INTERRUPTS: Final = r"""
import itertools, signal, sys, threading
from returns.result import Success
from supabase_gotrue import Error
from supabase_gotrue.bulk import import_users, map_concurrent
from supabase_gotrue.emulator import Emulator

class Interrupt(BaseException):
    pass

def interrupt(*_):
    global is_armed
    if is_armed:  # a late alarm must not end the loop below
        is_armed = False
        raise Interrupt

client = Emulator().client()
numbers = itertools.count()

def run(kind):
    if kind == "map":
        return sum(1 for _ in map_concurrent(Success, range(40), max_concurrency=4))
    rows = ({"email": f"user{next(numbers)}@example.com"} for _ in range(40))
    return sum(row.outcome == "created" for row in import_users(client, rows))

is_armed = False
signal.signal(signal.SIGALRM, interrupt)
met = 0
for attempt in range(300):
    try:
        is_armed = True
        signal.setitimer(signal.ITIMER_REAL, 0.0002 * (attempt % 40 + 1))
        run(sys.argv[1])
        is_armed = False
    except Interrupt:
        met += 1
signal.setitimer(signal.ITIMER_REAL, 0)
print(met > 50, run(sys.argv[1]))
# An interrupted `Thread.start` of CPython may leave a thread that waits for a lock of its own,
# has run nothing of ours, and is not alive.
workers = [t for t in threading.enumerate() if t.name == "map_concurrent" and t.is_alive()]
for worker in workers:
    worker.join(60)
print(sum(worker.is_alive() for worker in workers))
"""


@pytest.mark.parametrize("kind", ["map", "import"])
def test_interrupts_at_any_moment_let_later_calls_end(kind: str) -> None:
    assert run_program(INTERRUPTS, kind).stdout.split() == ["True", "40", "0"]


def test_stops_its_threads_when_the_consumer_stops() -> None:
    called: list[int] = []

    def note(number: int) -> Result[int, Error]:
        called.append(number)
        return Success(number)

    for _ in map_concurrent(note, count(), max_concurrency=4):
        break
    assert_no_workers()
    assert len(called) <= 5


def test_stopping_does_not_wait_for_running_calls() -> None:
    gate = Gate()
    results = map_concurrent(gate, range(8), max_concurrency=3, ordered=False)
    gate.open(0)
    assert next(results) == (0, Success(0))
    del results
    assert workers() != []
    gate.open(*range(1, 8))
    assert_no_workers()
    assert len(gate.started) <= 4


def test_stopping_ends_a_pause() -> None:
    barrier = threading.Barrier(2)

    def limit_first(number: int) -> Result[int, Error]:
        barrier.wait(PATIENCE)
        if number == 0:
            return Failure(Error("too_many_requests", retry_after=60))
        return Success(number)

    results = map_concurrent(limit_first, count(), max_concurrency=2, ordered=False)
    assert next(results) == (1, Success(1))
    del results
    assert_no_workers()


def test_stopping_ends_a_pause_that_begins_later() -> None:
    pause = Pause()
    pause.stop()
    for _ in range(2):
        pause.sleep(3600)
    assert not pause.wait()


CTRL_C = r"""
import os, time
from returns.result import Success
from supabase_gotrue.bulk import map_concurrent

def slow(number):
    os.write(1, b"called\n")
    time.sleep(3600)
    return Success(number)

try:
    for _ in map_concurrent(slow, range(1000), max_concurrency=4):
        pass
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_ctrl_c_ends_the_program_at_once() -> None:
    command = [sys.executable, "-c", CTRL_C]
    with start_process(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "called\n"
        stop_process(process, signal.SIGINT)
        assert "interrupted" in process.stdout.read()
    assert process.returncode == 0


def test_interpreter_exit_passes_from_a_call() -> None:
    def leave(_: int) -> Result[int, Error]:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        list(map_concurrent(leave, [1]))
    assert_no_workers()


def test_calls_see_the_context_of_their_caller() -> None:
    variable: ContextVar[str] = ContextVar("variable", default="default")

    def read(number: int) -> Result[str, Error]:
        seen = variable.get()
        variable.set(f"changed by {number}")
        return Success(seen)

    variable.set("the caller's")
    assert {r.unwrap() for _, r in map_concurrent(read, range(20))} == {"the caller's"}
    assert variable.get() == "the caller's"


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        pytest.param(2, Success(0), id="some"),
        pytest.param(0, Failure(Error("unexpected", "no thread could be started")), id="none"),
    ],
)
def test_system_without_more_threads(
    monkeypatch: pytest.MonkeyPatch, allowed: int, expected: Result[int, Error]
) -> None:
    start: Callable[[threading.Thread], None] = threading.Thread.start
    started: list[threading.Thread] = []

    def limited(thread: threading.Thread) -> None:
        if len(started) >= allowed:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", limited)
    pairs = list(map_concurrent(lambda _: Success(0), range(30), max_concurrency=8))
    assert pairs == [(number, expected) for number in range(30)]
