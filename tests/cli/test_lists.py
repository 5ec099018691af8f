"""`users find`, `factors list` and `audit`."""

import pytest

from supabase_gotrue import User, admin
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
    assert "identities" not in shown


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


@pytest.mark.parametrize("arguments", [["users", "list"], ["audit"]])
def test_needs_a_connection(offline: CommandLine, arguments: list[str]) -> None:
    assert offline(*arguments).status == 2
