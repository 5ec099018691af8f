"""import_users: every row once, and what became of it."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count, islice
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, RFC_4122, uuid5

import bcrypt
import pytest
from returns.result import Failure, Result, Success

from supabase_gotrue import (
    AdminUserAttrs,
    AdminUserParams,
    Client,
    Error,
    Request,
    Response,
    User,
    aio,
    with_options,
)
from supabase_gotrue.admin import (
    create_user,
    delete_user,
    get_user_by_id,
    list_users,
    update_user_by_id,
)
from supabase_gotrue.bulk import ImportedRow, import_users, readers, stream_users
from supabase_gotrue.bulk.new_users import derive_user_id
from supabase_gotrue.emulator import Emulator
from tests.programs import PATIENCE

SAMPLES: Final = Path(__file__).parents[1] / "samples" / "migration"
KEY: Final = Emulator().client().api_key
ADA: Final = str(derive_user_id(KEY, "email", "ada@example.com"))
HASH: Final = "$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"

Answer = Callable[[Request], Result[Response, Error]]
Import = Callable[..., list[ImportedRow]]


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture
def client(emulator: Emulator) -> Client:
    return emulator.client()


def with_threads(client: Client, rows: Iterable[Any], **options: Any) -> list[ImportedRow]:
    return list(import_users(client, rows, **options))


def with_asyncio(client: Client, rows: Iterable[Any], **options: Any) -> list[ImportedRow]:
    async def transport(request: Request) -> Result[Response, Error]:
        return client.transport(request)

    async def main() -> list[ImportedRow]:
        async_client = aio.init_client(client.base_url, client.api_key, transport=transport)
        rows_of = aio.bulk.import_users(async_client.unwrap(), rows, **options)
        return [row async for row in rows_of]

    return asyncio.run(main())


@pytest.fixture(params=[with_threads, with_asyncio], ids=["threads", "asyncio"])
def run_import(request: pytest.FixtureRequest) -> Import:
    """Import rows, with threads and with asyncio."""
    face: Import = request.param
    return face


@pytest.fixture
def imported(run_import: Import) -> Import:
    """Import rows; the result is in their order."""
    return lambda *args, **kwargs: sorted(run_import(*args, **kwargs), key=lambda row: row.number)


def emails(client: Client) -> list[str]:
    return sorted(str(user.unwrap().email) for user in stream_users(client))


def changed(client: Client, change: Callable[[Request, Answer], Result[Response, Error]]) -> Client:
    """Return a client whose transport lets a function decide what happens to a request."""
    inner = client.transport
    return with_options(client, transport=lambda request: change(request, inner)).unwrap()


def test_creates_users_with_ids_of_their_addresses(client: Client, imported: Import) -> None:
    rows = [
        {"email": "Ada@example.com", "email_confirm": True},
        AdminUserParams(phone="+1 5555550101"),
        Success(AdminUserParams(email="joan@example.com", id="13B6D1EC2b1f4f2e9a520c1c33f2d3a4")),
    ]
    assert imported(client, rows) == [
        ImportedRow(1, "created", ADA),
        ImportedRow(2, "created", str(derive_user_id(KEY, "phone", "15555550101"))),
        ImportedRow(3, "created", "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"),
    ]
    assert get_user_by_id(client, ADA).unwrap().email_confirmed_at is not None


def test_running_again_creates_no_duplicates(client: Client, imported: Import) -> None:
    rows = [{"email": f"user{number}@example.com"} for number in range(40)]
    first = imported(client, rows[:25])
    again = imported(client, rows)
    assert [row.outcome for row in again] == ["exists"] * 25 + ["created"] * 15
    assert [row.user_id for row in again[:25]] == [row.user_id for row in first]
    assert len(emails(client)) == 40


def test_second_record_of_a_person_fails_and_names_the_first(
    client: Client, imported: Import
) -> None:
    user_id = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
    rows = [
        {"email": "ada@example.com", "phone": "+1 5555550101", "id": user_id},
        {"email": "ADA@example.com"},
        {"phone": "15555550101", "email": "joan@example.com"},
        {"email": "joan@example.com", "id": user_id.replace("-", "").upper()},
        {"email": "joan@example.com"},
        {"email": "grace@example.com", "id": derive_user_id(KEY, "email", "joan@example.com")},
        {"email": "ada@example.com", "phone": "15555550101", "id": user_id},
    ]
    assert messages(imported(client, rows, max_concurrency=16)) == {
        2: {"email": ("is also in row 1",)},
        3: {"phone": ("is also in row 1",)},
        4: {"id": ("is also in row 1",)},
        6: {"id": ("is also in row 5",)},
        7: dict.fromkeys(("email", "phone", "id"), ("is also in row 1",)),
    }
    assert emails(client) == ["ada@example.com", "joan@example.com"]


def messages(rows: Iterable[ImportedRow]) -> dict[int, Any]:
    return {row.number: row.error.errors for row in rows if row.error is not None}


def test_derived_id_that_another_row_gives_is_a_duplicate(client: Client, imported: Import) -> None:
    rows = [
        {"email": "grace@example.com", "id": ADA},
        {"email": "ada@example.com"},
        {"phone": "15555550101"},
        {"email": "joan@example.com", "phone": "15555550101"},
    ]
    assert messages(imported(client, rows)) == {
        2: {"id": ("is also in row 1",)},
        4: {"phone": ("is also in row 3",)},
    }


def test_id_derived_from_an_address_of_a_row_with_another_id_is_free(
    client: Client, imported: Import
) -> None:
    rows = [
        {"email": "ada@example.com", "id": "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"},
        {"email": "grace@example.com", "id": ADA},
    ]
    assert [row.outcome for row in imported(client, rows)] == ["created", "created"]


@pytest.mark.parametrize("invalid", [{"email": "ada@example.com", "role": 7}, {"email": "a b"}])
def test_invalid_first_record_does_not_count(
    client: Client, imported: Import, invalid: dict[str, Any]
) -> None:
    valid = {"email": invalid["email"], "id": ADA} if "role" in invalid else invalid
    rows = [{**invalid, "id": ADA}, {"email": "ada@example.com", "id": ADA}, valid]
    outcomes = [row.outcome for row in imported(client, rows, max_concurrency=16)]
    assert outcomes == ["failed", "created", "failed"]


def test_many_records_of_one_person_are_created_once(client: Client, imported: Import) -> None:
    rows = [{"email": "ada@example.com"}] * 1200
    outcomes = Counter(row.outcome for row in imported(client, rows, max_concurrency=1000))
    assert outcomes == {"created": 1, "failed": 1199}


def test_duplicate_names_the_line_of_a_file(client: Client, imported: Import) -> None:
    rows = readers.csv(
        ["email\n", "\n", '"ada@example.com"\n', "\n", "nobody\n", "ada@example.com\n"]
    )
    first, second, third = imported(client, rows)
    assert (first.number, first.outcome) == (1, "created")
    assert second.error is not None
    assert second.error.metadata["line"] == 5
    assert second.error.message.startswith("line 5: Unable to validate email address")
    assert second.error.status == 400
    assert third.error is not None
    assert third.error.message == "line 6: email is also in line 3"
    assert third.error.metadata["line"] == 6


def test_address_of_another_id_exists(client: Client, imported: Import) -> None:
    other = create_user(client, {"email": "a_a@example.com", "phone": "15555550101"}).unwrap()
    create_user(client, {"email": "aba@example.com"}).unwrap()
    assert imported(client, [{"email": "A_a@example.com"}]) == [ImportedRow(1, "exists", other.id)]
    both = {"email": "A_a@example.com", "phone": "+15555550101"}
    assert imported(client, [both]) == [ImportedRow(1, "exists", other.id)]
    assert imported(client, [{"phone": "15555550101"}]) == [ImportedRow(1, "exists", None)]
    free = {"email": "A_a@example.com", "phone": "15555550102"}
    assert imported(client, [free]) == [ImportedRow(1, "exists", other.id)]
    malformed = {"email": "A_a@example.com", "phone": "0"}
    assert imported(client, [malformed]) == [ImportedRow(1, "exists", other.id)]


def test_user_of_another_audience_exists(client: Client, imported: Import) -> None:
    other = create_user(client, {"email": "ada@example.com", "aud": "robots"}).unwrap()
    row = {"email": "ada@example.com", "aud": "robots"}
    assert imported(client, [row]) == [ImportedRow(1, "exists", other.id)]


def test_another_key_finds_the_same_users(client: Client, imported: Import) -> None:
    rows = [{"email": "ada@example.com"}, {"phone": "15555550101"}]
    first = imported(client, rows)
    other_key = changed(with_options(client, api_key="another").unwrap(), authorize(client))
    assert imported(other_key, rows) == [
        ImportedRow(1, "exists", first[0].user_id),
        ImportedRow(2, "exists", None),
    ]


def authorize(client: Client) -> Callable[[Request, Answer], Result[Response, Error]]:
    """Replace the key of requests by the client's."""

    def send(request: Request, inner: Answer) -> Result[Response, Error]:
        key = client.api_key
        headers = {**request.headers, "apikey": key, "authorization": f"Bearer {key}"}
        return inner(Request(request.method, request.url, headers, request.body, request.route))

    return send


