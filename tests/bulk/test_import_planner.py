"""`import_planner`: what follows what, without a server, threads or waiting."""

from collections import Counter
from collections.abc import Callable, Iterable
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from returns.result import Failure, Result

from supabase_gotrue import Error, User
from supabase_gotrue.bulk.import_planner import (
    Call,
    Done,
    ImportedRow,
    ImportPlanner,
    PauseAll,
    Progress,
    Start,
    Step,
    Wait,
    fail,
    next_step,
)
from supabase_gotrue.bulk.seen_users import Key, SeenUsers

Answer = Callable[[Call], Result[User, Error]]
NOT_FOUND: Final = Error("not_found", error_code="user_not_found", status=404)
UNCONNECTED: Final = Error("connection_error")


def plan(rows: Iterable[object]) -> ImportPlanner:
    planner = ImportPlanner("key", unguessable_passwords=False)
    for row in rows:
        planner.add(row, None, is_parsed=False)
    return planner


def first_call(row: object) -> Call:
    start = plan([row]).start()
    assert start is not None
    assert isinstance(start.step, Call)
    return start.step


def steps(row: object, *results: Result[User, Error]) -> list[Step]:
    """What follows each result."""
    found: list[Step] = [first_call(row)]
    for result in results:
        step = found[-1]
        assert isinstance(step, (Call, Wait, PauseAll))
        found.append(next_step(step if isinstance(step, Call) else step.then, result))
    return found[1:]


def kinds(found: Iterable[Step]) -> list[str]:
    return [
        step.imported.outcome
        if isinstance(step, Done)
        else step.kind
        if isinstance(step, Call)
        else f"{type(step).__name__} {step.seconds} {step.then.kind}"
        for step in found
    ]


def run_all(
    rows: Iterable[object], answer: Answer, *, running: int = 4, random: Random | None = None
) -> list[ImportedRow]:
    """Run a whole import; each time, a random running row makes its next step."""
    choose = random or Random(1)
    planner = ImportPlanner("key", unguessable_passwords=False)
    source = iter(rows)
    begun: list[tuple[Start, Step]] = []
    ended: list[ImportedRow] = []
    is_exhausted = False
    while True:
        while planner.has_room(running) and not is_exhausted:
            content = next(source, source)
            is_exhausted = content is source
            if not is_exhausted:
                planner.add(content, None, is_parsed=False)
        while (start := planner.start()) is not None:
            begun.append((start, start.step))
        if (imported := planner.take()) is not None:
            ended.append(imported)
            continue
        if not begun:
            break
        start, step = begun.pop(choose.randrange(len(begun)))
        if isinstance(step, Done):
            planner.finish(start, step)
        else:
            call = step if isinstance(step, Call) else step.then
            begun.append((start, next_step(call, answer(call))))
    if planner.error is not None:
        ended.append(ImportedRow(0, "failed", error=planner.error))
    return ended


def created(call: Call) -> Result[User, Error]:
    return User.parse({"id": call.progress.row.user.params.id, "aud": "", "created_at": TIME})


TIME: Final = "2026-01-01T00:00:00Z"
ADDRESSES: Final = st.sampled_from(["a@b.c", "A@b.c", "d@b.c", "", "invalid"])
PHONES: Final = st.sampled_from(["", "+1 555", "1555", "1556"])
IDS: Final = st.sampled_from(["", *(f"{number:032x}" for number in (1, 2))])
ROWS: Final = st.lists(
    st.fixed_dictionaries({"email": ADDRESSES, "phone": PHONES, "id": IDS}), max_size=12
)


def rejecting(call: Call) -> Result[User, Error]:
    if call.progress.row.user.email == "invalid":
        return Failure(Error("bad_request", status=400))
    return created(call)


def expected(rows: Iterable[dict[str, str]]) -> list[tuple[int, str, dict[str, Any]]]:
    """Row by row: an earlier row with the same id, email or phone counts if it was created."""
    seen: dict[tuple[str, str], int] = {}
    outcomes: list[tuple[int, str, dict[str, Any]]] = []
    for number, row in enumerate(rows, 1):
        keys = {
            name: (name, value.lower().removeprefix("+").replace(" ", ""))
            for name, value in row.items()
            if value
        }
        errors = {
            name: (f"is also in row {seen[key]}",) for name, key in keys.items() if key in seen
        }
        if not row["email"] and not row["phone"]:
            outcomes.append((number, "failed", {}))
        elif errors or row["email"] == "invalid":
            outcomes.append((number, "failed", errors))
        else:
            outcomes.append((number, "created", {}))
            seen |= dict.fromkeys(keys.values(), number)
    return outcomes


