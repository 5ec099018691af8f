"""The groups `users` and `factors`, and `link`."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from supabase_gotrue import User, admin
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine

NOBODY = "00000000-0000-4000-8000-000000000000"
PASSWORD = "Correct-horse-1"


@pytest.fixture
def ada(server: Server) -> User:
    return admin.create_user(
        server.client, {"email": "ada@example.com", "email_confirm": True, "password": PASSWORD}
    ).unwrap()


def read(server: Server, user_id: object) -> User:
    return admin.get_user_by_id(server.client, str(user_id)).unwrap()


def can_sign_in(server: Server, email: str, password: str) -> bool:
    return server.post("/token?grant_type=password", email=email, password=password).status == 200


def enroll_factor(server: Server) -> str:
    """Let Ada enroll a factor, and return its ID."""
    signed_in = server.post(
        "/token?grant_type=password", email="ada@example.com", password=PASSWORD
    )
    token = json.loads(signed_in.body)["access_token"]
    factor = server.post("/factors", token, factor_type="totp", friendly_name="phone")
    return str(json.loads(factor.body)["id"])


def test_creates_a_user_with_all_options(cli: CommandLine, server: Server) -> None:
    cli.secrets.append(PASSWORD)
    created = cli(
        "users",
        "create",
        *("--email", "grace@example.com", "--email-confirm"),
        *("--phone", "+15550001111", "--phone-confirm"),
        *("--user-metadata", '{"name": "Grace"}', "--app-metadata", '{"plan": "pro"}'),
        *("--id", NOBODY, "--role", "editor", "--password-stdin"),
        stdin=f"{PASSWORD}\n",
    )
    assert (created.status, created.err) == (0, "")
    assert created.record["id"] == NOBODY
    user = read(server, NOBODY)
    assert (user.email, user.phone, user.role) == ("grace@example.com", "15550001111", "editor")
    assert user.email_confirmed_at is not None
    assert user.phone_confirmed_at is not None
    assert (user.user_metadata["name"], user.app_metadata["plan"]) == ("Grace", "pro")
    assert can_sign_in(server, "grace@example.com", PASSWORD)


def test_record_is_the_dict_of_the_struct(cli: CommandLine, server: Server, ada: User) -> None:
    record = json.loads(json.dumps(read(server, ada.id).to_dict()))
    assert cli("users", "get", ada.id).record == record


def test_updates_what_is_given(cli: CommandLine, server: Server, ada: User) -> None:
    before = read(server, ada.id)
    updated = cli("users", "update", ada.id, "--role", "editor", "--user-metadata", '{"a": 1}')
    assert updated.status == 0
    after = read(server, ada.id)
    assert (after.role, after.user_metadata["a"], after.email) == ("editor", 1, before.email)


def test_sets_and_unsets_keys_of_metadata(cli: CommandLine, server: Server, ada: User) -> None:
    old = '{"old": 1, "name": "Ada"}'
    assert cli("users", "update", ada.id, "--app-metadata", old, "--user-metadata", old).status == 0
    changes = ("--set", "plan=pro", "--set", "seats=5", "--set", "a=b=c", "--unset", "old")
    own = ("--set-user", 'tags=["x"]', "--unset-user", "old", "--user-metadata", '{"b": 2}')
    assert cli("users", "update", ada.id, *changes, *own).status == 0
    after = read(server, ada.id)
    expected = {"name": "Ada", "plan": "pro", "seats": 5, "a": "b=c"}
    assert {k: v for k, v in after.app_metadata.items() if "provider" not in k} == expected
    own_metadata = {k: after.user_metadata[k] for k in ("name", "tags", "b")}
    assert own_metadata == {"name": "Ada", "tags": ["x"], "b": 2}
    assert "old" not in after.user_metadata


def test_updates_the_password_from_stdin(cli: CommandLine, server: Server, ada: User) -> None:
    new = "Another-horse-2"
    cli.secrets.append(new)
    assert cli("users", "update", ada.id, "--password-stdin", stdin=f"{new}\r\n").status == 0
    assert can_sign_in(server, "ada@example.com", new)


def test_bans_and_unbans(cli: CommandLine, server: Server, ada: User) -> None:
    assert cli("users", "ban", ada.id, "--for", "24h").status == 0
    banned_until = read(server, ada.id).banned_until
    assert banned_until is not None
    assert timedelta(hours=23) < banned_until - datetime.now(UTC) <= timedelta(hours=24)
    assert cli("users", "unban", ada.id).status == 0
    assert read(server, ada.id).banned_until is None


def test_invites(cli: CommandLine, server: Server) -> None:
    invited = cli("users", "invite", "joan@example.com", "--redirect-to", "http://localhost:3000/x")
    assert (invited.status, invited.record["email"]) == (0, "joan@example.com")
    assert [(mail.to, mail.type) for mail in server.emulator.outbox] == [
        ("joan@example.com", "invite")
    ]


def test_sign_out_needs_consent_to_a_new_password(
    cli: CommandLine, server: Server, ada: User
) -> None:
    refused = cli("users", "sign-out", ada.id)
    assert refused.status == 2
    assert "cannot end the sessions" in refused.err
    assert "--reset-password" in refused.err
    assert can_sign_in(server, "ada@example.com", PASSWORD)


@pytest.mark.parametrize(
    ("answers", "status", "still_works"),
    [
        pytest.param("y\n", 0, False, id="yes"),
        pytest.param("n\n", 1, True, id="no"),
        pytest.param("\x04", 1, True, id="end of input"),
    ],
)
def test_sign_out_asks_on_a_terminal(
    cli: CommandLine, server: Server, ada: User, answers: str, status: int, still_works: bool
) -> None:
    finished = cli.on_terminal("users", "sign-out", ada.id, answers=answers)
    assert finished.status == status
    assert can_sign_in(server, "ada@example.com", PASSWORD) is still_works


def test_sign_out_sets_a_password_that_nobody_knows(
    cli: CommandLine, server: Server, ada: User
) -> None:
    assert cli("users", "sign-out", ada.id, "--reset-password").status == 0
    assert not can_sign_in(server, "ada@example.com", PASSWORD)


def test_link_prints_the_secret(cli: CommandLine, ada: User) -> None:
    link = cli("link", "recovery", "ada@example.com")
    assert link.status == 0
    assert link.record["verification_type"] == "recovery"
    assert f"token={link.record['hashed_token']}" in str(link.record["action_link"])


def test_link_on_a_terminal_is_one_line_to_copy(cli: CommandLine, ada: User) -> None:
    link = cli.on_terminal("link", "magiclink", "ada@example.com", columns=40)
    (line,) = link.out.splitlines()
    assert line.startswith("http")
    assert "type=magiclink" in line


def test_link_of_an_email_change(cli: CommandLine, ada: User) -> None:
    arguments = ("link", "email_change_new", "ada@example.com")
    assert cli(*arguments).status == 2
    link = cli(*arguments, "--new-email", "lovelace@example.com")
    assert link.record["verification_type"] == "email_change_new"


def test_link_of_a_signup_takes_a_password(cli: CommandLine, server: Server) -> None:
    arguments = ("link", "signup", "kay@example.com")
    refused = cli(*arguments)
    assert refused.status == 2
    assert "--password-stdin" in refused.err
    cli.secrets.append(PASSWORD)
    assert cli(*arguments, "--password-stdin", stdin=PASSWORD).status == 0


def test_deletes_a_factor(cli: CommandLine, server: Server, ada: User) -> None:
    factor_id = enroll_factor(server)
    assert [factor.id for factor in read(server, ada.id).factors or ()] == [factor_id]
    refused = cli("factors", "delete", ada.id, factor_id)
    assert (refused.status, "--yes" in refused.err) == (2, True)
    deleted = cli("factors", "delete", ada.id, factor_id, "--yes")
    assert (deleted.status, deleted.record) == (0, {"id": factor_id, "deleted": True})
    assert read(server, ada.id).factors == ()
    assert cli("factors", "delete", ada.id, factor_id, "-y").status == 3


def test_deletes_all_factors(cli: CommandLine, server: Server, ada: User) -> None:
    factor_id = enroll_factor(server)
    for arguments in (["--all", factor_id], []):
        assert cli("factors", "delete", ada.id, *arguments, "--yes").status == 2
    delete_all = ("factors", "delete", "ada@example.com", "--all")
    assert cli.on_terminal(*delete_all, answers="n\n").status == 1
    assert cli(*delete_all, "--yes").record == {"id": factor_id, "deleted": True}
    assert cli(*delete_all, "--yes").out == ""
    assert cli("factors", "delete", NOBODY, "--all", "--yes").status == 3


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        pytest.param(["create"], ["give --email or --phone"], id="no address"),
        pytest.param(["create", "--email", ""], ["--email: must not be"], id="blank address"),
        pytest.param(["update", NOBODY, "--set", "plan"], ["--set: give KEY="], id="no value"),
        pytest.param(["update", NOBODY, "--set-user", "=1"], ["--set-user: give"], id="no key"),
        pytest.param(
            ["create", "--email", "a@b.c", "--user-metadata", "name", "--app-metadata", "[1]"],
            ["user_metadata is invalid", "app_metadata is invalid", "JSON object"],
            id="metadata that are no JSON objects",
        ),
        pytest.param(["get", "../admin"], ["user_id is invalid"], id="id with a slash"),
        pytest.param(["ban", "x/y", "--for", "1h"], ["user_id is invalid"], id="ban of it"),
        pytest.param(["ban", NOBODY], ["--for"], id="ban without its end"),
        pytest.param(["update", NOBODY], ["nothing to change"], id="nothing to change"),
        pytest.param(
            ["update", NOBODY, "--password-stdin"],
            ["password can't be blank", "stdin was empty"],
            id="no password",
        ),
        pytest.param(["create", "--password", "hunter22"], ["--password"], id="password as option"),
        pytest.param(["list", "--limit", "0"], ["--limit"], id="limit of 0"),
        pytest.param(["list", "--limit", "many"], ["--limit"], id="limit in words"),
        pytest.param(["lst"], ["lst"], id="unknown command"),
        pytest.param(["delete", "a/b", "--dry-run"], ["user_id is invalid"], id="dry run"),
    ],
)
def test_wrong_usage_names_what_is_wrong(
    cli: CommandLine, arguments: list[str], named: list[str]
) -> None:
    cli.secrets.append("hunter22")
    finished = cli("users", *arguments)
    assert (finished.status, finished.out) == (2, "")
    assert [name for name in named if name not in finished.err] == []


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        pytest.param(["users", "get", NOBODY], 3, "user_not_found", id="no such user"),
        pytest.param(["users", "get", "x"], 3, "UUID", id="id that is no UUID"),
        pytest.param(["users", "ban", NOBODY, "--for", "1h"], 3, "not_found", id="ban of nobody"),
        pytest.param(
            ["users", "create", "--email", "ada@example.com"], 1, "email_exists", id="taken email"
        ),
        pytest.param(["link", "recovery", "x@example.com"], 3, "not_found", id="link for nobody"),
        pytest.param(["link", "teleport", "x@example.com"], 2, "teleport", id="unknown link"),
    ],
)
@pytest.mark.usefixtures("ada")
def test_statuses_of_refusals(
    cli: CommandLine, arguments: list[str], status: int, message: str
) -> None:
    finished = cli(*arguments, stdin="abc\n")
    assert (finished.status, finished.out) == (status, "")
    assert message in finished.err


def test_weak_password_is_refused_with_its_reasons(cli: CommandLine, ada: User) -> None:
    refused = cli("users", "update", ada.id, "--password-stdin", stdin="abc\n")
    assert refused.status == 1
    assert "the password is too weak: length" in refused.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(["--set", "plan"], "--set: give KEY=VALUE", id="no value"),
        pytest.param(["--set-user", "=x"], "--set-user: give KEY=VALUE", id="no key"),
        pytest.param(["--set", "a=1", "--set", "a=2"], "--set: a is set twice", id="twice"),
        pytest.param(["--unset", " "], "--unset: must not be blank", id="blank"),
        pytest.param(
            ["--set-user", "a=1", "--unset-user", "a"],
            "--set-user and --unset-user both name a",
            id="set and unset",
        ),
    ],
)
def test_wrong_changes_of_metadata(offline: CommandLine, options: list[str], message: str) -> None:
    finished = offline("users", "update", NOBODY, *options)
    assert (finished.status, message in finished.err) == (2, True)


@pytest.mark.parametrize("duration", ["soon", "0d", "999999w"])
def test_wrong_duration_of_a_ban(offline: CommandLine, duration: str) -> None:
    finished = offline("users", "ban", NOBODY, "--for", duration)
    assert (finished.status, "--permanent bans for a hundred years" in finished.err) == (2, True)