OTHER: Final = "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"
CONFLICTS: Final = [
    pytest.param({"email": "joan@example.com", "phone": "15555550101"}, "phone", None, id="phone"),
    pytest.param({"id": OTHER, "phone": "15555550101"}, "phone", None, id="phone of another id"),
    pytest.param({"id": OTHER, "email": "ada@example.com"}, "email", "ada", id="email"),
    pytest.param({"email": "ada@example.com", "phone": "15555550102"}, "phone", "ada", id="two"),
    pytest.param({"id": "ada", "email": "joan@example.com"}, "id", "ada", id="id"),
    pytest.param({"id": "ada", "phone": "15555550103"}, "id", "ada", id="id and phone"),
    pytest.param({"id": "deleted", "email": "gone@example.com"}, "id", "deleted", id="deleted"),
]


@pytest.mark.parametrize(("row", "field", "holder"), CONFLICTS)
def test_value_of_another_user_is_a_conflict(
    client: Client, imported: Import, row: dict[str, str], field: str, holder: str | None
) -> None:
    ids = {
        "ada": create_user(client, {"email": "ada@example.com", "phone": "15555550101"}),
        "grace": create_user(client, {"phone": "15555550102"}),
        "deleted": create_user(client, {"email": "gone@example.com"}),
    }
    ids_by_name = {name: user.unwrap().id for name, user in ids.items()}
    delete_user(client, ids_by_name["deleted"], True).unwrap()
    before = emails(client)
    given = {**row, "id": ids_by_name.get(row["id"], row["id"])} if "id" in row else row
    (found,) = imported(client, [given])
    assert (found.outcome, found.user_id) == ("conflict", ids_by_name.get(str(holder)))
    assert found.error is not None
    assert found.error.code == "resource_already_exists"
    owner = "a deleted user" if holder == "deleted" else "another user"
    assert found.error.errors == {field: (f"belongs to {owner}",)}
    assert emails(client) == before