@given(rows=ROWS, running=st.integers(1, 12), seed=st.integers())
def test_outcomes_do_not_depend_on_what_runs_at_the_same_time(
    rows: list[dict[str, str]], running: int, seed: int
) -> None:
    imported = sorted(run_all(rows, rejecting, running=running, random=Random(seed)))
    assert [(row.number, row.outcome, duplicates(row)) for row in imported] == expected(rows)


def duplicates(row: ImportedRow) -> dict[str, Any]:
    errors = {} if row.error is None else dict(row.error.errors)
    return {name: messages for name, messages in errors.items() if "is also" in messages[0]}


GATEWAY_ERRORS: Final = [
    UNCONNECTED,
    Error("connection_error", outcome_unknown=True),
    Error("timeout"),
    *(Error("unexpected", status=status) for status in (502, 520, 525, 530, 540)),
    Error("service_unavailable", status=503),
]


@pytest.mark.parametrize("error", GATEWAY_ERRORS, ids=repr)
def test_stops_after_32_rows_that_did_not_reach_the_server(error: Error) -> None:
    rows = [{"email": f"user{number}@b.c"} for number in range(100)]
    imported = run_all(rows, lambda _: Failure(error))
    assert [row.outcome for row in imported[:32]] == ["failed"] * 32
    assert len({row.number for row in imported}) == len(imported) < 40
    assert imported[-1] == ImportedRow(0, "failed", error=error)


@pytest.mark.parametrize(
    "error",
    [
        Error("server_error", status=500),
        Error("gateway_timeout", status=504),
        Error("timeout", outcome_unknown=True),
        Error("service_unavailable", status=503, error_code="hook_timeout"),
        Error("unprocessable_entity", status=422),
    ],
    ids=repr,
)
def test_other_failures_do_not_stop_the_import(error: Error) -> None:
    rows = [{"email": f"user{number}@b.c"} for number in range(100)]
    imported = run_all(rows, lambda _: Failure(error))
    assert Counter(row.number > 0 for row in imported) == {True: 100}


def test_row_that_reaches_the_server_ends_the_succession() -> None:
    rows = [{"email": f"user{number}@b.c"} for number in range(200)]

    def answer(call: Call) -> Result[User, Error]:
        return created(call) if call.progress.row.number % 32 == 0 else Failure(UNCONNECTED)

    assert len(run_all(rows, answer, running=1)) == 200


def test_rows_that_are_not_sent_do_not_end_the_succession() -> None:
    rows = [{"email": f"user{number}@b.c" if number % 2 else 7} for number in range(200)]
    imported = run_all(rows, lambda _: Failure(UNCONNECTED), running=1)
    assert (imported[-1].number, imported[-1].error) == (0, UNCONNECTED)
    assert len(imported) < 70


@pytest.mark.parametrize("status", [401, 403])
def test_stops_at_once_if_the_key_is_refused(status: int) -> None:
    error = Error("unauthorized", status=status)
    rows = [{"email": "a@b.c"}, *({"email": f"user{number}@b.c"} for number in range(9))]
    imported = run_all([*rows, {"email": "a@b.c"}], lambda _: Failure(error), running=1)
    assert imported == [
        ImportedRow(1, "failed", error=error),
        ImportedRow(0, "failed", error=error),
    ]


LONG: Final = Error("too_many_requests", status=429, retry_after=61)
SHORT: Final = Error("too_many_requests", status=429, retry_after=60)
UNKNOWN: Final = Error("service_unavailable", status=503, retry_after=9, outcome_unknown=True)


def test_pause_holds_all_rows() -> None:
    found = steps({"email": "a@b.c"}, Failure(SHORT), Failure(UNKNOWN), Failure(SHORT))
    assert kinds(found) == ["PauseAll 60 create", "PauseAll 9 read_id", "PauseAll 60 read_id"]


def test_pause_that_never_ends_fails_the_row() -> None:
    found = steps({"email": "a@b.c"}, *[Failure(SHORT)] * 24)
    assert kinds(found)[19] == "PauseAll 60 create"
    assert isinstance(found[-1], Done)
    assert found[-1].imported.error == SHORT


