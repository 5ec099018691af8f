"""Compares the emulator's responses to the script with those recorded from a real server."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from supabase_gotrue.emulator import Emulator
from tests.emulator.recorded.replay import mail_reader, normalized, sender
from tests.emulator.recorded.script import SECRET, Script

SAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "samples" / "emulator.json").read_text()
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
def responses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """Run the script against four emulators that share a file."""
    path = str(tmp_path_factory.mktemp("emulators") / "shared.db")
    allow = ("https://example.com/**", "http://localhost:3000/**")
    emulators = {
        name: Emulator(
            path, jwt_secret=SECRET, allow_redirect=allow, github_client_id="x", **settings
        )
        for name, settings in SERVERS.items()
    }

    yield normalized(Script(sender(emulators), read_mail=mail_reader(emulators)))
    for emulator in emulators.values():
        emulator.close()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: str(sample["case"]))
def test_response_equals_recorded(
    sample: dict[str, Any], responses: dict[str, dict[str, Any]]
) -> None:
    assert responses[sample["case"]] == sample


def test_script_has_no_unrecorded_case(
    responses: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert set(responses) == {sample["case"] for sample in SAMPLES}
    equal = sum(responses[sample["case"]] == sample for sample in SAMPLES)
    with capsys.disabled():
        print(f"\n{equal} of {len(SAMPLES)} responses equal the recorded ones")