@pytest.mark.parametrize("row", [{"email": "ada@example.com"}, {"phone": "15555550101"}])
def test_derived_id_of_a_user_whose_address_has_changed(
    client: Client, imported: Import, row: AdminUserAttrs
) -> None:
    (first,) = imported(client, [row])
    changes: AdminUserAttrs = (
        {"email": "new@example.com"} if "email" in row else {"phone": "15555550109"}
    )
    update_user_by_id(client, str(first.user_id), changes).unwrap()
    (again,) = imported(client, [row])
    assert (again.outcome, again.user_id) == ("conflict", first.user_id)
    # Somebody else takes the address: then this person has an account.
    other = create_user(client, row).unwrap()
    (found,) = imported(client, [row])
    assert (found.outcome, found.user_id) == ("exists", other.id if "email" in row else None)


def test_user_who_was_deleted_softly_is_a_conflict(client: Client, imported: Import) -> None:
    rows = [{"email": "ada@example.com"}, {"phone": "15555550101"}]
    for row in imported(client, rows):
        delete_user(client, str(row.user_id), True).unwrap()
    assert messages(imported(client, rows)) == {
        1: {"id": ("belongs to a deleted user",)},
        2: {"id": ("belongs to a deleted user",)},
    }


def test_email_of_an_identity_of_another_user_is_a_conflict(
    client: Client, imported: Import
) -> None:
    """GoTrue looks for addresses of identities, too, which lists do not show."""

    def hide(request: Request, send: Answer) -> Result[Response, Error]:
        if request.method == "GET" and "filter" in request.url:
            return Success(Response(200, {}, b'{"users":[]}'))
        return send(request)

    create_user(client, {"email": "ada@example.com"}).unwrap()
    (found,) = imported(changed(client, hide), [{"email": "ada@example.com"}])
    assert (found.outcome, found.user_id) == ("conflict", None)


