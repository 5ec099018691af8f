"""The emulator as a process: its output, its sockets and its exit."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from string import ascii_lowercase, digits
from urllib.parse import urlsplit

import pytest
import requests

from supabase_gotrue import Client, InviteUserOptions, admin, init_client
from supabase_gotrue.emulator import Emulator, Settings
from supabase_gotrue.emulator.serving import listen, running, url_of
from tests.docs.pages import ROOT
from tests.programs import run_command, start_process, stop_process

HERE = {**os.environ, "PYTHONPATH": str(ROOT)}
COMMAND = (sys.executable, "-m", "supabase_gotrue.emulator")
TOUR = (sys.executable, str(ROOT / "docs" / "examples" / "tour.py"))
WELCOME = "https://example.com/welcome"


@contextmanager
def run_emulator(*options: str, by: signal.Signals = signal.SIGTERM) -> Generator[dict[str, str]]:
    """Run an emulator and return the variables that it exports; it must exit with 0."""
    command = [*COMMAND, "--port", "0", *options]
    with start_process(command, env=HERE, stdout=subprocess.PIPE) as running:
        assert running.stdout
        lines = [running.stdout.readline() for _ in range(4)]
        yield dict(line.split()[1].split("=", 1) for line in lines[1:])
        stop_process(running, by)
    assert running.returncode == 0


def connect(env: dict[str, str]) -> Client:
    return init_client(env["SUPABASE_URL"], env["SUPABASE_SERVICE_ROLE_KEY"]).unwrap()


@pytest.fixture(scope="module")
def env() -> Generator[dict[str, str]]:
    with run_emulator("--autoconfirm", "--allow-redirect", "https://example.com/**") as exported:
        yield exported


def test_serves_project_and_bare_urls(env: dict[str, str]) -> None:
    made = admin.create_user(connect(env), {"email": "ada@example.com"}).unwrap()
    url, key = env["SUPABASE_URL"], env["SUPABASE_SERVICE_ROLE_KEY"]
    bare = init_client(url, key, auth_url=url).unwrap()
    assert admin.get_user_by_id(bare, made.id).unwrap() == made
    stranger = init_client(url, env["SUPABASE_ANON_KEY"]).unwrap()
    assert admin.get_user_by_id(stranger, made.id).failure().code == "forbidden"


def test_emails_link_to_the_server(env: dict[str, str]) -> None:
    options: InviteUserOptions = {"redirect_to": WELCOME}
    admin.invite_user_by_email(connect(env), "grace@example.com", options).unwrap()
    mail = requests.get(f"{env['SUPABASE_URL']}/_emulator/outbox", timeout=60).json()[-1]
    assert (mail["to"], mail["redirect_to"]) == ("grace@example.com", WELCOME)
    assert mail["link"].startswith(f"{env['SUPABASE_URL']}/verify?token=")
    followed = requests.get(mail["link"], allow_redirects=False, timeout=60)
    assert followed.headers["location"].startswith(f"{WELCOME}#access_token=")


def test_accepts_header_with_underscore(env: dict[str, str]) -> None:
    headers = {
        "authorization": f"Bearer {env['SUPABASE_SERVICE_ROLE_KEY']}",
        "redirect_to": WELCOME,
    }
    body = {"type": "magiclink", "email": "lin@example.com"}
    url = f"{env['SUPABASE_URL']}/admin/generate_link"
    link = requests.post(url, json=body, headers=headers, timeout=60).json()
    assert link["redirect_to"] == WELCOME


def test_first_of_two_headers_counts(env: dict[str, str]) -> None:
    place = urlsplit(env["SUPABASE_URL"])
    key = env["SUPABASE_SERVICE_ROLE_KEY"].encode()
    with socket.create_connection((place.hostname, place.port), 60) as conn:
        conn.sendall(
            b"GET /admin/audit HTTP/1.1\r\nHost: a\r\n"
            b"Authorization: Bearer " + key + b"\r\nAuthorization: Bearer x\r\n\r\n"
        )
        assert b" 200 " in conn.makefile("rb").readline()


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("//health", b"404"),
        ("/health#part", b"404"),
        ("/health?a=b", b"200"),
        ("http://example.com/health", b"200"),
    ],
)
def test_target_is_read_as_it_is(env: dict[str, str], target: str, status: bytes) -> None:
    place = urlsplit(env["SUPABASE_URL"])
    with socket.create_connection((place.hostname, place.port), 60) as conn:
        conn.sendall(f"GET {target} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert conn.makefile("rb").readline().split()[1] == status


def test_each_setting_has_an_option() -> None:
    options = (
        *("--cursor-pagination", "--disable-signup", "--no-phone-enabled", "--jwt-expiry", "60"),
        *("--password-required-characters", ascii_lowercase),
        *("--password-required-characters", digits),
        *("--email-rate-limit", "0", "--github-client-id", "x", "--site-url", "https://a.test"),
        *("--external-url", "https://auth.test/", "--cors-allowed-headers", "apikey"),
    )
    usage = run_command(*COMMAND, "--help", env=HERE)
    for name in Settings.__struct_fields__:
        assert f"--{name.replace('_', '-')}" in usage.stdout
    with run_emulator(*options) as exported:
        client = connect(exported)
        key = {"authorization": f"Bearer {exported['SUPABASE_SERVICE_ROLE_KEY']}"}
        users = requests.get(f"{exported['SUPABASE_URL']}/admin/users", headers=key, timeout=60)
        assert users.json()["pagination"] == {"has_more": False}
        link = admin.generate_link(client, {"type": "magiclink", "email": "ada@example.com"})
        assert link.unwrap().action_link.startswith("https://auth.test/verify?token=")
        settings = requests.get(f"{exported['SUPABASE_URL']}/settings", timeout=60).json()
        assert (settings["disable_signup"], settings["external"]["phone"]) == (True, False)
        asked = {"origin": "http://a", "access-control-request-method": "GET"}
        asked["access-control-request-headers"] = "apikey"
        preflight = requests.options(exported["SUPABASE_URL"], headers=asked, timeout=60)
        assert preflight.headers["access-control-allow-headers"] == "apikey"


def test_wildcard_host_exports_a_url_of_this_machine() -> None:
    with run_emulator("--host", "0.0.0.0") as exported:
        assert urlsplit(exported["SUPABASE_URL"]).hostname == "127.0.0.1"
        assert requests.get(f"{exported['SUPABASE_URL']}/health", timeout=60).ok


@pytest.mark.parametrize(
    ("host", "url"),
    [("0.0.0.0", "http://127.0.0.1:"), ("::", "http://[::1]:"), ("localhost", "http://localhost:")],
)
def test_url_is_one_that_this_machine_reaches(host: str, url: str) -> None:
    with listen(host, 0) as listener:
        assert url_of(host, listener) == f"{url}{listener.getsockname()[1]}"


def test_accepts_chunked_body(env: dict[str, str]) -> None:
    headers = {"authorization": f"Bearer {env['SUPABASE_SERVICE_ROLE_KEY']}"}
    url = f"{env['SUPABASE_URL']}/admin/users"
    parts = iter([b'{"email": ', b'"joan@example.com"}'])
    made = requests.post(url, data=parts, headers=headers, timeout=60)
    assert made.json()["email"] == "joan@example.com"


def test_rejects_incomplete_body() -> None:
    with (
        closing(Emulator()) as emulator,
        running(emulator) as url,
        socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), 60) as conn,
    ):
        conn.sendall(b"POST /admin/users HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{}")
        conn.shutdown(socket.SHUT_WR)
        assert b" 400 " in conn.makefile("rb").readline()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/auth/v1/health", 200),
        ("PATCH", "/settings", 405),
        ("GET", "/nothing", 404),
        ("POST", "/signup", 400),
    ],
)
def test_status_line_and_length(env: dict[str, str], method: str, path: str, status: int) -> None:
    answer = requests.request(method, env["SUPABASE_URL"] + path, timeout=60)
    assert (answer.status_code, answer.reason) == (status, "")
    assert answer.headers["content-length"] == str(len(answer.content))


def test_no_content_has_no_length(env: dict[str, str]) -> None:
    credentials = {"email": "kay@example.com", "password": "Correct-horse-1"}
    url = env["SUPABASE_URL"]
    signed_in = requests.post(f"{url}/signup", json=credentials, timeout=60).json()
    headers = {"authorization": f"Bearer {signed_in['access_token']}"}
    answer = requests.post(f"{url}/logout", headers=headers, timeout=60)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_file_is_intact_after_signal(tmp_path: Path, by: signal.Signals) -> None:
    path = str(tmp_path / "auth.db")
    with run_emulator("--database", path, by=by) as exported:
        made = admin.create_user(connect(exported), {"email": "ada@example.com"}).unwrap()
    with closing(Emulator(path)) as emulator:
        assert admin.get_user_by_id(emulator.client(), made.id).unwrap() == made


def error_line(*options: str) -> str:
    process = run_command(*COMMAND, *options, env=HERE, status=2)
    assert process.stdout == ""
    (line,) = process.stderr.splitlines()
    return line


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--port", "http"], "--port"),
        (["--port", "70000"], "0-65535"),
        (["--host", "192.0.2.1"], "192.0.2.1"),
        (["--database", "no/such/folder/auth.db"], "database file"),
        (["--database", str(ROOT / "README.md"), "--port", "0"], "not a database"),
        (["--jwt-secret", ""], "--jwt-secret"),
        (["--colour"], "--colour"),
    ],
    ids=str,
)
def test_invalid_option_is_reported_in_one_line(options: list[str], expected: str) -> None:
    assert expected in error_line(*options)


def test_port_in_use_is_reported_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "in use" in error_line("--port", str(taken.getsockname()[1]))


def tour_steps(env: dict[str, str]) -> dict[str, str]:
    """Run the tour and return its output by step."""
    base_env = {name: value for name, value in HERE.items() if not name.startswith("SUPABASE_")}
    base_env.pop("GOTRUE_URL", None)
    process = run_command(*TOUR, env={**base_env, **env})
    return {line[:12].strip(): line[13:] for line in process.stdout.splitlines()}


def test_tour_succeeds_and_leaves_no_users(env: dict[str, str]) -> None:
    users = admin.list_users(connect(env), {"page": 1}).unwrap().pagination.total
    for steps in (tour_steps({}), tour_steps(env)):
        failed = {step for step, text in steps.items() if text.startswith(("failed", "not sent"))}
        assert failed == {"taken", "unknown", "invalid"}
        assert steps["delete"] == "done"
    assert admin.list_users(connect(env), {"page": 1}).unwrap().pagination.total == users


@pytest.mark.parametrize("max_retries", [0, 2])
def test_lost_response_over_a_socket(max_retries: int) -> None:
    with closing(Emulator()) as emulator, running(emulator) as url:
        client = init_client(url, emulator.key(), max_retries=max_retries).unwrap()
        emulator.lose_response()
        error = admin.create_user(client, {"email": "ada@example.com"}).failure()
        assert (error.code, error.outcome_unknown, error.status) == ("connection_error", True, None)
        assert len(emulator.requests) == 1
        found = admin.get_user_by_email(client, "ada@example.com").unwrap()
        assert found.email == "ada@example.com"
