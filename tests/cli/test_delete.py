"""`users delete`: which users it shows, when it asks, and what it leaves alone."""

import pytest

from supabase_gotrue import User, admin
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine
from tests.cli.test_users import NOBODY

DELETE = ("users", "delete")


@pytest.fixture
def users(server: Server) -> list[User]:
    emails = ("ada@example.com", "grace@example.com")
    return [admin.create_user(server.client, {"email": email}).unwrap() for email in emails]


def remaining(server: Server) -> set[str | None]:
    return {user.email for user in admin.list_users(server.client).unwrap().users}


@pytest.mark.parametrize(
    ("answers", "status", "expected"),
    [
        pytest.param("y\n", 0, set[str](), id="y"),
        pytest.param("YES\n", 0, set[str](), id="yes"),
        pytest.param("\n", 1, {"ada@example.com", "grace@example.com"}, id="Enter"),
        pytest.param("nonsense\n", 1, {"ada@example.com", "grace@example.com"}, id="other"),
        pytest.param("\x04", 1, {"ada@example.com", "grace@example.com"}, id="end of input"),
    ],
)
def test_shows_the_users_and_asks(
    cli: CommandLine,
    server: Server,
    users: list[User],
    answers: str,
    status: int,
    expected: set[str],
) -> None:
    finished = cli.on_terminal(*DELETE, *(user.id for user in users), answers=answers)
    assert finished.status == status
    shown, question, after = finished.out.partition(f"Delete 2 users of {server.url[7:]}? [y/N] ")
    assert question
    assert [user for user in users if user.id not in shown or str(user.email) not in shown] == []
    assert ("nobody was deleted" in after) is (status == 1)
    assert remaining(server) == expected


def test_refuses_to_guess_without_a_terminal(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    finished = cli(*DELETE, users[0].id, stdin="y\n")
    assert (finished.status, finished.out) == (2, "")
    assert "--yes" in finished.err
    assert len(remaining(server)) == 2


def test_prints_each_user_who_is_deleted(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    finished = cli(*DELETE, *(user.id for user in users), "--yes")
    assert finished.status == 0
    assert finished.err == f"deleted 2 of 2 users of {server.url[7:]}\n"
    assert finished.records == [{"id": user.id, "deleted": True} for user in users]
    assert remaining(server) == set()


def test_fields_of_who_is_deleted(cli: CommandLine, server: Server, users: list[User]) -> None:
    fields = ("--fields", "email,deleted")
    ada, grace = ({"email": user.email, "deleted": True} for user in users)
    assert cli(*DELETE, users[0].id, "--yes", *fields).records == [ada]
    assert cli(*DELETE, "--never-signed-in", "--yes", *fields).records == [grace]
    assert remaining(server) == set()


def test_fields_of_who_is_left_alone(cli: CommandLine, server: Server, users: list[User]) -> None:
    # Ada is confirmed after the list, and before she is read again.
    def confirm() -> None:
        admin.update_user_by_id(server.client, users[0].id, {"email_confirm": True}).unwrap()

    server.emulator.at(f"GET /auth/v1/admin/users/{users[0].id}", 1, confirm)
    finished = cli(*DELETE, "--unconfirmed", "--yes", "--fields", "email,deleted")
    assert {record["email"]: record["deleted"] for record in finished.records} == {
        "ada@example.com": False,
        "grace@example.com": True,
    }


def test_softly_deleted_users_keep_their_row(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    asked = cli.on_terminal(*DELETE, users[0].id, "--soft", answers="y\n")
    assert (asked.status, f"Delete 1 user of {server.url[7:]} softly?" in asked.out) == (0, True)
    assert admin.get_user_by_id(server.client, users[0].id).unwrap().deleted_at is not None


def test_dry_run_shows_the_users(cli: CommandLine, server: Server, users: list[User]) -> None:
    finished = cli(*DELETE, users[0].id, "grace@example.com", NOBODY, "--dry-run")
    assert finished.status == 3
    assert [record["email"] for record in finished.records] == [
        "ada@example.com",
        "grace@example.com",
    ]
    assert f"{NOBODY}: User not found" in finished.err
    chosen = cli(*DELETE, users[0].id, "--dry-run", "--fields", "email,deleted")
    assert chosen.record == {"email": "ada@example.com", "deleted": False}
    assert f"would have deleted 2 users of {server.url[7:]}" in finished.err
    assert "ada@example.com" in cli.on_terminal(*DELETE, users[0].id, "--dry-run").out
    assert len(remaining(server)) == 2


def test_users_who_are_gone_do_not_stop_the_others(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    finished = cli(*DELETE, users[0].id, NOBODY, users[1].id, "--yes")
    assert finished.status == 3
    assert f"{NOBODY}: User not found" in finished.err
    assert remaining(server) == set()


def test_shows_those_who_are_there(cli: CommandLine, server: Server, users: list[User]) -> None:
    finished = cli.on_terminal(*DELETE, NOBODY, users[1].id, answers="y\n")
    assert finished.status == 3
    assert "Delete 1 user of" in finished.out
    assert remaining(server) == {"ada@example.com"}


def test_does_not_ask_about_nobody(cli: CommandLine) -> None:
    finished = cli.on_terminal(*DELETE, NOBODY)
    assert finished.status == 3
    assert "Delete" not in finished.out


def test_needs_a_connection(offline: CommandLine) -> None:
    assert offline(*DELETE, NOBODY, "--yes").status == 2