def test_ids_do_not_tell_addresses() -> None:
    ids = {derive_user_id(key, "email", "ada@example.com") for key in ("a", "b")}
    ids |= {derive_user_id("a", "phone", "ada@example.com")}
    assert len(ids) == 3
    assert {(user_id.version, user_id.variant) for user_id in ids} == {(8, RFC_4122)}


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        pytest.param(None, {"attrs"}, id="none"),
        pytest.param({"email": 7}, {"email"}, id="type"),
        pytest.param({"role": "x"}, {"email", "phone"}, id="no address"),
        pytest.param({"email": "a@b.c", "id": "x"}, {"id"}, id="id"),
        pytest.param(
            {"email": "a@b.c", "id": str(uuid5(NAMESPACE_URL, ""))[:-1]}, {"id"}, id="cut"
        ),
        pytest.param({"email": "a@b.c", "id": "0" * 32}, {"id"}, id="nil"),
        pytest.param({"email": "a@b.c", "role": "x" * 256}, {"role"}, id="role"),
        pytest.param({"email": "a@b.c", "aud": "x" * 256}, {"aud"}, id="aud"),
        pytest.param({"email": "a" * 256}, {"email"}, id="email"),
        pytest.param({"email": "a@b.c", "password": "é" * 37}, {"password"}, id="password"),
        pytest.param(
            {"email": "a@b.c", "password": "x", "password_hash": HASH}, {"password"}, id="both"
        ),
        pytest.param({"email": "a@b.c", "password_hash": "md5"}, {"password_hash"}, id="hash"),
        pytest.param(
            {
                "email": "a@b.c\x00",
                "role": "\x00",
                "app_metadata": {"a": [{"\x00": 1}]},
                "user_metadata": {"a": {"b": ["\x00"]}},
            },
            {"email", "role", "app_metadata", "user_metadata"},
            id="NUL",
        ),
        pytest.param(Failure(Error("validation", errors={"line": ["x"]})), {"line"}, id="failure"),
        pytest.param(Failure("text"), {"row"}, id="failure of another type"),
    ],
)
def test_rows_that_the_server_would_fail_at_are_not_sent(row: Any, wrong: set[str]) -> None:
    def refuse(_: Request) -> Result[Response, Error]:
        pytest.fail("something was sent")

    client = with_options(Emulator().client(), transport=refuse).unwrap()
    (failed,) = import_users(client, [row])
    assert (failed.number, failed.outcome, failed.user_id) == (1, "failed", None)
    assert failed.error is not None
    assert (failed.error.code, set(failed.error.errors)) == ("validation", wrong)


def test_rejected_rows_fail(client: Client) -> None:
    (failed,) = import_users(client, [{"email": "nobody"}])
    assert failed.error is not None
    assert (failed.outcome, failed.error.status) == ("failed", 400)


def test_row_without_a_password_gets_an_unguessable_hash(client: Client, imported: Import) -> None:
    sent: list[dict[str, Any]] = []

    def note(request: Request, send: Answer) -> Result[Response, Error]:
        sent.append(json.loads(request.body or b"{}"))
        return send(request)

    rows = [{"email": f"user{number}@example.com"} for number in range(3)]
    rows.append({"email": "password@example.com", "password": "secret-7"})
    assert len(imported(changed(client, note), rows)) == 4
    hashes = {body["password_hash"] for body in sent if "password" not in body}
    assert len(hashes) == 3
    assert not any(bcrypt.checkpw(b"", password_hash.encode()) for password_hash in hashes)
    sent.clear()
    others = [{"email": "other@example.com"}]
    assert len(imported(changed(client, note), others, unguessable_passwords=False)) == 1
    assert ["password_hash" in body for body in sent] == [False]


UNKNOWN: Final = Error("timeout", outcome_unknown=True)


