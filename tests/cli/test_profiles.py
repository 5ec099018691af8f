"""Profiles: where the URL and the key come from, and how production is protected."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from supabase_gotrue import User, admin
from tests.cli.conftest import Server
from tests.cli.driver import CommandLine

LIST = ("users", "list")
ELSEWHERE = "http://127.0.0.1:1"


@pytest.fixture
def folder(offline: CommandLine, tmp_path: Path) -> Path:
    """The configuration folder."""
    offline.environ |= {"XDG_CONFIG_HOME": str(tmp_path)}
    folder = tmp_path / "supabase-gotrue"
    folder.mkdir()
    return folder


@pytest.fixture
def configured(offline: CommandLine, folder: Path, server: Server) -> CommandLine:
    """The command line with profiles: local, prod and elsewhere."""
    offline.secrets.append(server.key)
    (folder / "key").write_text(f"{server.key}\n")
    write(
        folder,
        f'[profiles.local]\nurl = "{server.url}"\nkey_file = "key"\n'
        f'[profiles.prod]\nurl = "{server.url}"\nkey_file = "key"\nproduction = true\n'
        f'[profiles.elsewhere]\nurl = "{ELSEWHERE}"\nkey_file = "key"\n',
    )
    return offline


@pytest.fixture
def ada(server: Server) -> User:
    return admin.create_user(server.client, {"email": "ada@example.com"}).unwrap()


def write(folder: Path, text: str) -> None:
    (folder / "config.toml").write_text(text)


@pytest.mark.parametrize("flag", ["--profile", "-p"])
def test_profile_connects(configured: CommandLine, flag: str) -> None:
    assert configured(*LIST, flag, "local").status == 0
    assert configured(flag, "local", *LIST).status == 0


def test_variable_names_a_profile(configured: CommandLine) -> None:
    configured.environ["SUPABASE_GOTRUE_PROFILE"] = "local"
    assert configured(*LIST).status == 0


@pytest.mark.parametrize(
    ("source", "line"),
    [
        pytest.param("command", "key_command = 'cat \"{}\" | head -1'", id="command"),
        pytest.param("file", "key_file = '{}'", id="file"),
        pytest.param("env", "key_env = 'THE_KEY'", id="variable"),
    ],
)
def test_key_comes_from(
    offline: CommandLine, folder: Path, server: Server, source: str, line: str
) -> None:
    (folder / "key").write_text(f"{server.key}\n")
    offline.environ["THE_KEY"] = server.key
    write(folder, f'[profiles.a]\nauth_url = "{server.url}"\n{line.format(folder / "key")}\n')
    assert offline(*LIST, "-p", "a").status == 0
    listed = offline("profiles")
    assert (listed.record["name"], listed.record["production"]) == ("a", False)
    doctor = offline("doctor", "-p", "a")
    details = {record["step"]: str(record["detail"]) for record in doctor.records}
    assert details["URL"].endswith("from profile a")
    assert details["key"].endswith(f"from key_{source} of profile a")


def test_key_is_asked_for_if_the_profile_does_not_name_it(
    offline: CommandLine, folder: Path, server: Server
) -> None:
    write(folder, f'[profiles.a]\nurl = "{server.url}"\n')
    assert offline.on_terminal(*LIST, "-p", "a", answers=f"{server.key}\n").status == 0


A = '[profiles.a]\nurl = "http://x"\n'


@pytest.mark.parametrize(
    ("text", "named"),
    [
        pytest.param(A + 'key = "sb_secret_1"', "key_command", id="key"),
        pytest.param(A + "urls = 1", "urls", id="unknown field"),
        pytest.param("[profiles.a]\nurl = 1", "str", id="number"),
        pytest.param("[profiles.a]", "give url or auth_url", id="no URL"),
        pytest.param(
            A + 'auth_url = "http://x"',
            "give url or auth_url",
            id="two",
        ),
        pytest.param(
            A + 'key_env = "A"\nkey_file = "b"',
            "give one of",
            id="keys",
        ),
        pytest.param(A + 'production = "no"', "bool", id="production"),
        pytest.param("[profiles.b]", "there is no profile a", id="no such profile"),
        pytest.param("", "it has no profiles", id="no profiles"),
        pytest.param("profiles = 1", "must be tables", id="no tables"),
        pytest.param("[profiles", "end of document", id="no TOML"),
        pytest.param(
            A + 'key_env = "UNSET"',
            "UNSET, which is not set",
            id="unset",
        ),
        pytest.param(A + 'key_file = "no"', "cannot be read", id="file"),
        pytest.param(A + 'key_file = "binary"', "not text", id="binary"),
        pytest.param(A + 'key_command = "false"', "status 1", id="fails"),
        pytest.param(A + 'key_command = "true"', "no key", id="empty"),
        pytest.param(A + "key_command = 'printf \"\\377\"'", "does not print text", id="text"),
    ],
)
def test_invalid_profile_is_wrong_usage(
    offline: CommandLine, folder: Path, text: str, named: str
) -> None:
    offline.secrets.append("sb_secret_1")
    (folder / "binary").write_bytes(b"\xff\xfe")
    write(folder, text)
    refused = offline(*LIST, "-p", "a")
    assert (refused.status, refused.out) == (2, "")
    assert named in refused.err


def test_folder_that_cannot_be_read_is_wrong_usage(offline: CommandLine, folder: Path) -> None:
    (folder / "config.toml").mkdir()
    assert offline(*LIST, "-p", "a").status == 2
    assert offline("profiles").status == 2


def test_lists_valid_profiles_beside_invalid_ones(
    configured: CommandLine, folder: Path, offline: CommandLine
) -> None:
    shown = configured.on_terminal("profiles").out
    assert "prod  http" in shown
    assert shown.count("production") == 1
    write(folder, '[profiles.a]\nkey = "x"\n[profiles.b]\nurl = "https://b"\n')
    listed = offline("profiles")
    assert (listed.status, [record["name"] for record in listed.records]) == (2, ["b"])
    write(folder, "")
    assert "there are no profiles" in offline("profiles").err


# precedence


@pytest.mark.parametrize(
    ("environ", "arguments", "status"),
    [
        pytest.param(
            {"SUPABASE_URL": ELSEWHERE, "SUPABASE_SECRET_KEY": "k"},
            ["-p", "local"],
            0,
            id="profile beats the environment",
        ),
        pytest.param(
            {"SUPABASE_URL": ELSEWHERE, "GOTRUE_URL": "http://x", "SUPABASE_SECRET_KEY": "k"},
            ["-p", "local"],
            0,
            id="variables that contradict do not matter",
        ),
        pytest.param(
            {"SUPABASE_GOTRUE_PROFILE": "local"}, ["-p", "elsewhere"], 4, id="option beats variable"
        ),
        pytest.param(
            {
                "SUPABASE_URL": ELSEWHERE,
                "SUPABASE_SECRET_KEY": "k",
                "SUPABASE_GOTRUE_PROFILE": "local",
            },
            [],
            4,
            id="environment beats the profile of the variable",
        ),
        pytest.param(
            {
                "SUPABASE_URL": ELSEWHERE,
                "SUPABASE_SECRET_KEY": "k",
                "SUPABASE_GOTRUE_PROFILE": "no-such-profile",
            },
            [],
            4,
            id="unless it does not decide",
        ),
        pytest.param(
            {"SUPABASE_URL": ELSEWHERE, "SUPABASE_GOTRUE_PROFILE": "local"},
            [],
            2,
            id="URL and key from two sources",
        ),
        pytest.param(
            {"SUPABASE_SECRET_KEY": "k", "SUPABASE_GOTRUE_PROFILE": "local"},
            [],
            0,
            id="the key of the environment is not used for a profile",
        ),
        pytest.param({}, ["-p", "local", "--url", ELSEWHERE], 2, id="the profile's key elsewhere"),
        pytest.param({}, ["--url", ELSEWHERE, "--auth-url", ELSEWHERE], 2, id="two URLs"),
        pytest.param(
            {"SUPABASE_SECRET_KEY": "k"}, ["--url", ELSEWHERE], 2, id="key of the environment"
        ),
        pytest.param(
            {"SUPABASE_URL": "http://x", "SUPABASE_SECRET_KEY": "k"},
            ["--auth-url", ELSEWHERE],
            2,
            id="key of another server",
        ),
        pytest.param(
            {"SUPABASE_URL": f"{ELSEWHERE}/", "SUPABASE_SECRET_KEY": "k"},
            ["--url", "HTTP://127.0.0.1:1"],
            4,
            id="key of the same server",
        ),
        pytest.param(
            {"SUPABASE_URL": ELSEWHERE, "SUPABASE_SECRET_KEY": "k"},
            ["--key-file", "/dev/null"],
            2,
            id="key without a URL",
        ),
        pytest.param(
            {"SUPABASE_URL": ELSEWHERE, "GOTRUE_URL": "http://x", "SUPABASE_SECRET_KEY": "k"},
            [],
            2,
            id="variables that name different servers",
        ),
        pytest.param(
            {"SUPABASE_URL": ELSEWHERE, "GOTRUE_URL": "x", "SUPABASE_SECRET_KEY": "k"},
            [],
            2,
            id="variables, one without a server",
        ),
        pytest.param(
            {"SUPABASE_URL": "http://[::1", "GOTRUE_URL": "http://x", "SUPABASE_SECRET_KEY": "k"},
            [],
            2,
            id="invalid URL",
        ),
        pytest.param(
            {
                "SUPABASE_URL": "HTTP://127.0.0.1:1/auth/v1",
                "GOTRUE_URL": f"{ELSEWHERE}/",
                "SUPABASE_SECRET_KEY": "k",
            },
            [],
            4,
            id="variables that name the same server",
        ),
    ],
)
def test_precedence(
    configured: CommandLine, environ: dict[str, str], arguments: list[str], status: int
) -> None:
    configured.environ |= environ
    finished = configured(*LIST, *arguments)
    assert (finished.status, finished.out) == (status, "")


def test_error_of_the_connection_names_the_project(configured: CommandLine) -> None:
    assert "127.0.0.1:1" in configured(*LIST, "-p", "elsewhere").err


def test_error_of_a_lost_response_names_the_project(
    configured: CommandLine, server: Server
) -> None:
    server.emulator.lose_response()
    lost = configured("users", "create", "--email", "kay@example.com", "-p", "local")
    assert (lost.status, f"({urlsplit(server.url).netloc})" in lost.err) == (4, True)


# production


def test_production_asks_for_the_name(configured: CommandLine, server: Server, ada: User) -> None:
    delete = ("users", "delete", ada.id, "-p", "prod", "--yes")
    declined = configured.on_terminal(*delete, answers="y\n")
    assert (declined.status, "Type prod to continue:" in declined.out) == (1, True)
    assert admin.get_user_by_id(server.client, ada.id).unwrap().id == ada.id
    assert configured.on_terminal(*delete, answers="prod\n").status == 0
    assert admin.list_users(server.client).unwrap().users == ()


@pytest.mark.parametrize(
    "arguments",
    [
        ["users", "delete", "ID", "--yes"],
        ["users", "ban", "ID", "--for", "1h"],
        ["users", "update", "ID", "ID", "--set", "plan=pro"],
        ["users", "sign-out", "ID", "--reset-password"],
        ["import", "users.csv"],
    ],
    ids=" ".join,
)
def test_production_wants_its_name(
    configured: CommandLine,
    server: Server,
    ada: User,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("users.csv").write_text("email\njoan@example.com\n")
    command = [ada.id if word == "ID" else word for word in arguments]
    before = admin.list_users(server.client).unwrap().users
    for confirm in ([], ["--confirm", "local"]):
        refused = configured(*command, "-p", "prod", *confirm)
        assert (refused.status, "--confirm" in refused.err) == (2, True)
    assert admin.list_users(server.client).unwrap().users == before
    assert configured(*command, "-p", "prod", "--confirm", "prod").status == 0
    assert admin.list_users(server.client).unwrap().users != before


def test_confirmed_name_must_be_that_of_the_project(
    configured: CommandLine, server: Server, ada: User
) -> None:
    ban = ("users", "ban", ada.id, "--for", "1h", "--confirm")
    for arguments, named in (
        (("local", "-p", "prod"), "is that of the profile prod"),
        (("prod", "-p", "local"), "is that of the profile local"),
    ):
        refused = configured(*ban, *arguments)
        assert (refused.status, named in refused.err) == (2, True)
    assert configured(*ban, "local", "-p", "local").status == 0
    assert configured(*ban, "prod", "--emulator").status == 3
    assert "SUPABASE_URL can't be blank" in configured(*ban, "prod").err
    configured.environ |= {"SUPABASE_URL": server.url, "SUPABASE_SECRET_KEY": server.key}
    refused = configured(*ban, "prod")
    assert (refused.status, "has no profile" in refused.err) == (2, True)


def test_empty_stdin_is_reported_in_production(configured: CommandLine) -> None:
    command = ("users", "delete", "-", "-p", "prod", "--confirm", "prod")
    finished = configured(*command, stdin="\n")
    assert (finished.status, "deleted 0 of 0 users of " in finished.err) == (0, True)


def test_production_is_known_by_its_server(
    configured: CommandLine, server: Server, ada: User
) -> None:
    configured.environ |= {
        "SUPABASE_URL": server.url,
        "SUPABASE_SECRET_KEY": server.key,
        "SUPABASE_GOTRUE_PROFILE": "prod",
    }
    assert configured("users", "delete", ada.id, "--yes").status == 2
