"""Many users at a time: who is meant, what became of each, and filters."""

import re
import time
from datetime import UTC, datetime, timedelta, tzinfo

import pytest

from supabase_gotrue import AdminUserAttrs, User, admin
from supabase_gotrue.cli.arguments.filters import PREDICATES, Filters, parse_filters
from supabase_gotrue.cli.output.times import ZONE
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine
from tests.cli.test_users import NOBODY, PASSWORD, can_sign_in, read
from tests.docs.pages import ROOT

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BAN = ("users", "ban", "--for", "7d")


@pytest.fixture
def users(server: Server) -> list[User]:
    rows: list[AdminUserAttrs] = [
        {"email": f"user{n}@example.com", "email_confirm": True, "password": PASSWORD}
        for n in range(12)
    ]
    return [admin.create_user(server.client, row).unwrap() for row in rows]


def banned(server: Server) -> set[str | None]:
    page = admin.list_users(server.client).unwrap()
    return {user.email for user in page.users if user.banned_until is not None}


def sign_in(server: Server, user: User) -> None:
    assert can_sign_in(server, str(user.email), PASSWORD)


def test_takes_ids_emails_and_stdin(cli: CommandLine, server: Server, users: list[User]) -> None:
    stdin = f'\ufeff{users[2].id}\r\n\n{{"id": "{users[3].id}", "email": "x"}}\nuser4@example.com\n'
    finished = cli(*BAN, users[0].id, "user1@example.com", users[0].id, "-", stdin=stdin)
    assert finished.status == 0
    assert [record["email"] for record in finished.records] == [user.email for user in users[:5]]
    assert finished.err == f"banned 5 of 5 users of {server.url[7:]}\n"
    assert banned(server) == {user.email for user in users[:5]}
    assert cli("users", "unban", *(user.id for user in users[:5])).status == 0
    assert banned(server) == set()


@pytest.mark.parametrize("line", ["{}", '{"id": 1}', '{"id": ""}', "{", '{"email": "a@b.c"}'])
def test_line_without_an_id_changes_nobody(
    cli: CommandLine, server: Server, users: list[User], line: str
) -> None:
    finished = cli(*BAN, "-", stdin=f"{users[0].id}\n{line}\n")
    assert (finished.status, "line 2 of stdin" in finished.err) == (2, True)
    assert banned(server) == set()


