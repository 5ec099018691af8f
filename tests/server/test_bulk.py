"""Bulk functions on a server: streams of users who come and go, and users of other systems."""

import json
from collections import Counter
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest
from returns.result import Result

from supabase_gotrue import Client, Error, Request, Response, with_options
from supabase_gotrue.admin import create_user, get_user_by_id
from supabase_gotrue.bulk import delete_users, export_users, import_users, readers, stream_users
from tests.server.server import Server, new_phone

SAMPLES: Final = Path(__file__).parents[1] / "samples" / "migration"
HASH: Final = "$2a$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"


@pytest.fixture
def tag() -> str:
    return uuid4().hex


def create(client: Client, tag: str) -> str:
    email = f"{uuid4().hex}-{tag}@example.com"
    return create_user(client, {"email": email, "password_hash": HASH}).unwrap().id


class Churn:
    """Creates and deletes users between any two requests for a list."""

    def __init__(self, client: Client, tag: str, ids: list[str]) -> None:
        self.client = client
        self.tag = tag
        self.ids = ids
        self.lists = 0

    def __call__(self, request: Request) -> Result[Response, Error]:
        result = self.client.transport(request)
        self.lists += 1
        for _ in range(2):
            self.ids.append(create(self.client, self.tag))
        doomed = [self.ids.pop(self.lists % 7), self.ids.pop(len(self.ids) // 2)]
        assert all(r.unwrap() is None for _, r in delete_users(self.client, doomed))
        return result


def test_stream_yields_every_user_who_stays(client: Client, tag: str) -> None:
    rows = ({"email": f"{uuid4().hex}-{tag}@example.com"} for _ in range(60))
    churn = Churn(client, tag, [str(row.user_id) for row in import_users(client, rows)])
    before = set(churn.ids)
    assert len(before) == 60
    living = with_options(client, transport=churn).unwrap()
    met = [user.unwrap().id for user in stream_users(living, per_page=7, filter=tag)]
    assert len(met) == len(set(met))
    assert before & set(churn.ids) <= set(met)
    assert churn.lists >= 9


def test_stream_resumes_where_it_stopped(client: Client, tag: str) -> None:
    created = {create(client, tag) for _ in range(12)}
    stream = stream_users(client, per_page=5, filter=tag)
    met = [next(stream).unwrap().id for _ in range(4)]
    resume = json.loads(json.dumps(stream.resume))
    met += [user.unwrap().id for user in stream_users(client, resume=resume)]
    assert sorted(met) == sorted(created)
    assert stream.total == 12


# Of the samples, such that other users can have them.
UNIQUE: Final = ("5b1d9a3e-0000-4000-8000", "9482a854-2a00-4c70-a99e")


def sample(name: str, tag: str) -> list[str]:
    """Return the lines of a sample, with addresses and IDs that no other test uses."""
    text = (SAMPLES / name).read_text()
    for number in range(1, 4):
        text = text.replace(f"1555555010{number}", new_phone())
    for begin in UNIQUE:
        text = text.replace(begin, str(uuid4())[:23])
    return text.replace(".example", f"-{tag}.example").splitlines(keepends=True)


def test_users_of_firebase_sign_in_with_their_old_passwords(server: Server, tag: str) -> None:
    config = json.loads((SAMPLES / "firebase-hash-config.json").read_text())
    rows = readers.firebase(sample("firebase.json", tag), config)
    outcomes = Counter(row.outcome for row in import_users(server.client, rows))
    assert outcomes == {"created": 7, "failed": 2}
    for name, password in (
        ("ada", "old-Password-1"),
        ("grace", "old-Password-2"),
        ("dorothy", "pässwörd-\u2603-5"),
    ):
        email = f"{name}@firebase-{tag}.example"
        session = server.sign_in(email, password).unwrap()
        assert session.user is not None
        assert session.user.email == email
        assert server.sign_in(email, password + "x").failure().error_code == "invalid_credentials"


def test_users_of_auth0_sign_in_with_their_old_passwords(server: Server, tag: str) -> None:
    rows = readers.auth0(sample("auth0.ndjson", tag), sample("auth0-passwords.ndjson", tag))
    outcomes = Counter(row.outcome for row in import_users(server.client, rows))
    assert outcomes == {"created": 6}
    for name, password in (("ada", "old-Password-1"), ("grace", "old-Password-2")):
        assert server.sign_in(f"{name}@auth0-{tag}.example", password).unwrap().user is not None
    banned = server.sign_in(f"mallory@auth0-{tag}.example", "old-Password-4")
    assert banned.failure().error_code == "user_banned"


def test_users_of_django_sign_in_with_their_old_passwords(server: Server, tag: str) -> None:
    rows = readers.django(sample("django.json", tag))
    outcomes = Counter(row.outcome for row in import_users(server.client, rows))
    assert outcomes == {"created": 4, "failed": 3}
    for name, password in (("ada", "old-Password-1"), ("grace", "old-Password-2")):
        assert server.sign_in(f"{name}@django-{tag}.example", password).unwrap().user is not None


def outcomes_of(server: Server, rows: readers.UserRows) -> Counter[str]:
    return Counter(row.outcome for row in import_users(server.client, rows))


def error_code(server: Server, email: str, password: str) -> str | None:
    return server.sign_in(email, password).failure().error_code


@pytest.mark.parametrize("name", ["supabase.csv", "supabase.jsonl"])
def test_users_of_another_project_sign_in_with_their_old_passwords(
    server: Server, tag: str, name: str
) -> None:
    rows = readers.supabase(sample(name, tag))
    assert outcomes_of(server, rows) == {"created": 5, "failed": 3}
    found = server.sign_in(f"ada@supabase-{tag}.example", "old-Password-1").unwrap().user
    assert found is not None
    assert found.app_metadata["plan"] == "pro"
    user = get_user_by_id(server.client, found.id).unwrap()
    assert user.email_confirmed_at is not None
    assert error_code(server, f"mallory@supabase-{tag}.example", "old-Password-4") == "user_banned"
    assert error_code(server, f"joan@supabase-{tag}.example", "x") == "invalid_credentials"


def test_users_of_clerk_sign_in_with_their_old_passwords(server: Server, tag: str) -> None:
    rows = readers.clerk(sample("clerk.csv", tag), unsupported_passwords="leave_out")
    assert outcomes_of(server, rows) == {"created": 5}
    for name, password in (("ada", "old-Password-1"), ("grace", "old-Password-2")):
        user = server.sign_in(f"{name}@clerk-{tag}.example", password).unwrap().user
        assert user is not None
        assert user.email_confirmed_at is not None
    assert error_code(server, f"ada@clerk-{tag}.example", "x") == "invalid_credentials"


def test_users_of_keycloak_sign_in_with_their_old_passwords(server: Server, tag: str) -> None:
    rows = readers.keycloak(sample("keycloak.json", tag))
    assert outcomes_of(server, rows) == {"created": 3, "failed": 1}
    user = server.sign_in(f"ada@keycloak-{tag}.example", "old-Password-1").unwrap().user
    assert user is not None
    assert user.user_metadata["plan"] == "gold"
    banned = f"mallory@keycloak-{tag}.example"
    assert error_code(server, banned, "old-Password-3") == "user_banned"


def test_import_can_be_run_again(client: Client, tag: str) -> None:
    other = create_user(client, {"email": f"other-{tag}@example.com"}).unwrap()
    rows = [{"email": f"user{n}-{tag}@example.com"} for n in range(10)]
    rows.append({"email": f"OTHER-{tag}@example.com"})
    first = sorted(import_users(client, rows))
    assert Counter(row.outcome for row in first) == {"created": 10, "exists": 1}
    again = sorted(import_users(client, rows))
    assert {row.outcome for row in again} == {"exists"}
    assert [row.user_id for row in again] == [row.user_id for row in first]
    assert again[-1].user_id == other.id


def test_export_comes_back(client: Client, tag: str) -> None:
    attrs = {"email": f"ada-{tag}@example.com", "email_confirm": True, "app_metadata": {"n": 1}}
    (row,) = import_users(client, [attrs])
    (line,) = export_users(client, filter=tag)
    before = get_user_by_id(client, row.user_id or "").unwrap()
    assert [r.unwrap() for _, r in delete_users(client, [before.id])] == [None]
    (again,) = import_users(client, readers.jsonl([line.unwrap()]))
    after = get_user_by_id(client, again.user_id or "").unwrap()
    assert (again.outcome, after.id, after.email) == ("created", before.id, before.email)
    assert (after.app_metadata, after.user_metadata) == (before.app_metadata, before.user_metadata)
