"""The routing table: each entry records what it says, and requires what it says."""

from collections import defaultdict
from json import loads
from typing import Any

import pytest

from supabase_gotrue import Request
from supabase_gotrue.emulator import Emulator
from supabase_gotrue.emulator.routes.routing import Route
from supabase_gotrue.emulator.routes.table import ROUTES
from tests.emulator.recorded.admin_script import AdminScript
from tests.emulator.recorded.replay import mail_reader, sender
from tests.emulator.recorded.script import SECRET, Script
from tests.emulator.recorded.test_recorded import SERVERS

WITH_ENDPOINTS = [route for route in ROUTES if route.endpoints]
DECLARED = {
    (method, route.path): {action.name for action in endpoint.logs}
    for route in WITH_ENDPOINTS
    for method, endpoint in route.endpoints.items()
}

# What the scripts do not provoke.
RARE = {
    ("POST", "/magiclink"): {"user_repeated_signup"},
    ("POST", "/otp"): {"user_repeated_signup"},
    ("POST", "/resend"): {"user_recovery_requested"},
}


def path_of(path: str) -> str | None:
    """The path of the entry that a request's path belongs to."""
    segments = path.partition("?")[0].removesuffix("/").split("/")
    for route in WITH_ENDPOINTS:
        parts = route.path.split("/")
        pairs = zip(parts, segments, strict=False)
        if len(parts) == len(segments) and all(p[:1] == "{" or p == s for p, s in pairs):
            return route.path
    return None


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], set[str]]:
    """The actions that the requests of the scripts recorded, by method and path."""
    path = str(tmp_path_factory.mktemp("emulators") / "shared.db")
    emulators = {
        name: Emulator(path, jwt_secret=SECRET, **settings) for name, settings in SERVERS.items()
    }
    observer = Emulator(path, jwt_secret=SECRET)
    headers = {"authorization": f"Bearer {observer.key()}"}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    send = sender(emulators)
    seen = 0

    def observing_send(on: str, method: str, path: str, *rest: Any) -> Any:
        nonlocal seen
        response = send(on, method, path, *rest)
        url = "http://localhost/admin/audit?per_page=100"
        entries = observer(Request("GET", url, headers, None)).unwrap()
        count = int(entries.headers["x-total-count"])
        newest = loads(entries.body)[: count - seen]
        found[method, path_of(path) or ""] |= {entry["payload"]["action"] for entry in newest}
        seen = count
        return response

    Script(observing_send, read_mail=mail_reader(emulators)).run()
    AdminScript(observing_send, add_passkey=emulators["auto"].add_passkey).run()
    for emulator in (*emulators.values(), observer):
        emulator.close()
    return found


@pytest.mark.parametrize(
    ("method", "path"), [pytest.param(*key, id=" ".join(key)) for key in DECLARED]
)
def test_endpoint_records_the_actions_that_it_declares(
    method: str, path: str, recorded: dict[tuple[str, str], set[str]]
) -> None:
    rare = RARE.get((method, path), set())
    assert recorded[method, path] | rare == DECLARED[method, path]


def test_no_other_path_records_anything(recorded: dict[tuple[str, str], set[str]]) -> None:
    assert {key for key, actions in recorded.items() if actions and key not in DECLARED} == set()


def test_paths_are_unique_and_stand_before_those_below_them() -> None:
    paths = [route.path for route in ROUTES]
    assert len(paths) == len(set(paths))
    for index, path in enumerate(paths):
        assert not [above for above in paths[index:] if path.startswith(f"{above}/")]


@pytest.mark.parametrize("route", WITH_ENDPOINTS, ids=lambda route: str(route.path))
def test_trailing_slash_is_ignored_or_a_404(route: Route) -> None:
    assert path_of(route.path) == route.path
    emulator = Emulator()
    headers = {"authorization": f"Bearer {emulator.key()}"}

    def status(path: str) -> int:
        request = Request("PATCH", f"http://localhost{path}", headers, None)
        return emulator(request).unwrap().status

    # 405 unless a guard fails before.
    bare, slashed = status(route.path), status(f"{route.path}/")
    assert slashed == (404 if bare == 405 and not route.trailing_slash else bare)