class Losing:
    """Loses responses to creations, before or after the server has handled the request."""

    def __init__(self, *faults: str) -> None:
        self.faults = list(faults)

    def __call__(self, request: Request, send: Answer) -> Result[Response, Error]:
        kind = "create" if request.method == "POST" else "read"
        for index, fault in enumerate(self.faults):
            if fault.startswith(kind):
                self.faults.pop(index)
                return self.lose(fault, request, send)
        return send(request)

    def lose(self, fault: str, request: Request, send: Answer) -> Result[Response, Error]:
        match fault.partition(" ")[2]:
            case "done":
                send(request)
                return Failure(UNKNOWN)
            case "not done":
                return Failure(UNKNOWN)
            case "refused":
                return Failure(Error("connection_error"))
            case "limited":
                return Success(Response(429, {"retry-after": "0"}, b"{}"))
            case "broken":
                return Failure(Error("unexpected"))
            case status:
                return Success(Response(int(status), {}, b'{"code":"unexpected_failure"}'))


@pytest.mark.usefixtures("no_retry_delays")
@pytest.mark.parametrize(
    ("faults", "outcome"),
    [
        pytest.param(["create done"], "created", id="done"),
        pytest.param(["create not done"], "created", id="not done"),
        pytest.param(["create done", "read refused"], "created", id="read again"),
        pytest.param(["create not done", "create done"], "created", id="lost twice"),
        pytest.param(["create not done", "create refused"], "created", id="refused afterwards"),
        pytest.param(["create 502"], "created", id="gateway"),
        pytest.param(["create refused", "create refused"], "created", id="refused"),
        pytest.param(["create limited", "create limited"], "created", id="limited"),
        pytest.param(["create done", "read limited"], "created", id="read limited"),
        pytest.param(["create 500"], "created", id="a server error"),
        pytest.param(["create 500", "create 500"], "failed", id="two server errors"),
        pytest.param(["create 500", "read broken"], "failed", id="unreadable"),
        pytest.param(["create 400"], "failed", id="rejected"),
        pytest.param(["create not done", "create 400"], "failed", id="rejected in the end"),
    ],
)
def test_lost_responses_are_settled(
    client: Client, imported: Import, faults: list[str], outcome: str
) -> None:
    (row,) = imported(changed(client, Losing(*faults)), [{"email": "ada@example.com"}])
    assert row.outcome == outcome
    assert emails(client) == (["ada@example.com"] if outcome == "created" else [])
    assert row.user_id == (ADA if outcome == "created" else None)
    assert row.error is None or not row.error.outcome_unknown


@pytest.mark.usefixtures("no_retry_delays")
@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(["create done", "read broken"], id="unreadable"),
        pytest.param(["create not done"] * 9, id="never answered"),
        pytest.param(["create not done"] + ["create refused"] * 9, id="server that is gone"),
    ],
)
def test_unknown_outcome_is_said_to_be_unknown(client: Client, faults: list[str]) -> None:
    (row,) = import_users(changed(client, Losing(*faults)), [{"email": "ada@example.com"}])
    assert (row.outcome, row.user_id) == ("failed", None)
    assert row.error == UNKNOWN


@pytest.mark.usefixtures("no_retry_delays")
def test_response_that_was_lost_is_found_by_the_address(client: Client, imported: Import) -> None:
    losing = changed(client, Losing("create done", *["read refused"] * 9))
    assert imported(losing, [{"email": "ada@example.com"}]) == [ImportedRow(1, "created", ADA)]


def test_lost_response_for_a_user_who_was_there_before(client: Client, imported: Import) -> None:
    other = create_user(client, {"email": "ada@example.com"}).unwrap()
    row = {"id": other.id, "email": "joan@example.com"}
    losing = changed(client, Losing("create not done"))
    (found,) = imported(losing, [row])
    assert (found.outcome, found.user_id) == ("conflict", other.id)


def test_existing_user_who_cannot_be_looked_up(client: Client, imported: Import) -> None:
    create_user(client, {"email": "ada@example.com"}).unwrap()
    losing = changed(client, Losing("read broken", "read broken"))
    assert imported(losing, [{"email": "ada@example.com"}]) == [ImportedRow(1, "exists", None)]