def test_pause_of_more_than_a_minute_fails_the_row() -> None:
    (failed,) = steps({"email": "a@b.c"}, Failure(LONG))
    assert failed == Done(ImportedRow(1, "failed", error=LONG))
    *_, failed = steps({"email": "a@b.c"}, Failure(UNKNOWN), Failure(LONG))
    assert isinstance(failed, Done)
    assert failed.imported.error is not None
    assert (failed.imported.error.retry_after, failed.imported.error.outcome_unknown) == (61, True)


def test_rejection_pauses_no_other_row() -> None:
    rejected = Error("unprocessable_entity", status=422, retry_after=1)
    assert kinds(steps({"email": "a@b.c"}, Failure(rejected))) == ["failed"]


@pytest.mark.parametrize("retry_after", ["3", float("nan"), -1, [], True])
def test_ignores_pause_that_is_not_a_number(retry_after: Any) -> None:
    error = Error("too_many_requests", retry_after=retry_after)
    assert kinds(steps({"email": "a@b.c"}, Failure(error))) == ["Wait 0.1 create"]


WRONG: Final[Any] = []


@pytest.mark.parametrize(
    "error",
    [Error(WRONG, "message"), Error("timeout", error_code=WRONG), Error("timeout", status=WRONG)],
    ids=repr,
)
def test_invalid_error_of_a_transport_ends_the_row(error: Error) -> None:
    (row,) = run_all([{"email": "a@b.c"}], lambda _: Failure(error))
    assert row.outcome == "failed"


def test_probe_that_a_server_accepts_fails_the_row() -> None:
    call = first_call({"email": "a@b.c", "phone": "1555"})
    done = next_step(Call("probe_phone", Progress(call.progress.row)), created(call))
    assert isinstance(done, Done)
    assert done.imported.outcome == "failed"


def test_probe_changes_nothing_and_is_sent_again() -> None:
    call = first_call({"email": "a@b.c", "phone": "1555"})
    lost = Error("timeout", outcome_unknown=True)
    step: Step = Call("probe_phone", Progress(call.progress.row))
    found: list[Step] = []
    while isinstance(step, (Call, Wait, PauseAll)):
        step = next_step(step if isinstance(step, Call) else step.then, Failure(lost))
        found.append(step)
    assert kinds(found) == [f"Wait {s} probe_phone" for s in (0.1, 0.5, 2.0)] + ["failed"]
    assert isinstance(step, Done)
    assert step.imported.error == Error("timeout")


def test_id_that_cannot_be_read_of_a_taken_phone() -> None:
    taken: Result[User, Error] = Failure(
        Error("unprocessable_entity", status=422, error_code="phone_exists")
    )
    broken: Result[User, Error] = Failure(Error("unexpected"))
    assert kinds(steps({"phone": "1555"}, taken, broken)) == ["read_id", "exists"]
    given_id = {"phone": "1555", "id": f"{1:032x}"}
    assert kinds(steps(given_id, taken, broken)) == ["read_id", "failed"]


def test_email_that_cannot_be_read_fails_a_row_whose_id_belongs_to_another() -> None:
    lost = Error("timeout", outcome_unknown=True)
    other = User.parse({"id": f"{1:032x}", "email": "d@b.c", "aud": "", "created_at": TIME})
    broken: Result[User, Error] = Failure(Error("unexpected"))
    found = steps({"email": "a@b.c"}, Failure(lost), other, broken)
    assert kinds(found) == ["read_id", "find_email", "failed"]
    assert isinstance(found[-1], Done)
    assert found[-1].imported.error == lost


def test_rows_without_a_thread_fail() -> None:
    error = Error("unexpected", "no thread")
    planner = plan([{"email": "a@b.c"}, {"email": 7}])
    sent, rejected = planner.start(), planner.start()
    assert sent is not None
    assert rejected is not None
    assert fail(sent, error) == Done(ImportedRow(1, "failed", error=error))
    assert fail(rejected, error) == rejected.step


def test_seen_users_are_found_among_many() -> None:
    seen = SeenUsers()
    values = [number.to_bytes(16) for number in range(3000)]
    for line, value in enumerate(values, 1):
        seen.add([Key("id" if line % 2 else "address", value)], line)
    for line, value in enumerate(values, 1):
        found = seen.find(Key("id", value)), seen.find(Key("address", value))
        assert found == ((line, None) if line % 2 else (None, line))
    assert seen.find(Key("id", b"x" * 16)) is None