def test_worst_status_is_that_of_the_command(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    finished = cli("users", "get", NOBODY, users[0].id, "nobody@example.com")
    assert (finished.status, len(finished.records)) == (3, 1)
    assert f"{NOBODY}: User not found" in finished.err
    assert "read 1 of 3 users" in finished.err
    assert cli("users", "get", "a/b", NOBODY).status == 2
    server.emulator.fail_next(403, {"code": "not_admin", "message": "no"})
    assert cli("users", "get", "a/b", NOBODY, users[0].id).status == 5


def test_stops_when_the_server_refuses_the_key(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    server.emulator.fail_next(403, {"code": "not_admin", "message": "no"}, times=500)
    finished = cli(*BAN, "-", stdin="\n".join(f"{users[0].id[:-3]}{n:03}" for n in range(300)))
    assert (finished.status, "not tried" in finished.err) == (5, True)


def test_stops_at_ctrl_c_with_a_summary(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    server.emulator.interrupt_at(f"PUT /auth/v1/admin/users/{users[3].id}", 1)
    stdin = "\n".join([*(user.id for user in users), *(NOBODY[:-3] + f"{n:03}" for n in range(90))])
    finished = cli(*BAN, "-", stdin=stdin)
    assert finished.status == 130
    assert "not tried" in finished.err


def test_update_and_sign_out_take_many(cli: CommandLine, server: Server, users: list[User]) -> None:
    ids = [user.id for user in users[:3]]
    assert cli("users", "update", *ids, "--app-metadata", '{"plan": "pro"}').status == 0
    assert {read(server, i).app_metadata["plan"] for i in ids} == {"pro"}
    refused = cli("users", "update", *ids, "--email", "x@example.com")
    assert (refused.status, "for one user" in refused.err) == (2, True)
    assert cli("users", "sign-out", *ids, "--reset-password").status == 0
    assert not any(can_sign_in(server, str(user.email), PASSWORD) for user in users[:3])


def test_factors_of_many(cli: CommandLine, users: list[User]) -> None:
    finished = cli("factors", "list", users[0].id, users[1].id, NOBODY)
    assert (finished.status, finished.out) == (3, "")


def test_blank_addresses_are_named(cli: CommandLine) -> None:
    assert cli("users", "find", "").err == "error: email can't be blank\n"
    assert "error: (blank): email can't be blank\n" in cli("send", "recovery", "", "x@y").err


def test_find_points_to_the_filter(cli: CommandLine) -> None:
    finished = cli("users", "find", "user007")
    assert (finished.status, "users list --filter user007" in finished.err) == (2, True)


# deleting and banning by filters


def test_filter_shows_ten_and_asks(cli: CommandLine, server: Server, users: list[User]) -> None:
    sign_in(server, users[0])
    arguments = ("users", "delete", "--never-signed-in")
    declined = cli.on_terminal(*arguments, answers="n\n")
    assert declined.status == 1
    assert declined.out.count("@example.com") == 10
    assert "and 1 more" in declined.out
    assert f"Delete 11 users of {server.url[7:]}?" in declined.out
    assert len(admin.list_users(server.client).unwrap().users) == 12
    assert cli(*arguments).status == 2  # nobody can be asked
    deleted = cli(*arguments, "--yes")
    assert (deleted.status, len(deleted.records)) == (0, 11)
    (left,) = admin.list_users(server.client).unwrap().users
    assert left.id == users[0].id


@pytest.mark.parametrize("command", [["delete"], ["ban", "--for", "1w"]], ids=" ".join)
def test_who_signs_in_meanwhile_is_left_alone(
    cli: CommandLine, server: Server, users: list[User], command: list[str]
) -> None:
    # The read before the deletion is the first of this route.
    route = f"GET /auth/v1/admin/users/{users[5].id}"
    server.emulator.at(route, 1, lambda: sign_in(server, users[5]))
    finished = cli("users", *command, "--never-signed-in", "--created-after", "1d", "--yes")
    assert finished.status == 0
    assert "11 of 12 users" in finished.err
    assert "1 left alone" in finished.err
    assert read(server, users[5].id).banned_until is None


def test_dry_run_shows_the_users_that_a_filter_selects(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    sign_in(server, users[0])
    arguments = ("users", "delete", "--never-signed-in", "--dry-run")
    finished = cli(*arguments)
    assert (finished.status, len(finished.records)) == (0, 11)
    assert cli(*arguments, "--created-before", "1d").out == ""
    assert len(admin.list_users(server.client).unwrap().users) == 12


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param(["delete", "--yes"], "name users, or give a filter", id="nobody"),
        pytest.param(["delete", NOBODY, "--banned", "--yes"], "not both", id="names and filters"),
        pytest.param(["delete", "--filter", "", "--yes"], "--filter: must not", id="blank text"),
        pytest.param(["delete", "--metadata", "", "--yes"], "--metadata: must", id="blank key"),
        pytest.param(["delete", "--metadata", "plan", "--yes"], "KEY=VALUE", id="no value"),
        pytest.param(["delete", "--phone", "x", "--yes"], "E.164", id="no phone number"),
        pytest.param(["delete", "--created-before", "6m", "--yes"], "30d", id="minutes or months"),
        pytest.param(["delete", "--created-before", "soon", "--yes"], "30d", id="no time"),
        pytest.param(["list", "--confirmed", "--unconfirmed"], "exclude", id="contradiction"),
        pytest.param(["list", "--sort", "email"], "--sort", id="order"),
        pytest.param(["count", "--provider", " "], "--provider", id="blank provider"),
        pytest.param(["ban", NOBODY], "--for or --permanent", id="no duration"),
        pytest.param(["ban", NOBODY, "--for", "1d", "--permanent"], "--for or", id="two durations"),
        pytest.param(["ban", NOBODY, "--for", "soon"], "--for", id="no duration"),
    ],
)
def test_wrong_selection_changes_nobody(
    cli: CommandLine, server: Server, users: list[User], arguments: list[str], named: str
) -> None:
    finished = cli("users", *arguments)
    assert (finished.status, finished.out) == (2, "")
    assert named in finished.err
    assert len(admin.list_users(server.client).unwrap().users) == 12
    assert banned(server) == set()


def test_nobody_matches(cli: CommandLine, users: list[User]) -> None:
    finished = cli("users", "delete", "--anonymous", "--yes")
    assert (finished.status, "no user of" in finished.err) == (0, True)


def test_failure_of_the_list_deletes_nobody(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    server.emulator.fail_next(500)
    assert cli("users", "delete", "--never-signed-in", "--yes").status == 1
    assert len(admin.list_users(server.client).unwrap().users) == 12


def test_permanent_ban(cli: CommandLine, server: Server, users: list[User]) -> None:
    assert cli("users", "ban", users[0].id, "--permanent").status == 0
    until = read(server, users[0].id).banned_until
    assert until is not None
    assert until.year > datetime.now(UTC).year + 90


# filters


def user(**fields: object) -> User:
    return User.parse(
        {"id": "1", "aud": "", "created_at": "2026-01-31T12:00:00Z", **fields}
    ).unwrap()


@pytest.mark.parametrize(
    ("name", "value", "matching", "other"),
    [
        ("unconfirmed", True, user(), user(email_confirmed_at="2026-01-01T00:00:00Z")),
        ("unconfirmed", True, user(), user(is_anonymous=True)),
        ("confirmed", True, user(phone_confirmed_at="2026-01-01T00:00:00Z"), user()),
        ("banned", True, user(banned_until="2026-06-02T00:00:00Z"), user()),
        (
            "banned",
            True,
            user(banned_until="2026-06-02T00:00:00Z"),
            user(banned_until="2026-05-01T00:00:00Z"),
        ),
        ("never_signed_in", True, user(), user(last_sign_in_at="2026-01-01T00:00:00Z")),
        (
            "signed_in_before",
            "30d",
            user(last_sign_in_at="2026-05-01T00:00:00Z"),
            user(last_sign_in_at="2026-05-03T00:00:00Z"),
        ),
        ("signed_in_before", "30d", user(last_sign_in_at="2026-05-01T00:00:00Z"), user()),
        ("created_before", "2026-02-01T00:00Z", user(), user(created_at="2026-02-01T00:00:00Z")),
        ("created_after", "2026-02-01T00:00Z", user(created_at="2026-02-01T00:00:00Z"), user()),
        ("provider", "google", user(app_metadata={"providers": ["email", "google"]}), user()),
        ("provider", "google", user(app_metadata={"provider": "google"}), user()),
        ("anonymous", True, user(is_anonymous=True), user()),
        ("phone", "+1 555-0001", user(phone="15550001"), user(phone="15550002")),
        ("metadata", ("plan=pro",), user(app_metadata={"plan": "pro"}), user()),
        (
            "metadata",
            ("seats=5", "plan.name=pro"),
            user(app_metadata={"seats": 5, "plan": {"name": "pro"}}),
            user(app_metadata={"seats": 5}, user_metadata={"plan": {"name": "pro"}}),
        ),
        ("metadata", ("on=true",), user(app_metadata={"on": True}), user(app_metadata={"on": 1})),
        ("user_metadata", ("plan=pro",), user(user_metadata={"plan": "pro"}), user()),
    ],
)
def test_filter(name: str, value: object, matching: User, other: User) -> None:
    filters = parse_filters({"banned": False, name: value}, NOW).unwrap()
    assert (filters.matches(matching), filters.matches(other)) == (True, False)


def test_no_filter_selects_everybody() -> None:
    filters = parse_filters(dict.fromkeys(PREDICATES), NOW).unwrap()
    assert (filters, filters.is_empty, filters.matches(user())) == (Filters(), True, True)


def test_lists_counts_and_exports_by_filters(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    sign_in(server, users[3])
    filters = ("--confirmed", "--created-after", (NOW - timedelta(days=9999)).date().isoformat())
    assert cli("users", "count", *filters, "--never-signed-in").out == "11\n"
    assert cli("users", "count", "--json").record == {"count": 12}
    listed = cli("users", "list", *filters, "--signed-in-before", "2099-01-01")
    assert [record["id"] for record in listed.records] == [users[3].id]
    newest = cli("users", "list", *filters, "--limit", "2").records
    assert [record["id"] for record in newest] == [users[11].id, users[10].id]
    oldest = cli("users", "list", *filters, "--sort", "created_at asc", "--limit", "1").records
    assert [record["id"] for record in oldest] == [users[0].id]
    assert "2 of 12 users" in cli.on_terminal("users", "list", *filters, "--limit", "2").out
    assert len(cli("export", "-", "--never-signed-in").records) == 11
    server.emulator.fail_next(500)
    assert cli("users", "list", *filters, "--limit", "2").status == 1
    server.emulator.fail_next(500)
    assert cli("users", "count").status == 1
    assert cli("export", "-", "--metadata", "x").status == 2


@pytest.mark.parametrize(
    ("zone", "is_before"),
    [pytest.param(None, True, id="local"), pytest.param(UTC, False, id="UTC")],
)
def test_dates_are_local_or_utc(
    monkeypatch: pytest.MonkeyPatch, zone: tzinfo | None, is_before: bool
) -> None:
    early = user(created_at=datetime(2026, 1, 1, 3, tzinfo=UTC))
    monkeypatch.setenv("TZ", "XYZ+5")  # where it is still the old year
    time.tzset()
    token = ZONE.set(zone)
    try:
        filters = parse_filters({"created_before": "2026-01-01"}, NOW).unwrap()
    finally:
        ZONE.reset(token)
        monkeypatch.undo()
        time.tzset()
    assert filters.matches(early) is is_before


def test_empty_stdin_is_reported(cli: CommandLine) -> None:
    for command in (["get", "-"], ["delete", "-", "--yes"], ["delete", "-", "--dry-run"]):
        finished = cli("users", *command, stdin="\n")
        assert (finished.status, " 0 users of " in finished.err) == (0, True)


def test_two_names_of_one_user_are_one(cli: CommandLine, users: list[User]) -> None:
    email = str(users[0].email)
    finished = cli("users", "delete", email, email.upper(), "--yes")
    assert (finished.status, len(finished.records)) == (0, 1)


def test_factors_of_those_who_exist_are_shown(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    token = server.emulator.sign_in(str(users[0].email)).unwrap().access_token
    server.post("/factors", token, factor_type="totp", friendly_name="old phone")
    finished = cli.on_terminal("factors", "list", users[0].id, NOBODY)
    assert (finished.status, "old phone" in finished.out) == (3, True)


def test_recipe_of_the_docs_leaves_new_users_alone(
    cli: CommandLine, server: Server, users: list[User]
) -> None:
    """Users who were imported a minute ago have not signed in, either."""
    page = (ROOT / "docs" / "command-line.md").read_text()
    recipes = re.findall(r"^supabase-gotrue (users delete .*--never-signed-in.*)$", page, re.M)
    assert len(recipes) == 2
    for recipe in recipes:
        finished = cli(*recipe.split(), "--yes")
        assert (finished.status, finished.out) == (0, "")
    assert len(admin.list_users(server.client).unwrap().users) == len(users)


def test_value_of_metadata_may_be_text(cli: CommandLine) -> None:
    cli("users", "create", "--email", "ada@example.com", "--set", "plan=pro")
    assert len(cli("users", "list", "--metadata", "plan=pro").records) == 1
    assert cli("users", "list", "--metadata", "plan=free").records == []


@pytest.mark.parametrize("command", ["list", "count", "get x", "delete --banned --yes"])
def test_needs_a_connection(offline: CommandLine, command: str) -> None:
    assert offline("users", *command.split()).status == 2
