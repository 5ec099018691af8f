"""The script's answers, recorded from a real server, and an emulator's: they agree."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from supabase_gotrue import Request
from supabase_gotrue.emulator import Emulator
from tests.emulator.compare import comparable, decoded
from tests.emulator.script import SECRET, Script

SAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "samples" / "emulator.json").read_text()
)
LETTERS = ("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789")
SERVERS: Mapping[str, dict[str, Any]] = {
    "confirm": {},
    "auto": {"autoconfirm": True, "cursor_pagination": True},
    "closed": {
        "disable_signup": True,
        "email_enabled": False,
        "phone_enabled": False,
        "manual_linking": False,
    },
    "strict": {
        "password_min_length": 12,
        "password_required_characters": LETTERS,
        "email_rate_limit": 2,
    },
}


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """What four emulators, which share a file, answer to the script."""
    path = str(tmp_path_factory.mktemp("emulators") / "shared.db")
    allow = ("https://example.com/**", "http://localhost:3000/**")
    emulators = {
        name: Emulator(path, jwt_secret=SECRET, allow_redirect=allow, github_client_id="x", **told)
        for name, told in SERVERS.items()
    }

    def send(
        on: str, method: str, path: str, headers: Mapping[str, str], body: Any
    ) -> tuple[int, dict[str, str], Any]:
        plain = isinstance(body, (bytes, type(None)))
        data = body if plain else json.dumps(body).encode()
        url = f"http://localhost{path}"
        answer = emulators[on].answer(Request(method, url, dict(headers), data))
        return answer.status, dict(answer.headers), decoded(answer.body)

    script = Script(send)
    answers = {}
    for each in script.run():
        headers, body = comparable(each["headers"], each["body"], script.tag)
        answers[each["case"]] = {**each, "headers": headers, "body": body}
    yield answers
    for emulator in emulators.values():
        emulator.close()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample["case"]))
def test_agrees(sample: dict[str, Any], said: dict[str, dict[str, Any]]) -> None:
    assert said[sample["case"]] == sample


def test_nothing_else_was_asked(
    said: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(said) == {sample["case"] for sample in SAMPLES}
    agree = sum(said[sample["case"]] == sample for sample in SAMPLES)
    with capsys.disabled():
        print(f"\n{agree} of {len(SAMPLES)} agree")
