"""`users find`, `factors list` and `audit`."""

import pytest

from supabase_gotrue import User, admin
from supabase_gotrue.json_types import is_object
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine
from tests.cli.test_users import NOBODY, PASSWORD, enroll_factor


@pytest.fixture
def ada(server: Server) -> User:
    return admin.create_user(
        server.client, {"email": "ada@example.com", "email_confirm": True, "password": PASSWORD}
    ).unwrap()


def test_finds_a_user_by_email(cli: CommandLine, server: Server, ada: User) -> None:
    admin.create_user(server.client, {"email": "prada@example.com"}).unwrap()
    assert cli("users", "find", "ADA@example.com").record["id"] == ada.id
    shown = cli.on_terminal("users", "find", "ada@example.com").out
    assert ada.id in shown
    assert "email ada@example.com" in shown


def test_nobody_is_not_found(cli: CommandLine, ada: User) -> None:
    finished = cli("users", "find", "da@example.com")
    assert (finished.status, finished.out) == (3, "")
    assert "user_not_found" in finished.err


def test_lists_the_factors_of_a_user(cli: CommandLine, server: Server, ada: User) -> None:
    assert cli("factors", "list", ada.id).out == ""
    factor_id = enroll_factor(server)
    assert [record["id"] for record in cli("factors", "list", ada.id).records] == [factor_id]
    shown = cli.on_terminal("factors", "list", ada.id).out
    assert f"{factor_id}  totp  phone  unverified" in shown
    assert "1 factor\n" in shown
    assert cli("factors", "list", NOBODY).status == 3


def test_lists_who_did_what(cli: CommandLine, server: Server, ada: User) -> None:
    server.post("/token?grant_type=password", email="ada@example.com", password=PASSWORD)
    records = cli("audit").records
    actions = [record["payload"] for record in records]
    assert [a["action"] for a in actions if isinstance(a, dict)] == ["login", "user_signedup"]
    (login,) = cli("audit", "--query", "action:login").records
    assert login == records[0]
    assert cli("audit", "--limit", "1").records == records[:1]
    shown = cli.on_terminal("audit").out
    assert "ada@example.com  login" in shown
    assert "user_signedup  ada@example.com" in shown
    assert "2 of 2 entries" in shown


def test_scope_of_a_query_is_checked(cli: CommandLine) -> None:
    finished = cli("audit", "--query", "who:ada")
    assert (finished.status, "query is invalid" in finished.err) == (2, True)
    assert cli.on_terminal("audit", "--query", "who:ada").status == 2


@pytest.mark.parametrize(
    "arguments", [["users", "list"], ["audit"], ["factors", "delete", NOBODY, "--all", "--yes"]]
)
def test_needs_a_connection(offline: CommandLine, arguments: list[str]) -> None:
    assert offline(*arguments).status == 2


def action_of(record: dict[str, object]) -> object:
    payload = record["payload"]
    assert is_object(payload)
    return payload["action"]


def test_audit_of_a_user(cli: CommandLine, server: Server, ada: User) -> None:
    grace = admin.create_user(server.client, {"email": "grace@example.com"}).unwrap()
    server.post("/token?grant_type=password", email="ada@example.com", password=PASSWORD)
    for user in (ada.id, "ada@example.com"):
        records = cli("audit", "--user", user).records
        assert [action_of(record) for record in records] == ["login", "user_signedup"]
    assert len(cli("audit", "--user", grace.id).records) == 1
    assert "1 entry\n" in cli.on_terminal("audit", "--user", grace.id).out
    assert cli("audit", "--user", "nobody@example.com").out == ""


def test_audit_since_a_time(cli: CommandLine, ada: User) -> None:
    assert len(cli("audit", "--since", "1h").records) == 1
    assert cli("audit", "--since", "2999-01-01").out == ""
    finished = cli("audit", "--since", "yesterday")
    assert (finished.status, "give a date such as" in finished.err) == (2, True)


def test_audit_of_a_user_fails_as_a_list_does(cli: CommandLine, server: Server) -> None:
    server.emulator.fail_next(status=500, times=2)
    assert cli("audit", "--user", NOBODY).status == 1
    assert cli.on_terminal("audit", "--user", NOBODY).status == 1


def test_lists_and_deletes_passkeys(cli: CommandLine, server: Server, ada: User) -> None:
    assert cli("passkeys", "list", ada.id).out == ""
    server.emulator.add_passkey(ada.id, "laptop")
    (record,) = cli("passkeys", "list", ada.id).records
    assert "laptop" in cli.on_terminal("passkeys", "list", ada.id).out
    delete = ("passkeys", "delete", ada.id, str(record["id"]))
    assert cli(*delete).status == 2
    assert cli.on_terminal(*delete, answers="n\n").status == 1
    assert cli(*delete, "--yes").record == {"id": record["id"], "deleted": True}
    assert cli("passkeys", "list", ada.id).out == ""
    assert cli("passkeys", "list", NOBODY).status == 3


def test_lists_identities(cli: CommandLine, ada: User) -> None:
    (record,) = cli("identities", "list", ada.id).records
    assert record["provider"] == "email"
    assert "ada@example.com" in cli.on_terminal("identities", "list", ada.id).out