def test_race_for_an_address_is_a_server_error(client: Client) -> None:
    """The winner is created between the server's look and its insertion."""

    def race(request: Request, send: Answer) -> Result[Response, Error]:
        body = json.loads(request.body or b"{}")
        if request.method == "POST" and not emails(client):
            create_user(client, {"email": body["email"]}).unwrap()
            return Success(Response(500, {}, b'{"code":"unexpected_failure"}'))
        return send(request)

    (row,) = import_users(changed(client, race), [{"email": "ada@example.com"}])
    (other,) = list_users(client).unwrap().users
    assert row == ImportedRow(1, "exists", other.id)


@pytest.mark.parametrize("status", [401, 403])
def test_stops_at_once_if_the_key_is_refused(
    client: Client, run_import: Import, status: int
) -> None:
    def refuse(_request: Request, _send: Answer) -> Result[Response, Error]:
        return Success(Response(status, {}, b'{"code":"bad_jwt","message":"no"}'))

    rows = ({"email": f"user{number}@example.com"} for number in count())
    *failed, last = run_import(changed(client, refuse), rows)
    assert 1 <= len(failed) <= 8
    assert {row.outcome for row in failed} == {"failed"}
    assert last.error is not None
    assert (last.number, last.error.status, last.error.message) == (0, status, "no")


@pytest.mark.usefixtures("no_retry_delays")
def test_stops_if_the_server_is_gone(client: Client, run_import: Import) -> None:
    def refuse(_request: Request, _send: Answer) -> Result[Response, Error]:
        return Failure(Error("connection_error"))

    rows = readers.jsonl(f'{{"email": "user{number}@example.com"}}' for number in count())
    *failed, last = run_import(changed(client, refuse), rows, max_concurrency=64)
    assert 32 <= len(failed) <= 32 + 2 * 64
    assert {row.error.metadata["line"] == row.number for row in failed if row.error} == {True}
    assert last == ImportedRow(0, "failed", error=Error("connection_error"))


def test_pause_of_more_than_a_minute_fails_the_row(client: Client, imported: Import) -> None:
    limited = [Response(429, {"retry-after": "999999999"}, b"{}")]

    def limit(request: Request, send: Answer) -> Result[Response, Error]:
        return Success(limited.pop()) if limited else send(request)

    rows = [{"email": f"user{number}@example.com"} for number in range(9)]
    found = imported(changed(client, limit), rows)
    assert Counter(row.outcome for row in found) == {"created": 8, "failed": 1}
    assert [row.error.retry_after for row in found if row.error is not None] == [999999999]


def test_a_row_is_checked_once(
    client: Client, imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[object] = []
    parse = AdminUserParams.parse

    def note(attrs: Any) -> Result[AdminUserParams, Error]:
        checks.append(attrs)
        return parse(attrs)

    monkeypatch.setattr(AdminUserParams, "parse", note)
    lines = [f'{{"email": "user{number}@example.com"}}' for number in range(5)]
    assert len(imported(client, readers.jsonl(lines))) == 5
    assert len(imported(client, [json.loads(line) for line in lines])) == 5
    assert len(checks) == 10


def test_rows_of_another_iterator_keep_their_lines(client: Client, imported: Import) -> None:
    class Later(Iterator[Any]):
        """Leaves out what comes first."""

        def __init__(self, rows: readers.UserRows) -> None:
            self.rows = rows

        def __next__(self) -> Any:
            return next(self.rows)

        @property
        def line(self) -> int:
            return self.rows.line

    rows = readers.jsonl(['{"email": "ada@example.com"}', "", '{"email": "nobody"}'])
    next(rows)
    (row,) = imported(client, Later(rows))
    assert row.error is not None
    assert (row.number, row.error.metadata["line"]) == (1, 3)


class Hostile(list[Any]):
    """Raises when it is asked for its line."""

    @property
    def line(self) -> int:
        raise RuntimeError


def test_line_that_raises_is_left_out(client: Client, imported: Import) -> None:
    (row,) = imported(client, Hostile([{"email": "nobody"}]))
    assert row.error is not None
    assert "line" not in row.error.metadata


def test_reads_endless_rows_as_results_are_taken(client: Client) -> None:
    read: list[int] = []

    def rows() -> Iterator[Mapping[str, object]]:
        for number in count():
            read.append(number)
            yield {"email": f"user{number}@example.com"}

    results = import_users(client, rows(), max_concurrency=4)
    assert len(list(islice(results, 20))) == 20
    assert len(read) <= 20 + 2 * 4


def test_stops_when_the_consumer_stops(client: Client) -> None:
    rows = ({"email": f"user{number}@example.com"} for number in count())
    for _ in import_users(client, rows):
        break
    for thread in threading.enumerate():
        if thread.name == "map_concurrent":
            thread.join(PATIENCE)
    assert len(emails(client)) <= 1 + 2 * 8


def test_rows_that_raise_end_with_a_failure(client: Client) -> None:
    def rows() -> Iterator[dict[str, str]]:
        yield {"email": "ada@example.com"}
        raise OSError

    *_, last = import_users(client, rows())
    assert (last.number, last.outcome) == (0, "failed")
    assert last.error is not None
    assert "OSError" in last.error.message


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        pytest.param({"client": None}, "client", id="client"),
        pytest.param({"rows": None}, "items", id="rows"),
        pytest.param({"max_concurrency": 0}, "max_concurrency", id="number"),
        pytest.param({"unguessable_passwords": None}, "unguessable_passwords", id="option"),
    ],
)
def test_invalid_arguments_are_one_failed_row(
    client: Client, arguments: dict[str, Any], field: str
) -> None:
    given: dict[str, Any] = {"client": client, "rows": [], **arguments}
    (row,) = import_users(**given)
    assert (row.number, row.outcome, row.user_id) == (0, "failed", None)
    assert row.error is not None
    assert field in row.error.message


