"""import_users: every row once, and what became of it."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count, islice
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import bcrypt
import pytest
from returns.result import Failure, Result, Success

from supabase_gotrue import AdminUserParams, Client, Error, Request, Response, User, with_options
from supabase_gotrue.admin import create_user, get_user_by_id, list_users
from supabase_gotrue.bulk import ImportedRow, import_users, readers, stream_users
from supabase_gotrue.emulator import Emulator

SAMPLES: Final = Path(__file__).parents[1] / "samples" / "migration"
ADA: Final = str(uuid5(NAMESPACE_URL, "mailto:ada@example.com"))
HASH: Final = "$2a$04$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"

Answer = Callable[[Request], Result[Response, Error]]


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture
def client(emulator: Emulator) -> Client:
    return emulator.client()


def imported(client: Client, rows: Iterable[Any], **options: Any) -> list[ImportedRow]:
    return sorted(import_users(client, rows, **options))


def emails(client: Client) -> list[str]:
    return sorted(str(user.unwrap().email) for user in stream_users(client))


def changed(client: Client, change: Callable[[Request, Answer], Result[Response, Error]]) -> Client:
    """Return a client whose transport lets a function decide what happens to a request."""
    inner = client.transport
    return with_options(client, transport=lambda request: change(request, inner)).unwrap()


def test_creates_users_with_ids_of_their_addresses(client: Client) -> None:
    rows = [
        {"email": "Ada@example.com", "email_confirm": True},
        AdminUserParams(phone="+1 5555550101"),
        Success(AdminUserParams(email="joan@example.com", id="13B6D1EC2b1f4f2e9a520c1c33f2d3a4")),
    ]
    assert imported(client, rows) == [
        ImportedRow(1, "created", ADA),
        ImportedRow(2, "created", str(uuid5(NAMESPACE_URL, "tel:15555550101"))),
        ImportedRow(3, "created", "13b6d1ec-2b1f-4f2e-9a52-0c1c33f2d3a4"),
    ]
    assert get_user_by_id(client, ADA).unwrap().email_confirmed_at is not None


def test_running_again_creates_nobody_twice(client: Client) -> None:
    rows = [{"email": f"user{number}@example.com"} for number in range(40)]
    first = imported(client, rows[:25])
    again = imported(client, rows)
    assert [row.outcome for row in again] == ["exists"] * 25 + ["created"] * 15
    assert [row.user_id for row in again[:25]] == [row.user_id for row in first]
    assert len(emails(client)) == 40


def test_same_row_many_times_is_created_once(client: Client) -> None:
    rows = [{"email": "ada@example.com"}] * 50
    outcomes = Counter(row.outcome for row in import_users(client, rows, max_concurrency=16))
    assert outcomes == {"created": 1, "exists": 49}


def test_address_of_another_id_exists(client: Client) -> None:
    other = create_user(client, {"email": "a_a@example.com", "phone": "15555550101"}).unwrap()
    create_user(client, {"email": "aba@example.com"}).unwrap()
    rows = [{"email": "A_a@example.com"}, {"phone": "15555550101"}]
    assert imported(client, rows) == [
        ImportedRow(1, "exists", other.id),
        ImportedRow(2, "exists", None),
    ]


def test_id_of_a_user_with_another_address_exists(client: Client) -> None:
    other = create_user(client, {"email": "ada@example.com"}).unwrap()
    row = {"id": other.id, "email": "joan@example.com"}
    assert imported(client, [row]) == [ImportedRow(1, "exists", other.id)]
    assert emails(client) == ["ada@example.com"]


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


def test_row_without_a_password_gets_an_unguessable_hash(client: Client) -> None:
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
def test_lost_responses_are_settled(client: Client, faults: list[str], outcome: str) -> None:
    (row,) = import_users(changed(client, Losing(*faults)), [{"email": "ada@example.com"}])
    assert row.outcome == outcome
    assert emails(client) == (["ada@example.com"] if outcome == "created" else [])
    assert row.user_id == (ADA if outcome == "created" else None)
    assert row.error is None or not row.error.outcome_unknown


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


def test_taken_address_exists_although_nobody_can_be_read(client: Client) -> None:
    losing = changed(client, Losing("create done", *["read refused"] * 9))
    assert imported(losing, [{"email": "ada@example.com"}]) == [ImportedRow(1, "exists", None)]


def test_lost_response_for_a_user_who_was_there_before(client: Client) -> None:
    other = create_user(client, {"email": "ada@example.com"}).unwrap()
    row = {"id": other.id, "email": "joan@example.com"}
    losing = changed(client, Losing("create not done"))
    assert imported(losing, [row]) == [ImportedRow(1, "exists", other.id)]


def test_existing_user_who_cannot_be_looked_up(client: Client) -> None:
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
            thread.join(10)
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