def signs_in(client: Client, email: str | None, password: str) -> bool:
    body = json.dumps({"email": email, "password": password}).encode()
    url = f"{client.auth_url}/token?grant_type=password"
    headers = {**client.headers_for(None), "content-type": "application/json"}
    response = client.transport(Request("POST", url, headers, body)).unwrap()
    return response.status == 200


PASSWORDS: Final = {
    "ada@firebase.example": "old-Password-1",
    "grace@firebase.example": "old-Password-2",
    "dorothy@firebase.example": "pässwörd-\u2603-5",
    "ada@auth0.example": "old-Password-1",
    "grace@auth0.example": "old-Password-2",
    "ada@django.example": "old-Password-1",
    "grace@django.example": "old-Password-2",
    "ada@csv.example": "old-Password-1",
}


def migrated() -> Iterator[Result[AdminUserParams, Error]]:
    config = json.loads((SAMPLES / "firebase-hash-config.json").read_text())
    with (
        (SAMPLES / "firebase.json").open() as firebase,
        (SAMPLES / "auth0.ndjson").open() as auth0,
        (SAMPLES / "auth0-passwords.ndjson").open() as hashes,
        (SAMPLES / "django.json").open() as django,
        (SAMPLES / "cognito.csv").open(newline="") as cognito,
        (SAMPLES / "users.csv").open(newline="") as csv,
    ):
        yield from readers.firebase(firebase, config)
        yield from readers.auth0(auth0, hashes)
        yield from readers.django(django)
        yield from readers.cognito(cognito)
        yield from readers.csv(csv)


def test_migrated_users_sign_in_with_their_old_passwords(client: Client) -> None:
    outcomes = Counter(row.outcome for row in import_users(client, migrated()))
    assert outcomes == {"created": 22, "failed": 9}
    for email, password in PASSWORDS.items():
        assert signs_in(client, email, password), email
        assert not signs_in(client, email, password + "x")


def test_import_of_users_with_all_fields(client: Client) -> None:
    (row,) = import_users(
        client,
        [
            {
                "email": "ada@example.com",
                "phone": "15555550101",
                "email_confirm": True,
                "phone_confirm": True,
                "role": "editor",
                "aud": "authenticated",
                "app_metadata": {"plan": "pro"},
                "user_metadata": {"name": "Ada"},
                "ban_duration": "24h",
                "password_hash": HASH,
            }
        ],
    )
    user: User = get_user_by_id(client, row.user_id or "").unwrap()
    assert (user.role, user.phone, user.banned_until is None) == ("editor", "15555550101", False)
    assert user.user_metadata == {"name": "Ada", "email_verified": True}
    assert user.app_metadata["plan"] == "pro"
